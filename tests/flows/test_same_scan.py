"""The same bytes handed in at several places: each has its own dossier and paper; reading is done once."""

from pathlib import Path

import pytest
from trail_signing import SIGNING

from flows.pipeline.filing import file_stack
from flows.pipeline.intake import new_batch, take_in
from flows.pipeline.reading import PageResult
from flows.workers.pool import WorkerPool
from schemas.batch import Batch, PagePlace
from schemas.paper import Paper
from schemas.settings import Settings
from storage.archive.archive import Archive
from storage.archive.audit_trail import AuditTrail
from storage.database.engine import Database
from storage.files.scan_folders import find_files
from storage.opening import make_archive
from storage.preservation.rebuild import reindex
from storage.records.originals import originals
from storage.views.batch_pages import find_page, pages_read


class _Desk:
    """Files of a folder, through to papers."""

    def __init__(self, archive: Archive, pool: WorkerPool, settings: Settings) -> None:
        self.archive, self.pool, self.settings = archive, pool, settings

    def digitise(self, folder: Path, name: str, unit: str = "H10") -> Batch:
        batch = self.archive.open_batch(new_batch(name, unit))
        for _ in take_in(self.archive, self.pool, self.settings, batch, find_files([folder])):
            pass
        seen: list[PageResult] = []
        for stack in self.archive.ledger.waiting_stacks(batch.id):
            file_stack(self.archive, self.pool, self.settings, batch, stack, seen.append)
        return batch

    def papers(self, batch: Batch) -> dict[str, list[Paper]]:
        """By stack."""
        dossiers = self.archive.ledger.dossiers(batch.id)
        return {dossier.stack: self.archive.ledger.papers(dossier) for dossier in dossiers}


@pytest.fixture
def desk(lite_archive: Archive, pool: WorkerPool, settings: Settings) -> _Desk:
    return _Desk(lite_archive, pool, settings)


def _lay(folder: Path, content: bytes, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize(
    "names",
    [("001/1.jpg", "002/1.jpg"), ("a/x.jpg", "b/y.jpg", "c/x.jpg"), ("tháng 1/1.jpg", "tháng 2/1.jpg")],
)
def test_in_each_dossier_it_is_a_paper(
    desk: _Desk, tmp_path: Path, page_jpeg: bytes, names: tuple[str, ...]
) -> None:
    batch = desk.digitise(_lay(tmp_path / "vào", page_jpeg, *names), "lô")
    papers = desk.papers(batch)
    assert len(papers) == len(names)
    assert all(len(own) == 1 for own in papers.values()), papers
    assert len({own[0].id for own in papers.values()}) == len(names)
    assert len({own[0].pages[0].place for own in papers.values()}) == 1, "it was read once"
    balance = desk.archive.ledger.balance(batch)
    assert (balance.files_taken, balance.files_linked) == (len(names), 0)
    assert (balance.pages, balance.pages_waiting) == (len(names), 0)
    saved = {originals(desk.archive, own[0])[0].name for own in papers.values()}
    assert saved == {name.rpartition("/")[2] for name in names}, "named as handed in there"
    assert len(pages_read(desk.archive.database, batch.id)) == len(names), "each is seen on the wall"


def test_twice_in_one_dossier_it_is_one_sheet_and_told(desk: _Desk, tmp_path: Path, page_jpeg: bytes) -> None:
    batch = desk.digitise(_lay(tmp_path / "vào", page_jpeg, "001/1.jpg", "001/2.jpg"), "lô")
    balance = desk.archive.ledger.balance(batch)
    assert (balance.files_taken, balance.files_linked, balance.pages, balance.papers) == (1, 1, 1, 1)
    assert balance.adds_up


def test_each_unit_has_its_own(desk: _Desk, tmp_path: Path, page_jpeg: bytes) -> None:
    folder = _lay(tmp_path / "vào", page_jpeg, "001/1.jpg")
    here, there = desk.digitise(folder, "lô", "H10"), desk.digitise(folder, "lô", "H22")
    (ours,), (theirs,) = desk.papers(here).values(), desk.papers(there).values()
    assert ours[0].id != theirs[0].id
    place = PagePlace(scan=ours[0].pages[0].scan, page_number=1)
    assert find_page(desk.archive.database, place, "H10").batch_id == here.id
    assert find_page(desk.archive.database, place, "H22").batch_id == there.id


def test_a_batch_read_again_under_the_right_name_is_whole(
    desk: _Desk, tmp_path: Path, page_jpeg: bytes
) -> None:
    folder = _lay(tmp_path / "vào", page_jpeg, "001/1.jpg")
    desk.digitise(folder, "lô sai tên")
    right = desk.digitise(folder, "lô đúng tên")
    assert [len(papers) for papers in desk.papers(right).values()] == [1]
    again = desk.digitise(folder, "lô đúng tên")
    assert desk.archive.ledger.balance(again).papers == 1, "the same place again is no other paper"


def test_a_person_s_word_on_one_of_them_leaves_the_other(
    desk: _Desk, tmp_path: Path, page_jpeg: bytes
) -> None:
    """And the database rebuilt from the store says the same of every place."""
    batch = desk.digitise(_lay(tmp_path / "vào", page_jpeg, "001/1.jpg", "002/1.jpg"), "lô")
    first, second = desk.archive.ledger.dossiers(batch.id)
    desk.archive.ledger.wait_again(first)
    assert desk.archive.ledger.waiting_stacks(batch.id) == [first.stack]
    balance = desk.archive.ledger.balance(batch)
    assert (balance.pages_waiting, balance.pages_read + balance.pages_needing_person) == (1, 1)
    file_stack(desk.archive, desk.pool, desk.settings, batch, first.stack, lambda _: None)
    store = desk.archive.store
    database = Database(f"sqlite:///{tmp_path / 'rebuilt.sqlite'}")
    database.prepare()
    rebuilt = make_archive(store, database, AuditTrail(store, database, SIGNING))
    reindex(rebuilt)
    assert rebuilt.ledger.balance(batch) == desk.archive.ledger.balance(batch)
    assert [d.stack for d in rebuilt.ledger.dossiers(batch.id)] == [first.stack, second.stack]
    database.close()
