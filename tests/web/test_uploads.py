"""Uploads: resumable, bounded, nobody else's, and never lost once they were acknowledged."""

import hashlib
import http.client
import threading
from collections.abc import Iterator

import pytest
from room import TUS, Room

from flows.pipeline.intake import take_arrivals
from flows.workers.pool import WorkerPool
from schemas.account import Role
from schemas.base.ids import derive_id
from schemas.batch import Arrival
from schemas.settings import Settings
from storage.files.partial_uploads import Uploads
from storage.records.arrivals import count_waiting, enter_arrivals, waiting_arrivals
from web.core.context import COOKIE
from web.server import serve_desk

PATCH = {**TUS, "Content-Type": "application/offset+octet-stream"}


def test_a_file_in_two_pieces_arrives_whole_and_becomes_a_receipt(
    room: Room, pool: WorkerPool, page_jpeg: bytes
) -> None:
    lan, batch = room.person("lan"), room.batch()
    made = lan.begin_upload(len(page_jpeg), batch=batch.id, path="xấp 1/trang.jpg", position=3)
    assert made.status_code == 201
    where, half = made.headers["location"], len(page_jpeg) // 2
    assert lan.send(where, 0, page_jpeg[:half]).headers["upload-offset"] == str(half)
    assert lan.how_far(where).headers["upload-offset"] == str(half)
    assert waiting_arrivals(room.archive, batch.id) == []
    assert lan.send(where, half, page_jpeg[half:]).status_code == 204
    (arrival,) = waiting_arrivals(room.archive, batch.id)
    assert (arrival.name, arrival.stack, arrival.position) == ("xấp 1/trang.jpg", "xấp 1", 3)
    assert room.archive.store.get(f"scans/{arrival.sha256}") == page_jpeg
    assert lan.how_far(where).status_code == 404, "the part is gone"
    ((_, receipt),) = take_arrivals(room.archive, pool, room.settings, batch)
    assert receipt.id == arrival.id
    assert receipt.scan
    assert receipt.scan.page_count == 1
    assert count_waiting(room.archive, batch.id) == 0
    assert room.archive.ledger.balance(batch).pages_waiting == 1


def test_an_arrival_that_a_version_before_named_is_taken_once(
    room: Room, pool: WorkerPool, page_jpeg: bytes
) -> None:
    """Its id was not derived from its stack; whatever its id, the receipt has it."""
    batch = room.batch()
    arrival = Arrival(
        id=derive_id("receipt", batch.id, "trang.jpg"),
        batch_id=batch.id,
        stack="trang",
        position=1,
        name="trang.jpg",
        sha256=room.archive.store.put_scan(page_jpeg),
        arrived_at=batch.created_at,
    )
    enter_arrivals(room.archive, [arrival])
    ((_, receipt),) = take_arrivals(room.archive, pool, room.settings, batch)
    assert receipt.id == arrival.id
    assert count_waiting(room.archive, batch.id) == 0
    assert not list(take_arrivals(room.archive, pool, room.settings, batch))


@pytest.mark.parametrize("stack", ["a", "b"])
def test_a_rescan_goes_to_the_copy_that_was_pointed_at(
    room: Room, pool: WorkerPool, page_jpeg: bytes, stack: str
) -> None:
    lan, batch = room.person("lan"), room.batch()
    for name in ("a/1.jpg", "b/1.jpg"):
        where = lan.begin_upload(len(page_jpeg), batch=batch.id, path=name, position=1).headers["location"]
        assert lan.send(where, 0, page_jpeg).status_code == 204
    taken = [receipt for _, receipt in take_arrivals(room.archive, pool, room.settings, batch)]
    place, better = f"{taken[0].sha256}/1/{stack}", page_jpeg + b"sharper"
    made = lan.begin_upload(len(better), batch=batch.id, path="lại.jpg", position=1, replaces=place)
    assert lan.send(made.headers["location"], 0, better).status_code == 204
    (arrival,) = waiting_arrivals(room.archive, batch.id)
    assert arrival.stack == stack
    elsewhere = f"{taken[0].sha256}/1/c"
    refused = lan.begin_upload(4, batch=batch.id, path="x.jpg", position=1, replaces=elsewhere)
    assert refused.status_code == 404


def test_hostile_and_broken_files_are_kept_and_refused_by_name(
    room: Room, pool: WorkerPool, settings: Settings
) -> None:
    lan, batch = room.person("lan"), room.batch()
    for name, content in (
        ("../../etc/passwd", b"root:x"),
        ("a\x00b\n.pdf", b"%PDF-1.7 broken"),
        ("trống.pdf", b""),
    ):
        made = lan.begin_upload(len(content), batch=batch.id, path=name, position=1)
        assert made.status_code == 201
        if content:
            assert lan.send(made.headers["location"], 0, content).status_code == 204
    receipts = [receipt for _, receipt in take_arrivals(room.archive, pool, settings, batch)]
    assert sorted(r.name for r in receipts) == ["a b .pdf", "etc/passwd", "trống.pdf"]
    assert {r.refusal.code for r in receipts if r.refusal} == {"unknown_format", "damaged_file", "empty_file"}
    page = lan.get(f"/batches/{batch.id}").text
    assert "trống.pdf: tệp rỗng" in page
    assert room.archive.ledger.balance(batch).adds_up
    assert not list((room.settings.data / "uploads").glob("*.part"))


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Offset": "1"}, 409),
        ({"Upload-Offset": "-0"}, 409),
        ({"Content-Type": "text/plain"}, 415),
        ({"Tus-Resumable": "0.2.0"}, 412),
        ({"X-CSRF-Token": "x"}, 403),
    ],
)
def test_requests_that_break_the_protocol_change_nothing(
    room: Room, headers: dict[str, str], status: int
) -> None:
    lan = room.person("lan")
    where = lan.begin_upload(10, batch=room.batch().id, path="a.pdf", position=1).headers["location"]
    assert lan.send(where, 0, b"12345", **headers).status_code == status
    assert lan.how_far(where).headers["upload-offset"] == "0"


