"""Look-alike rounds, acceptance samples, corrections as data."""

import json

from commandline import sohoa
from room import PASSWORD, Room

from application.acceptance_sampling import samples_of
from rules.review.sampling import upper_bound
from schemas.account import Role
from schemas.paper import Answer, State
from storage.views.corrections import corrections


def test_one_glance_settles_what_does_not_look_odd(room: Room) -> None:
    papers = [room.paper({"date_of_birth": f"1990-05-{day:02d}"}) for day in range(1, 5)]
    both = room.paper({"date_of_birth": "1991-01-01", "full_name": "A"})
    lan, minh = room.person("lan"), room.person("minh")
    page = lan.get("/rounds", kind="date").text
    assert page.count('class="cell"') == 5
    assert "01/05/1990" in page
    assert minh.get("/rounds", kind="date").text.count('class="cell"') == 0, (
        "the papers are lan's for the round"
    )
    cells = [
        {"paper_id": p.id, "revision": 1, "field": "date_of_birth", "odd": p is papers[2]}
        for p in [*papers, both]
    ]
    assert lan.post("/rounds", cells=json.dumps(cells)).status_code == 204
    assert [room.now(p).state for p in papers] == [
        State.VERIFIED,
        State.VERIFIED,
        State.NEEDS_REVIEW,
        State.VERIFIED,
    ]
    assert room.now(papers[0]).fields["date_of_birth"].answer is Answer.KEPT
    assert room.now(both).state is State.NEEDS_REVIEW, "its name is still doubtful"
    assert not room.now(both).fields["date_of_birth"].needs_review
    assert minh.get("/rounds", kind="date").text.count('class="cell"') == 1, (
        "the odd one is back in the queue"
    )
    assert lan.post("/rounds", cells="[{]").status_code == 400
    assert lan.post("/rounds", cells=json.dumps(cells)).status_code == 204, "sent twice is settled once"
    assert room.now(papers[0]).revision == 2


def test_a_sample_proves_an_error_rate_and_accepts_the_batch(room: Room) -> None:
    papers = [room.paper() for _ in range(6)]
    hoa, lan = room.person("hoa", Role.VERIFIER), room.person("lan")
    batch = room.batch()
    assert lan.post(f"/batches/{batch.id}/samples", limit="0.05").status_code == 403
    where = hoa.post(f"/batches/{batch.id}/samples", limit="0.2").headers["hx-redirect"]
    (state,) = samples_of(room.archive, batch.id)
    assert state.sample.population == 7 * len(papers)
    typed = {
        "certificate_number": "15/2019-XNTTHN",
        "issued_by": "ubnd phường xuân tảo",
        "issued_on": "5/3/2020",
        "full_name": "Nguyễn Thị Dung",
        "date_of_birth": "17/5/90",
        "personal_id": "001 190 012 345",
        "marital_status": "chưa đăng ký kết hôn với ai",
    }
    for item in state.sample.items:
        page = lan.get(where).text
        assert "Nguyễn Thị Dung" not in page, "keyed blind"
        assert f"/items/{item.number}" in page
        text = "Nguyễn Thị Dũng" if item.number == 1 and item.field == "full_name" else typed[item.field]
        lan.post(f"{where}/items/{item.number}", answer="changed", text=text)
    (state,) = samples_of(room.archive, batch.id)
    for number in state.differing:
        assert "Bản ghi đúng" not in lan.get(where).text
        assert "Nguyễn Thị Dũng" in hoa.get(where).text
        hoa.post(f"{where}/items/{number}/verdict", wrong="false")
    (state,) = samples_of(room.archive, batch.id)
    assert state.result
    assert state.result.accepted
    assert state.result.bound == upper_bound(42, len(state.sample.items), 0)
    said = hoa.get(f"/batches/{batch.id}/balance").text
    assert "Nghiệm thu: ĐẠT" in said
    assert f"ô sai ≤ {100 * state.result.bound:.2f}".replace(".", ",") in said
    assert len(room.events("sample.draw")) == len(room.events("sample.result")) == 1


def test_a_batch_with_wrong_records_is_not_accepted(room: Room) -> None:
    for _ in range(4):
        room.paper()
    hoa, lan = room.person("hoa", Role.VERIFIER), room.person("lan")
    where = hoa.post(f"/batches/{room.batch().id}/samples", limit="0.05").headers["hx-redirect"]
    (state,) = samples_of(room.archive, room.batch().id)
    for item in state.sample.items:
        lan.post(f"{where}/items/{item.number}", answer="illegible")
    for item in state.sample.items:
        assert hoa.post(f"{where}/items/{item.number}/verdict", wrong="true").status_code == 204
    assert hoa.post(f"{where}/items/1/verdict", wrong="false").status_code == 409, "a verdict is given once"
    (state,) = samples_of(room.archive, room.batch().id)
    assert state.result
    assert not state.result.accepted
    assert "KHÔNG ĐẠT" in lan.get(where).text


def test_nobody_keys_again_what_they_settled(room: Room) -> None:
    paper = room.paper({"full_name": "Nguyễn Thị Dung"})
    lan, hoa = room.person("lan"), room.person("hoa", Role.VERIFIER)
    lan.post("/review/next")
    lan.post(
        f"/papers/{paper.id}/answers",
        field="full_name",
        answer="changed",
        text="Nguyễn Thị Dung",
        revision="1",
    )
    where = hoa.post(f"/batches/{room.batch().id}/samples", limit="0.2").headers["hx-redirect"]
    (state,) = samples_of(room.archive, room.batch().id)
    own = [item.number for item in state.sample.items if item.field == "full_name"]
    for number in own:
        assert lan.post(f"{where}/items/{number}", answer="changed", text="x").status_code == 404
    minh = room.person("minh")
    for number in own:
        assert (
            minh.post(f"{where}/items/{number}", answer="changed", text="Nguyễn Thị Dung").status_code == 204
        )


def test_corrections_are_exported_with_what_was_read_first(room: Room) -> None:
    paper = room.paper({"full_name": "Nguyễn Thị Dũng", "purpose": "x"})
    lan, minh = room.person("lan"), room.person("minh")
    lan.post("/review/next")
    for field, text in (("full_name", "Nguyễn Thị Dung"), ("purpose", "x")):
        lan.post(f"/papers/{paper.id}/answers", field=field, answer="changed", text=text, revision="1")
    minh.post("/review/next")
    minh.post(
        f"/papers/{paper.id}/answers",
        field="full_name",
        answer="changed",
        text="Nguyễn Thị Dung",
        revision="2",
    )
    found = {c.field: c for c in corrections(room.archive)}
    assert set(found) == {"full_name", "purpose"}
    name = found["full_name"]
    assert (name.read, name.value, name.confirmed_by) == (
        "Nguyễn Thị Dũng",
        "Nguyễn Thị Dung",
        ("lan", "minh"),
    )
    assert name.confidence == 0.5
    assert found["purpose"].answer is Answer.KEPT
    assert found["purpose"].read == found["purpose"].value == "x"


def test_accounts_are_kept_at_a_terminal_too() -> None:
    made = sohoa("account", "add", "lan", "--role", "verifier", "--unit", "H10")
    assert made.stdout.startswith("lan / ")
    assert PASSWORD not in made.stdout
    assert sohoa("account", "add", "lan", status=8)
    assert '"role": "verifier"' in sohoa("account", "list", "--json").stdout
    assert sohoa("account", "password", "lan").stdout.startswith("lan / ")
    assert sohoa("account", "password", "ai đó", status=6)
    assert sohoa("corrections", "export").stdout == ""
