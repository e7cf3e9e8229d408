"""Tokens of programs, and the answers kept under their idempotency keys. Furniture, like accounts."""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select

from schemas.base.ids import derive_id, sha256_of
from schemas.errors import NotOnRecord
from schemas.program import Program, Reply, Scope
from schemas.request_errors import AccountRefused, AlreadyExists
from storage.database.engine import Database
from storage.database.tables.reuse import ReplyRow, TokenRow
from storage.database.upserts import insert_missing

_PREFIX = "sohoa_"
"""So that a leaked token is found by those who search for secrets."""
_KEPT, _LONGEST = timedelta(days=7), timedelta(minutes=1)
_UNDER_WAY = 0
"""Status of a key whose request is being answered."""


class Programs:
    """Every program that may ask."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, unit: str, scopes: Iterable[Scope], days: int | None) -> tuple[Program, str]:
        """A new token and its secret, which is shown this once. Raises `AccountRefused`: name taken."""
        if not unit.strip():
            raise AccountRefused(name, "unit")
        secret = _PREFIX + secrets.token_urlsafe(32)
        made = Program(
            id=derive_id("token", secret),
            name=name,
            unit=unit,
            scopes=frozenset(scopes),
            expires_at=datetime.now(UTC) + timedelta(days=days) if days else None,
        )
        with self._database.session() as session:
            if session.scalar(select(TokenRow.id).where(TokenRow.name == name)):
                raise AlreadyExists(name)
            session.add(
                TokenRow(
                    id=made.id,
                    digest=sha256_of(secret.encode()),
                    name=name,
                    unit=unit,
                    scopes=" ".join(sorted(made.scopes)),
                    expires_at=made.expires_at,
                    revoked_at=None,
                )
            )
        return made, secret

    def find(self, secret: str) -> Program | None:
        """The program of that token, unless it was revoked or ran out."""
        with self._database.session() as session:
            row = session.scalar(select(TokenRow).where(TokenRow.digest == sha256_of(secret.encode())))
            found = _program(row) if row else None
        if found is None or found.revoked_at:
            return None
        return found if found.expires_at is None or found.expires_at > datetime.now(UTC) else None

    def all(self) -> list[Program]:
        """Every token ever given, by name."""
        with self._database.session() as session:
            return [_program(row) for row in session.scalars(select(TokenRow).order_by(TokenRow.name))]

    def revoke(self, name: str) -> None:
        """The token is good for nothing from now on. Raises `NotOnRecord`."""
        with self._database.session() as session:
            row = session.scalar(select(TokenRow).where(TokenRow.name == name))
            if row is None:
                raise NotOnRecord(name)
            row.revoked_at = row.revoked_at or datetime.now(UTC)

    def reserve(self, program: Program, key: str, digest: str) -> Reply | None:
        """None when the key is this caller's to answer; else what stands under it.

        Of two at once one gets it. One whose program was killed over it is free again after a minute.
        """
        at = datetime.now(UTC)
        row: dict[str, object] = {
            "token_id": program.id,
            "key": key,
            "digest": digest,
            "status": _UNDER_WAY,
            "body": "",
            "at": at,
        }
        dropped = (ReplyRow.status == _UNDER_WAY) & (ReplyRow.at < at - _LONGEST)
        with self._database.session() as session:
            session.execute(delete(ReplyRow).where(dropped | (ReplyRow.at < at - _KEPT)))
            insert_missing(session, ReplyRow, [row])
            held = session.get(ReplyRow, (program.id, key))
            if held is None or held.at == at:
                return None
            return Reply(digest=held.digest, status=held.status, body=held.body)

    def keep_reply(self, program: Program, key: str, reply: Reply | None) -> None:
        """Keep the answer under a reserved key for a week; without one the key is free again."""
        with self._database.session() as session:
            row = session.get(ReplyRow, (program.id, key))
            if row and reply:
                row.status, row.body = reply.status, reply.body
            elif row:
                session.delete(row)


def _program(row: TokenRow) -> Program:
    return Program(
        id=row.id,
        name=row.name,
        unit=row.unit,
        scopes=frozenset(map(Scope, row.scopes.split())),
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
