"""The pages of officials: found, checked, used, printed; and what those without the right see."""

import pytest
from counter import BY, DUNG, MINH, Hall
from room import Browser, Room

from schemas.account import Role
from schemas.paper import State
from schemas.subject import identity_of


@pytest.fixture
def room(each_room: Room) -> Room:
    """On both kinds of database."""
    return each_room


HER = identity_of(DUNG)
CHECK = f"/people/{HER}/check"


def test_from_the_number_to_the_answer(hall: Hall) -> None:
    hall.card()
    held = hall.status()
    thu = hall.official()
    assert thu.get("/").headers["location"] == "/search"
    assert thu.search("0011 9001 2345").headers["location"] == f"/people/{HER}"
    page = thu.get(f"/people/{HER}").text
    assert "Nguyễn Thị Dung" in page
    assert f"/papers/{held.id}" in page
    answer = thu.get(CHECK, procedure="1.000894").text
    assert "Không phải mang thêm giấy nào." in answer


def open_dossier(hall: Hall, **more: str) -> tuple[Browser, str]:
    """An official who received her dossier; where it is."""
    thu = hall.official()
    answer = thu.post(
        "/submissions", procedure="1.000894", case="both_present", party=f"applicant={HER}", **more
    )
    assert answer.status_code == 204, answer.text
    return thu, answer.headers["hx-redirect"]


def test_one_key_uses_all_that_is_on_file_and_the_paper_says_where(hall: Hall) -> None:
    card, held = hall.card(), hall.status()
    thu, where = open_dossier(hall, use_all="true", code="H10.15-261122-0003")
    page = thu.get(where).text
    assert page.count("Đã dùng lại lúc") == 2
    printed = thu.get(f"{where}/print").text
    assert "Không phải mang thêm giấy nào." in printed
    assert "Không phải nộp lại, vì cơ quan nhà nước đã có" in printed
    for paper in (card, held):
        assert "H10.15-261122-0003" in thu.get(f"/papers/{paper.id}").text
    assert "H10.15-261122-0003" in thu.get("/submissions").text
    assert len(hall.room.events("paper.reuse")) == 2
    assert "đã dùng lại 1 lần" in thu.get(f"/people/{HER}").text


def test_a_use_is_taken_back_and_a_paper_asked_for_with_a_reason(hall: Hall) -> None:
    hall.card()
    held = hall.status()
    thu, where = open_dossier(hall)
    assert thu.post(f"{where}/use", component="marital_status", paper=held.id).status_code == 204
    (event,) = hall.counter().uses(hall.counter().open(hall.marriage, _code(thu, where), BY))
    assert thu.post(f"{where}/undo", event=event.id).status_code == 204
    assert thu.post(f"{where}/ask", component="marital_status", reason="because").status_code == 422
    asked = thu.post(f"{where}/ask", component="marital_status", reason="inaccurate", note="sai năm sinh")
    assert asked.status_code == 204
    printed = thu.get(f"{where}/print").text
    assert "sai năm sinh" in printed
    assert "Thông tin không chính xác" in printed
    look_up = thu.post(f"{where}/data", component="partner_marital_status", result="chưa kết hôn")
    assert look_up.status_code == 204
    assert "CSDL hộ tịch điện tử" in thu.get(f"{where}/print").text


def _code(thu: Browser, where: str) -> str:
    return thu.get(where).text.split('class="no big">')[1].split("<")[0]


def test_an_official_looks_at_the_image_and_confirms(hall: Hall) -> None:
    hall.card()
    held = hall.status(State.READ)
    thu = hall.official()
    check = thu.get(CHECK, procedure="1.000894").text
    assert f"/papers/{held.id}?back=" in check
    page = thu.get(f"/papers/{held.id}", back=CHECK).text
    assert f"/papers/{held.id}/confirm" in page
    done = thu.post(f"/papers/{held.id}/confirm", revision=1, where=CHECK)
    assert done.headers["hx-redirect"] == CHECK
    assert hall.room.now(held).state is State.VERIFIED
    assert hall.room.now(held).settled_by == ("thu",)
    assert thu.post(f"/papers/{held.id}/confirm", revision=2, where=CHECK).status_code == 409
    assert thu.post(f"/papers/{held.id}/confirm", revision=2, where="//evil.example").status_code == 422


