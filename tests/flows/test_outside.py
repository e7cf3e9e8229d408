"""The balance from the outside: red with what and where, whenever what lay there is not what is on record."""

import struct
from pathlib import Path

import img2pdf
import pikepdf
import pytest
from PIL import Image
from sqlalchemy import delete

from flows.pipeline.filing import file_stack
from flows.pipeline.intake import new_batch, take_in
from flows.workers.pool import WorkerPool
from samples.dossiers import draw_dossier, write_dossier
from samples.drawing.damage import Level
from schemas.batch import Balance, Batch
from schemas.settings import Settings
from storage.archive.archive import Archive
from storage.database.tables.intake import PageRow
from storage.files.scan_folders import count_left_alone, find_files
from storage.views.outside import Outsides, note_listing, unrecorded, with_outside


class Door:
    """Where files come in, for tests."""

    def __init__(self, archive: Archive, pool: WorkerPool, settings: Settings, folder: Path) -> None:
        self.archive, self.pool, self.settings, self.folder = archive, pool, settings, folder
        folder.mkdir()

    def take(self, most: int = 100, **counted: int) -> Batch:
        """Hand the folder in, of which only `most` files are taken before the end."""
        batch = self.archive.open_batch(new_batch("lô", "H10", **counted))
        offered = find_files([self.folder])
        note_listing(self.archive, batch.id, [one.name for one in offered], count_left_alone([self.folder]))
        list(take_in(self.archive, self.pool, self.settings, batch, offered[:most]))
        return batch

    def differences(self, batch: Batch) -> list[str]:
        """Codes of what differs."""
        balance = with_outside(self.archive, self.archive.ledger.balance(batch))
        outside = balance.outside
        assert outside
        assert balance.adds_up == (not outside.differences)
        return [difference.code for difference in outside.differences]

    def balance(self, batch: Batch) -> Balance:
        return with_outside(self.archive, self.archive.ledger.balance(batch))


@pytest.fixture
def door(lite_archive: Archive, pool: WorkerPool, settings: Settings, tmp_path: Path) -> Door:
    return Door(lite_archive, pool, settings, tmp_path / "tủ")


def _blank_pdf(file: Path, pages: int) -> None:
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page()
        pdf.save(file)


def test_what_was_not_taken_before_the_power_went(door: Door) -> None:
    for number in range(3):
        _blank_pdf(door.folder / f"{number}.pdf", number + 1)
    (door.folder / "Thumbs.db").write_bytes(b"x")
    (door.folder / ".ẩn").write_bytes(b"x")
    batch = door.take(most=2)
    balance = door.balance(batch)
    assert balance.outside
    assert (balance.outside.files_seen, balance.outside.files_left_alone, balance.files) == (3, 2, 2)
    (missing,) = balance.outside.differences
    assert "2.pdf" in missing.message.vi
    assert not balance.adds_up
    door.take()
    assert door.differences(batch) == [], "handed in again, it is all there"


def test_a_page_that_is_gone_from_the_record(door: Door) -> None:
    _blank_pdf(door.folder / "a.pdf", 3)
    batch = door.take()
    with door.archive.database.session() as session:
        session.execute(delete(PageRow).where(PageRow.page_number == 2))
    assert door.differences(batch) == ["pages_missing"]


@pytest.mark.parametrize("count", [0, 2, 7])
def test_a_pdf_that_says_another_number_of_pages(door: Door, count: int) -> None:
    with pikepdf.new() as pdf:
        for _ in range(3):
            pdf.add_blank_page()
        pdf.save(door.folder / "a.pdf", static_id=True)
    content = (door.folder / "a.pdf").read_bytes()
    assert b"/Count 3" in content
    (door.folder / "a.pdf").write_bytes(content.replace(b"/Count 3", b"/Count %d" % count))
    batch = door.take()
    assert door.differences(batch) == ["pages_unreachable"]
    (difference,) = door.balance(batch).outside.differences  # type: ignore[union-attr]
    assert str(count) in difference.message.en


def _next(content: bytes, directory: int) -> slice:
    """Where a directory of a TIFF names the one after it (TIFF 6.0, p. 14)."""
    entries = struct.unpack("<H", content[directory : directory + 2])[0]
    at = directory + 2 + 12 * entries
    return slice(at, at + 4)


