"""The audit chain: each event names the hash of the one before; events are objects first.

An event is written under the next free number with If-None-Match, so that two writers cannot both
be the next, and nobody can slip one in between later.
"""

import getpass
import socket
from datetime import UTC, datetime
from threading import Lock

from sqlalchemy import func, select

from schemas.account import Actor
from schemas.errors import ObjectExists
from schemas.frozen import Frozen
from schemas.ids import sha256_of
from storage import keys
from storage.database import Database
from storage.inserts import insert_missing
from storage.objects import ObjectStore
from storage.tables import AuditRow

_FIRST = "0" * 64
_TRIES = 50


class AuditEvent(Frozen):
    """Who did or saw what, when, from where, what for.

    `target` is an id or a digest, `detail` names revisions and fields: never a person's data. At a
    terminal `actor` is the system's user, in the browser the account, and `origin` its address.
    """

    number: int
    at: datetime
    actor: str
    host: str
    action: str
    target: str
    previous: str
    """SHA-256 of the event before, as stored."""
    origin: str = ""
    purpose: str = ""
    detail: str = ""


class AuditTrail:
    """Appends events; `storage.seals` closes them, `storage.sealed_trail` checks."""

    def __init__(self, store: ObjectStore, database: Database) -> None:
        self.store = store
        self.database = database
        self._turn = Lock()
        self._known: tuple[int, str] | None = None
        """Number and digest of the last event this process wrote."""

    def append(
        self, action: str, target: str, by: Actor | None = None, *, purpose: str = "", detail: str = ""
    ) -> AuditEvent:
        """Write the next event to the store, then index it."""
        by = by or Actor(login=getpass.getuser())
        with self._turn:  # threads of one process queue here instead of racing for the number
            return self._append(
                AuditEvent(
                    number=1, at=datetime.now(UTC), actor=by.login, host=socket.gethostname(), action=action,
                    target=target, previous=_FIRST, origin=by.origin, purpose=purpose, detail=detail,
                )
            )  # fmt: skip

    def _append(self, event: AuditEvent) -> AuditEvent:
        number, previous = self._known or self._last()
        for _ in range(_TRIES):
            number += 1
            event = event.model_copy(update={"number": number, "previous": previous})
            try:
                content = event.model_dump_json().encode()
                self.store.put(keys.audit(number), content, "application/json")
                self.store.prove()
            except ObjectExists:  # another process was next, or the index lags behind the store
                previous = self._index_other(number)
                continue
            self._known = (number, sha256_of(content))
            self.index(event, self._known[1])
            return event
        raise ObjectExists(keys.audit(number))

    def _index_other(self, number: int) -> str:
        """Enter an event that another wrote, and perhaps was killed before it entered it; its digest."""
        content = self.store.get(keys.audit(number))
        self.index(AuditEvent.model_validate_json(content), sha256_of(content))
        return sha256_of(content)

    def put_back(self, since: int = 0) -> int:
        """Put again what is indexed and not in the store; how many events.

        Between two flushes a power cut may take objects whose rows were already safe.
        """
        query = select(AuditRow.number, AuditRow.digest, AuditRow.record).where(AuditRow.number > since)
        with self.database.session() as session:
            rows = session.execute(query.order_by(AuditRow.number)).tuples().all()
        there = set(self.store.keys(keys.AUDIT, after=keys.audit(since))) if rows else set()
        lost = 0
        for number, digest, record in rows:
            if keys.audit(number) not in there:
                content = AuditEvent.model_validate(record).model_dump_json().encode()
                if sha256_of(content) == digest:
                    self.store.put(keys.audit(number), content, "application/json")
                    lost += 1
        self.store.flush()
        return lost

    def index(self, event: AuditEvent, digest: str) -> None:
        """Enter `event` into SQL; entering it again changes nothing."""
        row: dict[str, object] = {
            "number": event.number, "at": event.at, "actor": event.actor, "action": event.action,
            "target": event.target, "digest": digest, "record": event.model_dump(mode="json"),
        }  # fmt: skip
        with self.database.session() as session:
            insert_missing(session, AuditRow, [row])

    def _last(self) -> tuple[int, str]:
        with self.database.session() as session:
            number = session.scalar(select(func.max(AuditRow.number))) or 0
            digest = session.scalar(select(AuditRow.digest).where(AuditRow.number == number))
        return number, digest or _FIRST