def test_numbers_are_joined_and_separated_with_a_reason(hall: Hall) -> None:
    hall.card()
    old = hall.status(personal_id="012345678")
    loose = hall.paper(
        "birth_certificate",
        full_name="Nguyễn Thị Dung",
        date_of_birth="1990-05-17",
        registered_on="1990-06-01",
    )
    thu = hall.official()
    assert old.id not in thu.get(f"/people/{HER}").text
    assert thu.post(f"/people/{HER}/links", number="012345678", note="hộ khẩu cũ trang 3").status_code == 204
    assert thu.post(f"/people/{HER}/links", number="012345678", note="lần nữa nhé").status_code == 404
    page = thu.get(f"/people/{HER}").text
    assert old.id in page
    assert "hộ khẩu cũ trang 3" in page
    assert "Cùng tên, cùng ngày sinh" in page
    claimed = thu.post(f"/people/{HER}/papers/{loose.id}/claim", note="sổ gốc số 12")
    assert claimed.status_code == 204
    assert "Cùng tên, cùng ngày sinh" not in thu.get(f"/people/{HER}").text
    link = page.split(f"/people/{HER}/links/")[1].split("/")[0]
    assert thu.post(f"/people/{HER}/links/{link}/undo", reason="nhầm").status_code == 204
    assert old.id not in thu.get(f"/people/{HER}").text
    for action in ("subject.link", "subject.unlink"):
        assert all(DUNG not in str(event) for event in hall.room.events(action))
        assert hall.room.events(action)


def test_the_other_party_is_named_by_number_and_stands_in_no_address(hall: Hall) -> None:
    hall.card()
    hall.card(personal_id=MINH, full_name="Trần Văn Minh", date_of_birth="1988-01-01")
    thu = hall.official()
    answer = thu.post(
        f"/people/{HER}/party", party="partner", number=MINH, back="procedure=1.000894&case=both_present"
    )
    where = answer.headers["hx-redirect"]
    assert MINH not in where
    assert "Trần Văn Minh" in thu.get(where).text
    assert (
        thu.post(f"/people/{HER}/party", party="partner", number="999999999999", back="x").status_code == 404
    )


def test_a_verifier_revokes_and_an_official_sees_why(hall: Hall) -> None:
    hall.card()
    held = hall.status()
    hoa = hall.room.person("hoa", Role.VERIFIER, "H10")
    told = {"since": "2026-11-01", "source": "QĐ 7/QĐ-UBND"}
    assert hoa.post(f"/papers/{held.id}/revocations", **told).status_code == 204
    thu = hall.official()
    assert "QĐ 7/QĐ-UBND" in thu.get(CHECK, procedure="1.000894").text
    assert thu.post(f"/papers/{held.id}/revocations", **told).status_code == 403
    page = hoa.get(f"/papers/{held.id}").text
    gone = page.split(f"/papers/{held.id}/revocations/")[1].split("/")[0]
    assert hoa.post(f"/papers/{held.id}/revocations/{gone}/lift", reason="ghi nhầm").status_code == 204
    assert "QĐ 7/QĐ-UBND" not in thu.get(CHECK, procedure="1.000894").text


def test_another_provinces_official_learns_nothing(hall: Hall) -> None:
    hall.card()
    held = hall.status()
    _, where = open_dossier(hall)
    far = hall.official("xa", "H20.3")
    assert "Dung" not in far.get("/search", q="nguyen thi dung").text
    for path in (
        f"/people/{HER}",
        f"/papers/{held.id}",
        where,
        f"{where}/print",
        f"/papers/{held.id}/pages/1/tiny.jpg",
        f"/papers/{held.id}/hit.jpg?q=dung",
    ):
        answer = far.get(path)
        assert answer.status_code == 404, path
        assert "Dung" not in answer.text
    answer = far.get(CHECK, procedure="1.000894").text
    assert held.id not in answer
    assert "Dung" not in answer
    neighbour = hall.official("ke", "H10.16")
    assert neighbour.get(where).status_code == 404, "a dossier is its own unit's"
    assert neighbour.get(f"/people/{HER}").status_code == 200, "papers are the province's"


