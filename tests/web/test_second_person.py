"""Who typed a value is not the only one who saw it: a second pair of eyes, blind double keying."""

import pytest
from room import Browser, Room, make_room

from schemas.environment_errors import SettingWrong
from schemas.paper import State
from web.app import make_app


def test_what_one_person_typed_waits_for_another(room: Room) -> None:
    paper = room.paper({"full_name": "A B"})
    lan, minh = room.person("lan"), room.person("minh")
    lan.take()
    assert lan.answer(paper.id, "full_name", "A Bế").headers["hx-redirect"] == "/review"
    assert room.now(paper).state is State.NEEDS_REVIEW
    assert lan.get(f"/papers/{paper.id}/review").status_code == 409
    late = lan.post(f"/papers/{paper.id}/check", field="full_name", text="A Bế")
    assert late.status_code == 409, "a check that was on its way does not take the paper again"
    assert lan.post(f"/papers/{paper.id}/alive").status_code == 409
    assert minh.take() == f"/papers/{paper.id}/review"
    assert minh.answer(paper.id, "full_name", "A Bế", revision=2).headers["hx-redirect"] == "/review"
    assert room.now(paper).state is State.VERIFIED
    assert room.now(paper).fields["full_name"].confirmed_by == ("lan", "minh")


def test_required_fields_of_chosen_types_are_keyed_blind_by_two(room: Room) -> None:
    web = room.settings.web.with_changes(double_keyed=frozenset({"marital_status_certificate"}))
    strict = make_room(room.archive, room.settings.with_changes(web=web))
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
        assert person.take() == f"/papers/{paper.id}/review"
        page = person.get(f"/papers/{paper.id}/review").text
        for name, text in {**typed, **other}.items():
            if f'id="i-{name}"' in page and f'id="f-{name}"' in page.split("</ol>")[0]:
                person.answer(paper.id, name, text, insisted=text, revision=strict.now(paper).revision)

    assert lan.take() == f"/papers/{paper.id}/review"
    blind = lan.get(f"/papers/{paper.id}/review").text
    assert blind.count("gõ mù") == 7
    assert 'value="Nguyễn Thị Dung"' not in blind, "the machine's reading is not shown"
    key(lan)
    assert lan.take() == "/review", "one person is one"
    key(minh, full_name="Nguyễn Thị Dũng")
    assert strict.now(paper).state is State.NEEDS_REVIEW
    assert minh.take() == "/review"
    assert hoa.take() == f"/papers/{paper.id}/review"
    third = hoa.get(f"/papers/{paper.id}/review").text
    assert third.count('class="field open"') == 1, "only the difference is left"
    assert "Nguyễn Thị Dũng" in third
    hoa.answer(paper.id, "full_name", "Nguyễn Thị Dung", revision=3)
    now = strict.now(paper)
    assert now.state is State.VERIFIED
    assert now.fields["full_name"].value == "Nguyễn Thị Dung"
    assert now.fields["full_name"].confirmed_by == ("lan", "hoa")


def test_an_unknown_type_to_key_twice_is_told_at_the_start(room: Room) -> None:
    web = room.settings.web.with_changes(double_keyed=frozenset({"birth_certificat"}))
    with pytest.raises(SettingWrong, match="birth_certificat"):
        make_app(room.settings.with_changes(web=web), room.archive)
