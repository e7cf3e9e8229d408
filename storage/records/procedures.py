"""Procedures as this office has them: those of the product, and editions the office entered itself."""

import time
from collections.abc import Iterable
from datetime import date
from threading import Lock

from rules.reuse.procedure_lookup import in_force
from schemas.account import Actor
from schemas.audit_event import Event
from schemas.catalogue import procedures
from schemas.errors import NotOnRecord
from schemas.procedure import Procedure, national_code
from schemas.store_errors import ObjectExists
from storage import keys
from storage.archive.archive import Archive

_FRESH_SECONDS = 5.0
_MOST_EDITIONS = 10_000


class Procedures:
    """The catalogue. An edition of the office's own wins over the product's while it is in force."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._own: dict[str, Procedure] = {}
        self._looked_at = 0.0
        self._lock = Lock()

    def editions(self) -> tuple[Procedure, ...]:
        """All of them, the office's own last."""
        with self._lock:
            if time.monotonic() - self._looked_at > _FRESH_SECONDS:
                for key in self._archive.store.keys(keys.PROCEDURES):  # written once, so read once
                    if key not in self._own:
                        self._own[key] = self._archive.get_record(key, Procedure)
                self._looked_at = time.monotonic()
            own = [self._own[key] for key in sorted(self._own)]
        return (*procedures(), *own)

    def on(self, day: date) -> dict[str, Procedure]:
        """Those in force on the day, by code."""
        return in_force(self.editions(), day)

    def find(self, code: str, day: date) -> Procedure:
        """The edition in force on the day, by national or local code. Raises `NotOnRecord`."""
        found = self.on(day).get(national_code(code) or "")
        if found is None:
            raise NotOnRecord(code)
        return found

    def add(self, editions: Iterable[Procedure], by: Actor | None = None) -> int:
        """Enter editions of the office's own; how many were not there already, word for word."""
        known = self.editions()
        added = 0
        for procedure in editions:
            if procedure not in known:
                self._add(procedure, by)
                added += 1
        self._looked_at = 0.0
        return added

    def _add(self, procedure: Procedure, by: Actor | None) -> None:
        number = sum(1 for _ in self._archive.store.keys(f"{keys.PROCEDURES}{procedure.code}/"))
        for tried in range(number + 1, _MOST_EDITIONS):
            key = keys.procedure(procedure.code, tried)
            event = Event(action="procedure.add", target=key)
            try:
                self._archive.commit(procedure, event, by, key=key, new=True)
            except ObjectExists:
                continue
            return
        raise ObjectExists(procedure.code)
