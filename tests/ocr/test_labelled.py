"""Where a value ends: at what stands elsewhere, at the next column, at the line of place and date."""

from ocr.extraction.form import Form
from ocr.extraction.label_values import find_labelled
from schemas.document_type import DocumentType, Finder, Locator
from schemas.page import Block, Line, PageText, Word

KIND = DocumentType.model_validate(
    {
        "id": "form",
        "title": {"vi": "Đơn", "en": "Form"},
        "stops": ["Chức danh"],
        "fields": {
            "place": {
                "kind": "text",
                "label": {"vi": "Nơi sinh", "en": "Place"},
                "find": [{"where": "label", "lines": 3, "labels": ["Nơi sinh", "Nơi cư trú"]}],
            }
        },
    }
)


def _line(*pieces: tuple[int, str], y: int) -> Line:
    words = []
    for x, text in pieces:
        at = x
        for part in text.split():
            words.append(Word(text=part, box=(at, y, at + 12 * len(part), y + 24), confidence=0.9))
            at += 12 * len(part) + 8
    return Line(words=tuple(words))


def _values(label: str, *lines: Line) -> list[str]:
    page = PageText(
        page_number=1,
        width_px=1600,
        height_px=2200,
        dpi=200,
        effective_dpi=200,
        blocks=(Block(lines=lines),),
    )
    finder = Finder(where=Locator.LABEL, labels=(label,), lines=3)
    return [found.raw for found in find_labelled(Form(KIND, [page]), finder) if found]


def test_a_value_runs_on_to_lines_that_begin_where_it_or_its_label_does() -> None:
    first = _line((100, "Nơi sinh: xã Đức Liễu, huyện"), y=100)
    assert _values("Nơi sinh", first, _line((100, "Bù Đăng"), y=140)) == ["xã Đức Liễu, huyện Bù Đăng"]
    assert _values("Nơi sinh", first, _line((1100, "CHỦ TRÌ"), y=140)) == ["xã Đức Liễu, huyện"]


def test_a_line_of_place_and_date_ends_it() -> None:
    first = _line((100, "Nơi sinh: xã Đức Liễu"), y=100)
    date = _line((100, "Bù Đăng, ngày 05 tháng 3 năm 2019"), y=140)
    assert _values("Nơi sinh", first, date) == ["xã Đức Liễu"]


def test_the_second_of_two_labels_keeps_to_its_own_column() -> None:
    first = _line((100, "Chức danh: Giám đốc"), (800, "Nơi cư trú: xã Đức"), y=100)
    second = _line((100, "kiêm kế toán"), (800, "Liễu"), y=140)
    assert _values("Nơi cư trú", first, second) == ["xã Đức Liễu"]
