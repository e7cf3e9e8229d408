"""Two people side by side on a form: rows put column after column.

Only types whose sections say that they may stand `beside` each other are taken apart, where what begins the
sections does stand beside each other: labels, each column having its own, or heads over the columns of a
table whose labels stand at the left, once for both.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ocr.extraction.label_matching import Hit, find_labels, label_keys
from ocr.text.tokens import Row, Token, is_enumerator
from schemas.base.geometry import Box
from schemas.document_type import DocumentType

_APART = 0.2
"""Share of the page's width by which the two beginnings lie apart."""
_GAP = 1.0
"""White between the pieces of a line, in its heights."""
_WIDE = 1.4
"""White before a column, in the line's median word space, at least."""
_SAME_LINE = 0.6
"""Share of a height by which the middles of the tokens of a line lie apart at most."""
_LABEL_COLUMN = 0.1
"""Share of the page's width by which the heads of a table begin right of its labels at least."""
_TABLE_ROWS = 2
_LOOKED_AT = 40
"""Lines of a page among which the fold is looked for."""


@dataclass(frozen=True)
class _Columns:
    """Where the columns begin: of the left person, of the right one; what stands before both is a label."""

    left: float
    right: float
    has_labels: bool


def in_columns(document_type: DocumentType, rows: Sequence[Row]) -> tuple[Row, ...]:
    """Rows of the two columns apart, the left before the right; all others as they are."""
    columns = [section for section in document_type.sections if section.beside]
    begins = [label for section in columns for label in section.begins]
    hits = find_labels(rows, begins) if begins else ()
    pair = _beside(rows, hits)
    if pair is None:
        return tuple(rows)
    start = min(hit.row for hit in pair)
    left, right = (rows[hit.row].tokens[hit.start].box for hit in pair)
    page = [row for row in rows[start:] if row.page is rows[start].page]
    lines = _lines(page)
    again = _labels_again(lines[1:_LOOKED_AT])
    fold = again or _fold(lines[:_LOOKED_AT], left, right)
    end = _end(lines, fold, _labels_after(document_type, rows[:start]))
    inside = {token for line in lines[:end] for token in line.tokens}
    table = None if again else _table_columns(lines[:end], left.left)
    found = table or _Columns(0, fold, has_labels=False)
    sides = [_side(lines[:end], found, right=side) for side in (False, True)]
    below = (row for row in rows[start:] if row.tokens[0] not in inside)
    return (*rows[:start], *sides[0], *sides[1], *below)


def _beside(rows: Sequence[Row], hits: Sequence[Hit]) -> tuple[Hit, Hit] | None:
    """The left and the right beginning, at one height of one page."""
    for one in hits:
        for other in hits:
            left, right = (rows[hit.row].tokens[hit.start].box for hit in (one, other))
            page = rows[one.row].page
            level = abs(left.top - right.top) < rows[one.row].height and page is rows[other.row].page
            if level and right.left - left.left > _APART * page.width_px:
                return one, other
    return None


def _fold(rows: Sequence[Row], left: Box, right: Box) -> int:
    """Where the right column begins: where most pieces of lines do, between the two beginnings.

    A head is centred over its column, which begins further left than the head does.
    """
    height = right.height
    starts = [
        piece[0].box.left
        for row in rows
        if row.page is rows[0].page
        for piece in _pieces(row.tokens, row.height)[1:]
        if left.right < piece[0].box.left <= right.left + height
    ]
    near = {start: sum(abs(start - other) < height for other in starts) for start in starts}
    best = max(near, key=lambda start: (near[start], start), default=right.left)
    return best - height // 2


def _labels_again(lines: Sequence[Row]) -> int | None:
    """Where the words that lines begin with stand a second time, in as many as `_TABLE_ROWS`: the fold."""
    begins = [(left, line.height) for line in lines if (left := _said_again_at(line)) is not None]
    for left, height in begins:
        if sum(abs(left - other) < height for other, _ in begins) >= _TABLE_ROWS:
            return left - height // 2
    return None


