"""The founding promise, for every kind of record: object, row and event agree, whatever was interrupted."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from minio.deleteobjects import DeleteObject
from sqlalchemy import select, text
from trail_signing import SIGNING
from waiting_stacks import receipt_of

from schemas.acceptance_sample import Sample, SampleItem, SampleResult
from schemas.agency import Agency, AgencyTable
from schemas.arrangement import ArrangedPaper, Arrangement, LaidDossier, Leaf
from schemas.audit_event import Event
from schemas.base.clock import now
from schemas.base.ids import derive_id, sha256_of
from schemas.base.model import Frozen
from schemas.batch import Arrival, Batch
from schemas.catalogue import procedures
from schemas.completeness import ComponentAnswer, Verdict
from schemas.fixity import Damage, Loss, Repair, Sweep
from schemas.inspection import Drawn, Inspected, Inspection
from schemas.paper import Dossier, PageRef, Paper, State
from schemas.register import Import
from schemas.report import Made
from schemas.seal import Seal, SignedSeal
from schemas.subject import Link, Proof, Revocation, Undone
from schemas.submission import AskedAnyway, AskReason, Submission
from storage import keys
from storage.archive.archive import Archive, RecordKind
from storage.archive.audit_trail import AuditTrail
from storage.database.engine import Database
from storage.database.tables.base import Base
from storage.database.tables.trail import AuditRow
from storage.objects.seaweedfs import Address
from storage.opening import embedded_store, make_archive
from storage.preservation.rebuild import reindex
from storage.record_kinds import RECORD_KINDS
from storage.records.papers import page_states, paper_text

AT = now() + timedelta(days=1)
"""After the first event of each archive: what is older than events that name records is not told of."""
_OF_THE_DAY = {"audit", "written_digest", "stack"}
"""Tables of events, of what was written since the last sweep, and of what waits since when."""


def _id(*parts: object) -> str:
    return derive_id("test", *map(str, parts))


BATCH = Batch(id=_id("batch"), name="lô", unit="H10", created_at=AT)
RECEIPT = receipt_of(BATCH, "001", 1)
PAGE = PageRef(scan=RECEIPT.sha256 or "", page_number=1, reading_key=sha256_of(b"key"))
PAPER = Paper(
    id=_id("paper"),
    revision=1,
    dossier_id=_id("dossier"),
    document_type="unknown",
    confidence=1.0,
    pages=(PAGE,),
    fields={},
    state=State.READ,
    read_at=AT,
    pdf_key="k",
    pdf_sha256="s",
    alto_key="k",
    alto_sha256="s",
)
DOSSIER = Dossier(
    id=PAPER.dossier_id,
    batch_id=BATCH.id,
    stack="001",
    name="001",
    unit="H10",
    papers=(PAPER.id,),
    pages=(PAGE,),
)
SUBMISSION = Submission(
    id=_id("submission"),
    code="H10-261129-0001",
    unit="H10",
    procedure="1.000894",
    case="marriage",
    parties=(("applicant", _id("person")),),
    opened_at=AT,
    opened_by="thu",
)
PROCEDURE = procedures()[0]
LEAF = Leaf(scan=PAGE.scan, page_number=1)
LAID = LaidDossier(
    dossier_id=DOSSIER.id,
    stack="001",
    number=10_001,
    papers=(ArrangedPaper(pages=(LEAF,), paper_id=PAPER.id),),
)
LINK = Link(id=_id("link"), one=_id("a"), other=_id("b"), proof=Proof.PERSON, note="CMND", by="thu", at=AT)
LOSS = Loss(id=_id("loss"), key="scans/1", damage=Damage.MISSING, expected="e", found="", found_at=AT)
SAMPLE = Sample(
    id=_id("sample"),
    batch_id=BATCH.id,
    drawn_at=AT,
    drawn_by="hoa",
    limit=0.1,
    population=9,
    items=(SampleItem(number=1, paper_id=PAPER.id, revision=1, field="name"),),
)
INSPECTION = Inspection(
    id=_id("inspection"),
    seed="2026/11",
    unit="H10",
    population=1,
    drawn_at=AT,
    drawn_by="minh",
    papers=(Drawn(paper_id=PAPER.id, revision=1),),
)
ASKED = AskedAnyway(
    id=_id("use"),
    submission_id=SUBMISSION.id,
    component="x",
    reason=AskReason.INCOMPLETE,
    shown=ComponentAnswer(component=PROCEDURE.cases[0].components[0], verdict=Verdict.ON_FILE),
    unit="H10",
    by="thu",
    at=AT,
)
EXAMPLES: dict[str, tuple[Frozen, str]] = {
    "batch": (BATCH.model_copy(update={"id": _id("another"), "name": "lô 2"}), ""),
    "receipt": (receipt_of(BATCH, "002", 2), ""),
    "arrival": (
        Arrival(
            id=_id("arrival"), batch_id=BATCH.id, stack="003", position=1, name="a", sha256="s", arrived_at=AT
        ),
        "",
    ),
    "sample": (SAMPLE, ""),
    "sample result": (
        SampleResult(
            sample_id=SAMPLE.id, finished_at=AT, keyed=1, wrong=0, bound=0.1, limit=0.2, accepted=True
        ),
        keys.sample_result(BATCH.id, SAMPLE.id),
    ),
    "arrangement": (
        Arrangement(batch_id=BATCH.id, number=10_001, by="lan", at=AT, dossiers=(LAID,), before=(LAID,)),
        "",
    ),
    "paper": (PAPER.model_copy(update={"revision": 2, "state": State.VERIFIED}), ""),
    "identity link": (LINK, ""),
    "revocation": (
        Revocation(
            id=_id("revocation"), paper_id=PAPER.id, since=date(2026, 1, 2), source="QĐ 1", by="minh", at=AT
        ),
        "",
    ),
    "submission": (SUBMISSION, ""),
    "use": (ASKED, ""),
    "undone": (Undone(of=LINK.id, by="thu", at=AT, reason="nhầm"), ""),
    "table of units": (AgencyTable(agencies=(Agency(code="H10.99", name="Xã mới"),)), keys.agencies(1)),
    "procedure": (PROCEDURE, keys.procedure(PROCEDURE.code, 1)),
    "register import": (
        Import(
            id="20261129",
            name="so.csv",
            sha256="s",
            at=AT,
            by="an",
            mapping={},
            rows=0,
            refused=0,
            segments=0,
        ),
        "",
    ),
    "seal": (
        SignedSeal(
            seal=Seal(number=1, first=1, last=1, head="h", previous="p", sealed_at=AT, key="k"), signature="s"
        ),
        "",
    ),
    "sweep": (
        Sweep(
            number=1,
            after="",
            last="",
            begun_at=AT,
            ended_at=AT,
            objects=1,
            bytes=1,
            copied=0,
            losses=(),
            repaired=0,
        ),
        "",
    ),
    "loss": (LOSS, ""),
    "repair": (Repair(loss_id=LOSS.id, at=AT, source=""), ""),
    "inspection": (INSPECTION, ""),
    "inspected paper": (
        Inspected(inspection_id=INSPECTION.id, number=1, paper_id=PAPER.id, verdicts={}, by="minh", at=AT),
        "",
    ),
    "report": (
        Made(
            id=_id("report"),
            content_sha256="s",
            files={},
            period="2026-Q3",
            unit="H10",
            made_at=AT,
            made_by="minh",
        ),
        "",
    ),
}
"""Of each kind one, and its key where keys are numbered."""
FIRST = {
    "use": (SUBMISSION, ""),
    "undone": (LINK, ""),
    "repair": (LOSS, ""),
    "inspected paper": (INSPECTION, ""),
    "sample result": (SAMPLE, ""),
}
"""What has to be on record before it."""
STEPS = ("nothing", "object", "flush", "row", "event's object")


class World:
    """A store of its own, and databases that may be thrown away."""

    def __init__(self, address: Address, folder: Path, empty: Path, stack: ExitStack) -> None:
        self.store = embedded_store(address, f"test-{uuid.uuid4().hex[:12]}")
        self.store.prepare()
        stack.callback(self._remove)
        self._folder, self._empty, self._stack = folder, empty, stack

    def _remove(self) -> None:
        client = self.store._client
        held = (
            DeleteObject(o.object_name or "") for o in client.list_objects(self.store.bucket, recursive=True)
        )
        assert not list(client.remove_objects(self.store.bucket, held))
        client.remove_bucket(self.store.bucket)

    def archive(self, name: str) -> Archive:
        """As a process that just started has it; `name` is the database's."""
        if not (file := self._folder / f"{name}.sqlite").exists():
            shutil.copy(self._empty, file)
        database = self._stack.enter_context(closing(Database(f"sqlite:///{file}")))
        return make_archive(self.store, database, AuditTrail(self.store, database, SIGNING))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared database, copied for each that is wanted."""
    file = tmp_path_factory.mktemp("empty") / "ledger.sqlite"
    with closing(Database(f"sqlite:///{file}")) as database:
        database.prepare()
        with database.session() as session:
            session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    return file


@pytest.fixture
def worlds(store_address: Address, tmp_path: Path, empty: Path) -> Iterator[Callable[[str], World]]:
    with ExitStack() as stack:

        def world(name: str) -> World:
            (tmp_path / name).mkdir()
            return World(store_address, tmp_path / name, empty, stack)

        yield world


def _begin(archive: Archive, kind: str) -> None:
    """A batch with a dossier and its paper, and what the kind needs."""
    archive.open_batch(BATCH)
    archive.put_receipts([RECEIPT])
    archive.put_dossier(DOSSIER)
    archive.put_record(keys.paper(PAPER.id, 1), PAPER)
    archive.store.flush()
    archive.ledger.settle(
        "001", page_states(DOSSIER, "001", [PAPER]), [(DOSSIER, 1)], [paper_text(archive, PAPER)]
    )
    if kind in FIRST:
        archive.commit(FIRST[kind][0], Event(action="test.first", target="first"))


def _commit(archive: Archive, kind: str) -> None:
    record, key = EXAMPLES[kind]
    archive.commit(record, Event(action=f"test.{kind}", target="target"), key=key)


def _interrupted(archive: Archive, kind: str, after: str) -> None:
    """The commit ends for good once `after` is done."""
    row = archive.kinds[type(EXAMPLES[kind][0])]
    at = {
        "nothing": (archive.store, "put"),
        "object": (archive.store, "flush"),
        "flush": (type(row), "index"),
        "row": (archive.audit, "append"),
        "event's object": (archive.audit, "index"),
    }
    if after == "flush":
        object.__setattr__(archive, "kinds", {type(EXAMPLES[kind][0]): replace(row, index=_end)})
        with pytest.raises(KeyboardInterrupt):
            _commit(archive, kind)
        return
    where, name = at[after]
    with patch.object(where, name, side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        _commit(archive, kind)


def _end(*_: object) -> None:
    raise KeyboardInterrupt


def _rows(archive: Archive) -> dict[str, list[str]]:
    """All tables but those that say what happened when."""
    shown = {}
    with archive.database.session() as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in _OF_THE_DAY:
                shown[table.name] = sorted(str(tuple(row)) for row in session.execute(select(table)))
    return shown


def _told(archive: Archive, kind: str) -> list[str]:
    """Actions of the events that name the record."""
    record, key = EXAMPLES[kind]
    key = key or archive.kinds[type(record)].key(record)
    with archive.database.session() as session:
        events = session.scalars(select(AuditRow.record)).all()
    return [event["action"] for event in events if event.get("record") == key]


def test_every_kind_has_an_example() -> None:
    assert set(EXAMPLES) == {kind.name for kind in RECORD_KINDS}
    for kind in RECORD_KINDS:
        record, key = EXAMPLES[kind.name]
        key = key or kind.key(record)
        assert [row.name for row in RECORD_KINDS if row.pattern.fullmatch(key)] == [kind.name]
        assert key.startswith(kind.folder)


@pytest.mark.parametrize("kind", [kind.name for kind in RECORD_KINDS])
def test_interrupted_anywhere_and_done_again_it_is_there_once(
    kind: str, worlds: Callable[[str], World]
) -> None:
    whole = worlds("whole").archive("a")
    _begin(whole, kind)
    _commit(whole, kind)
    expected = _rows(whole)
    assert _told(whole, kind) == [f"test.{kind}"]
    for step in STEPS:
        world = worlds(f"resumed after {step}")
        first = world.archive("a")
        _begin(first, kind)
        _interrupted(first, kind, step)
        again = world.archive("a")
        _commit(again, kind)
        _commit(again, kind)
        assert _rows(again) == expected, step
        assert _told(again, kind) == [f"test.{kind}"], step


@pytest.mark.parametrize("kind", [kind.name for kind in RECORD_KINDS])
def test_interrupted_anywhere_and_rebuilt_all_three_agree(kind: str, worlds: Callable[[str], World]) -> None:
    world = worlds("whole")
    whole = world.archive("a")
    _begin(whole, kind)
    _commit(whole, kind)
    rebuilt = world.archive("b")
    reindex(rebuilt)
    expected = _rows(rebuilt)
    for step in ("object", "row", "event's object"):
        world = worlds(f"rebuilt after {step}")
        first = world.archive("a")
        _begin(first, kind)
        _interrupted(first, kind, step)
        rebuilt = world.archive("b")
        reindex(rebuilt)
        reindex(rebuilt)
        assert _rows(rebuilt) == expected, step
        moment = archive_kind(kind).moment
        told = _told(rebuilt, kind)
        if step == STEPS[-1]:
            assert told == [f"test.{kind}"]
        else:
            assert told == (["record.recover"] if moment else []), step


def archive_kind(name: str) -> RecordKind[Frozen]:
    return next(kind for kind in RECORD_KINDS if kind.name == name)
