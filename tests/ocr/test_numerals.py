"""Numbers and dates in words, against the drawer of the samples, which writes them out."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.text.number_words import date_in_words, number_in_words
from samples.drawing.number_words import date_in_words as written_out
from samples.drawing.number_words import in_words


@given(st.integers(0, 9999))
def test_numbers(number: int) -> None:
    assert number_in_words(in_words(number)) == number


@given(st.integers(0, 60_000))
def test_dates(days: int) -> None:
    day = date(1900, 1, 1) + timedelta(days=days)
    assert date_in_words(written_out(day)) == day.isoformat()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Ngày mùng năm, tháng giêng, năm hai nghìn không trăm linh ba", "2003-01-05"),
        ("ngay hai muoi lam thang tu nam mot nghin chin tram bay muoi tu", "1974-04-25"),
        ("Ngày ba mươi, tháng hai, năm hai nghìn không trăm mười", None),
        ("Ngày nào đó, tháng ba, năm hai nghìn", None),
        ("", None),
    ],
)
def test_spellings(text: str, value: str | None) -> None:
    assert date_in_words(text) == value