def test_searches_are_filtered_lit_and_kept(hall: Hall) -> None:
    held = hall.status()
    hall.status(personal_id=MINH, full_name="Nguyễn Thị Dung", issued_on="2020-01-01")
    thu = hall.official("thu", "H10.16")
    strange = hall.official("la").get("/search", q="nguyen thi dung").text
    assert strange.count("Mở giấy và cho biết mục đích") == 2, (
        "papers of another unit are opened for a purpose"
    )
    assert strange.count("/hit.jpg") == 0
    both = thu.get("/search", q="nguyen thi dung").text
    assert both.count("/hit.jpg") == 2
    one = thu.get("/search", q="nguyen thi dung", year="2026").text
    assert one.count("/hit.jpg") == 1
    assert thu.get("/search", q="nguyen thi dung", unit="H10.99").text.count("/hit.jpg") == 0
    assert thu.get("/search", q="dung", document_type="birth_certificate").text.count("/hit.jpg") == 0
    assert thu.get("/search", q="dung", state="verified").text.count("/hit.jpg") == 2
    assert thu.get("/search", q="dung", procedure="1.000894").text.count("/hit.jpg") == 0
    image = thu.get(f"/papers/{held.id}/hit.jpg", q="nguyen")
    assert image.headers["content-type"] == "image/jpeg"
    assert thu.get(f"/papers/{held.id}/hit.jpg", q="zzz").status_code == 404
    thu.post("/searches", name="Dung 2026", query="q=nguyen+thi+dung&year=2026")
    assert "Dung 2026" in thu.get("/search").text
    assert "Dung 2026" not in hall.official("ke").get("/search").text
    thu.post("/searches/forget", name="Dung 2026")
    assert "Dung 2026" not in thu.get("/search").text


def test_an_old_address_finds_papers_with_the_new_one(hall: Hall) -> None:
    held = hall.status(residence="Xã Bù Đăng, Thành phố Đồng Nai")
    thu = hall.official()
    assert f"/papers/{held.id}" in thu.get("/search", q="duc phong bu dang binh phuoc").text


def test_every_look_is_on_the_trail_without_a_number(hall: Hall) -> None:
    hall.card()
    hall.status()
    thu, where = open_dossier(hall)
    thu.get(f"/people/{HER}")
    thu.get(CHECK, procedure="1.000894")
    thu.get(f"{where}/print")
    for action in ("person.view", "person.check", "submission.open", "submission.print"):
        events = hall.room.events(action)
        assert events, action
        assert all(DUNG not in str(event) and "Dung" not in str(event) for event in events)
        assert all(event["actor"] == "thu" for event in events)


def test_an_office_edits_its_own_catalogue_without_code(hall: Hall) -> None:
    hall.card()
    hall.status()
    hall.without_look_up()
    thu = hall.official()
    page = thu.get(CHECK, procedure="1.000894").text
    assert "Còn phải mang 1 giấy: Giấy xác nhận tình trạng hôn nhân (Bên kia)." in page
    thu, where = open_dossier(hall, use_all="true")
    assert "☐" in thu.get(f"{where}/print").text
    assert hall.room.events("procedure.add")


def test_an_original_that_is_kept_is_brought_though_it_was_used(hall: Hall) -> None:
    hall.card()
    holder = {"holder_name": "Nguyễn Thị Dung", "holder_id": DUNG, "holder_birth_year": "1990"}
    hall.paper("land_use_certificate", **holder, issued_on="2010-01-01", serial_number="BA 123456")
    asked = {"procedure": "1.012783", "case": "any", "party": f"applicant={HER}", "use_all": "true"}
    thu = hall.official()
    where = thu.post("/submissions", **asked).headers["hx-redirect"]
    page = thu.get(where).text
    assert "Đã dùng lại lúc" in page
    assert "Còn phải mang 1 giấy" in page
    assert "Bản gốc nộp khi nhận kết quả." in thu.get(f"{where}/print").text
    assert thu.post("/submissions", **{**asked, "party": "applicant=001190012345"}).status_code == 404