def test_a_tiff_whose_chain_of_pages_breaks(door: Door) -> None:
    frames = [Image.new("L", (400, 400), 255 - n) for n in range(3)]
    frames[0].save(door.folder / "a.tif", save_all=True, append_images=frames[1:])
    content = bytearray((door.folder / "a.tif").read_bytes())
    first, order = struct.unpack("<I", content[4:8])[0], "<I"
    second = struct.unpack(order, content[_next(content, first)])[0]
    content[_next(content, second)] = struct.pack(order, len(content) - 1)
    (door.folder / "a.tif").write_bytes(bytes(content))
    batch = door.take()
    assert door.balance(batch).pages == 2
    assert door.differences(batch) == ["pages_unreachable"]


def test_files_inside_a_file_until_they_are_handed_in(door: Door, page_jpeg: bytes) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.attachments["đơn.pdf"] = pikepdf.AttachedFileSpec(pdf, b"%PDF-1.7 x", filename="đơn.pdf")
        spec = pikepdf.AttachedFileSpec(pdf, page_jpeg, filename="ghim.jpg")
        pinned = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FileAttachment, Rect=[0, 0, 9, 9], FS=spec.obj
        )
        pdf.pages[0].obj.Annots = pdf.make_indirect([pdf.make_indirect(pinned)])
        pdf.save(door.folder / "thư.pdf")
    batch = door.take()
    assert door.differences(batch) == ["attachment", "attachment"]
    assert door.balance(batch).outside.attachments == 2  # type: ignore[union-attr]
    (door.folder / "ghim.jpg").write_bytes(page_jpeg)
    (door.folder / "đơn.pdf").write_bytes(img2pdf.convert(page_jpeg))
    door.take()
    assert door.differences(batch) == []


def test_what_the_separator_and_the_clerk_counted(door: Door) -> None:
    write_dossier(draw_dossier(3), door.folder / "a.pdf", name="x", level=Level.CLEAN, seed=3)
    batch = door.take(pages_expected=9, dossiers_expected=2)
    for stack in door.archive.ledger.waiting_stacks(batch.id):
        file_stack(door.archive, door.pool, door.settings, batch, stack, lambda _: None)
    assert door.differences(batch) == ["hand_count", "hand_count"]
    (dossier,) = door.archive.ledger.dossiers(batch.id)
    said = dossier.with_changes(pages_expected=len(dossier.pages) + 1)
    door.archive.ledger.record_filing(dossier.stack, [], [(said, 2)], [])
    assert sorted(door.differences(batch)) == ["hand_count", "hand_count", "separator_count"]


def test_a_page_that_stays_open_is_answered_from_what_is_known(door: Door) -> None:
    _blank_pdf(door.folder / "a.pdf", 1)
    batch = door.take()
    outsides = Outsides(door.archive)
    first = outsides.of(door.archive.ledger.balance(batch))
    assert outsides.of(door.archive.ledger.balance(batch)) is first
    _blank_pdf(door.folder / "b.pdf", 2)
    door.take()
    again = outsides.of(door.archive.ledger.balance(batch)).outside
    assert again
    assert again.pages == 3


def test_a_folder_is_held_against_the_record_by_its_bytes(door: Door, page_jpeg: bytes) -> None:
    for name in ("a.pdf", "done/2026-11-28/b.pdf"):
        (door.folder / name).parent.mkdir(parents=True, exist_ok=True)
        _blank_pdf(door.folder / name, 1)
    (door.folder / "rỗng.pdf").touch()
    (door.folder / "c.txt").write_text("không phải giấy tờ")
    door.take()
    assert list(unrecorded(door.archive, [door.folder])) == []
    (door.folder / "refused/2026-11-28").mkdir(parents=True)
    (door.folder / "refused/2026-11-28/c.txt.reason.txt").write_text("vì sao")
    (door.folder / "done/2026-11-28/mất.jpg").write_bytes(page_jpeg)
    (door.folder / "mới.pdf").write_bytes(b"%PDF- new")
    found = {one.message.vi.split(":")[0]: one.code for one in unrecorded(door.archive, [door.folder])}
    assert found == {"tủ/done/2026-11-28/mất.jpg": "not_on_record", "tủ/mới.pdf": "not_on_record"}
