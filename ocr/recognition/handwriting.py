"""Numbers and days that are written by hand into printed gaps: where they stand, and what they may say."""

from collections.abc import Iterator, Sequence

import numpy as np

from ocr.layout.written_gaps import find_gaps
from ocr.preprocessing.gray_levels import dark, reduced
from ocr.preprocessing.page_image import Gray
from ocr.recognition.written_digits import first_guess, likeliest, read_digits
from schemas.base.geometry import Box
from schemas.page import DigitReading, Gap, InkColour, Line, Mark, MarkKind, Word

_UNSURE = 0.5
"""A word less sure than this is hardly print."""
_POSSIBLE = {
    Gap.NUMBER: (),
    Gap.DAY: (*(f"{day:02d}" for day in range(1, 32)), *(str(day) for day in range(1, 10))),
    Gap.MONTH: (*(f"{month:02d}" for month in range(1, 13)), *(str(month) for month in range(3, 10))),
}
"""Months 1 and 2 are written with two digits (Decree 30/2020/NĐ-CP, annex I, II.4)."""
_SIGNS = ".,:;_-/ "
_MOST_READINGS = 12


def find_handwriting(gray: Gray, dpi: int, lines: Sequence[Line]) -> Iterator[Mark]:
    """Ink in the gaps of an upright page's lines that is not surely print: with what it may say.

    Print is what the engines of print and the reader of digits say alike.

    `gray` is the page's ink, red too, dark on light; boxes are in its pixels.
    """
    for line in lines:
        for gap, box in find_gaps(line):
            if not _inked(gray, dpi, box):
                continue
            chances = read_digits(gray, box)
            if not _is_print(_parts_in(line.words, box), first_guess(chances)):
                readings = likeliest(chances, _MOST_READINGS, _POSSIBLE[gap])
                yield Mark(
                    kind=MarkKind.HANDWRITING,
                    box=box,
                    colour=InkColour.BLACK,
                    text=(readings[0][0] if readings else "") or None,
                    gap=gap,
                    readings=tuple(DigitReading(text=text, chance=round(c, 4)) for text, c in readings),
                )


def _parts_in(words: Sequence[Word], box: Box) -> list[Word]:
    """What the engines of print read in the box; of `28/2023/XNTTHN`, which begins there, the 28."""
    inside = []
    for word in words:
        if box.left <= word.box.center_x < box.right:
            inside.append(word)
        elif box.left - word.box.height < word.box.left < box.right and "/" in word.text:
            inside.append(word.with_changes(text=word.text.split("/", maxsplit=1)[0]))
    return inside


def _is_print(words: Sequence[Word], digits: str) -> bool:
    """Engines of print read nothing but these digits, and are not unsure of them."""
    read = "".join(word.text for word in words).strip(_SIGNS)
    return bool(words) and read == digits and all(word.confidence >= _UNSURE for word in words)


def _inked(gray: Gray, dpi: int, box: Box) -> bool:
    """Whether more than a leader's dots stands in the box."""
    x0, y0, x1, y1 = box
    part, part_dpi = reduced(np.ascontiguousarray(gray[y0:y1, x0:x1]), dpi, 150)
    rows = (dark(part, part_dpi) > 0).any(axis=1)
    return bool(rows.sum() > 0.07 * part_dpi)
