"""The stamp of arrival (dấu đến) that an office puts on a document it got: the number and the day it gave it.

Decree 30/2020/NĐ-CP, annex IV: a frame of 35 × 50 mm with ĐẾN, `Số: …`, `Ngày: …`, `Chuyển: …`. Document
systems print the same words without a frame, in any colour.
"""

from collections.abc import Iterator, Sequence

from ocr.extraction.form import Form, Located, ink
from ocr.text.tokens import Row, Token
from schemas.base.geometry import Box
from schemas.document_type import Finder

_MM_PER_INCH = 25.4
_WIDE_MM, _TALL_MM = 50, 35
_NEAR_MM = 12
"""Between the lines of number and day."""
_NUMBER, _DATE = ("so",), ("ngay", "nguy", "ngav")
"""Labels without marks, as engines read them under a frame's lines."""
_ENDS = ("ngay", "chuyen", "luu", "so")
_APART = 4.0
"""Most white between the words of a value, in heights of its label."""
_FULL_STOPS = ".…:_-| "


def find_arrival(form: Form, finder: Finder) -> Iterator[Located | None]:
    """What stands behind `Số` (`part: number`) or `Ngày` (`part: date`) of the first page's stamp."""
    first = [row for row in form.rows if row.page is form.rows[0].page]
    tokens = [token for row in first for token in row.tokens]
    for area in _stamps(form, tokens):
        inside = [token for token in tokens if area.is_around(token.box.left, token.box.center_y)]
        for date in _labelled(inside, _DATE)[:1]:
            near = _NEAR_MM * form.pages[0].dpi / _MM_PER_INCH
            numbers = [label for label in _labelled(inside, _NUMBER) if _rise(label, date) < near]
            for number in sorted(numbers, key=lambda label: _rise(label, date))[:1]:
                label = number if finder.part == "number" else date
                yield ink(Row(first[0].page, tuple(inside)), _behind(label, inside))


def _stamps(form: Form, tokens: Sequence[Token]) -> Iterator[Box]:
    """Where a stamp reaches around each ĐẾN in capitals, or `Chuyển`, in the upper part of the page."""
    page = form.pages[0]
    wide, tall = (round(mm * page.dpi / _MM_PER_INCH) for mm in (_WIDE_MM, _TALL_MM))
    for token in tokens:
        box = token.box
        is_name = token.bare == "den" and token.text.isupper()
        is_last = token.bare == "chuyen" and token.text[0].isupper()
        if (is_name or is_last) and box.bottom < page.height_px / 2:
            yield Box(box.right - wide, box.top - tall, box.left + wide, box.bottom + tall)


def _labelled(inside: Sequence[Token], words: Sequence[str]) -> list[Token]:
    return [token for token in inside if token.bare in words and token.text[0].isupper()]


def _rise(label: Token, other: Token) -> int:
    """Pixels from one line to the other: the number of the document may stand near the stamp, too."""
    return abs(label.box.top - other.box.top)


def _behind(label: Token, inside: Sequence[Token]) -> list[Token]:
    """Words right of the label on its line, up to the next label or much white."""
    line = [token for token in inside if token.box.left >= label.box.right - label.box.height / 4]
    line = [token for token in line if token.box.overlap_y(label.box) > label.box.height / 2]
    value: list[Token] = []
    right = label.box.right
    for token in sorted(line, key=lambda token: token.box.left):
        if token.bare in _ENDS or token.box.left - right > _APART * label.box.height:
            break
        right = token.box.right
        if token.text.strip(_FULL_STOPS):
            value.append(token)
    return value
