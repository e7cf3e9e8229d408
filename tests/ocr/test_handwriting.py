"""Numbers and days written by hand into print: their gaps, their digits, and what is proposed for them."""

from datetime import date
from itertools import product

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.digits.strokes import Hand
from ocr.engines.registry import open_engines
from ocr.extraction.body_lines import is_date_line
from ocr.extraction.splitting import split_papers
from ocr.extraction.written_values import with_written
from ocr.layout.written_gaps import find_gaps
from ocr.page import read_page
from ocr.preprocessing.page_image import Gray, PageImage
from ocr.recognition.handwriting import find_handwriting
from ocr.recognition.written_digits import chance_of, likeliest, read_digits
from rules.review.triage import review_dossier
from samples.drawing.canvas import Canvas, px
from schemas.base.geometry import Box
from schemas.document_type import ValueKind
from schemas.page import DigitReading, Gap, InkColour, Line, Mark, MarkKind, PageText, Word
from schemas.paper import Evidence, Extract, FieldValue
from schemas.settings import EngineName

HEIGHT, LETTER = 40, 20


def _line(*texts: str, confidence: float = 0.95, **wider: int) -> Line:
    """Words of letters of one width, a letter apart; `gap` more before the second, `wider` than print."""
    words, x = [], 100
    for at, text in enumerate(texts):
        x += wider.get(f"before{at}", 0)
        right = x + LETTER * len(text) + wider.get(f"ink{at}", 0)
        words.append(Word(text=text, box=Box(x, 500, right, 500 + HEIGHT), confidence=confidence))
        x = right + LETTER
    return Line(words=tuple(words))


def _gaps(line: Line) -> dict[Gap, tuple[int, int]]:
    return {gap: (box.left, box.right) for gap, box in find_gaps(line)}


def test_the_gap_of_a_number_lies_between_its_label_and_its_notation() -> None:
    line = _line("Số:", "09", "/TTr-UBND")
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
    ((left, right),) = _gaps(_line(*words)).values()
    assert right - left == pytest.approx(letters * LETTER, abs=LETTER / 2)


def test_day_and_month_lie_between_the_words_of_a_date() -> None:
    line = _line("Huế,", "ngày", "2Q", "tháng", "01", "năm", "2025")
    words = line.words
    assert _gaps(line) == {
        Gap.DAY: (words[1].box.right, words[3].box.left),
        Gap.MONTH: (words[3].box.right, words[5].box.left),
    }
    glued = _gaps(_line("Huế,", "ngày2Qtháng", "01", "năm", "2025"))
    assert glued[Gap.DAY][1] - glued[Gap.DAY][0] == pytest.approx(2 * LETTER, abs=2)


def test_a_word_that_was_read_over_ink_beside_it_gives_it_back() -> None:
    line = _line("Huế,", "ngày", "tháng", "12", "năm", "2024", ink1=3 * LETTER)
    left, right = _gaps(line)[Gap.DAY]
    assert left == pytest.approx(line.words[1].box.left + 5 * LETTER, abs=2)
    assert right == line.words[2].box.left


@pytest.mark.parametrize("text", ["Căn cứ Luật số năm 2015", "Số điện thoại: 0912", "ngày mai"])
def test_other_lines_have_no_gaps(text: str) -> None:
    assert _gaps(_line(*text.split())) == {}


def test_the_line_of_a_date_is_one_though_its_place_was_misread() -> None:
    assert is_date_line("Øz4„g Ngãi, ngày 0 tháng 02 năm 2025")
    assert not is_date_line("Căn cứ Nghị định số 63/2010/NĐ-CP, ngày 22 tháng 11 năm 2019")


