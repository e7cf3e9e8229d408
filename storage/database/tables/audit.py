"""Tables of what auditors work with: seals of the trail, fixity, reports, inspections."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database.tables.base import Base
from storage.database.tables.reuse import SORTED

_ID = String(36)
_SHA256 = String(64)


class SealRow(Base):
    """A sealed stretch of the audit trail."""

    __tablename__ = "seal"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
    record: Mapped[dict[str, Any]]


class DigestRow(Base):
    """The SHA-256 an object had when it was first hashed here: what later sweeps hold it to."""

    __tablename__ = "object_digest"
    key: Mapped[str] = mapped_column(SORTED, primary_key=True)
    digest: Mapped[str] = mapped_column(_SHA256)


class WrittenRow(Base):
    """The SHA-256 of an object since it was written, until a sweep takes it over."""

    __tablename__ = "written_digest"
    key: Mapped[str] = mapped_column(SORTED, primary_key=True)
    digest: Mapped[str] = mapped_column(_SHA256)


class SweepRow(Base):
    """One slice of the store hashed again."""

    __tablename__ = "sweep"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ended_at: Mapped[datetime]
    record: Mapped[dict[str, Any]]


class LossRow(Base):
    """An object found altered or missing."""

    __tablename__ = "loss"
    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    key: Mapped[str] = mapped_column(index=True)
    found_at: Mapped[datetime]
    repaired_at: Mapped[datetime | None]
    record: Mapped[dict[str, Any]]


class ReportRow(Base):
    """A report as made, and the hashes of its files."""

    __tablename__ = "report"
    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    made_at: Mapped[datetime]
    unit: Mapped[str] = mapped_column(index=True)
    record: Mapped[dict[str, Any]]


class InspectionRow(Base):
    """A random sample of papers that an auditor looks at."""

    __tablename__ = "inspection"
    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    drawn_at: Mapped[datetime]
    unit: Mapped[str] = mapped_column(index=True)
    login: Mapped[str]
    record: Mapped[dict[str, Any]]


class InspectedRow(Base):
    """One paper of it, with what the auditor said of its fields."""

    __tablename__ = "inspected"
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[str] = mapped_column(_ID)
    record: Mapped[dict[str, Any] | None]
