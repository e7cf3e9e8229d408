"""The audit chain: each event names the hash of the one before; events are objects first.

An event is written under the next free number with If-None-Match, so that two writers cannot both
be the next, and nobody can slip one in between later. Each is signed by the process that writes it: what
somebody put into the store or the database who has only their passwords is never taken for an event.
"""

import getpass
import socket
import time
from datetime import UTC, datetime
from threading import Lock

from pydantic import ValidationError
from sqlalchemy import select

from schemas.account import Actor
from schemas.audit_event import AuditEvent
from schemas.backup import TrailHead
from schemas.base.ids import sha256_of
from schemas.store_errors import ObjectExists, ObjectMissing
from storage import keys
from storage.archive.trail_key import TrailKeys
from storage.database.engine import Database
from storage.database.leases import held
from storage.database.tables.trail import AuditRow
from storage.database.upserts import insert_missing
from storage.objects.store import ObjectStore

FIRST_PREVIOUS = "0" * 64
_LOOKED_AT = 50
"""Rows looked at together for the last one that is ours."""
_WAIT_SECONDS = 0.05
FOREIGN = "audit.foreign"
"""Action of the event that tells of what was set aside."""


class AuditTrail:
    """Appends events; `storage.audit.seals` closes them, `storage.audit.verification` checks."""

    def __init__(self, store: ObjectStore, database: Database, signing: TrailKeys) -> None:
        self.store = store
        self.database = database
        self.signing = signing
        self._turn = Lock()
        self._last: tuple[int, str] | None = None
        """Number and digest of the last event this process wrote: where it tries first."""
        self.broken = ""
        """Why the last event could not be written; empty when it was."""

    def append(
        self,
        action: str,
        target: str,
        by: Actor | None = None,
        *,
        purpose: str = "",
        detail: str = "",
        record: str | None = None,
    ) -> AuditEvent:
        """Write the next event to the store, then index it.

        With `record`, the key of a record that was committed, it is told once: an event of this action that
        names it already, for its writer was interrupted after it, is returned.
        """
        by = by or Actor(login=getpass.getuser())
        draft = AuditEvent(
            number=1,
            at=datetime.now(UTC),
            actor=by.login,
            host=socket.gethostname(),
            action=action,
            target=target,
            previous=FIRST_PREVIOUS,
            origin=by.origin,
            purpose=purpose,
            detail=detail,
            record=record,
        )
        with self._turn:  # threads of one process queue here instead of racing for the number
            try:
                event = self._append(draft)
            except Exception as error:
                self.broken = type(error).__name__
                raise
            self.broken = ""
            return event

    def is_own(self, event: AuditEvent) -> bool:
        """Whether one of our processes wrote it. Of what is older than signatures the chain tells."""
        if not event.signature:
            return event.number < self.signing.since
        return self.signing.is_signed(event.number, event.unsigned, event.signature)

    def own_event(self, content: bytes, number: int) -> AuditEvent | None:
        """The event that `content` is, if it is ours and that number's."""
        try:
            event = AuditEvent.model_validate_json(content)
        except ValidationError:
            return None
        return event if event.number == number and self.is_own(event) else None

    def _append(self, draft: AuditEvent) -> AuditEvent:
        number, previous = self._last or self._last_indexed()
        while True:
            told = self._told(draft) if draft.record else None
            if told:
                return told
            event = self._signed(draft, number + 1, previous)
            try:
                self.store.put(keys.audit(event.number), event.content, "application/json")
                self.store.prove()
            except ObjectExists:  # another process was next, or the index lags behind the store
                number, previous = self._after(number, previous)
            else:
                self._last = (event.number, sha256_of(event.content))
                self.index(event, self._last[1])
                return event

    def _told(self, draft: AuditEvent) -> AuditEvent | None:
        """The event that tells of the draft's record already; `_after` indexes what is in the store alone."""
        # By target alone: an action may have a million rows, and SQLite could choose its index.
        query = select(AuditRow.record).where(AuditRow.target == draft.target)
        with self.database.session() as session:
            rows = session.scalars(query).all()
        same = (row for row in rows if (row["action"], row.get("record")) == (draft.action, draft.record))
        return next(map(AuditEvent.model_validate, same), None)

    def _signed(self, draft: AuditEvent, number: int, previous: str) -> AuditEvent:
        named = AuditEvent(**{**draft.model_dump(), "number": number, "previous": previous, "signature": ""})
        return AuditEvent(**{**named.model_dump(), "signature": self.signing.sign(number, named.unsigned)})

    def _after(self, number: int, previous: str) -> tuple[int, str]:
        """Where to go on after another took the number that follows `number`: always further than there.

        What others wrote meanwhile is mostly indexed; of what is not, one is entered a turn.
        """
        indexed = self._last_indexed()
        if indexed[0] > number:
            return indexed
        try:
            content = self.store.read(keys.audit(number + 1))[0]
        except ObjectMissing:  # set aside by another, just now
            return number, previous
        event = self.own_event(content, number + 1)
        if event is None:
            self._set_aside(number + 1)
            return number, previous
        self.index(event, sha256_of(content))
        return number + 1, sha256_of(content)

    def _set_aside(self, number: int) -> None:
        """What stands where an event should and is none of ours is kept elsewhere, and told on the trail.

        One process at a time: what is an event of ours when it is looked at again is left.
        """
        key = keys.audit(number)
        with held(self.database, "foreign events") as mine:
            if not mine:
                time.sleep(_WAIT_SECONDS)
                return
            try:
                content = self.store.read(key)[0]
            except ObjectMissing:
                return
            if self.own_event(content, number):
                return
            digest = sha256_of(content)
            self.store.put(keys.foreign_event(number, digest), content)
            self.store.flush()
            self.store.remove(key, keys.foreign_event(number, digest))
        told = AuditEvent(
            number=1,
            at=datetime.now(UTC),
            actor=getpass.getuser(),
            host=socket.gethostname(),
            action=FOREIGN,
            target=key,
            previous=FIRST_PREVIOUS,
            detail=digest,
        )
        self._append(told)

    def head(self) -> TrailHead | None:
        """The last event that one of us wrote, as the index has it; None before the first."""
        number, digest = self._last_indexed()
        return TrailHead(number=number, sha256=digest) if number else None

    def set_aside_foreign(self, since: int) -> int:
        """Set aside what stands after event `since` and none of us wrote; how many objects."""
        with self._turn:
            foreign = 0
            for name in list(self.store.keys(keys.AUDIT, after=keys.audit(since))):
                number = keys.number_in(name, keys.AUDIT)
                if number is not None and self.own_event(self.store.read(name)[0], number) is None:
                    self._set_aside(number)
                    foreign += 1
            return foreign

    def put_back(self, since: int = 0) -> int:
        """Put again what is indexed and not in the store; how many events.

        Between two flushes a power cut may take objects whose rows were already safe. Rows that none of us
        wrote are left where they are: `check_trail` names them.
        """
        query = select(AuditRow.number, AuditRow.digest, AuditRow.record).where(AuditRow.number > since)
        with self.database.session() as session:
            rows = session.execute(query.order_by(AuditRow.number)).tuples().all()
        there = set(self.store.keys(keys.AUDIT, after=keys.audit(since))) if rows else set()
        lost = 0
        for number, digest, record in rows:
            if keys.audit(number) not in there:
                event = AuditEvent.model_validate(record)
                if event.number == number and self.is_own(event) and sha256_of(event.content) == digest:
                    self.store.put(keys.audit(number), event.content, "application/json")
                    lost += 1
        self.store.flush()
        return lost

    def index(self, event: AuditEvent, digest: str) -> None:
        """Enter `event` into SQL; entering it again changes nothing. A row that is not ours gives way."""
        row: dict[str, object] = {
            "number": event.number,
            "at": event.at,
            "actor": event.actor,
            "action": event.action,
            "target": event.target,
            "digest": digest,
            "record": event.model_dump(mode="json", exclude=set() if event.signature else {"signature"}),
        }
        with self.database.session() as session:
            other = session.get(AuditRow, event.number)
            if other is not None and other.digest != digest and not self._is_own_row(other):
                session.delete(other)
                session.flush()
            insert_missing(session, AuditRow, [row])

    def _is_own_row(self, row: AuditRow) -> bool:
        try:
            event = AuditEvent.model_validate(row.record)
        except ValidationError:
            return False
        return event.number == row.number and self.is_own(event) and sha256_of(event.content) == row.digest

    def _last_indexed(self) -> tuple[int, str]:
        """Number and digest of the last row that one of us wrote."""
        below: int | None = None
        while True:
            query = select(AuditRow).order_by(AuditRow.number.desc()).limit(_LOOKED_AT)
            with self.database.session() as session:
                rows = session.scalars(query if below is None else query.where(AuditRow.number < below)).all()
                own = next((row for row in rows if self._is_own_row(row)), None)
                if own is not None:
                    return own.number, own.digest
                if not rows:
                    return 0, FIRST_PREVIOUS
                below = rows[-1].number
