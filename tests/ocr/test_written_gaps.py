"""Gaps of a printed line that a pen fills: between the words of the form, whatever was read in them."""

import pytest
from handwritten import LETTER, line_of

from ocr.layout.written_gaps import find_gaps
from schemas.page import Gap, Line


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


@pytest.mark.parametrize("text", ["Căn cứ Luật số năm 2015", "Số điện thoại: 0912", "ngày mai"])
def test_other_lines_have_no_gaps(text: str) -> None:
    assert _gaps(line_of(*text.split())) == {}
