"""Review: one paper after the other, nothing lost, nothing overwritten, everything on the trail."""

from room import Room

from application.review import Review
from rules.review.answers import Policy
from schemas.paper import Answer, Source, State
from storage.index.paper_search import search


def test_enter_keeps_what_was_read_and_brings_the_next(room: Room) -> None:
    first, second = room.paper({"full_name": "Nguyễn Thị Dung"}), room.paper({"full_name": "Lê Văn Bình"})
    lan = room.person("lan")
    assert lan.take() == f"/papers/{first.id}/review"
    page = lan.get(f"/papers/{first.id}/review").text
    assert page.count('class="field open"') == 1
    assert 'value="Nguyễn Thị Dung"' in page
    went = lan.answer(first.id, "full_name", "Nguyễn Thị Dung")
    assert went.headers["hx-redirect"] == f"/papers/{second.id}/review"
    kept = room.now(first)
    assert kept.state is State.VERIFIED
    assert kept.revision == 2
    assert kept.fields["full_name"].answer is Answer.KEPT
    assert kept.fields["full_name"].confirmed_by == ("lan",)
    assert kept.settled_by == ("lan",)
    assert lan.answer(second.id, "full_name", "Lê Văn Bình").headers["hx-redirect"] == "/review"


def test_a_correction_is_a_new_revision_found_by_search_at_once(room: Room) -> None:
    paper = room.paper({"residence": "Xã Ha Bằng"})
    lan = room.person("lan")
    lan.take()
    lan.answer(
        paper.id,
        "residence",
        "Xã Hạ Bằng, Thạch Thất, Hà Nội",
        insisted="Xã Hạ Bằng, Thạch Thất, Hà Nội",
    )
    now = room.now(paper)
    assert now.revision == 2
    assert now.fields["residence"].source is Source.PERSON
    assert now.text_is_stale
    assert (
        room.archive.get_record(f"papers/{paper.id}/r1.json", type(paper)).fields["residence"].value
        == "Xã Ha Bằng"
    )
    (hit,) = search(room.archive.database, "thạch thất")
    assert hit.exact
    (event,) = room.events("paper.settle")
    assert event["actor"] == "lan"
    assert event["origin"]
    assert event["target"] == paper.id
    assert event["detail"].startswith("r1→r2 ")
    assert "Bằng" not in str(event), "values stay out of the trail"
    history = lan.get(f"/papers/{paper.id}").text
    assert "<del>Xã Ha Bằng</del>" in history
    assert "<ins>Xã Hạ Bằng, Thạch Thất, Hà Nội</ins>" in history


def test_dates_in_any_habit_and_mistakes_in_plain_words(room: Room) -> None:
    paper = room.paper({"date_of_birth": None, "full_name": "x"})
    lan = room.person("lan")
    lan.take()
    wrong = lan.answer(paper.id, "date_of_birth", "31/2/1990")
    assert wrong.status_code == 422
    assert "không phải một ngày có thật" in wrong.text
    assert lan.answer(paper.id, "date_of_birth", "17.5.90").status_code == 200
    assert (
        Review(room.archive, room.people["lan"], Policy()).draft(paper).answers["date_of_birth"].value
        == "1990-05-17"
    )


def test_what_does_not_fit_asks_once_and_then_obeys(room: Room) -> None:
    paper = room.paper({"personal_id": "001190012345"}, fields={})
    lan = room.person("lan")
    lan.take()
    odd = lan.answer(paper.id, "personal_id", "999190012345")
    assert odd.status_code == 422
    assert "Enter lần nữa" in odd.text
    assert lan.answer(paper.id, "personal_id", "999190012345", insisted="999190012345").status_code == 200
    other = lan.answer(paper.id, "personal_id", "998190012345", insisted="999190012345")
    assert other.status_code == 422, "what was insisted on was another text"


def test_checks_come_while_typing(room: Room) -> None:
    paper = room.paper({"personal_id": "1", "residence": "x"})
    lan = room.person("lan")
    lan.take()
    assert "đã gõ 3" in lan.post(f"/papers/{paper.id}/check", field="personal_id", text="001").text
    assert (
        "không khớp giới tính"
        not in lan.post(f"/papers/{paper.id}/check", field="personal_id", text="001190012345").text
    )
    assert (
        "Xã Vân Hồ, Tỉnh Phú Thọ"
        in lan.post(f"/papers/{paper.id}/check", field="residence", text="Xã Vân Hồ, phu th").text
    )


def test_closing_the_browser_loses_at_most_what_was_being_typed(room: Room) -> None:
    paper = room.paper({"full_name": "A B", "marital_status": "x"})
    lan = room.person("lan")
    lan.take()
    assert lan.answer(paper.id, "full_name", "A B").status_code == 200
    again = room.person("lan")
    assert again.take() == f"/papers/{paper.id}/review", "the paper begun comes first"
    page = again.get(f"/papers/{paper.id}/review").text
    assert page.count('class="field open"') == 1
    assert again.answer(paper.id, "marital_status", "x").headers["hx-redirect"]
    assert room.now(paper).fields["full_name"].answer is Answer.KEPT


def test_cannot_be_read_rescan_and_not_ours_are_answers(room: Room) -> None:
    papers = [room.paper({"purpose": None}) for _ in range(3)]
    lan = room.person("lan")
    lan.take()
    lan.answer(papers[0].id, "purpose", "", "illegible")
    assert room.now(papers[0]).fields["purpose"].answer is Answer.ILLEGIBLE
    assert room.now(papers[0]).state is State.VERIFIED
    lan.post(f"/papers/{papers[1].id}/dismiss", reason="rescan", revision=1)
    assert room.now(papers[1]).state is State.RESCAN
    assert "Quét lại Giấy xác nhận" in lan.get(f"/batches/{room.batch().id}").text
    lan.post(f"/papers/{papers[2].id}/dismiss", reason="not_ours", revision=1)
    assert room.now(papers[2]).state is State.REJECTED
    balance = room.archive.ledger.balance(room.batch())
    assert balance.adds_up
    assert (balance.pages_read, balance.pages_needing_person, balance.pages_rejected) == (1, 1, 1)
    assert len(room.events("paper.rescan")) == 1


def test_an_unknown_paper_may_be_kept_as_it_is(room: Room) -> None:
    paper = room.paper(document_type="unknown", fields={})
    lan = room.person("lan")
    lan.take()
    assert "Giữ là giấy tờ khác" in lan.get(f"/papers/{paper.id}/review").text
    lan.post(f"/papers/{paper.id}/hand-in")
    assert room.now(paper).state is State.VERIFIED


def test_suggestions_come_from_the_dossiers_own_papers_only(room: Room) -> None:
    from rules.review.suggestions import suggest_values

    one = room.paper({"personal_id": "001190012346", "full_name": "Nguyễn Thị Dung"})
    same = room.paper({"full_name": "Nguyễn Thị Dung", "personal_id": "001190012345"})
    stranger = room.paper({"full_name": "Lê Văn Bình", "personal_id": "001085099999"}, fields={})
    assert suggest_values(one, "personal_id", [same, stranger]) == ("001190012345",)
    assert suggest_values(one, "personal_id", [stranger]) == ()
