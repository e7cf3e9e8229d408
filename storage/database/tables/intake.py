"""Tables of what came in: batches, arrivals, stacks, receipts, pages."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.database.tables.base import ID, SHA256, Base


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
    """A stack with waiting pages, and who has it now: see `storage.queues.stacks`."""

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
        Index(None, "batch_id", "stack", "outcome"),
        Index(None, "batch_id", "read_at"),
        Index(None, "read_at"),
        Index(None, "outcome"),
    )
