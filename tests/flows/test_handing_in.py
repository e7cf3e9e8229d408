"""What is moved is what was taken; names that repeat mix nobody; a file that grew is its own new version."""

import errno
import io
import time
import unicodedata
from pathlib import Path

import pytest
from PIL import Image

from flows.pipeline.intake import new_batch, take_in
from flows.runners.hot_folder import _looks_whole, _resting, move_taken, offered_below
from flows.workers.pool import WorkerPool
from schemas.batch import Batch, Receipt, Refusal
from schemas.file_errors import UnreadableFile
from schemas.settings import Settings
from storage.archive.archive import Archive
from storage.archive.receipts import batch_receipts, stack_receipts, superseded_receipts
from storage.files.folder_root import FolderRoot
from storage.files.scan_folders import Offered, Signature, find_files
from storage.records.handing_in import is_numbered


@pytest.fixture
def hot(tmp_path: Path) -> Path:
    folder = tmp_path / "nóng"
    folder.mkdir()
    return folder


def _pages(*shades: int, kind: str = "TIFF") -> bytes:
    """An image file of plain pages, one a shade."""
    pages = [Image.new("L", (60, 80), shade) for shade in shades]
    out = io.BytesIO()
    pages[0].save(out, kind, **({"save_all": True, "append_images": pages[1:]} if len(pages) > 1 else {}))
    return out.getvalue()


class _Desk:
    """A watcher's round, step by step."""

    def __init__(self, archive: Archive, pool: WorkerPool, settings: Settings, folder: Path) -> None:
        self.archive, self.pool, self.settings, self.folder = archive, pool, settings, folder
        self.batch: Batch = archive.open_batch(new_batch("hôm nay", "H10"))

    def take(self, *, move: bool = True) -> list[tuple[Offered, Receipt]]:
        offered = offered_below(FolderRoot(self.folder))
        taken = list(take_in(self.archive, self.pool, self.settings, self.batch, offered))
        if move:
            for item, receipt in taken:
                move_taken(item, receipt)
        return taken

    def stacks(self) -> dict[str, list[int]]:
        """Pages by stack, as they would be filed."""
        stacks = {receipt.stack for receipt in batch_receipts(self.archive.database, self.batch.id)}
        live = {stack: stack_receipts(self.archive.database, self.batch.id, stack) for stack in stacks}
        return {
            stack: [receipt.scan.page_count for receipt in receipts if receipt.scan]
            for stack, receipts in live.items()
        }

    def left(self) -> list[str]:
        return sorted(str(file.relative_to(self.folder)) for file in self.folder.rglob("*") if file.is_file())


@pytest.fixture
def desk(lite_archive: Archive, pool: WorkerPool, settings: Settings, hot: Path) -> _Desk:
    return _Desk(lite_archive, pool, settings, hot)


def test_a_file_that_grows_is_one_file(desk: _Desk) -> None:
    """A scanning program saves 1, then 1+2, then 1+2+3 pages under one name."""
    file = desk.folder / "hồ sơ.tif"
    for pages in ((10,), (10, 20), (10, 20, 30)):
        file.write_bytes(_pages(*pages))
        taken = desk.take(move=False)
        file.write_bytes(_pages(*pages, 99))  # it grows before it could be moved
        assert not any(move_taken(item, receipt) for item, receipt in taken)
    file.write_bytes(_pages(10, 20, 30, 40))
    desk.take()
    (pages,) = desk.stacks().values()
    assert pages == [4], "the last version alone"
    (done,) = [name for name in desk.left() if name.startswith("done")]
    assert (desk.folder / done).read_bytes() == _pages(10, 20, 30, 40)
    whole = [r for r in batch_receipts(desk.archive.database, desk.batch.id) if r.scan]
    assert len(whole) == 4, "all versions stay on record"
    assert len(superseded_receipts(desk.archive.database, desk.batch.id, whole[0].stack)) == 3


