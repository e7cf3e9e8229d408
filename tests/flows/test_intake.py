"""Intake: every bad file has its clear refusal, is kept, and stops nothing."""

import multiprocessing
import os
import unicodedata
from pathlib import Path

import img2pdf
import pikepdf
import pytest
from PIL import Image

from flows.pipeline.intake import new_batch, read_source, take_in
from flows.workers.pool import WorkerPool
from schemas.batch import Receipt
from schemas.file_errors import ForbiddenFile, UnreadableFile
from schemas.settings import Settings
from storage import keys
from storage.archive.archive import Archive
from storage.files.scan_folders import Offered, find_files


def _take(archive: Archive, pool: WorkerPool, settings: Settings, *paths: Path) -> dict[str, Receipt]:
    batch = archive.open_batch(new_batch("lô", "H10"))
    taken = take_in(archive, pool, settings, batch, find_files(paths))
    receipts = {receipt.name: receipt for _, receipt in taken}
    balance = archive.ledger.balance(batch)
    assert balance.adds_up
    assert balance.files == len(receipts)
    return receipts


@pytest.fixture
def bad_folder(tmp_path: Path, page_jpeg: bytes) -> Path:
    """One good file among everything that can be wrong."""
    folder = tmp_path / "lô giấy"
    folder.mkdir()
    (folder / "tốt.jpg").write_bytes(page_jpeg)
    (folder / "rỗng.pdf").touch()
    (folder / "văn bản.pdf").write_text("không phải PDF")
    (folder / "cụt.jpg").write_bytes(page_jpeg[: len(page_jpeg) // 3])
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(folder / "khóa.pdf", encryption=pikepdf.Encryption(owner="a", user="b"))
    whole = img2pdf.convert(page_jpeg)
    (folder / "nửa.pdf").write_bytes(whole[: len(whole) // 2])
    Image.new("1", (30_000, 8)).save(folder / "dài.png")
    Image.new("L", (300, 300), 255).save(folder / "nửa.tif", compression="tiff_deflate")
    tiff = (folder / "nửa.tif").read_bytes()
    (folder / "nửa.tif").write_bytes(tiff[: len(tiff) // 2])
    (folder / "to.pdf").write_bytes(b"%PDF-1.4" + bytes(21_000_000))
    with pikepdf.new() as pdf:
        for _ in range(500):
            pdf.add_blank_page()
        pdf.save(folder / "dày.pdf")
    os.mkfifo(folder / "ống")
    (folder / "liên kết.pdf").symlink_to("/etc/passwd")
    return folder


EXPECTED = {
    "tốt.jpg": None,
    "rỗng.pdf": "empty_file",
    "văn bản.pdf": "unknown_format",
    "cụt.jpg": "damaged_file",
    "khóa.pdf": "encrypted_file",
    "nửa.pdf": "damaged_file",
    "dài.png": "too_large",
    "nửa.tif": "damaged_file",
    "to.pdf": "too_large",
    "dày.pdf": "too_large",
    "ống": "not_a_file",
    "liên kết.pdf": "not_a_file",
}


def test_bad_files_are_refused_each_for_its_reason(
    lite_archive: Archive, pool: WorkerPool, settings: Settings, bad_folder: Path
) -> None:
    receipts = _take(lite_archive, pool, settings, bad_folder)
    codes = {
        Path(name).name: receipt.refusal.code if receipt.refusal else None
        for name, receipt in receipts.items()
    }
    assert codes == EXPECTED
    for name, receipt in receipts.items():
        if receipt.refusal:
            assert name in receipt.refusal.message.vi, "a refusal names the file"
        if receipt.sha256:
            assert lite_archive.store.exists(keys.scan(receipt.sha256)), "also refused bytes are kept"
    assert {file.name for file in bad_folder.iterdir()} == set(EXPECTED), "sources stay where they are"


@pytest.mark.parametrize("named", ["cấm.jpg", "thư mục", "thư mục/khóa"])
def test_no_permission(tmp_path: Path, page_jpeg: bytes, named: str) -> None:
    """To a file, a folder below the one that was named, that folder: all told, none passed over.

    In a process without root's rights, for root may read everything.
    """
    file, locked = tmp_path / "cấm.jpg", tmp_path / "thư mục" / "khóa"
    locked.mkdir(parents=True)
    file.write_bytes(page_jpeg)
    for path in (file, locked):
        path.chmod(0)
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(0o755)
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    process = context.Process(target=_read_as_nobody, args=(tmp_path / named, queue))
    process.start()
    process.join(30)
    assert queue.get(timeout=5) == ForbiddenFile.code


def _read_as_nobody(named: Path, queue: "multiprocessing.Queue[str]") -> None:
    if os.geteuid() == 0:
        os.setuid(65534)
    (item,) = find_files([named])
    try:
        read_source(item, 10**9)
    except ForbiddenFile as error:
        queue.put(error.code)
    else:
        queue.put("read")


def test_a_disk_that_fails_while_it_is_read_is_told_so() -> None:
    """Reading another process's memory from address 0 is such a failure: EIO, from a regular file."""
    with pytest.raises(UnreadableFile, match="Input/output"):
        read_source(Offered(Path("/proc/self/mem"), "mem", "s", 1), 10**9)


def test_names_are_data(
    lite_archive: Archive, pool: WorkerPool, settings: Settings, tmp_path: Path, page_jpeg: bytes
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    decomposed = unicodedata.normalize("NFD", "Hồ sơ Thúy.jpg")
    names = ["a\nb\x1b[31m.jpg", "..%2F..%2Fetc.jpg", decomposed, "-rf.jpg", "[bold].jpg"]
    for at, name in enumerate(names):
        (folder / name).write_bytes(page_jpeg + bytes([at]))
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.jpg")).write_bytes(page_jpeg + b"9")
    receipts = _take(lite_archive, pool, settings, folder)
    assert len(receipts) == 6
    assert all(name.isprintable() for name in receipts)
    assert "in/" + unicodedata.normalize("NFC", decomposed) in receipts
    assert all(receipt.scan for receipt in receipts.values())


def test_equal_bytes_are_linked_within_their_stack(
    lite_archive: Archive, pool: WorkerPool, settings: Settings, tmp_path: Path, page_jpeg: bytes
) -> None:
    for name in ("a/1.jpg", "a/2.jpg", "b/1.jpg"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(page_jpeg)
    receipts = _take(lite_archive, pool, settings, tmp_path / "in")
    first = receipts["in/a/1.jpg"]
    assert first.linked_to is None
    assert receipts["in/a/2.jpg"].linked_to == first.id
    assert receipts["in/b/1.jpg"].linked_to is None, "a sheet of another dossier"
    again = _take(lite_archive, pool, settings, tmp_path / "in")
    assert again == receipts, "handing the same files in again changes nothing"


def test_stacks_and_their_order(tmp_path: Path) -> None:
    for name in (
        "in/b.pdf",
        "in/trang 10.jpg",
        "in/trang 2.jpg",
        "in/hs 1/x.pdf",
        "in/hs 1/sub/y.png",
        "in/.hidden",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = [(item.stack, item.name, item.position) for item in find_files([tmp_path / "in"])]
    assert found == [
        ("in", "in/trang 2.jpg", 1),
        ("in", "in/trang 10.jpg", 2),
        ("in/b.pdf", "in/b.pdf", 1),
        ("in/hs 1", "in/hs 1/sub/y.png", 1),
        ("in/hs 1", "in/hs 1/x.pdf", 2),
    ]
