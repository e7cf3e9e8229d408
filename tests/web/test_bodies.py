"""Who it is comes before what it says: bodies of strangers are not read, and those of others have a limit."""

import http.client
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from room import PASSWORD, TUS, Room, make_room

from schemas.program import Scope
from schemas.settings import Limits, Settings, WebSettings
from storage.access.api_tokens import Programs
from storage.archive.archive import Archive
from web.server import serve_desk

_FLOOD = 400 * 1024**2


@pytest.fixture
def address(lite_archive: Archive, tmp_path: Path) -> Iterator[str]:
    """A real server."""
    settings = Settings(data=tmp_path, web=WebSettings(port=0))
    with serve_desk(settings, lite_archive) as url:
        yield url.removeprefix("http://")


def _flood(address: str, method: str, path: str, headers: dict[str, str]) -> tuple[int, int]:
    """The status, and how much of 400 MiB was taken before the server had enough."""
    host, port = address.split(":")
    with socket.create_connection((host, int(port)), 20) as connection:
        lines = [f"{method} {path} HTTP/1.1", "Host: desk", "Transfer-Encoding: chunked"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        block, sent = b"x" * 65536, 0
        connection.settimeout(0.5)
        try:
            while sent < _FLOOD:
                connection.sendall(b"%x\r\n%b\r\n" % (len(block), block))
                sent += len(block)
        except OSError:  # nobody takes it any more
            pass
        connection.settimeout(10)
        try:
            status = int(connection.recv(4096).split()[1])
        except (OSError, IndexError):
            status = 0
    return status, sent


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("POST", "/api/v1/people/search", "application/json"),
        ("POST", "/purpose", "multipart/form-data; boundary=x"),
        ("POST", "/sign-in", "application/x-www-form-urlencoded"),
        ("POST", "/uploads", "application/octet-stream"),
        ("PATCH", f"/uploads/{'0' * 32}", "application/offset+octet-stream"),
    ],
)
def test_a_strangers_flood_is_not_taken(address: str, method: str, path: str, kind: str) -> None:
    process = psutil.Process()
    before = process.memory_info().rss
    status, sent = _flood(address, method, path, {"Content-Type": kind, **TUS})
    assert status in (401, 413, 303, 0)
    assert sent < 20 * 1024**2, "what a socket holds, and no more"
    assert process.memory_info().rss - before < 60 * 1024**2


@pytest.mark.parametrize(
    ("path", "status"), [("/api/v1/people/search", 401), ("/purpose", 303), ("/sign-in", 413)]
)
def test_the_head_is_answered_at_once(address: str, path: str, status: int) -> None:
    connection = http.client.HTTPConnection(address, timeout=5)
    connection.putrequest("POST", path)
    connection.putheader("Content-Length", str(_FLOOD))
    connection.putheader("Content-Type", "application/json")
    connection.endheaders()
    assert connection.getresponse().status == status
    connection.close()


def test_who_is_known_has_a_limit_too(room: Room) -> None:
    lan = room.person("lan")
    assert lan.client.post("/sign-in", data={"login": "lan", "password": PASSWORD}).status_code == 303
    large = {"purpose": "x" * 2_000_000, "where": "/papers/x"}
    assert lan.client.post("/purpose", data=large, headers={"X-CSRF-Token": "x"}).status_code == 413
    _, secret = Programs(room.archive.database).add("một cửa", "H10", [Scope.SEARCH], None)
    program = room.stranger().client
    asked = {"headers": {"Authorization": f"Bearer {secret}"}, "content": b" " * 2_000_000}
    assert program.post("/api/v1/people/search", **asked).status_code == 413
    asked = {"headers": {"Authorization": f"Bearer {secret}"}, "content": iter([b" " * 600_000] * 4)}
    assert program.post("/api/v1/people/search", **asked).status_code == 413, (
        "also when the head does not say"
    )


def test_what_a_person_has_under_way_is_limited(lite_archive: Archive, tmp_path: Path) -> None:
    limits = Limits(open_uploads=3, open_upload_bytes=1000)
    room = make_room(lite_archive, Settings(data=tmp_path, limits=limits))
    lan, hoa = room.person("lan"), room.person("hoa")
    for number in range(3):
        assert (
            lan.begin_upload(100, batch=room.batch().id, path=f"{number}.pdf", position=1).status_code == 201
        )
    refused = lan.begin_upload(100, batch=room.batch().id, path="4.pdf", position=1)
    assert refused.status_code == 429
    assert hoa.begin_upload(900, batch=room.batch().id, path="1.pdf", position=1).status_code == 201
    assert hoa.begin_upload(200, batch=room.batch().id, path="2.pdf", position=1).status_code == 429
