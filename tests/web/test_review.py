"""Review: one paper after the other, nothing lost, nothing overwritten, everything on the trail."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from room import Browser, Room, actor, make_room
from sqlalchemy import update

from rules.settling import Policy, Said
from schemas.desk_errors import RecordChanged
from schemas.paper import Answer, Source, State
from storage.desk import Desk
from storage.queue import Queue, Wanted
from storage.search import search
from storage.tables import LeaseRow


def take(person: Browser, **wanted: str) -> str:
    """Address of the next paper."""
    return str(person.post("/review/next", **wanted).headers["hx-redirect"])


def answer(person: Browser, paper_id: str, field: str, text: str, said: str = "changed", **more: str):  # type: ignore[no-untyped-def]
    return person.post(
        f"/papers/{paper_id}/answers",
        field=field,
        answer=said,
        text=text,
        revision=more.pop("revision", "1"),
        **more,
    )


def test_enter_keeps_what_was_read_and_brings_the_next(room: Room) -> None:
    first, second = room.paper({"full_name": "Nguyễn Thị Dung"}), room.paper({"full_name": "Lê Văn Bình"})
    lan = room.person("lan")
    assert take(lan) == f"/papers/{first.id}/review"
    page = lan.get(f"/papers/{first.id}/review").text
    assert page.count('class="field open"') == 1
    assert 'value="Nguyễn Thị Dung"' in page
    went = answer(lan, first.id, "full_name", "Nguyễn Thị Dung")
    assert went.headers["hx-redirect"] == f"/papers/{second.id}/review"
    kept = room.now(first)
    assert kept.state is State.VERIFIED
    assert kept.revision == 2
    assert kept.fields["full_name"].answer is Answer.KEPT
    assert kept.fields["full_name"].confirmed_by == ("lan",)
    assert kept.settled_by == ("lan",)
    assert answer(lan, second.id, "full_name", "Lê Văn Bình").headers["hx-redirect"] == "/review"


def test_a_correction_is_a_new_revision_found_by_search_at_once(room: Room) -> None:
    paper = room.paper({"residence": "Xã Ha Bằng"})
    lan = room.person("lan")
    take(lan)
    answer(
        lan,
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
    take(lan)
    wrong = answer(lan, paper.id, "date_of_birth", "31/2/1990")
    assert wrong.status_code == 422
    assert "không phải một ngày có thật" in wrong.text
    assert answer(lan, paper.id, "date_of_birth", "17.5.90").status_code == 200
    assert (
        Desk(room.archive, room.people["lan"], Policy()).draft(paper).answers["date_of_birth"].value
        == "1990-05-17"
    )


def test_what_does_not_fit_asks_once_and_then_obeys(room: Room) -> None:
    paper = room.paper({"personal_id": "001190012345"}, fields={})
    lan = room.person("lan")
    take(lan)
    odd = answer(lan, paper.id, "personal_id", "999190012345")
    assert odd.status_code == 422
    assert "Enter lần nữa" in odd.text
    assert answer(lan, paper.id, "personal_id", "999190012345", insisted="999190012345").status_code == 200
    other = answer(lan, paper.id, "personal_id", "998190012345", insisted="999190012345")
    assert other.status_code == 422, "what was insisted on was another text"


def test_checks_come_while_typing(room: Room) -> None:
    paper = room.paper({"personal_id": "1", "residence": "x"})
    lan = room.person("lan")
    take(lan)
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
    take(lan)
    assert answer(lan, paper.id, "full_name", "A B").status_code == 200
    again = room.person("lan")
    assert take(again) == f"/papers/{paper.id}/review", "the paper begun comes first"
    page = again.get(f"/papers/{paper.id}/review").text
    assert page.count('class="field open"') == 1
    assert answer(again, paper.id, "marital_status", "x").headers["hx-redirect"]
    assert room.now(paper).fields["full_name"].answer is Answer.KEPT


def test_one_paper_is_one_persons_until_they_are_idle(room: Room) -> None:
    paper = room.paper({"full_name": "A"})
    lan, minh = room.person("lan"), room.person("minh")
    take(lan)
    assert take(minh) == "/review"
    held = minh.get(f"/papers/{paper.id}/review")
    assert held.status_code == 409
    assert "lan" in held.text
    assert answer(minh, paper.id, "full_name", "B").status_code == 409
    assert minh.post(f"/papers/{paper.id}/alive").status_code == 409
    with room.archive.database.session() as session:
        session.execute(update(LeaseRow).values(until=datetime.now(UTC) - timedelta(seconds=1)))
    assert take(minh) == f"/papers/{paper.id}/review"
    minh.post(f"/papers/{paper.id}/later")
    assert take(lan) == f"/papers/{paper.id}/review"


def test_twenty_people_are_never_given_the_same_paper(room: Room) -> None:
    papers = {room.paper({"full_name": "A"}).id for _ in range(12)}
    for n in range(20):
        room.person(f"p{n}")

    def claim(n: int) -> str | None:
        return Queue(room.archive.database, room.people[f"p{n}"], Policy()).claim_next(Wanted())

    with ThreadPoolExecutor(20) as threads:
        given = [paper for paper in threads.map(claim, range(20)) if paper]
    assert sorted(given) == sorted(papers)


def test_the_second_save_is_refused_with_a_choice(room: Room) -> None:
    paper = room.paper({"full_name": "A B", "purpose": "x"})
    lan = room.person("lan")
    room.person("minh")
    take(lan)
    answer(lan, paper.id, "full_name", "A Bê")
    Desk(room.archive, room.people["minh"], Policy(second_person=False)).settle(
        paper.id, 1, {"full_name": Said(answer=Answer.CHANGED, value="A Bế")}, actor("minh")
    )
    refused = answer(lan, paper.id, "purpose", "x")
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
    take(lan)
    Desk(room.archive, room.people["minh"], Policy(second_person=False)).settle(
        paper.id, 1, {"full_name": Said(answer=Answer.CHANGED, value="A Bế")}, actor("minh")
    )
    assert answer(lan, paper.id, "purpose", "x").status_code == 409
    assert room.now(paper).revision == 2


def test_a_save_that_comes_second_shows_both_and_overwrites_nothing(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = room.paper({"full_name": "A B"})
    lan = room.person("lan")
    room.person("minh")
    take(lan)
    settle = Desk.settle

    def late(desk: Desk, paper_id, base, said, by):  # type: ignore[no-untyped-def]
        """Somebody is quicker between the draft and the save."""
        if by.login == "lan":
            other = Desk(room.archive, room.people["minh"], Policy(second_person=False))
            settle(
                other, paper_id, 1, {"full_name": Said(answer=Answer.CHANGED, value="A Bế")}, actor("minh")
            )
        return settle(desk, paper_id, base, said, by)

    monkeypatch.setattr(Desk, "settle", late)
    conflict = answer(lan, paper.id, "full_name", "A Bê")
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
        desk = Desk(room.archive, room.people[login], Policy(second_person=False))
        try:
            desk.settle(paper.id, 1, {"full_name": Said(answer=Answer.CHANGED, value=login)}, actor(login))
        except RecordChanged:
            return "refused"
        return "saved"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(save, ("lan", "minh"))) == ["refused", "saved"]
    assert room.now(paper).revision == 2
    assert room.archive.audit.check()


def test_a_settlement_whose_row_was_never_written_is_caught_up_with(room: Room) -> None:
    """Killed between the object and the row: the next person is told, and sees what was saved."""
    paper = room.paper({"full_name": "A B"})
    room.person("lan")
    room.person("minh")
    desk = Desk(room.archive, room.people["lan"], Policy(second_person=False))
    saved = room.now(paper).model_copy(
        update={"revision": 2, "settled_by": ("lan",), "state": State.VERIFIED}
    )
    room.archive.put_record(f"papers/{paper.id}/r2.json", saved)
    with pytest.raises(RecordChanged):
        desk.settle(paper.id, 1, {"full_name": Said(answer=Answer.KEPT)}, actor("minh"))
    assert room.now(paper).settled_by == ("lan",)


def test_what_one_person_typed_waits_for_another(room: Room) -> None:
    paper = room.paper({"full_name": "A B"})
    lan, minh = room.person("lan"), room.person("minh")
    take(lan)
    assert answer(lan, paper.id, "full_name", "A Bế").headers["hx-redirect"] == "/review"
    assert room.now(paper).state is State.NEEDS_REVIEW
    assert lan.get(f"/papers/{paper.id}/review").status_code == 409
    assert take(minh) == f"/papers/{paper.id}/review"
    assert answer(minh, paper.id, "full_name", "A Bế", revision="2").headers["hx-redirect"] == "/review"
    assert room.now(paper).state is State.VERIFIED
    assert room.now(paper).fields["full_name"].confirmed_by == ("lan", "minh")


def test_required_fields_of_chosen_types_are_keyed_blind_by_two(room: Room) -> None:
    web = room.settings.web.model_copy(update={"double_keyed": frozenset({"marital_status_certificate"})})
    strict = make_room(room.archive, room.settings.model_copy(update={"web": web}))
    strict.people = room.people
    paper = strict.paper({"full_name": "Nguyễn Thị Dung"})
    lan, minh, hoa = (strict.person(name) for name in ("lan", "minh", "hoa"))
    typed = {
        "certificate_number": "15/2019-XNTTHN",
        "issued_by": "UBND phường Xuân Tảo",
        "issued_on": "5/3/20",
        "full_name": "Nguyễn Thị Dung",
        "date_of_birth": "17/5/1990",
        "personal_id": "001190012345",
        "marital_status": "Chưa đăng ký kết hôn với ai",
    }

    def key(person: Browser, **other: str) -> None:
        assert take(person) == f"/papers/{paper.id}/review"
        page = person.get(f"/papers/{paper.id}/review").text
        for name, text in {**typed, **other}.items():
            if f'id="i-{name}"' in page and f'id="f-{name}"' in page.split("</ol>")[0]:
                answer(person, paper.id, name, text, insisted=text, revision=str(strict.now(paper).revision))

    assert take(lan) == f"/papers/{paper.id}/review"
    blind = lan.get(f"/papers/{paper.id}/review").text
    assert blind.count("gõ mù") == 7
    assert 'value="Nguyễn Thị Dung"' not in blind, "the machine's reading is not shown"
    key(lan)
    assert take(lan) == "/review", "one person is one"
    key(minh, full_name="Nguyễn Thị Dũng")
    assert strict.now(paper).state is State.NEEDS_REVIEW
    assert take(minh) == "/review"
    assert take(hoa) == f"/papers/{paper.id}/review"
    third = hoa.get(f"/papers/{paper.id}/review").text
    assert third.count('class="field open"') == 1, "only the difference is left"
    assert "Nguyễn Thị Dũng" in third
    answer(hoa, paper.id, "full_name", "Nguyễn Thị Dung", revision="3")
    now = strict.now(paper)
    assert now.state is State.VERIFIED
    assert now.fields["full_name"].value == "Nguyễn Thị Dung"
    assert now.fields["full_name"].confirmed_by == ("lan", "hoa")


def test_cannot_be_read_rescan_and_not_ours_are_answers(room: Room) -> None:
    papers = [room.paper({"purpose": None}) for _ in range(3)]
    lan = room.person("lan")
    take(lan)
    answer(lan, papers[0].id, "purpose", "", "illegible")
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
    take(lan)
    assert "Giữ là giấy tờ khác" in lan.get(f"/papers/{paper.id}/review").text
    lan.post(f"/papers/{paper.id}/hand-in")
    assert room.now(paper).state is State.VERIFIED


def test_the_queue_is_by_batch_and_type_oldest_first(room: Room) -> None:
    room.paper({"full_name": "A"})
    other = room.paper({"full_name": "B"}, document_type="death_certificate", fields={})
    lan = room.person("lan")
    page = lan.get("/review").text
    assert "Giấy xác nhận tình trạng hôn nhân" in page
    assert take(lan, document_type="death_certificate") == f"/papers/{other.id}/review"
    assert take(lan, batch=room.batch().id, document_type="birth_certificate") == "/review"


def test_suggestions_come_from_the_dossiers_own_papers_only(room: Room) -> None:
    from rules.suggestions import suggest_values

    one = room.paper({"personal_id": "001190012346", "full_name": "Nguyễn Thị Dung"})
    same = room.paper({"full_name": "Nguyễn Thị Dung", "personal_id": "001190012345"})
    stranger = room.paper({"full_name": "Lê Văn Bình", "personal_id": "001085099999"}, fields={})
    assert suggest_values(one, "personal_id", [same, stranger]) == ("001190012345",)
    assert suggest_values(one, "personal_id", [stranger]) == ()


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
            assert minh.claim_next(Wanted()) == paper.id
            desk = Desk(room.archive, room.people["minh"], Policy())
            desk.settle(paper.id, 1, {"full_name": Said(answer=Answer.KEPT)}, actor("minh"))
        return take(queue, session, paper_id)

    monkeypatch.setattr(Queue, "_take", slow)
    assert lan.claim_next(Wanted()) == other.id
    assert room.now(paper).settled_by == ("minh",)
