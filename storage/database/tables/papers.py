"""Tables of dossiers and papers, latest revisions, with the text that search looks at."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.database.tables.base import ID, Base


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


class StaleRow(Base):
    """A part of the index that a migration left to be derived again (`storage.index.refresh`)."""

    __tablename__ = "stale"
    name: Mapped[str] = mapped_column(ID, primary_key=True)
