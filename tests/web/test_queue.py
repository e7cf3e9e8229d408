"""The queue: each paper is one person's at a time, in the order of what blocks most."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from room import Room, actor
from sqlalchemy import update

from application.review import Review
from rules.review.answers import Policy
from schemas.paper import Answer
from schemas.review import FieldAnswer
from storage.database.tables.accounts import LeaseRow
from storage.queues.reviews import Queue, QueueFilter


@pytest.fixture
def room(each_room: Room) -> Room:
    """On both kinds of database."""
    return each_room


def test_one_paper_is_one_persons_until_they_are_idle(room: Room) -> None:
    paper = room.paper({"full_name": "A"})
    lan, minh = room.person("lan"), room.person("minh")
    lan.take()
    assert minh.take() == "/review"
    held = minh.get(f"/papers/{paper.id}/review")
    assert held.status_code == 409
    assert "lan" in held.text
    assert minh.answer(paper.id, "full_name", "B").status_code == 409
    assert minh.post(f"/papers/{paper.id}/alive").status_code == 409
    with room.archive.database.session() as session:
        session.execute(update(LeaseRow).values(until=datetime.now(UTC) - timedelta(seconds=1)))
    assert minh.take() == f"/papers/{paper.id}/review"
    minh.post(f"/papers/{paper.id}/later")
    assert lan.take() == f"/papers/{paper.id}/review"


def test_twenty_people_are_never_given_the_same_paper(room: Room) -> None:
    papers = {room.paper({"full_name": "A"}).id for _ in range(12)}
    for n in range(20):
        room.person(f"p{n}")

    def claim(n: int) -> str | None:
        return Queue(room.archive.database, room.people[f"p{n}"], Policy()).claim_next(QueueFilter())

    with ThreadPoolExecutor(20) as threads:
        given = [paper for paper in threads.map(claim, range(20)) if paper]
    assert sorted(given) == sorted(papers)


def test_the_queue_is_by_batch_and_type_oldest_first(room: Room) -> None:
    room.paper({"full_name": "A"})
    other = room.paper({"full_name": "B"}, document_type="death_certificate", fields={})
    lan = room.person("lan")
    page = lan.get("/review").text
    assert "Giấy xác nhận tình trạng hôn nhân" in page
    assert lan.take(document_type="death_certificate") == f"/papers/{other.id}/review"
    assert lan.take(batch=room.batch().id, document_type="birth_certificate") == "/review"


def test_a_paper_settled_in_the_moment_it_is_looked_up_is_not_given_again(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found under load: between finding a free paper and claiming it, somebody settled it and let it go."""
    paper, other = room.paper({"full_name": "A"}), room.paper({"full_name": "B"})
    for login in ("lan", "minh"):
        room.person(login)
    lan, minh = (Queue(room.archive.database, room.people[login], Policy()) for login in ("lan", "minh"))
    take, done = Queue._take, []

    def slow(queue: Queue, session, paper_id):  # type: ignore[no-untyped-def]
        if not done:
            done.append(paper_id)
            assert minh.claim_next(QueueFilter()) == paper.id
            desk = Review(room.archive, room.people["minh"], Policy())
            desk.submit_answers(paper.id, 1, {"full_name": FieldAnswer(answer=Answer.KEPT)}, actor("minh"))
        return take(queue, session, paper_id)

    monkeypatch.setattr(Queue, "_take", slow)
    assert lan.claim_next(QueueFilter()) == other.id
    assert room.now(paper).settled_by == ("minh",)
