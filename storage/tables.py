"""Tables of the ledger. They index what the object store holds; `reindex` fills them anew."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
ID = String(36)
SHA256 = String(64)


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
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str]
    unit: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[datetime]
    record: Mapped[dict[str, Any]]


class ArrivalRow(Base):
    """A file in the store that no worker has opened yet, or that became a receipt of the same id."""

    __tablename__ = "arrival"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"), index=True)
    waiting: Mapped[bool] = mapped_column(index=True, default=True)
    record: Mapped[dict[str, Any]]


class PickupRow(Base):
    """A stack of the hot folder that a clerk asked for."""

    __tablename__ = "pickup"
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    stack: Mapped[str] = mapped_column(primary_key=True)


class StackRow(Base):
    """A stack with waiting pages, and who has it now: see `storage.claims`."""

    __tablename__ = "stack"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    batch_id: Mapped[str] = mapped_column(ID)
    stack: Mapped[str]
    unit: Mapped[str]
    turn: Mapped[int]
    tries: Mapped[int] = mapped_column(default=0)
    suspect: Mapped[int] = mapped_column(default=0)
    """1 when whoever had it was lost before: it comes after all others."""
    token: Mapped[int] = mapped_column(default=0)
    holder: Mapped[str] = mapped_column(default="")
    until: Mapped[datetime | None] = mapped_column(index=True)
    since: Mapped[datetime] = mapped_column(index=True)
    """When it came to wait."""
    __table_args__ = (
        UniqueConstraint("batch_id", "stack"),
        Index(None, "suspect", "turn", "number"),
        Index(None, "unit", "turn"),
        {"sqlite_autoincrement": True},  # a number is never given twice
    )


class ReceiptRow(Base):
    """A file as handed in."""

    __tablename__ = "receipt"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"), index=True)
    stack: Mapped[str]
    position: Mapped[int]
    sha256: Mapped[str | None] = mapped_column(SHA256, index=True)
    linked_to: Mapped[str | None] = mapped_column(ID)
    refusal: Mapped[str | None]
    record: Mapped[dict[str, Any]]


class PageRow(Base):
    """A sheet's side where it was handed in: the same bytes in another stack are another page."""

    __tablename__ = "page"
    scan: Mapped[str] = mapped_column(SHA256, primary_key=True)
    page_number: Mapped[int] = mapped_column(primary_key=True)
    receipt_id: Mapped[str] = mapped_column(ID, primary_key=True, index=True, server_default="")
    """The file that brought it; empty while a version before this one wrote it (see `claims.reconcile`)."""
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"))
    stack: Mapped[str]
    outcome: Mapped[str]
    blank: Mapped[bool] = mapped_column(default=False)
    reading_key: Mapped[str | None] = mapped_column(SHA256)
    refusal: Mapped[dict[str, Any] | None]
    view: Mapped[str | None] = mapped_column(SHA256)
    """SHA-256 of its view image, since it was read."""
    reasons: Mapped[str] = mapped_column(default="")
    """Codes of what is wrong with the image, joined with blanks."""
    read_at: Mapped[datetime | None]
    seconds: Mapped[float | None]
    """How long the engines took."""
    __table_args__ = (
        Index(None, "batch_id", "stack", "outcome"), Index(None, "batch_id", "read_at"),
        Index(None, "read_at"), Index(None, "outcome"),
    )  # fmt: skip


class DossierRow(Base):
    """A dossier, latest revision."""

    __tablename__ = "dossier"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    revision: Mapped[int]
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"), index=True)
    stack: Mapped[str]
    code: Mapped[str | None] = mapped_column(index=True)
    unit: Mapped[str] = mapped_column(index=True)
    procedure: Mapped[str | None] = mapped_column(index=True)
    """National code of the procedure its receipt slip names."""
    record: Mapped[dict[str, Any]]


class LaidRow(Base):
    """How a person last laid a dossier; also one that was joined to another and is none any more."""

    __tablename__ = "laid"
    dossier_id: Mapped[str] = mapped_column(ID, primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"))
    stack: Mapped[str]
    number: Mapped[int]
    record: Mapped[dict[str, Any]]
    __table_args__ = (Index(None, "batch_id", "stack"), Index(None, "batch_id", "number"))


class PaperRow(Base):
    """A paper, latest revision, with the text that search looks at."""

    __tablename__ = "paper"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(ID, unique=True)
    revision: Mapped[int]
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    document_type: Mapped[str] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(index=True)
    unit: Mapped[str]
    dated: Mapped[str] = mapped_column(default="")
    """ISO date, month or year the paper is dated by."""
    batch_id: Mapped[str] = mapped_column(ID, index=True)
    read_at: Mapped[datetime]
    doubts: Mapped[int]
    """How many of its fields a person has to look at."""
    stale: Mapped[bool] = mapped_column(index=True)
    """PDF and ALTO lag behind the record."""
    record: Mapped[dict[str, Any]]
    exact: Mapped[str] = mapped_column(Text)
    """Values and text in lower case with their marks."""
    folded: Mapped[str] = mapped_column(Text)
    """The same without marks."""
    __table_args__ = (
        Index(None, "state", "read_at", "dossier_id", "number", "unit"),
        Index(None, "state", "unit", "batch_id", "document_type", "doubts"),
    )


class HandRow(Base):
    """Who had a hand in a paper that waits for another person."""

    __tablename__ = "hand"
    paper_id: Mapped[str] = mapped_column(ID, primary_key=True)
    login: Mapped[str] = mapped_column(primary_key=True)


class AuditRow(Base):
    """An event of the audit chain."""

    __tablename__ = "audit"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str]
    action: Mapped[str] = mapped_column(index=True)
    target: Mapped[str] = mapped_column(index=True)
    digest: Mapped[str] = mapped_column(SHA256)
    record: Mapped[dict[str, Any]]
    __table_args__ = (Index("ix_audit_actor", "actor", "number"),)
