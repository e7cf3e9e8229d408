"""Gaps of a printed line that a pen fills: between the words of the form, whatever was read in them."""

import pytest
from handwritten import LETTER, line_of

from ocr.layout.written_gaps import find_gaps
from schemas.base.geometry import Box
from schemas.page import Gap, Line, Word


def _gaps(line: Line) -> dict[Gap, tuple[int, int]]:
    return {gap: (box.left, box.right) for gap, box in find_gaps(line)}


def test_the_gap_of_a_number_lies_between_its_label_and_its_notation() -> None:
    line = line_of("Số:", "09", "/TTr-UBND")
    assert _gaps(line) == {Gap.NUMBER: (line.words[0].box.right, line.words[2].box.left)}


@pytest.mark.parametrize(
    ("words", "letters"),
    [
        (("Số:#3", "/TTr-UBND"), 2 + 1),
        (("Số:209/QĐ-UBND",), 3),
        (("Số:", "Q99", "UBND-TTHC"), 1 + 3),
        (("So", "45/CT-TTg"), 1 + 2),
    ],
)
def test_a_number_glued_to_print_is_cut_out_by_its_letters(words: tuple[str, ...], letters: int) -> None:
    ((left, right),) = _gaps(line_of(*words)).values()
    assert right - left == pytest.approx(letters * LETTER, abs=LETTER / 2)


def test_day_and_month_lie_between_the_words_of_a_date() -> None:
    line = line_of("Huế,", "ngày", "2Q", "tháng", "01", "năm", "2025")
    words = line.words
    assert _gaps(line) == {
        Gap.DAY: (words[1].box.right, words[3].box.left),
        Gap.MONTH: (words[3].box.right, words[5].box.left),
    }
    glued = _gaps(line_of("Huế,", "ngày2Qtháng", "01", "năm", "2025"))
    assert glued[Gap.DAY][1] - glued[Gap.DAY][0] == pytest.approx(2 * LETTER, abs=2)


def test_a_word_that_was_read_over_ink_beside_it_gives_it_back() -> None:
    line = line_of("Huế,", "ngày", "tháng", "12", "năm", "2024", ink1=3 * LETTER)
    left, right = _gaps(line)[Gap.DAY]
    assert left == pytest.approx(line.words[1].box.left + 5 * LETTER, abs=2)
    assert right == line.words[2].box.left


@pytest.mark.parametrize(
    "text",
    [
        "Căn cứ Luật số năm 2015",
        "Số điện thoại: 0912",
        "ngày mai",
        "Ngày, tháng, năm sinh: 1990",
        "Mã số doanh nghiệp/Mã số thuế: 0101243150",
    ],
)
def test_other_lines_have_no_gaps(text: str) -> None:
    assert _gaps(line_of(*text.split())) == {}


def test_running_text_has_no_gaps() -> None:
    words = "theo Nghị định của Chính phủ ban hành ngày 22 tháng 11 năm 2019 về việc ấy"
    assert _gaps(line_of(*words.split())) == {}
    assert set(_gaps(line_of(*["Huế,", "ngày", "22", "tháng", "11", "năm", "2019"]))) == {Gap.DAY, Gap.MONTH}


def test_a_gap_too_narrow_for_a_digit_is_none() -> None:
    words = [
        Word(text=text, box=Box(left, 500, left + LETTER * len(text), 540), confidence=0.9)
        for text, left in (("ngày", 100), ("tháng", 185), ("năm", 330), ("2025", 450))
    ]
    assert set(_gaps(Line(words=tuple(words)))) == {Gap.MONTH}


def test_a_number_named_in_the_line_is_not_its_own() -> None:
    assert _gaps(line_of("Căn", "cứ", "Luật", "số", "63/2010/QH12")) == {}