def _said_again_at(line: Row) -> int | None:
    """The left edge of the line's first two words where they stand again, or of what counts them there."""
    tokens = line.tokens
    first = next((at for at, token in enumerate(tokens) if not is_enumerator(token.text)), len(tokens))
    label = [token.bare for token in tokens[first : first + 2]]
    for at in range(first + 2, len(tokens) - 1):
        if label == [token.bare for token in tokens[at : at + 2]]:
            start = at - 1 if is_enumerator(tokens[at - 1].text) else at
            return tokens[start].box.left
    return None


def _labels_after(document_type: DocumentType, above: Sequence[Row]) -> list[str]:
    """What begins the sections that stand in no column and have not begun above."""
    seen = find_labels(above, [label for s in document_type.sections for label in s.begins])
    begun = {hit.key for hit in seen}
    others = (s for s in document_type.sections if not s.beside and not begun & label_keys(s.begins))
    return [label for section in others for label in section.begins]


def _end(lines: Sequence[Row], fold: int, after: Sequence[str]) -> int:
    """The first line below the beginnings that runs over the fold, or begins another section."""
    hits = (hit.row for hit in find_labels(lines, after)) if after else ()
    named = min((at for at in hits if at and not _is_parted(lines[at], fold)), default=len(lines))
    for at, line in enumerate(lines[1:named], 1):
        if _crosses(line, fold):
            return at
    return named


def _crosses(line: Row, fold: int) -> bool:
    """Words stand on the fold, and none begins there after more than a word's space."""
    near = line.height
    spaces = [b.box.left - a.box.right for a, b in pairwise(line.tokens)]
    wide = _WIDE * statistics.median(spaces) if spaces else 0
    begins = (b for b, space in zip(line.tokens[1:], spaces, strict=True) if space > wide)
    if any(abs(token.box.left - fold) < near for token in (line.tokens[0], *begins)):
        return False
    return any(
        piece[0].box.left < fold - near and piece[-1].box.right > fold + near
        for piece in _pieces(line.tokens, line.height)
    )


def _is_parted(row: Row, fold: int) -> bool:
    """Something begins at the fold: the row is of both columns."""
    return any(abs(piece[0].box.left - fold) < row.height for piece in _pieces(row.tokens, row.height)[1:])


def _lines(rows: Sequence[Row]) -> list[Row]:
    """The tokens as lines across all columns, from top to bottom; cells stand beside each other."""
    tokens = sorted((token for row in rows for token in row.tokens), key=lambda token: token.box.center_y)
    lines: list[list[Token]] = []
    for token in tokens:
        middle = statistics.mean(t.box.center_y for t in lines[-1]) if lines else -1e9
        if token.box.center_y - middle > _SAME_LINE * token.box.height:
            lines.append([])
        lines[-1].append(token)
    return [Row(rows[0].page, tuple(sorted(line, key=lambda token: token.box.left))) for line in lines]


def _table_columns(lines: Sequence[Row], first_head: int) -> _Columns | None:
    """The columns of a table whose labels stand left of both heads; None when each has labels of its own."""
    page = lines[0].page
    parted = [pieces for line in lines[1:] if len(pieces := _pieces(line.tokens, line.height)) == 3]
    labelled = [p for p in parted if p[0][0].box.left < first_head - _LABEL_COLUMN * page.width_px]
    if len(labelled) < _TABLE_ROWS:
        return None
    left, right = (min(pieces[at][0].box.left for pieces in labelled) for at in (1, 2))
    return _Columns(left - lines[0].height / 2, right - lines[0].height / 2, has_labels=True)


def _pieces(tokens: Sequence[Token], height: int) -> list[list[Token]]:
    pieces = [[tokens[0]]]
    for before, token in pairwise(tokens):
        if token.box.left - before.box.right > _GAP * height:
            pieces.append([])
        pieces[-1].append(token)
    return pieces


def _side(lines: Sequence[Row], columns: _Columns, *, right: bool) -> list[Row]:
    """The lines of one person: the labels that both share, then the tokens of the column."""
    own, side = [], []
    for line in lines:
        labels = [t for t in line.tokens if columns.has_labels and t.box.center_x < columns.left]
        inside = [t for t in line.tokens if t not in labels and (t.box.center_x >= columns.right) == right]
        own += inside
        if inside or labels:
            side.append((*labels, *inside))
    edge = max((token.box.right for token in own), default=0)
    return [Row(lines[0].page, tokens, edge) for tokens in side]
