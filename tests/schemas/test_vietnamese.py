"""Folding, tone placement and NFC: the forms that search and scoring rest on."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.base.vietnamese import fold, nfc, same_spelling, title_case, with_one_tone_placement

VIETNAMESE = st.text(
    alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíị "
    "òỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵAĂÂĐÊÔƠƯ",
    max_size=40,
)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [("Nguyễn Thị Dũng", "nguyen thi dung"), ("ĐƯỜNG", "duong"), ("  Hoà\n Bình ", "hoa binh"), ("", "")],
)
def test_fold(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hoà", "hòa"),
        ("Thuý", "Thúy"),
        ("khoẻ", "khỏe"),
        ("quý", "quý"),
        ("hoàn", "hoàn"),
        ("HOÀ", "HÒA"),
        ("thuỷ lợi", "thủy lợi"),
        ("huỳnh", "huỳnh"),
    ],
)
def test_tone_placement(old: str, new: str) -> None:
    assert with_one_tone_placement(old) == new


@given(VIETNAMESE)
def test_normal_forms_do_not_depend_on_composition(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    assert fold(text) == fold(decomposed)
    assert same_spelling(text) == same_spelling(decomposed)
    assert nfc(decomposed) == nfc(text)


@given(VIETNAMESE)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert with_one_tone_placement(with_one_tone_placement(text)) == with_one_tone_placement(text)


@given(VIETNAMESE)
def test_tone_placement_keeps_the_folded_text(text: str) -> None:
    assert fold(with_one_tone_placement(text)) == fold(text)


def test_title_case() -> None:
    assert title_case("TRẦN  THỊ THU HÀ") == "Trần Thị Thu Hà"
