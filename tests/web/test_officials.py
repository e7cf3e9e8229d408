"""The pages of officials: found, checked, used, printed; and what those without the right see."""

import pytest
from counter import DUNG, Hall
from room import Room

from schemas.subject import identity_of

HER = identity_of(DUNG)
CHECK = f"/people/{HER}/check"


@pytest.fixture
def hall(room: Room) -> Hall:
    return Hall(room)


def test_from_the_number_to_the_answer(hall: Hall) -> None:
    hall.card()
    held = hall.status()
    thu = hall.official()
    assert thu.get("/").headers["location"] == "/search"
    assert thu.get("/search", q="0011 9001 2345").headers["location"] == f"/people/{HER}"
    page = thu.get(f"/people/{HER}").text
    assert "Nguyễn Thị Dung" in page
    assert f"/papers/{held.id}" in page
    answer = thu.get(CHECK, procedure="1.000894").text
    assert "Không phải mang thêm giấy nào." in answer
    abroad = thu.get(CHECK, procedure="1.000894", facts="partner_abroad").text
    assert "Còn phải mang 1 giấy" in abroad
