"""Two people side by side on a form, each in a column: rows put column after column.

Only types whose sections say that they may stand `beside` each other are taken apart, where the
labels that begin the sections do stand beside each other.
"""

from collections.abc import Sequence

from ocr.extraction.label_matching import Hit, find_labels
from ocr.text.tokens import Row, Token
from schemas.document_type import DocumentType

_APART = 0.25
"""Share of the page's width by which the two beginnings lie apart."""


def in_columns(document_type: DocumentType, rows: Sequence[Row]) -> tuple[Row, ...]:
    """Rows of the two columns apart, the left before the right; all others as they are."""
    columns = [section for section in document_type.sections if section.beside]
    begins = [label for section in columns for label in section.begins]
    hits = find_labels(rows, begins) if begins else ()
    pair = _beside(rows, hits)
    if pair is None:
        return tuple(rows)
    first, second = pair
    start = min(first.row, second.row)
    after = [label for s in document_type.sections if not s.beside for label in s.begins]
    ends = [hit.row for hit in find_labels(rows[start:], after)]
    end = start + min(ends, default=len(rows) - start)
    fold = rows[second.row].tokens[second.start].box.left - rows[second.row].height // 2
    sides = [_side(rows[start:end], fold, right=right) for right in (False, True)]
    return (*rows[:start], *sides[0], *sides[1], *rows[end:])


def _beside(rows: Sequence[Row], hits: Sequence[Hit]) -> tuple[Hit, Hit] | None:
    """The left and the right beginning, at one height of one page."""
    for one in hits:
        for other in hits:
            left, right = (rows[hit.row].tokens[hit.start].box for hit in (one, other))
            page = rows[one.row].page
            level = abs(left[1] - right[1]) < rows[one.row].height and page is rows[other.row].page
            if level and right[0] - left[0] > _APART * page.width_px:
                return one, other
    return None


def _side(rows: Sequence[Row], fold: int, *, right: bool) -> list[Row]:
    """The tokens of one column, row by row from top to bottom."""
    side = []
    for row in rows:
        tokens = tuple(token for token in row.tokens if _is_right(token, fold) == right)
        if tokens:
            side.append(Row(row.page, tokens))
    return sorted(side, key=lambda row: (row.page.page_number, row.box.top))


def _is_right(token: Token, fold: int) -> bool:
    return token.box.left + token.box.right > 2 * fold