@given(st.integers(0, 2**32))
def test_chances_are_those_of_all_paths(seed: int) -> None:
    """The likeliest reading is that of the paths that say it, of all 11 ** 4 that there are."""
    logits = np.random.default_rng(seed).normal(0, 3, (4, 11))
    chances = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    text, chance = likeliest(chances, 1)[0]
    assert chance_of(chances, text) == pytest.approx(chance, rel=1e-6)
    assert chance >= chance_of(chances, "1") - 1e-9
    labels = [0, *{int(digit) + 1 for digit in text}]
    paths = product(labels, repeat=4)
    said = sum(
        np.exp(sum(chances[at, label] for at, label in enumerate(p))) for p in paths if _say(p) == text
    )
    assert chance == pytest.approx(said, rel=1e-6)


def _say(path: tuple[int, ...]) -> str:
    return "".join(
        str(label - 1) for at, label in enumerate(path) if label and (at == 0 or path[at - 1] != label)
    )


def _page_with(text: str, seed: int, box: Box) -> Gray:
    """A white page with digits of one hand in the box."""
    page: Gray = np.full((1000, 1600), 255, np.uint8)
    hand, x = Hand(np.random.default_rng(seed)), box.left + 6
    for digit in text:
        ink = hand.write(digit, box.height - 6)
        high, wide = ink.shape
        top = box.top + (box.height - high) // 2
        np.minimum(page[top : top + high, x : x + wide], 255 - ink, out=page[top : top + high, x : x + wide])
        x += wide - 4
    return page


def test_digits_of_many_hands_are_read() -> None:
    rng = np.random.default_rng(20)
    first = in_three = 0
    for seed in range(100):
        text = f"{rng.integers(1, 32):02d}"
        gap = Box(200, 500, 200 + 35 * len(text), 540)
        readings = [said for said, _ in likeliest(read_digits(_page_with(text, seed, gap), gap), 3)]
        first += readings[0] == text
        in_three += text in readings
    assert first >= 85
    assert in_three >= 94


def test_an_empty_gap_says_nothing() -> None:
    gap = Box(200, 500, 300, 540)
    assert likeliest(read_digits(_page_with("", 0, gap), gap), 1)[0][0] == ""


def test_ink_in_a_gap_that_no_engine_reads_is_handwriting() -> None:
    line = _line("Số:", "/QĐ-UBND", before1=160)
    gap = Box(line.words[0].box.right, 500, line.words[1].box.left, 540)
    (mark,) = find_handwriting(_page_with("47", 3, gap), 300, [line])
    assert (mark.kind, mark.gap, mark.colour) == (MarkKind.HANDWRITING, Gap.NUMBER, InkColour.BLACK)
    assert mark.readings[0].text == mark.text == "47"
    assert list(find_handwriting(_page_with("", 3, gap), 300, [line])) == []


def test_print_that_engines_are_sure_of_is_none() -> None:
    page: Gray = np.full((1000, 1600), 255, np.uint8)
    line = _line("Số:", "47", "/QĐ-UBND")
    box = line.words[1].box
    cv2.putText(page, "47", (box.left, box.bottom - 4), cv2.FONT_HERSHEY_DUPLEX, 1.2, 0, 2, cv2.LINE_AA)
    assert list(find_handwriting(page, 300, [line])) == []


def test_print_that_the_reader_of_digits_gainsays_is_handwriting() -> None:
    line = _line("Số:", "17", "/QĐ-UBND")
    page = _page_with("47", 3, Box(line.words[1].box.left - 6, 500, line.words[1].box.right, 540))
    readings = [mark.readings[0] for mark in find_handwriting(page, 300, [line])]
    assert [reading.text for reading in readings] == ["47"]


GAP = Box(300, 500, 400, 540)


def _mark(gap: Gap | None, *readings: tuple[str, float], box: Box = GAP) -> Mark:
    seen = tuple(DigitReading(text=text, chance=chance) for text, chance in readings)
    return Mark(kind=MarkKind.HANDWRITING, box=box, colour=InkColour.BLACK, gap=gap, readings=seen)


def _page(*marks: Mark) -> PageText:
    return PageText(page_number=1, width_px=1600, height_px=1000, dpi=300, effective_dpi=300, marks=marks)


