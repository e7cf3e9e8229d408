"""Any habit of typing in, the contract's format out; nothing is invented."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.review.typed_values import NotUnderstood, read_typed, shown
from schemas.document_type import Kind

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    "text",
    [
        "5/3/2020",
        "05-03-2020",
        "5.3.20",
        "050320",
        "05032020",
        "2020-03-05",
        "ngày 5 tháng 3 năm 2020",
        "5 3 2020",
    ],
)
def test_dates_in_any_habit(text: str) -> None:
    assert read_typed(Kind.DATE, text, TODAY) == "2020-03-05"


@pytest.mark.parametrize(
    ("text", "value"),
    [("2020", "2020"), ("3/2020", "2020-03"), ("5/3/27", "1927-03-05"), ("5/3/26", "2026-03-05")],
)
def test_parts_of_dates_and_short_years(text: str, value: str) -> None:
    assert read_typed(Kind.DATE, text, TODAY) == value


@pytest.mark.parametrize(
    "text", ["31/2/2020", "0/3/2020", "1/2/3/4", "hôm qua", "5/3/2020x", "13/2020", "-", "99999999"]
)
def test_no_date_is_made_of_what_is_none(text: str) -> None:
    with pytest.raises(NotUnderstood) as caught:
        read_typed(Kind.DATE, text, TODAY)
    assert text in caught.value.problem.message.vi


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.PERSONAL_ID, "001 190.012-345", "001190012345"),
        (Kind.GENDER, "nữ", "female"),
        (Kind.GENDER, "NAM", "male"),
        (Kind.MONEY, "5.000.000 đồng", 5_000_000),
        (Kind.AREA, "1.250,5 m²", 1250.5),
        (Kind.AREA, "120", 120),
        (Kind.AREA, "120.5", 120.5),
        (Kind.AREA, "1.250.000", 1_250_000),
        (Kind.AREA, "1,250.5", 1250.5),
        (Kind.AREA, "0,25 ha", 2500),
        (Kind.AREA, "0.25", 0.25),
        (Kind.MONEY, "1.500.000,50", 1_500_000.5),
        (Kind.MONEY, "12,000,000", 12_000_000),
        (Kind.MONEY, "12 tỷ đồng", 12_000_000_000),
        (Kind.MONEY, "1,5 triệu", 1_500_000),
        (Kind.CODE, "15 / 2019", "15/2019"),
        (Kind.YEAR, "5/3/1990", "1990"),
        (Kind.DATE_TIME, "8h30 5/3/2020", "2020-03-05T08:30"),
        (Kind.DATE_TIME, "5/3/2020 08:30", "2020-03-05T08:30"),
        (Kind.TEXT, "Hòa   Bình", "Hòa Bình"),
        (Kind.PERSON_NAME, "nguyễn văn A", "nguyễn văn A"),
        (Kind.LOWER, "Quyết định", "quyết định"),
        (Kind.DIGITS, "12 34", "1234"),
        (
            Kind.PAPER_LIST,
            "Tờ khai (1+0); Sổ",
            [{"name": "Tờ khai", "originals": 1, "copies": 0}, {"name": "Sổ", "originals": 1, "copies": 0}],
        ),
    ],
)
def test_values_of_every_kind(kind: Kind, text: str, value: object) -> None:
    assert read_typed(kind, text, TODAY) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.PERSONAL_ID, "12345"),
        (Kind.PERSONAL_ID, "００１１９００１２３４５"),
        (Kind.GENDER, "khác"),
        (Kind.DIGITS, "12a"),
        (Kind.AREA, "rộng"),
        (Kind.AREA, "1.250"),
        (Kind.AREA, "1,250"),
        (Kind.MONEY, "1.5"),
        (Kind.MONEY, "1.50.000"),
        (Kind.MONEY, "500k"),
        (Kind.DATE, "0503"),
        (Kind.DATE, "503"),
        (Kind.DATE, "5/3/203"),
        (Kind.YEAR, "0503"),
        (Kind.AREA, "-5"),
        (Kind.MONEY, "nhiều"),
        (Kind.DATE_TIME, "5/3/2020"),
        (Kind.TEXT, "  "),
    ],
)
def test_what_is_no_value_of_its_kind(kind: Kind, text: str) -> None:
    with pytest.raises(NotUnderstood):
        read_typed(kind, text, TODAY)


@given(st.sampled_from(Kind), st.text(max_size=40))
def test_whatever_is_typed_is_a_value_or_said_to_be_none(kind: Kind, text: str) -> None:
    try:
        value = read_typed(kind, text, TODAY)
    except NotUnderstood:
        return
    assert read_typed(kind, shown(kind, value), TODAY) == value, "what is shown can be typed again"


@given(st.dates(date(1880, 1, 1), date(2100, 1, 1)))
def test_dates_go_round(day: date) -> None:
    assert read_typed(Kind.DATE, shown(Kind.DATE, day.isoformat()), TODAY) == day.isoformat()


@pytest.mark.parametrize("value", [0.25, 1.125, 120.5, 1250.5, 7, 1_250_000, 999.999])
def test_what_is_shown_is_read_again_as_the_same(value: float) -> None:
    for kind in (Kind.AREA, Kind.MONEY):
        assert read_typed(kind, shown(kind, value), TODAY) == value
