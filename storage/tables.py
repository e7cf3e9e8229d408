"""Tables of the ledger. They index what the object store holds; `reindex` fills them anew."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, Index, MetaData, String, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
_ID = String(36)
_SHA256 = String(64)


class Instant(TypeDecorator[datetime]):
    """An aware moment, kept as UTC; SQLite would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC."""
        del dialect
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From UTC."""
        del dialect
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


class Base(DeclarativeBase):
    """All tables."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy's own way)
        dict[str, Any]: JSON().with_variant(JSONB(), "postgresql"),
        datetime: Instant,
    }


class BatchRow(Base):
    """A scanning run."""

    __tablename__ = "batch"
    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    name: Mapped[str]
    unit: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[datetime]


class ReceiptRow(Base):
    """A file as handed in."""

    __tablename__ = "receipt"
    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"), index=True)
    stack: Mapped[str]
    position: Mapped[int]
    sha256: Mapped[str | None] = mapped_column(_SHA256, index=True)
    linked_to: Mapped[str | None] = mapped_column(_ID)
    refusal: Mapped[str | None]
    record: Mapped[dict[str, Any]]


class PageRow(Base):
    """A sheet's side: where it is now."""

    __tablename__ = "page"
    scan: Mapped[str] = mapped_column(_SHA256, primary_key=True)
    page_number: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"))
    stack: Mapped[str]
    outcome: Mapped[str]
    blank: Mapped[bool] = mapped_column(default=False)
    reading_key: Mapped[str | None] = mapped_column(_SHA256)
    refusal: Mapped[dict[str, Any] | None]
    __table_args__ = (Index(None, "batch_id", "stack", "outcome"),)


class DossierRow(Base):
    """A dossier, latest revision."""

    __tablename__ = "dossier"
    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    revision: Mapped[int]
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"), index=True)
    stack: Mapped[str]
    code: Mapped[str | None] = mapped_column(index=True)
    unit: Mapped[str] = mapped_column(index=True)
    record: Mapped[dict[str, Any]]


class PaperRow(Base):
    """A paper, latest revision, with the text that search looks at."""

    __tablename__ = "paper"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(_ID, unique=True)
    revision: Mapped[int]
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    document_type: Mapped[str] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(index=True)
    record: Mapped[dict[str, Any]]
    exact: Mapped[str] = mapped_column(Text)
    """Values and text in lower case with their marks."""
    folded: Mapped[str] = mapped_column(Text)
    """The same without marks."""


class AuditRow(Base):
    """An event of the audit chain."""

    __tablename__ = "audit"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(index=True)
    target: Mapped[str] = mapped_column(index=True)
    digest: Mapped[str] = mapped_column(_SHA256)
    record: Mapped[dict[str, Any]]