def _read(raw: str, value: str | None, weakest: float = 0.2) -> FieldValue:
    box = Box(200, 495, 700, 545)
    seen = Evidence(words=weakest, weakest=weakest)
    return FieldValue(value=value, raw=raw, confidence=0, page_number=1, box=box, lines=(box,), evidence=seen)


def _proposed(value: FieldValue) -> list[tuple[str, float]]:
    return [(each.value, each.chance) for each in value.proposals]


def test_a_written_number_keeps_its_printed_notation() -> None:
    page = _page(_mark(Gap.NUMBER, ("09", 0.6), ("0", 0.2)))
    value = with_written(_read("00 /TTr-UBND", "00/TTr-UBND"), ValueKind.DOCUMENT_NUMBER, [page])
    assert value.value == "09/TTr-UBND"
    assert _proposed(value) == [("09/TTr-UBND", 0.75), ("0/TTr-UBND", 0.25)]
    assert value.evidence.written


def test_a_written_day_can_only_be_a_day() -> None:
    page = _page(_mark(Gap.DAY, ("39", 0.7), ("29", 0.15), ("2", 0.1), ("02", 0.05)))
    value = with_written(_read("ngày 0 tháng 02 năm 2024", None), ValueKind.DATE, [page])
    assert _proposed(value) == [("2024-02-02", 0.5), ("2024-02-29", 0.5)]
    beyond = with_written(_read("ngày 0 tháng 02 năm 2025", None), ValueKind.DATE, [page])
    assert _proposed(beyond) == [("2025-02-02", 1.0)]


def test_a_written_month_counts_too() -> None:
    month = _mark(Gap.MONTH, ("02", 0.8), ("08", 0.2), box=Box(520, 500, 600, 540))
    page = _page(_mark(Gap.DAY, ("18", 1.0)), month)
    value = with_written(_read("ngày /$ tháng 0% năm 2025", None), ValueKind.DATE, [page])
    assert _proposed(value) == [("2025-02-18", 0.8), ("2025-08-18", 0.2)]


def test_sure_print_that_says_the_same_stays_as_it_is() -> None:
    sure = _read("09 /TTr-UBND", "09/TTr-UBND", weakest=0.9)
    page = _page(_mark(Gap.NUMBER, ("09", 0.95)))
    assert with_written(sure, ValueKind.DOCUMENT_NUMBER, [page]) == sure


def test_sure_print_that_is_surely_gainsaid_is_doubted_and_stays() -> None:
    sure = _read("514 /TTr-UBND", "514/TTr-UBND", weakest=0.97)
    surely = with_written(
        sure, ValueKind.DOCUMENT_NUMBER, [_page(_mark(Gap.NUMBER, ("574", 0.9), ("514", 0.05)))]
    )
    assert (surely.value, surely.evidence.written) == ("514/TTr-UBND", False)
    assert surely.proposals[0].value == "574/TTr-UBND"
    extract = Extract(
        document_type="administrative_document", confidence=1, pages=(1,), fields={"document_number": surely}
    )
    (reviewed,) = review_dossier([extract], 0.05, 0.2, date(2026, 11, 29))
    assert "readings_differ" in [problem.code for problem in reviewed.fields["document_number"].problems]
    hardly = with_written(
        sure, ValueKind.DOCUMENT_NUMBER, [_page(_mark(Gap.NUMBER, ("574", 0.5), ("514", 0.4)))]
    )
    assert hardly == sure


def test_what_has_no_reading_has_no_value() -> None:
    value = with_written(
        _read("00 /TTr-UBND", "00/TTr-UBND"), ValueKind.DOCUMENT_NUMBER, [_page(_mark(None))]
    )
    assert (value.value, value.proposals) == (None, ())


def test_handwriting_elsewhere_is_none_of_it() -> None:
    value = _read("00 /TTr-UBND", "00/TTr-UBND")
    page = _page(_mark(Gap.NUMBER, ("09", 0.9), box=Box(300, 800, 400, 840)))
    assert with_written(value, ValueKind.DOCUMENT_NUMBER, [page]) == value


