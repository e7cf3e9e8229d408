"""Two people on one paper: the second is told, sees both, chooses; nothing is overwritten."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from room import Room, actor

from application.review import Review
from rules.review.answers import Policy
from schemas.paper import Answer, State
from schemas.request_errors import RecordChanged
from schemas.review import FieldAnswer
from storage.audit.verification import check_trail


@pytest.fixture
def room(each_room: Room) -> Room:
    """On both kinds of database."""
    return each_room


def test_the_second_save_is_refused_with_a_choice(room: Room) -> None:
    paper = room.paper({"full_name": "A B", "purpose": "x"})
    lan = room.person("lan")
    room.person("minh")
    lan.take()
    lan.answer(paper.id, "full_name", "A Bê")
    Review(room.archive, room.people["minh"], Policy(second_person=False)).submit_answers(
        paper.id, 1, {"full_name": FieldAnswer(answer=Answer.CHANGED, value="A Bế")}, actor("minh")
    )
    refused = lan.answer(paper.id, "purpose", "x")
    assert refused.status_code == 409
    for page in (refused.text, lan.get(f"/papers/{paper.id}/review").text):
        assert "A Bế" in page
        assert "A Bê" in page
    assert room.now(paper).revision == 2
    lan.post(f"/papers/{paper.id}/rebase", keep="false")
    assert 'value="A Bế"' in lan.get(f"/papers/{paper.id}/review").text


def test_a_form_left_open_while_somebody_else_settles_is_refused_too(room: Room) -> None:
    paper = room.paper({"full_name": "A B", "purpose": "x"})
    lan = room.person("lan")
    room.person("minh")
    lan.take()
    Review(room.archive, room.people["minh"], Policy(second_person=False)).submit_answers(
        paper.id, 1, {"full_name": FieldAnswer(answer=Answer.CHANGED, value="A Bế")}, actor("minh")
    )
    assert lan.answer(paper.id, "purpose", "x").status_code == 409
    assert room.now(paper).revision == 2


def test_a_save_that_comes_second_shows_both_and_overwrites_nothing(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = room.paper({"full_name": "A B"})
    lan = room.person("lan")
    room.person("minh")
    lan.take()
    settle = Review.submit_answers

    def late(desk: Review, paper_id, base, said, by):  # type: ignore[no-untyped-def]
        """Somebody is quicker between the draft and the save."""
        if by.login == "lan":
            other = Review(room.archive, room.people["minh"], Policy(second_person=False))
            settle(
                other,
                paper_id,
                1,
                {"full_name": FieldAnswer(answer=Answer.CHANGED, value="A Bế")},
                actor("minh"),
            )
        return settle(desk, paper_id, base, said, by)

    monkeypatch.setattr(Review, "submit_answers", late)
    conflict = lan.answer(paper.id, "full_name", "A Bê")
    assert conflict.status_code == 409
    assert "A Bế" in conflict.text
    assert "A Bê" in conflict.text
    monkeypatch.undo()
    assert room.now(paper).fields["full_name"].value == "A Bế"
    assert (
        lan.post(f"/papers/{paper.id}/rebase", keep="true").headers["hx-redirect"]
        == f"/papers/{paper.id}/review"
    )
    assert 'value="A Bê"' in lan.get(f"/papers/{paper.id}/review").text
    lan.post(f"/papers/{paper.id}/rebase", keep="false")
    assert 'value="A Bê"' not in lan.get(f"/papers/{paper.id}/review").text


def test_two_settlements_of_one_revision_at_the_same_moment(room: Room) -> None:
    paper = room.paper({"full_name": "A B"})
    for login in ("lan", "minh"):
        room.person(login)

    def save(login: str) -> str:
        desk = Review(room.archive, room.people[login], Policy(second_person=False))
        try:
            desk.submit_answers(
                paper.id, 1, {"full_name": FieldAnswer(answer=Answer.CHANGED, value=login)}, actor(login)
            )
        except RecordChanged:
            return "refused"
        return "saved"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(save, ("lan", "minh"))) == ["refused", "saved"]
    assert room.now(paper).revision == 2
    assert not list(check_trail(room.archive))


def test_a_settlement_whose_row_was_never_written_is_caught_up_with(room: Room) -> None:
    """Killed between the object and the row: the next person is told, and sees what was saved."""
    paper = room.paper({"full_name": "A B"})
    room.person("lan")
    room.person("minh")
    desk = Review(room.archive, room.people["lan"], Policy(second_person=False))
    saved = room.now(paper).with_changes(revision=2, settled_by=("lan",), state=State.VERIFIED)
    room.archive.put_record(f"papers/{paper.id}/r2.json", saved)
    with pytest.raises(RecordChanged):
        desk.submit_answers(paper.id, 1, {"full_name": FieldAnswer(answer=Answer.KEPT)}, actor("minh"))
    assert room.now(paper).settled_by == ("lan",)
