"""Labels on several lines of a narrow column: put on the line that they begin on.

`Tên doanh nghiệp viết bằng | DUC PHONG TRADING` above `tiếng nước ngoài: | COMPANY LIMITED` becomes the whole
label with the first line of its value, above the rest of the value.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

from rapidfuzz import fuzz, process

from ocr.text.tokens import Row, Token, bare, is_enumerator

_GAP = 1.0
"""White between the label's column and the value's, in line heights."""
_LEAST = 4
"""Letters of a first line, from which on it may be the beginning of a label."""
_MOST_LINES = 4
_LIKE = 92.0
"""How alike (0 to 100) the joined lines must be to a label."""
_LIKE_END = 75.0
"""The same of the last line alone."""
_NEAR = 1.2
"""White between the lines of a label at most, and their shift at the left, in line heights."""


def join_labels(rows: Sequence[Row], labels: tuple[str, ...]) -> tuple[Row, ...]:
    """The rows, each label that is wrapped in its column on its first row."""
    left = list(rows)
    joined: list[Row] = []
    while left:
        row = left.pop(0)
        parts = _label_below(row, left[: _MOST_LINES - 1], labels)
        for at, part in enumerate(parts):
            rest = left[at].tokens[len(part) :]
            left[at] = replace(left[at], tokens=rest)
        if parts:
            first = _first_piece(row)
            head = (*row.tokens[: len(first)], *(token for part in parts for token in part))
            row = replace(row, tokens=(*head, *row.tokens[len(first) :]))
            left = [other for other in left if other.tokens]
        joined.append(row)
    return tuple(joined)


def _label_below(row: Row, below: Sequence[Row], labels: tuple[str, ...]) -> list[tuple[Token, ...]]:
    """First pieces of the rows below that make a label together with that of `row`; none when it is none."""
    first = _first_piece(row)
    text = "".join(token.bare for token in first if not is_enumerator(token.text))
    if len(text) < _LEAST or first[-1].text.endswith(":") or not _may_begin(text, labels):
        return []
    parts: list[tuple[Token, ...]] = []
    above = first
    alone = process.extractOne(text, _letters(labels), scorer=fuzz.ratio, score_cutoff=_LIKE)
    best: list[tuple[Token, ...]] = []
    score = alone[1] if alone else 0.0
    for other in below:
        piece = _first_piece(other)
        if other.page is not row.page or not _is_under(above, piece, row.height):
            break
        parts.append(piece)
        above = piece
        last = "".join(token.bare for token in piece)
        text += last
        whole = process.extractOne(text, _letters(labels), scorer=fuzz.ratio, score_cutoff=_LIKE)
        if whole and whole[1] >= score and fuzz.ratio(whole[0][-len(last) :], last) >= _LIKE_END:
            best, score = list(parts), whole[1]
        if piece[-1].text.endswith(":"):
            break
    return best


def _first_piece(row: Row) -> tuple[Token, ...]:
    for at, (before, token) in enumerate(pairwise(row.tokens), 1):
        if token.box.left - before.box.right > _GAP * row.height or before.text.endswith(":"):
            return row.tokens[:at]
    return row.tokens


def _is_under(above: Sequence[Token], piece: Sequence[Token], height: int) -> bool:
    shift = abs(piece[0].box.left - above[0].box.left)
    gap = piece[0].box.top - max(token.box.bottom for token in above)
    return shift < 3 * height and -height < gap < _NEAR * height


@cache
def _letters(labels: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(bare(label) for label in labels)


def _may_begin(text: str, labels: tuple[str, ...]) -> bool:
    """Whether a longer label begins with these letters."""
    longer = (label for label in _letters(labels) if len(label) > len(text) + 1)
    return any(label[:3] == text[:3] and fuzz.ratio(label[: len(text)], text) >= _LIKE for label in longer)
