"""The founding promise, for every kind of record: object, row and event agree, whatever was interrupted."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from minio.deleteobjects import DeleteObject
from record_examples import BATCH, DOSSIER, EXAMPLES, FIRST, PAPER, RECEIPT
from sqlalchemy import select, text
from trail_signing import SIGNING

from schemas.audit_event import Event
from schemas.base.model import Frozen
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

_OF_THE_DAY = {"audit", "written_digest", "stack"}
"""Tables of events, of what was written since the last sweep, and of what waits since when."""


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
    archive.ledger.record_filing(
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