def test_what_is_written_by_hand_goes_to_a_person_however_sure() -> None:
    page = _page(_mark(Gap.NUMBER, ("09", 1.0)))
    number = with_written(_read("00 /TTr-UBND", None), ValueKind.DOCUMENT_NUMBER, [page])
    extract = Extract(
        document_type="administrative_document", confidence=1, pages=(1,), fields={"document_number": number}
    )
    (reviewed,) = review_dossier([extract], 0.05, 0.2, date(2026, 11, 29))
    field = reviewed.fields["document_number"]
    assert (field.value, field.confidence, field.needs_review) == ("09/TTr-UBND", 0.84, True)
    assert [problem.code for problem in field.problems] == ["handwritten"]


def _decision(number: str, day: str, seed: int) -> PageImage:
    """A decision's first page whose number and day are of one hand."""
    canvas = Canvas()
    canvas.centre(62, 20, "ỦY BAN NHÂN DÂN", 13)
    canvas.centre(62, 26, "TỈNH QUẢNG NGÃI", 13)
    canvas.centre(143, 20, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12.5)
    canvas.centre(143, 26, "Độc lập - Tự do - Hạnh phúc", 13.5)
    gaps = []
    for x, y, before, wide, after, style in (
        (38, 38, "Số:", 13, "/QĐ-UBND", "Regular"),
        (108, 38, "Quảng Ngãi, ngày", 11, "tháng 01 năm 2025", "Italic"),
    ):
        begin = canvas.write(x, y, before, 13.5, style)
        canvas.write(begin + wide, y, after, 13.5, style, new_line=False)
        gaps.append((px(begin + 1.5), px(y) + 6))
    canvas.centre(105, 52, "QUYẾT ĐỊNH", 14)
    canvas.centre(105, 59, "Về việc phê duyệt kế hoạch ứng phó sự cố tràn dầu", 14)
    canvas.centre(105, 70, "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI", 13)
    text = (
        "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015; xét đề nghị của Sở Tài nguyên."
    )
    y = canvas.paragraph(30, 82, 160, text, 14)
    canvas.centre(105, y + 4, "QUYẾT ĐỊNH:", 14)
    canvas.paragraph(
        30, y + 14, 160, "Điều 1. Phê duyệt kế hoạch kèm theo. Điều 2. Có hiệu lực từ ngày ký.", 14
    )
    canvas.centre(148, y + 40, "CHỦ TỊCH", 13.5)
    canvas.centre(148, y + 70, "Nguyễn Hoàng Giang", 13.5)
    pixels = np.array(canvas.finish().image)
    for (left, top), digits, each in zip(gaps, (number, day), (1, 2), strict=True):
        hand, x = Hand(np.random.default_rng(seed * each)), left
        for digit in digits:
            ink = hand.write(digit, 48)
            high, wide = ink.shape
            place = pixels[top : top + high, x : x + wide]
            np.minimum(place, 255 - ink[..., None], out=place)
            x += wide - 4
    return PageImage(pixels, 300)


def test_a_document_whose_number_and_day_are_written_is_proposed_both() -> None:
    right = 0
    for seed, (number, day) in enumerate((("47", "17"), ("660", "31"), ("239", "20"), ("51", "06")), 1):
        page, _ = read_page(_decision(number, day, seed), 1, open_engines(tuple(EngineName)), 60)
        (extract,) = split_papers([page])
        (reviewed,) = review_dossier([extract], 0.005, 0.02, date(2026, 11, 29))
        wanted = {"document_number": f"{number}/QĐ-UBND", "issued_on": f"2025-01-{day}"}
        for name, true in wanted.items():
            field = reviewed.fields[name]
            assert field.needs_review, name
            right += true in {field.value, *(proposal.value for proposal in field.proposals[:3])}
    assert right >= 7
