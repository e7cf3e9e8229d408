"""One's own slip mended: handed in, dismissed, confirmed; signing in leads back."""

from datetime import UTC, datetime

import pytest
from room import Room

from schemas.account import Role
from schemas.paper import State
from schemas.submission import ReuseEvent


def test_a_slip_is_mended_before_the_second_person_sees_it(room: Room) -> None:
    paper = room.paper({"full_name": "Nguyễn Thị Dung"})
    lan, minh = room.person("lan"), room.person("minh")
    lan.take()
    lan.answer(paper.id, "full_name", "Nguyễn Thị Dũng")
    typed = room.now(paper)
    assert typed.state is State.NEEDS_REVIEW, "another has to look"
    waits = lan.get(f"/papers/{paper.id}/review")
    assert f"/papers/{paper.id}/take-back" in waits.text
    assert minh.post(f"/papers/{paper.id}/take-back", revision="2").status_code == 409
    back = lan.post(f"/papers/{paper.id}/take-back", revision="2")
    assert back.headers["hx-redirect"] == f"/papers/{paper.id}/review"
    again = room.now(paper)
    assert (again.revision, again.fields, again.hands) == (3, paper.fields, ())
    assert "Nguyễn Thị Dũng" in lan.get(f"/papers/{paper.id}/review").text, "what was typed is there to mend"
    lan.answer(paper.id, "full_name", "Nguyễn Thị Dung", revision=3)
    done = room.now(paper)
    assert done.state is State.VERIFIED
    assert [event["actor"] for event in room.events("paper.take_back")] == ["lan"]


def test_a_paper_taken_out_by_a_slip_comes_back(room: Room) -> None:
    paper, other = room.paper({"full_name": "Nguyễn Thị Dung"}), room.paper({"full_name": "Lê Văn Bình"})
    lan = room.person("lan")
    lan.take()
    assert "hx-confirm" in lan.get(f"/papers/{paper.id}/review").text, "it asks first"
    lan.post(f"/papers/{paper.id}/dismiss", reason="not_ours", revision="1")
    assert room.now(paper).state is State.REJECTED
    assert f"/papers/{paper.id}/take-back" in lan.get(f"/papers/{other.id}/review").text
    assert lan.post(f"/papers/{paper.id}/take-back", revision="2").status_code == 204
    assert room.now(paper).state is State.NEEDS_REVIEW
    assert room.archive.ledger.balance(room.batch()).pages_rejected == 0


@pytest.mark.parametrize("spoke", ["other", "used"])
def test_what_others_built_on_stays(room: Room, spoke: str, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = room.paper({"full_name": "Nguyễn Thị Dung"})
    lan = room.person("lan")
    lan.take()
    lan.answer(paper.id, "full_name", "Nguyễn Thị Dũng")
    minh = room.person("minh")
    minh.get(f"/papers/{paper.id}/review")
    minh.answer(paper.id, "full_name", "Nguyễn Thị Dũng", revision=2)
    assert room.now(paper).state is State.VERIFIED
    who = lan if spoke == "other" else minh
    if spoke == "used":
        use = ReuseEvent.model_construct(paper_id=paper.id, at=datetime.now(UTC))
        monkeypatch.setattr("application.review.find_uses", lambda *_, **__: [use])
    refused = who.post(f"/papers/{paper.id}/take-back", revision="3")
    assert refused.status_code == 409
    assert room.now(paper).state is State.VERIFIED


def test_an_official_takes_a_mistaken_confirmation_back(room: Room) -> None:
    paper = room.paper({})
    mai = room.person("mai", Role.OFFICIAL)
    mai.post(f"/papers/{paper.id}/confirm", revision="1", where=f"/papers/{paper.id}")
    assert room.now(paper).state is State.VERIFIED
    assert f"/papers/{paper.id}/confirm/undo" in mai.get(f"/papers/{paper.id}").text
    stranger = room.person("hoa", Role.OFFICIAL)
    assert stranger.post(f"/papers/{paper.id}/confirm/undo", revision="2").status_code == 409
    assert mai.post(f"/papers/{paper.id}/confirm/undo", revision="2").status_code == 204
    assert room.now(paper).state is State.READ


@pytest.mark.parametrize(
    ("back", "goes"),
    [
        ("/batches?after=20", "/batches?after=20"),
        ("//evil.example/x", ""),
        ("https://evil.example", ""),
        ("/\\evil.example", ""),
    ],
)
def test_signing_in_leads_back_to_the_page_and_to_no_other_site(room: Room, back: str, goes: str) -> None:
    room.person("lan")
    stranger = room.stranger()
    sent = stranger.client.post(
        "/sign-in", data={"login": "lan", "password": "một câu dễ nhớ lắm", "back": back}
    )
    assert sent.status_code == (303 if goes else 422)
    assert sent.headers.get("location", "") == goes
    asked = room.stranger().client.get("/batches?after=20")
    assert asked.headers["location"] == "/sign-in?back=%2Fbatches%3Fafter%3D20"
