"""Pieces of lines put together into the rows of the page."""

from collections.abc import Sequence

import numpy as np

from schemas.page import Line, Word

_SAME_ROW = 0.5
"""Share of the lower piece's height that must be common."""
_OFF = 0.3
"""Most that the middles of two pieces of one row lie apart, in heights of the taller."""


def join_rows(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Rows from top to bottom, each with its pieces from left to right.

    A piece joins the row of the nearest piece beside it that shares half its height; pieces above
    one another never share a row.
    """
    rows: list[list[Line]] = []
    for line in sorted(lines, key=_middle):
        fitting = [row for row in rows[-4:] if _fits(row, line)]
        if fitting:
            max(fitting, key=lambda row: _common(_nearest(row, line), line)).append(line)
        else:
            rows.append([line])
    rows.sort(key=lambda row: float(np.mean([_middle(line) for line in row])))
    return tuple(Line(words=tuple(_left_to_right(row))) for row in rows)


def _fits(row: Sequence[Line], line: Line) -> bool:
    beside = all(line.box.left >= other.box.right or line.box.right <= other.box.left for other in row)
    near = _nearest(row, line)
    apart = abs(_middle(near) - _middle(line))
    taller = max(near.box.height, line.box.height)
    return beside and _common(near, line) > _SAME_ROW and apart < _OFF * taller


def _nearest(row: Sequence[Line], line: Line) -> Line:
    return min(row, key=lambda other: max(line.box.left - other.box.right, other.box.left - line.box.right))


def _common(one: Line, other: Line) -> float:
    """Height that two pieces have in common, as share of the lower one's."""
    (_, top, _, bottom), (_, above, _, below) = one.box, other.box
    return (min(bottom, below) - max(top, above)) / max(min(bottom - top, below - above), 1)


def _left_to_right(row: Sequence[Line]) -> list[Word]:
    return sorted((word for line in row for word in line.words), key=lambda word: word.box.left)


def _middle(line: Line) -> float:
    return line.box.center_y
