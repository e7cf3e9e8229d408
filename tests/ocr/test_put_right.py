"""What a line's words can only be: numbers parted at a 1, Roman numerals, groups of households."""

import pytest

from ocr.recognition.split_numbers import with_whole_numbers
from ocr.text.certain_words import with_certain_words
from ocr.text.national_motto import with_motto
from schemas.page import Word


def _line(text: str, white: dict[int, int] | None = None) -> list[Word]:
    """Words 20 px a letter, 18 px apart, or as `white` has it before the word of that place."""
    words, x = [], 0
    for at, word in enumerate(text.split()):
        x += (white or {}).get(at, 18)
        words.append(Word(text=word, box=(x, 0, x + 20 * len(word), 40), confidence=0.9))
        x += 20 * len(word)
    return words


@pytest.mark.parametrize(
    ("text", "white", "whole"),
    [
        ("cấp ngày 18/1 1/2021 tại xã", {2: 18, 3: 13}, "cấp ngày 18/11/2021 tại xã"),
        ("ngày 24 tháng 1 1 năm 2018", {4: 12}, "ngày 24 tháng 11 năm 2018"),
        ("Điện thoại 0421 145 475 gọi", {3: 18, 4: 18}, "Điện thoại 0421 145 475 gọi"),
        ("Số 30/03/2023 06:07 giờ ấy", {2: 13}, "Số 30/03/2023 06:07 giờ ấy"),
        ("19 67", {1: 12}, "19 67"),
        ("1 967", {1: 12}, "1967"),
    ],
)
def test_a_number_is_whole_across_the_white_beside_its_1(
    text: str, white: dict[int, int], whole: str
) -> None:
    words = with_whole_numbers(_line(text, white))
    assert " ".join(word.text for word in words) == whole
    assert words[-1].box.right == _line(text, white)[-1].box.right


@pytest.mark.parametrize(
    ("text", "certain"),
    [
        ("Tố 7, phường Nam Tiến", "Tổ 7, phường Nam Tiến"),
        ("TỐ 12", "TỔ 12"),
        ("yếu tố con người", "yếu tố con người"),
        ("Tố Hữu", "Tố Hữu"),
        ("(cấp lll)", "(cấp III)"),
        ("cấp IlI, cấp IV", "cấp III, cấp IV"),
        ("|| 2", "|| 2"),
        ("ill", "ill"),
    ],
)
def test_only_what_can_be_nothing_else_is_put_right(text: str, certain: str) -> None:
    assert " ".join(word.text for word in with_certain_words(_line(text))) == certain


def test_a_committees_name_is_put_right_where_the_line_ends_in_it() -> None:
    assert [word.text for word in with_motto(_line("kết hôn tại Úy ban"))][-2:] == ["Ủy", "ban"]
