"""Values written by hand into print: what is proposed for them, and when print is believed."""

from datetime import date
from random import Random

from written_sheets import empty_sheet

from bench.form_reading import page_of
from ocr.extraction.rereading import is_doubted
from ocr.extraction.splitting import split_papers
from ocr.extraction.written_values import with_written
from rules.review.triage import review_dossier
from samples.drawing.canvas import px
from samples.forms.sheet import LEFT
from schemas.base.geometry import Box
from schemas.catalogue import document_types
from schemas.document_type import ValueKind
from schemas.page import Block, DigitReading, Gap, InkColour, Mark, MarkKind, PageText
from schemas.paper import Evidence, Extract, FieldValue

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


def test_the_year_of_a_number_is_a_part_of_its_notation() -> None:
    page = _page(_mark(Gap.NUMBER, ("23", 0.9)))
    value = with_written(_read("28/2023/XNTTHN", "28/2023/XNTTHN"), ValueKind.DOCUMENT_NUMBER, [page])
    assert value.value == "23/2023/XNTTHN"
    number = with_written(_read("2023/QĐ-UBND", "2023/QĐ-UBND"), ValueKind.DOCUMENT_NUMBER, [page])
    assert number.value == "23/QĐ-UBND"


def test_what_print_reads_of_a_code_stays_for_a_person() -> None:
    page = _page(_mark(Gap.NUMBER, ("85", 0.9)))
    value = with_written(_read("859/2023", "859/2023"), ValueKind.CODE, [page])
    assert (value.value, value.proposals, value.evidence.written) == ("859/2023", (), True)


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
    assert (field.value, field.confidence, field.needs_review) == ("09/TTr-UBND", 0.8, True)
    assert [problem.code for problem in field.problems] == ["handwritten"]


def test_where_the_pen_wrote_no_other_number_is_taken() -> None:
    """`Số: 6§0 /TB-UBND` cannot be read, and `21/2024/QĐ-TTg` of a line further on is not its number."""
    sheet = empty_sheet()
    sheet.write(LEFT, sheet.y, "Số: 6§0 /TB-UBND")
    sheet.y += 2 * sheet.step
    sheet.write(LEFT, sheet.y, "Số: 21/2024/QĐ-TTg")
    sheet.y += 2 * sheet.step
    sheet.centre(px(105), "THÔNG BÁO")
    page = page_of(sheet, 1, 0.0, Random(1))
    first = page.lines[0]
    pen = _mark(Gap.NUMBER, ("660", 0.9), box=Box(*first.words[1].box))
    unread = first.with_changes(
        words=(first.words[0], first.words[1].with_changes(confidence=0.2), *first.words[2:])
    )
    lines = (unread, *page.lines[1:])
    page = page.with_changes(marks=(pen,), blocks=(Block(lines=lines),))
    number = split_papers([page])[0].fields["document_number"]
    assert number.value == "660/TB-UBND"
    assert number.evidence.written


def test_what_a_pen_wrote_is_not_shown_to_engines_of_print_again() -> None:
    page = _page(_mark(Gap.NUMBER, ("09", 0.6)))
    value = with_written(_read("00 /TTr-UBND", "00/TTr-UBND"), ValueKind.DOCUMENT_NUMBER, [page])
    assert not is_doubted(value, document_types()["administrative_document"].fields["document_number"])


def test_ink_of_another_page_beside_it_or_under_it_is_none_of_it() -> None:
    value = _read("00 /TTr-UBND", "00/TTr-UBND")
    elsewhere = (
        _page(_mark(Gap.NUMBER, ("09", 0.9))).with_changes(page_number=2),
        _page(_mark(Gap.NUMBER, ("09", 0.9), box=Box(680, 500, 800, 540))),
        _page(_mark(Gap.NUMBER, ("09", 0.9), box=Box(300, 535, 400, 600))),
    )
    for page in elsewhere:
        assert with_written(value, ValueKind.DOCUMENT_NUMBER, [page]) == value
