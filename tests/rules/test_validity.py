"""How long papers hold, and which later paper ends them."""

from datetime import date

import pytest
from papers_on_file import DUNG, card, paper, status

from rules.reuse.validity import earliest, ended_by, latest, term_of
from schemas.completeness import Obstacle
from schemas.paper import Paper


def hindrance(made: Paper, on: date, digits: int | None = 12) -> Obstacle | None:
    _, reason = term_of(made, on, digits)
    return reason.hindrance if reason else None


@pytest.mark.parametrize(
    ("issued", "last"),
    [
        ("2026-05-22", "2026-11-22"),
        ("2026-08-31", "2027-02-28"),
        ("2025-08-31", "2026-02-28"),
        ("2026", "2026-07-01"),
        ("2026-05", "2026-11-01"),
    ],
)
def test_marital_status_holds_six_months_to_the_day(issued: str, last: str) -> None:
    ends, _ = term_of(status(issued_on=issued), date(2026, 6, 1), 12)
    assert ends == date.fromisoformat(last)
    assert hindrance(status(issued_on=issued), date.fromisoformat(last)) is None
    day_after = date.fromordinal(date.fromisoformat(last).toordinal() + 1)
    assert hindrance(status(issued_on=issued), day_after) is Obstacle.EXPIRED


def test_a_paper_without_its_date_is_not_guessed() -> None:
    undated = paper("marital_status_certificate", **DUNG)
    assert hindrance(undated, date(2026, 11, 22)) is Obstacle.UNDATED
    assert hindrance(paper("birth_certificate", **DUNG), date(2026, 11, 22)) is None, "holds without limit"


def test_a_paper_dated_ahead_is_not_in_force_yet() -> None:
    assert hindrance(status(issued_on="2026-11-23"), date(2026, 11, 22)) is Obstacle.NOT_YET


def test_a_card_holds_until_its_day_and_an_old_one_until_the_law_ended_it() -> None:
    assert hindrance(card(expires_on="2026-11-22"), date(2026, 11, 22)) is None
    assert hindrance(card(expires_on="2026-11-21"), date(2026, 11, 22)) is Obstacle.EXPIRED
    old = paper("identity_card", **{**DUNG, "personal_id": "012345678", "issued_on": "2014-02-01"})
    assert hindrance(old, date(2024, 6, 30), 9) is None
    assert hindrance(old, date(2024, 12, 31), 9) is None
    assert hindrance(old, date(2025, 1, 1), 9) is Obstacle.EXPIRED
    assert hindrance(old, date(2029, 2, 2), 9) is Obstacle.EXPIRED


def test_a_card_without_its_number_is_not_guessed() -> None:
    assert hindrance(card(personal_id=""), date(2026, 11, 22), 0) is Obstacle.UNDATED


def test_a_card_for_life_has_no_last_day() -> None:
    old = {**DUNG, "date_of_birth": "1962-05-17", "issued_on": "2022-03-01"}
    assert hindrance(paper("identity_card", **old), date(2026, 11, 22)) is None
    younger = {**old, "date_of_birth": "1964-05-17"}
    assert hindrance(paper("identity_card", **younger), date(2026, 11, 22)) is Obstacle.UNDATED, "misread"
    assert hindrance(card(expires_on=""), date(2026, 11, 22)) is Obstacle.UNDATED


def test_dates_known_in_part_count_on_the_safe_side() -> None:
    assert (earliest("2019"), latest("2019")) == (date(2019, 1, 1), date(2019, 12, 31))
    assert (earliest("2020-02"), latest("2020-02")) == (date(2020, 2, 1), date(2020, 2, 29))
    assert earliest("") is earliest("2020-13-40") is latest("x") is None


def test_a_marriage_ends_the_certificate_of_status() -> None:
    wed = paper("marriage_certificate", wife_full_name="Nguyễn Thị Dung", registered_on="2026-10-05")
    before = paper("marriage_certificate", wife_full_name="Nguyễn Thị Dung", registered_on="2026-10-01")
    today = date(2026, 11, 22)
    found = ended_by(status(issued_on="2026-10-01"), [wed], today)
    assert found
    assert found[1].hindrance is Obstacle.SUPERSEDED
    assert ended_by(status(issued_on="2026-10-01"), [before], today) is None, "the same day is not later"
    assert ended_by(status(issued_on="2026"), [wed], today) is None, "not certainly later"
    assert ended_by(status(issued_on="2026-10-01"), [wed], date(2026, 10, 4)) is None, "not yet"


def test_a_change_of_registration_ends_the_one_before_of_the_same_enterprise() -> None:
    first = paper("business_registration", enterprise_code="0100112437", first_registered_on="2015-01-01")
    change = paper(
        "business_registration",
        enterprise_code="0100112437",
        first_registered_on="2015-01-01",
        changed_on="2021-01-01",
    )
    other = paper("business_registration", enterprise_code="0101243150", changed_on="2021-01-01")
    assert ended_by(first, [change], date(2026, 1, 1))
    assert not ended_by(change, [first], date(2026, 1, 1))
    assert not ended_by(first, [other], date(2026, 1, 1))


def test_a_new_certificate_of_the_parcel_ends_the_old_one_also_without_marks() -> None:
    where = {"parcel_number": "12", "map_sheet": "4", "parcel_address": "Xã Vân Hồ, tỉnh Sơn La"}
    old = paper("land_use_certificate", issued_on="2005-01-01", **where)
    new = paper(
        "land_use_certificate",
        issued_on="2025-01-01",
        **{**where, "parcel_address": "xa Vân Hồ, tỉnh Son La"},
    )
    unknown = paper("land_use_certificate", issued_on="2025-01-01", parcel_number="12", map_sheet="4")
    assert ended_by(old, [new], date(2026, 1, 1))
    assert not ended_by(old, [unknown], date(2026, 1, 1)), "without its address it may be another parcel"
