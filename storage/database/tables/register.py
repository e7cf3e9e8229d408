"""Tables of the register: what indicators need of each dossier, in the form they need it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database.tables.base import Base

_SHA256 = String(64)


class RegisterRow(Base):
    """A dossier of the one-stop software; `segment` and `line` say where its record lies in the store.

    Moments are seconds since 1970 and days are days since 1970, −1 for none, as
    `rules.register.indicators.Columns` has them.
    """

    __tablename__ = "register"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    code: Mapped[str] = mapped_column(unique=True)
    unit: Mapped[str]
    procedure: Mapped[str]
    field: Mapped[str]
    channel: Mapped[int]
    received: Mapped[int] = mapped_column(BigInteger)
    ended: Mapped[int] = mapped_column(BigInteger)
    waits: Mapped[int] = mapped_column(BigInteger)
    limit: Mapped[int] = mapped_column(BigInteger)
    until: Mapped[int] = mapped_column(BigInteger)
    facts: Mapped[int] = mapped_column(BigInteger)
    """What the register says."""
    stage: Mapped[int] = mapped_column(BigInteger)
    """What this archive says: scanned, understood, verified, signed, reused here."""
    changed_at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(_SHA256)
    segment: Mapped[str]
    line: Mapped[int]
    __table_args__ = (Index(None, "changed_at"),)


class ImportRow(Base):
    """A file that was read into the register."""

    __tablename__ = "register_import"
    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    record: Mapped[dict[str, Any]]


class ProcedureNameRow(Base):
    """What the register calls a procedure."""

    __tablename__ = "procedure_name"
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
