"""What helps typing: addresses amended and completed from the table of units."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.fields.numbers import amend_notation
from rules.fields.places import judge_place
from rules.review.suggestions import amend_place, complete_place


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        (
            "Thôn 5, xã Thanh Lonq, huyện Văn Lang, tỉnh Lạng Son",
            "Thôn 5, xã Thanh Long, huyện Văn Lãng, tỉnh Lạng Sơn",
        ),
        ("xã Minh Thắng, TX. Chơn Thành, Bình Phuóc", "xã Minh Thắng, TX. Chơn Thành, Tỉnh Bình Phước"),
    ],
)
def test_names_of_units_are_amended_as_the_paper_writes_them(read: str, meant: str) -> None:
    assert amend_place(read) == meant
    assert judge_place(meant).problem is None or judge_place(meant).problem.code == "place_split"  # type: ignore[union-attr]


def test_what_is_like_nothing_is_left_alone() -> None:
    assert amend_place("Xứ Oz, huyện Emerald, tỉnh Kansas") is None
    assert amend_place("Hà Nội") is None


def test_the_last_part_is_completed_while_typing() -> None:
    assert "Xã Vân Hồ, Tỉnh Phú Thọ" in complete_place("Xã Vân Hồ, phu th")
    assert complete_place("Hà Nội, ") == ()
    assert all(len(complete_place(letter)) <= 8 for letter in "abcdghlmnpqstvx")


@pytest.mark.parametrize(
    ("read", "kind", "meant"),
    [
        ("2827/QD-BGDĐT", "quyết định", "2827/QĐ-BGDĐT"),
        ("12/2020/ND-CP", None, "12/2020/NĐ-CP"),
        ("5/CD-TTg", "công điện", "5/CĐ-TTg"),
        ("2827/QĐ-BGDĐT", "quyết định", None),
        ("7/XYZ-UBND", "quyết định", None),
        ("QD", "quyết định", None),
    ],
)
def test_a_notation_that_lost_its_marks_is_amended(read: str, kind: str | None, meant: str | None) -> None:
    assert amend_notation(read, kind) == meant


@pytest.mark.slow
@given(st.text(max_size=60))
def test_any_text_is_taken(text: str) -> None:
    amend_place(text)
    complete_place(text)
