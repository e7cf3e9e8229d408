"""Server-side sessions: the browser holds a random token, the database its hash and all else."""

import secrets
from datetime import UTC, datetime, timedelta

from pydantic import JsonValue
from sqlalchemy import delete, update

from schemas.base.ids import sha256_of
from schemas.base.model import Frozen
from storage.database.engine import Database
from storage.database.tables.accounts import SessionRow

_IDLE, _LONGEST = timedelta(hours=2), timedelta(hours=12)
_TOUCH = timedelta(minutes=1)


class WebSession(Frozen):
    """A browser's session. `data` holds purposes given, a sign-in under way, which part of the queue."""

    id: str
    account_id: str | None
    csrf: str
    data: dict[str, JsonValue]


class Sessions:
    """All open sessions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(
        self, account_id: str | None, data: dict[str, JsonValue] | None = None
    ) -> tuple[str, WebSession]:
        """A new session and the token for its cookie. A sign-in always begins one: none is carried over."""
        token, at = secrets.token_urlsafe(32), datetime.now(UTC)
        made = WebSession(
            id=sha256_of(token.encode()),
            account_id=account_id,
            csrf=secrets.token_urlsafe(24),
            data=data or {},
        )
        with self._database.session() as session:
            session.execute(delete(SessionRow).where(SessionRow.expires_at < at))
            row = SessionRow(**made.model_dump(), seen_at=at, expires_at=at + _LONGEST)
            session.add(row)
        return token, made

    def find(self, token: str) -> WebSession | None:
        """The session of a cookie, unless it is over: two hours idle, or twelve in all."""
        at = datetime.now(UTC)
        with self._database.session() as session:
            row = session.get(SessionRow, sha256_of(token.encode()))
            if row is None or row.expires_at < at or row.seen_at + _IDLE < at:
                return None
            found = WebSession(id=row.id, account_id=row.account_id, csrf=row.csrf, data=row.data)
            if row.seen_at + _TOUCH < at:
                row.seen_at = at
        return found

    def keep(self, session_id: str, data: dict[str, JsonValue]) -> None:
        """Keep what is new of a session."""
        with self._database.session() as session:
            session.execute(update(SessionRow).where(SessionRow.id == session_id).values(data=data))

    def end(self, session_id: str) -> None:
        """Sign out."""
        with self._database.session() as session:
            session.execute(delete(SessionRow).where(SessionRow.id == session_id))

    def end_all(self, account_id: str) -> None:
        """Sign an account out everywhere: its password or role changed."""
        with self._database.session() as session:
            session.execute(delete(SessionRow).where(SessionRow.account_id == account_id))
