"""Programs told of verified papers: once, in order, signed, and of no person."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from ipaddress import ip_network

import pytest
from counter import BY, HANH, MINH, Hall
from listener import Listener, listening
from standardwebhooks.webhooks import Webhook as Signer

from flows.runners.webhook_delivery import check_address, tell_webhooks
from schemas.account import Role
from schemas.base.ids import sha256_of
from schemas.environment_errors import SettingWrong
from schemas.paper import State
from storage import keys
from storage.access.webhooks import Webhooks

HERE = (ip_network("127.0.0.0/8"),)


@pytest.fixture
def receiver() -> Iterator[Listener]:
    with listening() as made:
        yield made


def settle(hall: Hall, unit: str = "H10.16") -> str:
    """A paper that an official looked at and confirmed."""
    paper = hall.status(State.READ, personal_id=MINH, full_name=f"Trần Thị {hall.room.count}")
    official = hall.official("mai", unit)
    assert (
        official.post(f"/papers/{paper.id}/confirm", revision=1, where=f"/papers/{paper.id}").status_code
        == 204
    )
    assert hall.room.now(paper).state is State.VERIFIED
    return paper.id


def test_programs_are_told_of_verified_papers_once_and_signed(hall: Hall, receiver: Listener) -> None:
    hooks = Webhooks(hall.archive)
    settle(hall)
    hook = hooks.add(receiver.url, "H10")
    hooks.add(f"{receiver.url}/other", "H20")
    first, second = settle(hall), settle(hall)
    assert tell_webhooks(hall.archive, HERE) == 2
    assert tell_webhooks(hall.archive, HERE) == 0
    told = [json.loads(body)["data"]["paper"] for _, body in receiver.taken]
    assert told == [first, second]
    for headers, body in receiver.taken:
        Signer(hook.secret).verify(body, headers)
        assert HANH["full_name"] not in body.decode()
        assert MINH not in body.decode()
    assert len({headers["webhook-id"] for headers, _ in receiver.taken}) == 2


def test_what_still_waits_for_a_person_is_not_told(hall: Hall, receiver: Listener) -> None:
    Webhooks(hall.archive).add(receiver.url, "H10")
    paper = hall.room.paper({"full_name": "Lê A", "marital_status": "?"}, unit="H10.16")
    lan = hall.room.person("lan", Role.CLERK, "H10.16")
    lan.get(f"/papers/{paper.id}/review")
    lan.answer(paper.id, "full_name", "Lê An")
    lan.post(f"/papers/{paper.id}/hand-in")
    assert hall.room.events("paper.settle")
    assert hall.room.now(paper).state is State.NEEDS_REVIEW
    assert tell_webhooks(hall.archive, HERE) == 0
    assert receiver.taken == []


def test_a_receiver_that_is_down_is_told_later_in_order(
    hall: Hall, receiver: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks = Webhooks(hall.archive)
    hook = hooks.add(receiver.url, "H10")
    receiver.failing = 2
    first, second = settle(hall), settle(hall)
    assert tell_webhooks(hall.archive, HERE) == 0
    (waiting,) = hooks.all()
    assert (waiting.failures, waiting.told) == (1, waiting.told)
    assert waiting.next_at
    assert hooks.due() == [], "it waits before it tries again"
    monkeypatch.setattr(Webhooks, "due", Webhooks.all)
    assert tell_webhooks(hall.archive, HERE) == 0
    assert tell_webhooks(hall.archive, HERE) == 2
    assert [json.loads(body)["data"]["paper"] for _, body in receiver.taken] == [first, second]
    assert hooks.all()[0].failures == 0
    hooks.remove(hook.url)
    settle(hall)
    assert tell_webhooks(hall.archive, HERE) == 0


def test_nothing_is_told_past_an_event_that_is_not_indexed_yet(hall: Hall, receiver: Listener) -> None:
    from sqlalchemy import delete

    from storage.database.tables.trail import AuditRow

    hooks = Webhooks(hall.archive)
    hook = hooks.add(receiver.url, "H10")
    late = hall.archive.audit.append("something", "x", BY)
    paper = settle(hall)
    with hall.archive.database.session() as session:
        session.execute(delete(AuditRow).where(AuditRow.number == late.number))
    assert hooks.untold(hook) == []
    hall.archive.audit.index(late, "0" * 64)
    assert [t.paper.id for t in hooks.untold(hook) if t.paper] == [paper]


@pytest.mark.parametrize("drips", [b"HTTP/1.1 200 OK\r\n", b""])
def test_a_receiver_that_drips_has_five_seconds_in_all(hall: Hall, drips: bytes) -> None:
    """A byte a while, so that no single read ever takes long."""
    over = threading.Event()

    def serve(listener: socket.socket) -> None:
        taken, _ = listener.accept()
        with taken:
            taken.sendall(drips)
            while not over.wait(0.2):
                try:
                    taken.sendall(b"x")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        Webhooks(hall.archive).add(f"http://127.0.0.1:{listener.getsockname()[1]}/", "H10")
        settle(hall)
        begun = time.monotonic()
        assert tell_webhooks(hall.archive, HERE) == 0
        assert time.monotonic() - begun < 8
        over.set()
        thread.join()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8080/",
        "http://localhost/",
        "http://169.254.169.254/latest/meta-data",
        "http://10.1.2.3/",
        "http://[::1]/",
        "http://[fe80::1%25lo]/",
        "http://0.0.0.0/",
        "http://192.168.1.1/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "http://[::ffff:127.0.0.1]/",
    ],
)
def test_our_own_network_is_spoken_to_only_where_the_settings_say(url: str) -> None:
    with pytest.raises(SettingWrong):
        check_address(url, ())


def test_a_private_receiver_is_not_told_unless_it_is_allowed(hall: Hall, receiver: Listener) -> None:
    Webhooks(hall.archive).add(receiver.url, "H10")
    settle(hall)
    assert tell_webhooks(hall.archive, ()) == 0
    assert receiver.taken == []
    check_address(receiver.url, HERE)


def test_a_message_carries_the_trail(hall: Hall, receiver: Listener) -> None:
    Webhooks(hall.archive).add(receiver.url, "H10")
    settle(hall)
    assert tell_webhooks(hall.archive, HERE) == 1
    trail = json.loads(receiver.taken[0][1])["trail"]
    assert sha256_of(hall.archive.store.get(keys.audit(trail["event"]))) == trail["sha256"]
