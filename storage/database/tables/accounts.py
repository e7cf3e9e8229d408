"""Tables of the people at the desk: accounts, sessions, who has what in hand, samples they key again."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.database.tables.base import ID, SHA256, Base


class AccountRow(Base):
    """A person's account with its password's argon2 hash, or the subject at their provider."""

    __tablename__ = "account"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    unit: Mapped[str]
    role: Mapped[str]
    language: Mapped[str]
    active: Mapped[bool]
    must_change_password: Mapped[bool]
    password: Mapped[str | None]
    subject: Mapped[str | None] = mapped_column(unique=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    second_factor: Mapped[str | None]
    """The secret that a telephone holds too, base 32."""
    second_factor_step: Mapped[int] = mapped_column(default=0)
    """The half minute whose code was used last."""
    signed_in_at: Mapped[datetime | None]
    proposed_by: Mapped[str | None]


class SessionRow(Base):
    """A browser that is signed in; named by the hash of its cookie."""

    __tablename__ = "session"
    id: Mapped[str] = mapped_column(SHA256, primary_key=True)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"), index=True)
    csrf: Mapped[str]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    data: Mapped[dict[str, Any]]


class LeaseRow(Base):
    """Something that one holder has for a while: `paper:<id>`, `sweep`."""

    __tablename__ = "lease"
    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]


class DraftRow(Base):
    """Answers a person gave on a paper and has not handed in yet."""

    __tablename__ = "draft"
    paper_id: Mapped[str] = mapped_column(ID, primary_key=True)
    login: Mapped[str] = mapped_column(primary_key=True)
    record: Mapped[dict[str, Any]]


class SampleRow(Base):
    """An acceptance sample of a batch."""

    __tablename__ = "sample"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"), index=True)
    record: Mapped[dict[str, Any]]


class SampleItemRow(Base):
    """One field of a sample, keyed again or still to be."""

    __tablename__ = "sample_item"
    sample_id: Mapped[str] = mapped_column(ForeignKey("sample.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[str] = mapped_column(ID)
    field: Mapped[str]
    keyed_by: Mapped[str | None]
    keyed: Mapped[dict[str, Any] | None]
    wrong: Mapped[bool | None]
