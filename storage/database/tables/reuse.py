"""Tables of the counter: whom papers speak of, what was used again, who asks through the API."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.database.tables.base import Base

_ID = String(36)
_SHA256 = String(64)
SORTED = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is looked up by how it begins, in the order of its bytes."""


class MentionRow(Base):
    """A paper speaks of somebody."""

    __tablename__ = "mention"
    paper_id: Mapped[str] = mapped_column(ForeignKey("paper.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    identity: Mapped[str] = mapped_column(_ID, index=True)
    folded: Mapped[str]
    born: Mapped[str]
    numbered: Mapped[bool]
    unit: Mapped[str]
    record: Mapped[dict[str, Any]]
    __table_args__ = (Index(None, "folded", "born", "numbered"),)


class PersonRow(Base):
    """Who stands under an identity, as the papers under it say: what people are searched by."""

    __tablename__ = "person"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    identity: Mapped[str] = mapped_column(_ID, unique=True)
    exact: Mapped[str] = mapped_column(SORTED, index=True)
    folded: Mapped[str] = mapped_column(SORTED, index=True)
    turned: Mapped[str] = mapped_column(SORTED, index=True)
    """The name with the given name first."""
    born: Mapped[str]
    words: Mapped[str] = mapped_column(Text)
    """The folded name, and every tail of the number, so that any part of it is how a word begins."""
    record: Mapped[dict[str, Any]]


class LinkRow(Base):
    """Two identities are one subject's."""

    __tablename__ = "link"
    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    one: Mapped[str] = mapped_column(_ID, index=True)
    other: Mapped[str] = mapped_column(_ID, index=True)
    paper_id: Mapped[str] = mapped_column(_ID, index=True)
    record: Mapped[dict[str, Any]]


class RevocationRow(Base):
    """An authority ended a paper's force."""

    __tablename__ = "revocation"
    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    paper_id: Mapped[str] = mapped_column(_ID, index=True)
    record: Mapped[dict[str, Any]]


class UndoneRow(Base):
    """A link, a revocation, a use that no longer counts."""

    __tablename__ = "undone"
    of: Mapped[str] = mapped_column(_ID, primary_key=True)
    record: Mapped[dict[str, Any]]


class SubmissionRow(Base):
    """A dossier received at the counter."""

    __tablename__ = "submission"
    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    unit: Mapped[str] = mapped_column(index=True)
    procedure: Mapped[str] = mapped_column(index=True)
    opened_at: Mapped[datetime] = mapped_column(index=True)
    record: Mapped[dict[str, Any]]


class UseRow(Base):
    """A component was served from file or by data, or was asked for all the same."""

    __tablename__ = "use_event"
    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id"), index=True)
    component: Mapped[str]
    kind: Mapped[str]
    paper_id: Mapped[str] = mapped_column(_ID, index=True)
    at: Mapped[datetime]
    record: Mapped[dict[str, Any]]


class SavedSearchRow(Base):
    """A search that a person keeps."""

    __tablename__ = "saved_search"
    login: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    query: Mapped[str] = mapped_column(Text)


class TokenRow(Base):
    """A program that may ask through the API; named by the hash of its secret."""

    __tablename__ = "token"
    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    digest: Mapped[str] = mapped_column(_SHA256, unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    unit: Mapped[str]
    scopes: Mapped[str]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class ReplyRow(Base):
    """What an idempotency key was answered with."""

    __tablename__ = "reply"
    token_id: Mapped[str] = mapped_column(ForeignKey("token.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(_SHA256)
    """Of the request."""
    status: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class WebhookRow(Base):
    """Where to tell what happened, how far in the audit trail it was told, and when to try again."""

    __tablename__ = "webhook"
    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    url: Mapped[str] = mapped_column(unique=True)
    unit: Mapped[str]
    secret: Mapped[str]
    told: Mapped[int]
    failures: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
