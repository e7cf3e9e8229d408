"""Whoever puts files into a hot folder can put links there: nothing outside is read, written or moved."""

import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.pipeline.intake import read_source
from flows.runners.hot_folder import move_taken
from schemas.base.ids import sha256_of
from schemas.base.language import Bilingual
from schemas.batch import Receipt, Refusal
from schemas.environment_errors import FolderNotOurs
from schemas.file_errors import NotAFile
from storage.files.folder_root import FolderRoot
from storage.files.scan_folders import Offered, find_below, find_files

_DAY = datetime(2026, 11, 26, 3, tzinfo=UTC)
_NOBODY = 65534


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """Where an uploader may not write, and what they may not read."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret.pdf").write_bytes(b"secret")
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Iterator[FolderRoot]:
    folder = tmp_path / "hot"
    (folder / "dossier").mkdir(parents=True)
    (folder / "dossier" / "1.pdf").write_bytes(b"scan")
    return FolderRoot(folder)  # type: ignore[return-value]


def _receipt(item: Offered, *, refused: bool) -> Receipt:
    refusal = Refusal(code="damaged_file", message=Bilingual(vi="hỏng", en="damaged")) if refused else None
    return Receipt(
        id="r",
        batch_id="b",
        stack=item.stack,
        position=1,
        name=item.name,
        received_at=_DAY,
        sha256=sha256_of(b"scan"),
        refusal=refusal,
    )


def _only(root: FolderRoot) -> Offered:
    (item,) = [item for item in find_below(root) if item.parts[0] not in ("done", "refused")]
    return item


@pytest.mark.parametrize("refused", [True, False])
@pytest.mark.parametrize("step", ["{kind}", "{kind}/2026-11-26", "{kind}/2026-11-26/dossier"])
def test_a_link_where_files_are_moved_to_is_told_and_not_followed(
    root: FolderRoot, outside: Path, step: str, *, refused: bool
) -> None:
    link = root.path / step.format(kind="refused" if refused else "done")
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(outside)
    item = _only(root)
    with pytest.raises(FolderNotOurs, match=link.name):
        move_taken(item, _receipt(item, refused=refused))
    assert [file.name for file in outside.iterdir()] == ["secret.pdf"]
    assert (root.path / "dossier" / "1.pdf").exists(), "the file lies where it lay"


def test_a_folder_of_another_user_is_refused(root: FolderRoot) -> None:
    """They could take away or exchange what we put there."""
    (root.path / "done").mkdir()
    os.chown(root.path / "done", _NOBODY, _NOBODY)
    item = _only(root)
    with pytest.raises(FolderNotOurs):
        move_taken(item, _receipt(item, refused=False))
    os.chown(root.path / "done", os.geteuid(), -1)
    (root.path / "done").chmod(0o777)
    with pytest.raises(FolderNotOurs):
        move_taken(item, _receipt(item, refused=False))


def test_a_dossier_that_becomes_a_link_is_neither_read_nor_moved(root: FolderRoot, outside: Path) -> None:
    (root.path / "dossier" / "secret.pdf").write_bytes(b"bait")
    item = next(item for item in find_below(root) if item.parts[-1] == "secret.pdf")
    (root.path / "dossier").rename(root.path / "elsewhere")
    (root.path / "dossier").symlink_to(outside)
    with pytest.raises(NotAFile):
        read_source(item, 1000)
    with pytest.raises(OSError, match=r"Not a directory|symbolic"):
        root.move(item.parts, ("done", "x"))
    assert (outside / "secret.pdf").read_bytes() == b"secret"
    assert not [item for item in find_below(root) if "dossier" in item.parts and item.parts[-1] != "dossier"]


def test_a_file_that_becomes_a_link_is_not_read(root: FolderRoot, outside: Path) -> None:
    item = _only(root)
    (root.path / "dossier" / "1.pdf").unlink()
    (root.path / "dossier" / "1.pdf").symlink_to(outside / "secret.pdf")
    with pytest.raises(NotAFile):
        read_source(item, 1000)
    (folder,) = {item.root for item in find_files([root.path])}
    assert folder
    assert list(folder.walk()) == [("dossier", "1.pdf")]


def test_somebody_who_swaps_without_end_never_gets_anything_out(root: FolderRoot, outside: Path) -> None:
    """A real race: the folder is a link half of the time."""
    real, dossier, stop = root.path / "real", root.path / "dossier", threading.Event()
    dossier.rename(real)
    (real / "1.pdf").write_bytes(b"scan")
    (outside / "1.pdf").write_bytes(b"secret")

    def swap() -> None:
        while not stop.is_set():
            dossier.symlink_to(outside)
            dossier.unlink()
            real.rename(dossier)
            dossier.rename(real)

    swapper = threading.Thread(target=swap)
    swapper.start()
    item = Offered(dossier / "1.pdf", "1.pdf", "dossier", 1, root=root)
    reads = set()
    try:
        for _ in range(3000):
            try:
                reads.add(read_source(item, 1000).content)
            except NotAFile:
                continue
    finally:
        stop.set()
        swapper.join()
    assert reads <= {b"scan"}
    assert (outside / "1.pdf").exists()


def test_who_may_read_the_folder_may_read_what_was_moved(root: FolderRoot) -> None:
    root.path.chmod(0o775)
    item = _only(root)
    move_taken(item, _receipt(item, refused=True))
    day = root.path / "refused" / "2026-11-26"
    assert day.stat().st_mode & 0o777 == 0o755
    assert (day / "dossier" / "1.pdf.reason.txt").stat().st_mode & 0o777 == 0o644
    assert not (root.path / "dossier").exists(), "the emptied folder goes"