def test_no_more_bytes_than_were_announced(room: Room) -> None:
    lan = room.person("lan")
    where = lan.begin_upload(4, batch=room.batch().id, path="a.pdf", position=1).headers["location"]
    assert lan.send(where, 0, b"12345").status_code == 413
    assert lan.how_far(where).headers["upload-offset"] == "0"
    assert lan.begin_upload(400_000_001, batch=room.batch().id, path="a.pdf", position=1).status_code == 413


def test_what_cannot_be_announced(room: Room) -> None:
    lan, batch = room.person("lan"), room.batch()
    assert lan.begin_upload(4, batch=room.batch("H20").id, path="a", position=1).status_code == 404, (
        "another unit's"
    )
    assert lan.begin_upload(4, batch=batch.id, path="a", position="x").status_code == 400
    assert lan.begin_upload(4, batch=batch.id, path="a", position=1, replaces="0/1").status_code == 404
    odd = {"Tus-Resumable": "1.0.0", "X-CSRF-Token": lan.csrf}
    for length, metadata in (("-4", ""), ("+4", ""), ("4", "path !!!"), ("4", "path YQ==,path YQ==")):
        answer = lan.client.post(
            "/uploads", headers={**odd, "Upload-Length": length, "Upload-Metadata": metadata}
        )
        assert answer.status_code == 400


def test_uploads_are_their_owners_alone(room: Room) -> None:
    lan, minh = room.person("lan"), room.person("minh")
    where = lan.begin_upload(4, batch=room.batch().id, path="a.pdf", position=1).headers["location"]
    assert minh.send(where, 0, b"1234").status_code == 404
    assert minh.how_far(where).status_code == 404
    assert lan.how_far("/uploads/../../etc").status_code == 404
    headers = {"Tus-Resumable": "1.0.0", "X-CSRF-Token": lan.csrf}
    assert minh.client.delete(where, headers={**headers, "X-CSRF-Token": minh.csrf}).status_code == 404
    assert lan.client.delete(where, headers=headers).status_code == 204
    assert lan.how_far(where).status_code == 404


def test_a_whole_file_whose_handing_in_was_interrupted_is_handed_in_by_the_next_look(room: Room) -> None:
    lan, batch = room.person("lan"), room.batch()
    where = lan.begin_upload(4, batch=batch.id, path="a.pdf", position=1).headers["location"]
    Uploads(room.settings.data / "uploads").part(where.rsplit("/", 1)[1]).write_bytes(b"1234")
    assert waiting_arrivals(room.archive, batch.id) == []
    assert lan.how_far(where).headers["upload-offset"] == "4"
    assert len(waiting_arrivals(room.archive, batch.id)) == 1


def test_only_one_request_writes_at_a_time(room: Room) -> None:
    lan = room.person("lan")
    where = lan.begin_upload(4, batch=room.batch().id, path="a.pdf", position=1).headers["location"]
    with Uploads(room.settings.data / "uploads").writing(where.rsplit("/", 1)[1]):
        assert lan.send(where, 0, b"1234").status_code == 423
    assert lan.send(where, 0, b"1234").status_code == 204


@pytest.fixture
def served(room: Room) -> Iterator[tuple[Room, str, int]]:
    """The desk on a real socket."""
    web = room.settings.web.with_changes(port=0)
    with serve_desk(room.settings.with_changes(web=web), room.archive) as where:
        host, port = where.removeprefix("http://").split(":")
        yield room, host, int(port)


def test_a_connection_broken_at_sixty_percent_of_300_megabytes_goes_on_from_there(
    served: tuple[Room, str, int],
) -> None:
    room, host, port = served
    lan, batch = room.person("lan", Role.CLERK), room.batch()
    content = b"".join(hashlib.sha256(bytes([n])).digest() * 32_768 for n in range(250))[: 300 * 1000**2]
    content += bytes(300 * 1000**2 - len(content))
    where = lan.begin_upload(len(content), batch=batch.id, path="xấp lớn.pdf", position=1).headers["location"]
    sixty = len(content) * 6 // 10
    headers = {
        **PATCH,
        "Upload-Offset": "0",
        "X-CSRF-Token": lan.csrf,
        "Content-Length": str(len(content)),
        "Cookie": f"{COOKIE}={lan.client.cookies[COOKIE]}",
    }
    cut = http.client.HTTPConnection(host, port)
    cut.putrequest("PATCH", where)
    for name, text in headers.items():
        cut.putheader(name, text)
    cut.endheaders()
    cut.send(content[:sixty])
    cut.close()
    here = 0
    for _ in range(100):
        here = int(lan.how_far(where).headers["upload-offset"])
        if here >= sixty - 5 * 1024**2:
            break
        threading.Event().wait(0.1)
    assert sixty - 5 * 1024**2 <= here <= sixty, "all but what was on the wire is kept"
    rest = lan.send(where, here, content[here:])
    for _ in range(50):  # the broken request may still be writing, as the client knows
        if rest.status_code not in (409, 423):
            break
        threading.Event().wait(0.1)
        here = int(lan.how_far(where).headers["upload-offset"])
        rest = lan.send(where, here, content[here:])
    assert rest.status_code == 204
    (arrival,) = waiting_arrivals(room.archive, batch.id)
    assert arrival.sha256 == hashlib.sha256(content).hexdigest()
