"""Any habit of typing in, the contract's format out; nothing is invented."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.review.typed_values import NotUnderstood, read_typed, shown
from schemas.document_type import ValueKind

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
    assert read_typed(ValueKind.DATE, text, TODAY) == "2020-03-05"


@pytest.mark.parametrize(
    ("text", "value"),
    [("2020", "2020"), ("3/2020", "2020-03"), ("5/3/27", "1927-03-05"), ("5/3/26", "2026-03-05")],
)
def test_parts_of_dates_and_short_years(text: str, value: str) -> None:
    assert read_typed(ValueKind.DATE, text, TODAY) == value


@pytest.mark.parametrize(
    "text", ["31/2/2020", "0/3/2020", "1/2/3/4", "hôm qua", "5/3/2020x", "13/2020", "-", "99999999"]
)
def test_no_date_is_made_of_what_is_none(text: str) -> None:
    with pytest.raises(NotUnderstood) as caught:
        read_typed(ValueKind.DATE, text, TODAY)
    assert text in caught.value.problem.message.vi


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (ValueKind.PERSONAL_ID, "001 190.012-345", "001190012345"),
        (ValueKind.GENDER, "nữ", "female"),
        (ValueKind.GENDER, "NAM", "male"),
        (ValueKind.MONEY, "5.000.000 đồng", 5_000_000),
        (ValueKind.AREA, "1.250,5 m²", 1250.5),
        (ValueKind.AREA, "120", 120),
        (ValueKind.AREA, "120.5", 120.5),
        (ValueKind.AREA, "1.250.000", 1_250_000),
        (ValueKind.AREA, "1,250.5", 1250.5),
        (ValueKind.AREA, "0,25 ha", 2500),
        (ValueKind.AREA, "0.25", 0.25),
        (ValueKind.MONEY, "1.500.000,50", 1_500_000.5),
        (ValueKind.MONEY, "12,000,000", 12_000_000),
        (ValueKind.MONEY, "12 tỷ đồng", 12_000_000_000),
        (ValueKind.MONEY, "1,5 triệu", 1_500_000),
        (ValueKind.CODE, "15 / 2019", "15/2019"),
        (ValueKind.YEAR, "5/3/1990", "1990"),
        (ValueKind.DATE_TIME, "8h30 5/3/2020", "2020-03-05T08:30"),
        (ValueKind.DATE_TIME, "5/3/2020 08:30", "2020-03-05T08:30"),
        (ValueKind.TEXT, "Hòa   Bình", "Hòa Bình"),
        (ValueKind.PERSON_NAME, "nguyễn văn A", "nguyễn văn A"),
        (ValueKind.LOWER, "Quyết định", "quyết định"),
        (ValueKind.DIGITS, "12 34", "1234"),
        (
            ValueKind.PAPER_LIST,
            "Tờ khai (1+0); Sổ",
            [{"name": "Tờ khai", "originals": 1, "copies": 0}, {"name": "Sổ", "originals": 1, "copies": 0}],
        ),
    ],
)
def test_values_of_every_kind(kind: ValueKind, text: str, value: object) -> None:
    assert read_typed(kind, text, TODAY) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (ValueKind.PERSONAL_ID, "12345"),
        (ValueKind.PERSONAL_ID, "００１１９００１２３４５"),
        (ValueKind.GENDER, "khác"),
        (ValueKind.DIGITS, "12a"),
        (ValueKind.AREA, "rộng"),
        (ValueKind.AREA, "1.250"),
        (ValueKind.AREA, "1,250"),
        (ValueKind.MONEY, "1.5"),
        (ValueKind.MONEY, "1.50.000"),
        (ValueKind.MONEY, "500k"),
        (ValueKind.DATE, "0503"),
        (ValueKind.DATE, "503"),
        (ValueKind.DATE, "5/3/203"),
        (ValueKind.YEAR, "0503"),
        (ValueKind.AREA, "-5"),
        (ValueKind.MONEY, "nhiều"),
        (ValueKind.DATE_TIME, "5/3/2020"),
        (ValueKind.TEXT, "  "),
    ],
)
def test_what_is_no_value_of_its_kind(kind: ValueKind, text: str) -> None:
    with pytest.raises(NotUnderstood):
        read_typed(kind, text, TODAY)


@given(st.sampled_from(ValueKind), st.text(max_size=40))
def test_whatever_is_typed_is_a_value_or_said_to_be_none(kind: ValueKind, text: str) -> None:
    try:
        value = read_typed(kind, text, TODAY)
    except NotUnderstood:
        return
    assert read_typed(kind, shown(kind, value), TODAY) == value, "what is shown can be typed again"


@given(st.dates(date(1880, 1, 1), date(2100, 1, 1)))
def test_dates_go_round(day: date) -> None:
    assert read_typed(ValueKind.DATE, shown(ValueKind.DATE, day.isoformat()), TODAY) == day.isoformat()


@pytest.mark.parametrize("value", [0.25, 1.125, 120.5, 1250.5, 7, 1_250_000, 999.999])
def test_what_is_shown_is_read_again_as_the_same(value: float) -> None:
    for kind in (ValueKind.AREA, ValueKind.MONEY):
        assert read_typed(kind, shown(kind, value), TODAY) == value
