"""Two facing pages on one image (an opened booklet, a folded A3 sheet): where one ends."""

from collections.abc import Sequence

import numpy as np

from schemas.base.geometry import Box
from schemas.page import Block, Line, PageText

_LANDSCAPE = 1.2
_MIDDLE = (0.42, 0.58)
"""Share of the width in which the fold lies."""
_LEAST_WHITE_INCHES = 0.3
"""Two inner margins make more white than this; columns of one page stand closer."""
_LEAST_LINES = 5
"""Each of the two pages has so many lines at least."""
_LEAST_WIDE_INCHES = 10.0
"""An opened A5 booklet is 11.7 inches wide."""


def find_fold(
    lines: Sequence[Line], size: tuple[int, int], dpi: float, table: Sequence[Box] = ()
) -> int | None:
    """The x between two facing pages, None for a single page; all in pixels of the upright page.

    A broad white band from top to bottom near the middle that no line and no table crosses, with
    text on both sides of it.
    """
    width, height = size
    if width < _LANDSCAPE * height or width < _LEAST_WIDE_INCHES * dpi:
        return None
    free = np.ones(width + 1, dtype=bool)
    for x0, _, x1, _ in [*(word.box for line in lines for word in line.words), *table]:
        free[max(x0, 0) : max(x1, 0)] = False
    low, high = (round(share * width) for share in _MIDDLE)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], free[low:high].astype(np.int8), [0]])))
    bands = [(int(low + start), int(low + end)) for start, end in edges.reshape(-1, 2)]
    start, end = max(bands, key=lambda band: band[1] - band[0], default=(0, 0))
    if end - start < _LEAST_WHITE_INCHES * dpi:
        return None
    fold = (start + end) // 2
    return fold if min(map(len, apart(lines, fold))) >= _LEAST_LINES else None


def apart(lines: Sequence[Line], fold: int) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Lines of the left page and of the right one, in the order given."""
    sides: tuple[list[Line], list[Line]] = ([], [])
    for line in lines:
        for right, side in enumerate(sides):
            words = tuple(
                word for word in line.words if (word.box.left + word.box.right >= 2 * fold) == bool(right)
            )
            if words:
                side.append(Line(words=words))
    return tuple(sides[0]), tuple(sides[1])


def facing_pages(page: PageText) -> tuple[tuple[PageText, int], ...]:
    """The page, or its two facing pages as pages of their own; each with its x on the image."""
    fold = page.fold_px
    if fold is None:
        return ((page, 0),)
    sides = []
    for x, width, lines in zip((0, fold), (fold, page.width_px - fold), apart(page.lines, fold), strict=True):
        moved = [_moved(line, x) for line in lines]
        codes = tuple(
            code.with_changes(box=shifted(code.box, x))
            for code in page.codes
            if (code.box.left + code.box.right >= 2 * fold) == bool(x)
        )
        marks = tuple(
            mark.with_changes(box=shifted(mark.box, x))
            for mark in page.marks
            if (mark.box.left + mark.box.right >= 2 * fold) == bool(x)
        )
        blocks = (Block(lines=tuple(moved)),) if moved else ()
        side = {"width_px": width, "blocks": blocks, "codes": codes, "marks": marks, "fold_px": None}
        sides.append((page.with_changes(**side), x))
    return tuple(sides)


def _moved(line: Line, x: int) -> Line:
    return Line(words=tuple(w.with_changes(box=shifted(w.box, x)) for w in line.words))


def shifted(box: Box, x: int) -> Box:
    """`box` with its left end `x` pixels further left."""
    return Box(box.left - x, box.top, box.right - x, box.bottom)
