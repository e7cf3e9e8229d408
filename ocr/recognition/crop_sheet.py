"""Pieces of a page set on one clean sheet, so that one run of an engine reads them all."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.preprocessing.page_image import Gray
from schemas.base.geometry import Box
from schemas.page import Line, Word

_WIDTH = 1600  # pixels; wider pieces make the sheet wider
_GAP = 0.4  # white beside a piece, in its heights: as between words, lest blanks be misjudged
_LONE, _LONE_GAP = 1.5, 1.5  # so narrow a piece is a digit of its own, and stands further off, in heights
_MARGIN = 20
_INK = 160
"""Gray levels below this are ink."""
_LETTER = 0.22
"""A letter is at least so tall, in heights of its line's box; what is lower is a mark of one."""
_CLOSE = 0.1
"""A mark so near to a letter is surely its, in heights of the line's box."""
_MIDDLE = 0.25, 0.75
"""Where a line's own letters are, in heights of its box."""


@dataclass(frozen=True)
class Piece:
    """A stretch of one line: its box on the page and where its upper left corner lies on the sheet."""

    box: Box
    left: int
    top: int

    def holds(self, word: Word) -> bool:
        """Whether the word's middle lies on the piece, and no more of it on its neighbours than a slip."""
        x, y = word.box.center_x, word.box.center_y
        wide, tall = self.box.width, self.box.height
        within = self.left <= x < self.left + wide and self.top <= y < self.top + tall
        return within and word.box.width < wide + tall

    def on_page(self, word: Word) -> Word:
        """The word moved from the sheet to the page."""
        return word.with_changes(box=word.box.moved(self.box.left - self.left, self.box.top - self.top))


def lay_out(
    gray: Gray, boxes: Sequence[Box], width: int = _WIDTH, *, is_line: bool = False
) -> tuple[Gray, tuple[Piece, ...]]:
    """The sheet, rows filled from the left, and its pieces in the order of `boxes`.

    It is `width` pixels wide, or as its widest piece: with 0 few stand in a row. Boxes that show a whole line
    and something around it (`is_line`) are freed of the lines beside it.
    """
    width = max([width, *(box.width + 2 * _MARGIN for box in boxes)])
    pieces: list[Piece] = []
    left = top = _MARGIN
    below = top
    for box in boxes:
        wide, tall = box.width, box.height
        if left > _MARGIN and left + wide > width - _MARGIN:
            left, top = _MARGIN, below
        pieces.append(Piece(box, left, top))
        left += wide + round((_GAP if wide > _LONE * tall else _LONE_GAP) * tall)
        below = max(below, top + tall + round(0.6 * tall))
    sheet: Gray = np.full((below + _MARGIN, width), 255, np.uint8)
    for piece in pieces:
        x0, y0, x1, y1 = piece.box
        shown = _own_ink(gray, piece.box) if is_line else gray[y0:y1, x0:x1]
        sheet[piece.top : piece.top + y1 - y0, piece.left : piece.left + x1 - x0] = shown
    return sheet, tuple(pieces)


def _own_ink(gray: Gray, box: Box) -> Gray:
    """A line's box without the letters of the lines above and below it.

    Letters of which more than half lies in the middle of the box are its own, those with their middle outside
    it are not. A mark close to another line's letter belongs to that, every other mark is the line's own: a
    hook on a circumflex is far from its letter.
    """
    around = box.height // 2
    top, bottom = max(box.top - around, 0), min(box.bottom + around, gray.shape[0])
    seen = gray[top:bottom, box.left : box.right]
    _, marked, stats, _ = cv2.connectedComponentsWithStats((seen < _INK).astype(np.uint8), connectivity=8)
    labels = np.asarray(marked, np.int32)
    tops, tall = stats[:, cv2.CC_STAT_TOP], stats[:, cv2.CC_STAT_HEIGHT]
    upper, lower = (box.top - top + share * box.height for share in _MIDDLE)
    shared = np.minimum(tops + tall, lower) - np.maximum(tops, upper)
    is_letter = tall >= _LETTER * box.height
    is_own = is_letter & (2 * shared > np.minimum(tall, lower - upper))
    outside = np.abs(tops + tall / 2 - (box.top + box.height / 2 - top)) > box.height / 2
    is_other = is_letter & outside & ~is_own
    is_own[0] = is_other[0] = False
    to_own, to_other = _nearest(labels, is_own), _nearest(labels, is_other)
    is_other |= ~is_own & (to_other < to_own) & (to_other < _CLOSE * box.height)
    gone = cv2.dilate(is_other[labels].astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return np.where(gone, np.uint8(255), seen)[box.top - top : box.bottom - top]


def _nearest(labels: NDArray[np.int32], chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How far each piece of ink is from the nearest of those chosen, in pixels; infinite without any."""
    least = np.full(len(chosen), np.inf)
    if chosen.any():
        distance = cv2.distanceTransform((~chosen[labels]).astype(np.uint8), cv2.DIST_L2, 3)
        ink = labels > 0
        np.minimum.at(least, labels[ink], distance[ink])
    return least


def take_up(lines: Sequence[Line], pieces: Sequence[Piece]) -> tuple[tuple[Word, ...], ...]:
    """What was read of each piece, in the engine's order, back in pixels of the page."""
    words = [word for line in lines for word in line.words]
    return tuple(tuple(piece.on_page(word) for word in words if piece.holds(word)) for piece in pieces)
