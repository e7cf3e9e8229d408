"""Pieces of a page set on one clean sheet, so that one run of an engine reads them all."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ocr.preprocessing.page_image import Gray
from schemas.base.geometry import Box
from schemas.page import Line, Word

_WIDTH = 1600  # pixels; wider pieces make the sheet wider
_GAP = 0.4  # white beside a piece, in its heights: as between words, lest blanks be misjudged
_LONE, _LONE_GAP = 1.5, 1.5  # so narrow a piece is a digit of its own, and stands further off, in heights
_MARGIN = 20


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


def lay_out(gray: Gray, boxes: Sequence[Box], width: int = _WIDTH) -> tuple[Gray, tuple[Piece, ...]]:
    """The sheet, rows filled from the left, and its pieces in the order of `boxes`.

    It is `width` pixels wide, or as its widest piece: with 0 few stand in a row.
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
        sheet[piece.top : piece.top + y1 - y0, piece.left : piece.left + x1 - x0] = gray[y0:y1, x0:x1]
    return sheet, tuple(pieces)


def take_up(lines: Sequence[Line], pieces: Sequence[Piece]) -> tuple[tuple[Word, ...], ...]:
    """What was read of each piece, in the engine's order, back in pixels of the page."""
    words = [word for line in lines for word in line.words]
    return tuple(tuple(piece.on_page(word) for word in words if piece.holds(word)) for piece in pieces)
