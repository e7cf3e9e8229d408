"""The archive: objects, the ledger that indexes them, and the audit trail, opened together."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from pydantic import BaseModel, RootModel, ValidationError

from schemas.account import Actor
from schemas.audit_event import Event
from schemas.base.model import Frozen
from schemas.batch import Batch, Receipt
from schemas.page import Reading
from schemas.paper import Dossier, PageRef, Paper
from schemas.store_errors import ObjectAltered, ObjectExists, ObjectMissing
from storage import keys
from storage.archive.audit_trail import AuditTrail
from storage.archive.ledger import Ledger
from storage.database.engine import Database
from storage.objects.store import ObjectStore

_JSON = "application/json"
Record = TypeVar("Record", bound=Frozen)
Loaded = TypeVar("Loaded", bound=BaseModel)


@dataclass(frozen=True)
class RecordKind(Generic[Record]):
    """One kind of record; `storage.record_kinds` is the table of all."""

    name: str
    folder: str
    """Prefix of their keys, `submissions/`."""
    pattern: re.Pattern[str]
    """Matches their keys, and of no other kind."""
    types: tuple[type[Record], ...]
    key: Callable[[Record], str]
    """The key of a record; where keys are numbered, the caller of `commit` gives it."""
    index: Callable[["Archive", Sequence[Record]], None]
    """Enter records in the database; entering one again changes nothing."""
    moment: str = ""
    """The field that says when it was made; empty where the audit trail does not tell of this kind."""
    root: type[RootModel[Any]] | None = None
    """How records of several types are read."""
    rebuilt: bool = True
    """Whether a rebuild enters all of them; of dossiers and papers it is the last revisions alone."""

    def read(self, archive: "Archive", key: str) -> Record:
        """The record under `key`. Raises `ObjectMissing`, `ObjectAltered`."""
        model: type[BaseModel] = self.root or self.types[0]
        loaded = archive.get_record(key, model)
        return cast("Record", loaded.root if isinstance(loaded, RootModel) else loaded)


def record_bytes(record: Frozen) -> bytes:
    """A record as it is stored: JSON, UTF-8."""
    return record.model_dump_json(indent=1).encode()


@dataclass(frozen=True)
class Archive:
    """What the product remembers. Objects are written before rows, and flushed in between."""

    store: ObjectStore
    database: Database
    ledger: Ledger
    audit: AuditTrail
    kinds: Mapping[type[Frozen], RecordKind[Any]]

    def commit(
        self,
        record: Record,
        events: Event | Sequence[Event] = (),
        by: Actor | None = None,
        *,
        key: str = "",
        accept: Callable[[Record], None] = lambda _: None,
        new: bool = False,
    ) -> Record:
        """Put `record` on record: object, flush, row, events, in this order; what is on record now.

        The first of a key stays: a later one of other bytes is dropped, and the first returned; with `new`
        `ObjectExists` is raised instead. `accept` looks at what will be on record and may raise before
        anything acknowledges it. Killed between any two steps and called again it ends in the same object,
        row and events; a rebuild enters what lies in the store.

        `key` is given for kinds whose keys are numbered. Raises `StoreUnavailable`, `DatabaseUnavailable`.
        """
        kind = self.kinds[type(record)]
        key = key or kind.key(record)
        try:
            self.put_record(key, record)
        except ObjectExists:
            if new:
                raise
            record = kind.read(self, key)
        accept(record)
        self.store.flush()
        kind.index(self, [record])
        for event in (events,) if isinstance(events, Event) else events:
            self.audit.append(
                event.action, event.target, by, purpose=event.purpose, detail=event.detail, record=key
            )
        return record

    def put_record(self, key: str, record: Frozen) -> str:
        """Write `record` as JSON under a new key; its SHA-256."""
        return self.store.put(key, record_bytes(record), _JSON)

    def get_record(self, key: str, kind: type[Loaded]) -> Loaded:
        """The record under `key`. Raises `ObjectMissing`, `ObjectAltered`."""
        try:
            return kind.model_validate_json(self.store.get(key))
        except ValidationError as error:
            raise ObjectAltered(key, "not a record of this kind") from error

    def open_batch(self, batch: Batch, by: Actor | None = None) -> Batch:
        """Enter `batch`, or return the one of that id that is there already."""
        return self.commit(batch, Event(action="batch.open", target=batch.id), by)

    def put_receipts(self, receipts: list[Receipt]) -> list[Receipt]:
        """Write receipts whose scans lie in the store, flush, and enter them in the ledger.

        A file handed in before keeps its first receipt. When this returns, the sources may be
        moved: nothing of them can be lost any more.
        """
        kept = [self._keep_receipt(receipt) for receipt in receipts]
        self.store.flush()
        self.ledger.add_receipts(kept)
        return kept

    def reading(self, page: PageRef) -> Reading | None:
        """What was read of `page` under its reading key, if it was."""
        try:
            return self.get_record(keys.text(page), Reading)
        except ObjectMissing:
            return None

    def put_reading(self, page: PageRef, reading: Reading, view: bytes) -> Reading:
        """Keep a reading and its view image; an earlier one of the same key wins."""
        self.store.put(keys.view(reading.view_sha256), view, "image/jpeg")
        return self.keep_first(keys.text(page), reading)

    def keep_first(self, key: str, record: Record) -> Record:
        """Write `record` under `key`, or return the one that is there already."""
        try:
            self.put_record(key, record)
        except ObjectExists:
            return self.get_record(key, type(record))
        return record

    def put_dossier(self, dossier: Dossier) -> int:
        """Write the next revision of a dossier, or find the equal one that is there."""
        return self._put_revision(lambda n: keys.dossier(dossier.id, n), dossier)

    def put_paper(self, paper: Paper, pdf: bytes, alto: bytes) -> Paper:
        """Write the next revision of a paper with its PDF/A and ALTO.

        The same paper written again is found, not doubled.
        """
        for revision in range(1, 10_000):
            try:
                return self.put_revision(paper, revision, pdf, alto)
            except ObjectExists:
                continue
        raise ObjectExists(paper.id)

    def put_in_dossier(self, paper: Paper, dossier_id: str) -> Paper:
        """Write `paper` as one of another dossier: a revision that says so and changes nothing else."""
        moved = paper.with_changes(dossier_id=dossier_id)
        for revision in range(paper.revision + 1, 10_000):
            numbered = moved.with_changes(revision=revision)
            try:
                self.put_record(keys.paper(paper.id, revision), numbered)
            except ObjectExists:
                continue
            return numbered
        raise ObjectExists(paper.id)

    def latest_paper(self, paper_id: str) -> Paper | None:
        """The newest revision that the store holds, whatever the ledger knows."""
        revision = 0
        while self.store.exists(keys.paper(paper_id, revision + 1)):
            revision += 1
        return self.get_record(keys.paper(paper_id, revision), Paper) if revision else None

    def put_revision(self, paper: Paper, revision: int, pdf: bytes, alto: bytes) -> Paper:
        """Write exactly this revision of a paper. Raises `ObjectExists` when it is something else.

        The record is written last: a revision without one was never acknowledged.
        """
        pdf_key, alto_key = (keys.paper(paper.id, revision, kind) for kind in ("pdf", "alto.xml"))
        files = {
            "revision": revision,
            "pdf_key": pdf_key,
            "pdf_sha256": self.store.put(pdf_key, pdf, "application/pdf"),
            "alto_key": alto_key,
            "alto_sha256": self.store.put(alto_key, alto, "application/xml"),
        }
        numbered = paper.with_changes(**files)
        self.put_record(keys.paper(paper.id, revision), numbered)
        return numbered

    def _keep_receipt(self, receipt: Receipt) -> Receipt:
        return self.keep_first(keys.receipt(receipt.batch_id, receipt.id), receipt)

    def _put_revision(self, key_of: Callable[[int], str], record: Frozen) -> int:
        for revision in range(1, 10_000):
            try:
                self.put_record(key_of(revision), record)
            except ObjectExists:
                continue
            return revision
        raise ObjectExists(key_of(0))