@pytest.mark.parametrize("name", ["Scan0001.tif", "001/1.jpg", "001/sub/1.png", "a (2).tif", "ảnh.jpg"])
def test_names_that_repeat_are_two_dossiers(desk: _Desk, name: str) -> None:
    """A scanner counts from Scan0001 again after lunch; two folders called 001."""
    kind = "TIFF" if name.endswith("tif") else "PNG"
    for shade in (10, 20, 30):
        (desk.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (desk.folder / name).write_bytes(_pages(shade, shade) if kind == "TIFF" else _pages(shade, kind=kind))
        desk.take()
    stacks = desk.stacks()
    assert len(stacks) == 3
    assert all(len(receipts) == 1 for receipts in stacks.values()), stacks
    assert len([name for name in desk.left() if name.startswith("done")]) == 3


def test_a_folder_handed_in_again_is_no_new_dossier_and_one_that_differs_is(desk: _Desk) -> None:
    """The same copy dropped twice; then another person's folder whose first sheet is the same form."""
    for sheets in ((10, 20), (10, 20), (10, 30)):
        (desk.folder / "001").mkdir(exist_ok=True)
        for number, shade in enumerate(sheets, 1):
            (desk.folder / "001" / f"{number}.png").write_bytes(_pages(shade, kind="PNG"))
        desk.take()
    assert desk.stacks() == {"nóng/001": [1, 1], "nóng/001 (2)": [1, 1]}


def test_killed_before_it_was_moved_it_is_the_same(desk: _Desk) -> None:
    (desk.folder / "001").mkdir()
    for page in (1, 2, 3):
        (desk.folder / "001" / f"{page}.png").write_bytes(_pages(page * 20, kind="PNG"))
    taken = desk.take(move=False)
    move_taken(*taken[0])  # and then the power goes
    (desk.folder / "001" / "4.png").write_bytes(_pages(200, kind="PNG"))
    desk.take()
    assert list(desk.stacks().values()) == [[1, 1, 1, 1]], "one dossier, each page once, the late one with it"
    (stack,) = desk.stacks()
    names = [receipt.name for receipt in stack_receipts(desk.archive.database, desk.batch.id, stack)]
    assert names == [f"nóng/001/{page}.png" for page in (1, 2, 3, 4)], "in the order of the folder"


def test_folders_of_one_name_from_two_places(desk: _Desk, tmp_path: Path) -> None:
    """`sohoa digitise morning/001`, then `afternoon/001`, in one batch."""
    for at, shade in (("sáng", 10), ("chiều", 20)):
        folder = tmp_path / at / "001"
        folder.mkdir(parents=True)
        (folder / "1.png").write_bytes(_pages(shade, kind="PNG"))
        for _ in range(2):  # handing in the same folder again changes nothing
            list(take_in(desk.archive, desk.pool, desk.settings, desk.batch, find_files([folder])))
    assert sorted(desk.stacks().values()) == [[1], [1]]


def test_a_file_that_changed_while_it_was_read_stays(desk: _Desk) -> None:
    file = desk.folder / "a.png"
    file.write_bytes(_pages(10, kind="PNG"))
    ((item, receipt),) = desk.take(move=False)
    file.write_bytes(_pages(77, kind="PNG"))
    assert not move_taken(item, receipt)
    assert desk.left() == ["a.png"]
    desk.take()
    assert list(desk.stacks().values()) == [[1]]


def test_a_folder_that_is_read_only_is_no_full_disk(desk: _Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    (desk.folder / "a.png").write_bytes(_pages(10, kind="PNG"))

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    ((item, receipt),) = desk.take(move=False)
    monkeypatch.setattr("os.mkdir", refuse)
    assert not move_taken(item, receipt)
    monkeypatch.undo()
    assert desk.left() == ["a.png"]
    ((item, again),) = desk.take()
    assert again == receipt, "taken once"


def test_a_share_that_is_gone_for_a_moment(desk: _Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    (desk.folder / "a.png").write_bytes(_pages(10, kind="PNG"))

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")

    ((item, receipt),) = desk.take(move=False)
    monkeypatch.setattr("os.rename", fail)
    assert not move_taken(item, receipt), "and no talk of a full disk"
    monkeypatch.undo()
    ((item, again),) = desk.take()
    assert again == receipt, "taken once"
    assert desk.left() == [f"done/{receipt.received_at:%Y-%m-%d}/a.png"]


def test_what_cannot_be_read_stays(desk: _Desk) -> None:
    """It is no bad file: it lies where it lay, and is taken once it can be read."""
    (desk.folder / "a.png").write_bytes(_pages(10, kind="PNG"))
    ((item, receipt),) = desk.take(move=False)
    refusal = Refusal(code=UnreadableFile.code, message=UnreadableFile("a.png").message)
    assert not move_taken(item, receipt.with_changes(scan=None, refusal=refusal))
    assert desk.left() == ["a.png"]


def test_a_refused_file_with_a_long_name_has_its_reason(desk: _Desk) -> None:
    name = "ă" * 125 + ".pdf"
    (desk.folder / name).write_bytes(b"no PDF")
    desk.take()
    day, *_ = (desk.folder / "refused").iterdir()
    assert len(list(day.iterdir())) == 2
    assert sum(file.name.endswith(".reason.txt") for file in day.iterdir()) == 1


def test_a_copy_that_pauses_is_waited_for(hot: Path, page_jpeg: bytes) -> None:
    whole = {
        "a.jpg": page_jpeg,
        "b.png": _pages(10, kind="PNG"),
        "c.tif": _pages(10, 20),
        "d.pdf": b"%PDF-1.4\n" + b"x" * 5000 + b"\n%%EOF\n",
        "e.webp": _pages(10, kind="WEBP"),
    }
    for name, content in whole.items():
        (hot / name).write_bytes(content[: int(len(content) * 0.55)])
    cut = offered_below(FolderRoot(hot))
    assert [item.file.name for item in cut if _looks_whole(item)] == []
    seen: dict[Path, tuple[Signature | None, float]] = {}
    assert _resting(cut, seen, 0.02) == []
    time.sleep(0.1)
    assert _resting(cut, seen, 0.02) == [], "whole files would have rested"
    time.sleep(0.4)
    assert len(_resting(cut, seen, 0.02)) == len(cut), "but not for ever"
    for name, content in whole.items():
        (hot / name).write_bytes(content)
    assert all(map(_looks_whole, offered_below(FolderRoot(hot))))
    (hot / "f.xyz").write_bytes(b"anything")
    (hot / "g.pdf").touch()
    odd = {item.file.name: _looks_whole(item) for item in offered_below(FolderRoot(hot))}
    assert odd["f.xyz"], "of what nothing is known nothing is waited for"
    assert not odd["g.pdf"]


@pytest.mark.parametrize(
    ("name", "kind", "dossiers"),
    [("Thúy.png", "PNG", 1), ("Thúy/1.png", "PNG", 2), ("Thúy.tif", "TIFF", 2)],
)
def test_names_that_are_one_to_people_and_two_to_the_disk(
    desk: _Desk, name: str, kind: str, dossiers: int
) -> None:
    files = [desk.folder / unicodedata.normalize(form, name) for form in ("NFC", "NFD")]
    for file, shade in zip(files, (10, 77), strict=True):
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(_pages(shade, shade + 1, kind=kind))
    first = [receipt.id for _, receipt in desk.take(move=False)]
    taken = desk.stacks()
    assert len(taken) == dossiers
    assert len(set(first)) == sum(map(len, taken.values())) == 2
    assert [receipt.id for _, receipt in desk.take(move=False)] == first
    files[0].write_bytes(_pages(10, 11, 12, kind=kind))
    (grown,) = [receipt for _, receipt in desk.take() if receipt.id not in first]
    assert grown.supersedes in first
    assert len(desk.stacks()) == dossiers
    assert sum(map(len, desk.stacks().values())) == 2
    assert all(left.startswith("done/") for left in desk.left())


@pytest.mark.parametrize(
    ("name", "original", "same"),
    [
        ("a.pdf", "a.pdf", True),
        ("a (2).pdf", "a.pdf", True),
        ("a (x).pdf", "a.pdf", False),
        ("ab.pdf", "a.pdf", False),
        ("x/a (3).tif", "x/a.tif", True),
        ("x.y/a (3)", "x.y/a", True),
        ("a (2).pdf.pdf", "a.pdf", False),
    ],
)
def test_numbered_names(name: str, original: str, same: bool) -> None:
    assert is_numbered(name, original) is same
