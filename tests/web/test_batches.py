"""Batches at the desk: begun, watched, filled from the hot folder, their sheets printed."""

import threading
from pathlib import Path
from random import Random

import pytest
from room import Browser, Room, make_room
from starlette.testclient import TestClient

from flows.digitise import file_some
from flows.runners.dispatcher import work_once
from flows.runtime import Runtime
from flows.workers.pool import WorkerPool
from ocr.layout.barcodes import find_codes
from ocr.preprocessing.gray_levels import ink_channel
from ocr.sources.files import open_page
from samples.dossiers import PAINTERS, write_dossier
from samples.drawing.damage import Level
from schemas.base.ids import sha256_of
from schemas.batch import MediaType
from schemas.page import Quality, QualityReason, Reading, Verdict
from schemas.separator import read_separator
from schemas.settings import Limits
from storage.archive.receipts import batch_receipts
from storage.database.leases import take_lease
from storage.queues.stacks import Claims


def test_a_batch_is_begun_once_with_what_is_expected_of_it(room: Room) -> None:
    lan = room.person("lan")
    form = {
        "name": "Lô 12",
        "unit": "H10.15",
        "procedure": "Đăng ký kết hôn",
        "pages_expected": "40",
        "dossiers_expected": "8",
    }
    where = lan.post("/batches", **form).headers["hx-redirect"]
    page = lan.get(where).text
    for text in ("Lô 12", "H10.15", "Đăng ký kết hôn", "40", "-40", "-8"):
        assert text in page
    assert lan.post("/batches", **{**form, "pages_expected": "41"}).headers["hx-redirect"] == where
    assert 'Trang theo phiếu giao</th><td class="n">40' in lan.get(where).text
    assert lan.post("/batches", name="x", unit="H20").status_code == 403
    assert lan.post("/batches", name="", unit="H10").status_code == 422
    assert "Lô 12" in lan.get("/batches").text


def test_pages_that_fail_the_gate_are_named_at_once(room: Room) -> None:
    paper = room.paper({"full_name": "A"})
    page = room.archive.reading(paper.pages[0])
    assert page
    bad = Quality(verdict=Verdict.BAD, reasons=(QualityReason(code="blurred", measure=2, limit=1),))
    blurred = Reading(
        page=page.page.with_changes(quality=bad), view_sha256=page.view_sha256, read_at=page.read_at
    )
    (receipt,) = batch_receipts(room.archive.database, room.batch().id)
    room.archive.ledger.note_reading(receipt, paper.pages[0], blurred)
    text = room.person("lan").get(f"/batches/{room.batch().id}").text
    assert "Trang 1: Mờ: lau kính máy quét" in text
    assert f'data-replaces="{paper.pages[0].scan}/1/{receipt.stack}"' in text


def test_the_wall_fills_while_it_is_watched(room: Room) -> None:
    first = room.paper({"full_name": "A"})
    lan = room.person("lan")
    batch = room.batch()
    events: list[str] = []
    second_scan = sha256_of(b"H10 2")
    client = TestClient(room.app, base_url="http://desk")
    client.cookies = lan.client.cookies

    def watch() -> None:
        with client.stream("GET", f"/batches/{batch.id}/events") as stream:
            for line in stream.iter_lines():
                events.append(line)
                if any("t-" + second_scan[:16] in event for event in events):
                    return

    watcher = threading.Thread(target=watch)
    watcher.start()
    threading.Event().wait(1.5)
    room.paper({"full_name": "B"})
    watcher.join(20)
    assert not watcher.is_alive()
    text = "\n".join(events)
    assert f"t-{first.pages[0].scan[:16]}" in text
    assert text.index(f"t-{first.pages[0].scan[:16]}") < text.index(f"t-{second_scan[:16]}")
    assert "event: progress" in text


def test_events_of_another_unit_are_nobodys(room: Room) -> None:
    room.paper({"full_name": "A"}, unit="H20")
    assert room.person("lan").get(f"/batches/{room.batch('H20').id}/events").status_code == 404


def test_separator_sheets_read_as_they_were_ordered(room: Room, tmp_path: Path) -> None:
    lan, batch = room.person("lan"), room.batch()
    answer = lan.post(
        f"/batches/{batch.id}/separators", codes="H10.15-261122-0001=12\n\n000.00.01.H10-261122-0002\n"
    )
    pdf = tmp_path / "sheets.pdf"
    pdf.write_bytes(answer.content)
    read = []
    for number in (1, 2):
        image = open_page(pdf, MediaType.PDF, number, Limits(), "x")
        read += [read_separator(code.text) for code in find_codes(ink_channel(image.pixels))]
    assert [(s.dossier_code, s.pages_expected, s.batch) for s in read if s] == [
        ("H10.15-261122-0001", 12, "lô"),
        ("000.00.01.H10-261122-0002", None, "lô"),
    ]


@pytest.fixture
def runtime(room: Room, pool: WorkerPool, tmp_path: Path) -> Runtime:
    """What the attendant works with."""
    hot = tmp_path / "nóng"
    hot.mkdir()
    return Runtime(
        room.settings.with_changes(hot_folder=hot, unit="H10"),
        room.archive,
        pool,
        Claims(room.archive.database),
    )


def work(runtime: Runtime) -> bool:
    """The attendant's round, without Prefect."""
    return work_once(runtime, lambda: file_some(runtime))


def test_stacks_of_the_hot_folder_are_picked_and_moved_never_deleted(room: Room, runtime: Runtime) -> None:
    hot = runtime.settings.hot_folder
    assert hot
    for name in ("một.pdf", "hai.pdf"):
        write_dossier(
            [PAINTERS["unknown"](Random(3), "a", "")], hot / name, name=name, level=Level.CLEAN, seed=3
        )
        (hot / name).with_suffix(".truth.json").unlink()
    (hot / "hỏng.pdf").write_bytes(b"%PDF nothing")
    desk = make_room(room.archive, runtime.settings)
    lan: Browser = desk.person("lan")
    batch = desk.batch()
    page = lan.get(f"/batches/{batch.id}").text
    assert "Lấy từ thư mục nóng: 3 xấp" in page
    hoa = desk.person("hoa", unit="H10.15")
    assert "một.pdf" not in hoa.get(f"/batches/{desk.batch(unit='H10.15').id}").text, "not their unit's"
    stacks = [f"{hot.name}/{name}" for name in ("một.pdf", "hỏng.pdf", "../../etc/passwd")]
    assert lan.post(f"/batches/{batch.id}/pick", stack=stacks).status_code == 204
    assert work(runtime)
    assert not work(runtime)
    assert [file.name for file in hot.iterdir() if file.is_file()] == ["hai.pdf"]
    assert [file.name for file in (hot / "done").rglob("*.pdf")] == ["một.pdf"]
    assert sorted(file.name for file in (hot / "refused").rglob("*.*")) == ["hỏng.pdf", "hỏng.pdf.reason.txt"]
    balance = room.archive.ledger.balance(batch)
    assert balance.adds_up
    assert (balance.files, balance.files_refused, balance.pages, balance.pages_waiting) == (2, 1, 1, 0)


def test_of_two_attendants_one_works(room: Room, runtime: Runtime) -> None:
    room.batch()
    with room.archive.database.session() as session:
        assert take_lease(session, "attendant", "another machine", 60)
    lan = room.person("lan")
    lan.begin_upload(0, batch=room.batch().id, path="a.pdf", position=1)
    assert not work(runtime)
    with room.archive.database.session() as session:
        take_lease(session, "attendant", "another machine", -1)
    assert work(runtime)
    assert room.archive.ledger.balance(room.batch()).files_refused == 1
