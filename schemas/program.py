"""Programs that ask through the API (one-stop software), and what they may ask."""

from datetime import datetime
from enum import StrEnum

from schemas.base.model import Frozen


class Scope(StrEnum):
    """What a token is good for; each route of the API names one."""

    SEARCH = "search"
    """Find people and papers; names and numbers come masked."""
    NAMES = "names"
    """Names and numbers, unmasked."""
    CHECK = "check"
    """Ask what a procedure still needs."""
    FETCH = "fetch"
    """Records, PDF/A, page images."""
    REUSE = "reuse"
    """Open dossiers, use papers, ask all the same."""


class Program(Frozen):
    """One program's token, without its secret."""

    id: str
    name: str
    unit: str
    scopes: frozenset[Scope]
    expires_at: datetime | None = None
    revoked_at: datetime | None = None


class Reply(Frozen):
    """An answer that was given under an idempotency key, to be given again word for word.

    With status 0 it is being worked on.
    """

    digest: str
    """SHA-256 of the request it answered."""
    status: int
    body: str


class Webhook(Frozen):
    """Where a program wants to be told, and how far in the audit trail it was."""

    id: str
    url: str
    unit: str
    secret: str
    told: int
    failures: int = 0
    next_at: datetime | None = None
