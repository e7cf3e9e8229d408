"""What stands on a page beside its print: seals, stamps, signatures.

Found by colour and shape, so that a person can be shown where a paper is sealed and signed. Nothing
is concluded from them: a seal is evidence, not a check.
"""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from ocr.preprocessing.gray_levels import components
from ocr.preprocessing.page_image import Mask, Rgb
from schemas.base.geometry import Box
from schemas.base.vietnamese import fold
from schemas.page import InkColour, Line, Mark, MarkKind

_DPI = 100
_SEAL_INCHES = (0.8, 2.2)
"""Seals of agencies measure 36–42 mm (Circular 21/2012/TT-BCA), copies of them less."""
_ROUND = 1.35
_STAMP_INCHES = (0.5, 4.0)
_SIGNATURE_INCHES = (0.45, 3.2)
_LEAST_COLOUR = 25
"""Levels by which red or blue must stand out of the other channels."""
_FEW_PIXELS = 60
_SCRIBBLE = 0.3
"""Most ink in a signature's box: it is strokes, not an area."""
_STAMP_WORDS = ("den", "khan", "hoa toc", "thuong khan", "mat", "sao y", "hoan toc")


def find_marks(rgb: Rgb, dpi: int, lines: Sequence[Line]) -> tuple[Mark, ...]:
    """Marks of an upright page, boxes in its pixels; `lines` as they were read on it."""
    factor = min(1.0, _DPI / dpi)
    small = cv2.resize(rgb, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    red, blue = _coloured(small, InkColour.RED), _coloured(small, InkColour.BLUE)
    found: list[Mark] = []
    if cv2.countNonZero(red) > _FEW_PIXELS:
        found += _outermost([*_seals_and_stamps(red, dpi * factor, lines, factor)])
    if cv2.countNonZero(blue) > _FEW_PIXELS:
        found += _signatures(blue, dpi * factor, InkColour.BLUE)
    found = [mark.with_changes(box=_enlarged(mark.box, factor)) for mark in found]
    return tuple(found)


def _coloured(rgb: Rgb, colour: InkColour) -> Mask:
    """Pixels whose red (blue) stands out of the other channels."""
    red, green, blue = cv2.split(rgb)
    wanted, other = (red, blue) if colour is InkColour.RED else (blue, red)
    excess = cv2.subtract(wanted, cv2.max(green, other))
    mask: Mask = cv2.threshold(excess, _LEAST_COLOUR, 255, cv2.THRESH_BINARY)[1]
    return mask


def _seals_and_stamps(red: Mask, dpi: float, lines: Sequence[Line], factor: float) -> Iterator[Mark]:
    """Round red marks are seals, long ones stamps; words of stamps are told apart from print by place."""
    side = max(round(0.12 * dpi), 3)
    joined = cv2.morphologyEx(red, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    for left, top, wide, tall, area in components(joined).stats[1:].tolist():
        longer, shorter = max(wide, tall), min(wide, tall)
        box = Box(left, top, left + wide, top + tall)
        if area < 0.1 * wide * tall:
            continue
        if _within(shorter / dpi, _SEAL_INCHES) and longer <= _ROUND * shorter:
            yield Mark(kind=MarkKind.SEAL, box=box, colour=InkColour.RED)
        elif _within(longer / dpi, _STAMP_INCHES) and shorter >= 0.15 * dpi:
            text = _text_inside(_enlarged(box, factor), lines)
            yield Mark(kind=MarkKind.STAMP, box=box, colour=InkColour.RED, text=text)


def _outermost(marks: Sequence[Mark]) -> list[Mark]:
    """The words within a stamp's frame are no stamp of their own."""
    boxes = [mark.box for mark in marks]
    return [
        mark
        for mark in marks
        if not any(
            box != mark.box and box.is_around(*mark.box[:2]) and _holds(box, mark.box) for box in boxes
        )
    ]


def _signatures(ink: Mask, dpi: float, colour: InkColour) -> Iterator[Mark]:
    """Coloured strokes over an area as large as a name, and mostly white."""
    side = max(round(0.15 * dpi), 3)
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    for left, top, wide, tall, _ in components(joined).stats[1:].tolist():
        inside = ink[top : top + tall, left : left + wide]
        strokes = float((inside > 0).mean())
        tall_enough = tall >= 0.15 * dpi
        if _within(wide / dpi, _SIGNATURE_INCHES) and tall_enough and strokes <= _SCRIBBLE:
            box = Box(left, top, left + wide, top + tall)
            yield Mark(kind=MarkKind.SIGNATURE, box=box, colour=colour)


def _text_inside(box: Box, lines: Sequence[Line]) -> str | None:
    """What was read inside a stamp, when it is what stamps say; None: a person reads it."""
    words = [word for line in lines for word in line.words if _holds(box, word.box)]
    text = " ".join(word.text for word in words)
    return text if any(name in fold(text) for name in _STAMP_WORDS) else None


def _holds(box: Box, inner: Box) -> bool:
    return box.is_around(inner.center_x, inner.center_y)


def _enlarged(box: Box, factor: float) -> Box:
    return Box(*(round(edge / factor) for edge in box))


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]
