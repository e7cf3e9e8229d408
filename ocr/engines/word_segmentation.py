"""Words of a read line: cut where there is white between them, each boxed by its ink."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocr.preprocessing.page_image import Gray
from schemas.base.geometry import Box, enclosing
from schemas.page import Line, Word

Span = tuple[float, float, float, float]
"""Where a word may stand: left, top, right, bottom."""
_BESIDE = 0.3
"""Line heights of page beside the line in which its first and last ink may lie."""
_INK = 170
_SPLIT = 0.28
"""White of so many line heights inside a word is a blank that was not read."""
_TOUCH = 0.35
"""Line heights between two pieces of one word."""
_GAP, _LETTER, _DENSITY = 0.6, 0.4, (0.08, 0.45)
"""Between words of a line; the least that is a letter; ink in a strip of letters."""
_NEAR_BLANK = 0.4
"""How far, in line heights, the white may lie from where the blank was read."""
_DOT = (0.07, 0.2)
"""Least and most width and height of a full stop, in line heights."""


def merged(boxes: Sequence[NDArray[Any]]) -> list[NDArray[Any]]:
    """Line boxes, from top to bottom, put together where they stand as close as letters of one word."""
    result: list[NDArray[Any]] = []
    for box in sorted(boxes, key=lambda b: float(b[0])):
        before = next((other for other in result if _continues(other, box)), None)
        if before is None:
            result.append(box.copy())
        else:
            before[:2] = np.minimum(before[:2], box[:2])
            before[2:] = np.maximum(before[2:], box[2:])
    return sorted(result, key=lambda b: float(b[1] + b[3]))


def _continues(line: NDArray[Any], box: NDArray[Any]) -> bool:
    lower = min(line[3] - line[1], box[3] - box[1])
    common = min(line[3], box[3]) - max(line[1], box[1])
    return bool(common > 0.6 * lower and -lower < box[0] - line[2] < _TOUCH * lower)


def stretched(gray: Gray, boxes: Sequence[NDArray[Any]]) -> list[NDArray[Any]]:
    """Line boxes made longer over letters that stand close beside them and belong to no other line.

    The detector now and then ends a line in the middle of a word.
    """
    result = []
    for box in boxes:
        height = box[3] - box[1]
        rows = slice(max(round(box[1] + 0.15 * height), 0), max(round(box[3] - 0.15 * height), 1))
        ink = (gray[rows] < _INK).mean(axis=0)
        beside = [other for other in boxes if min(box[3], other[3]) - max(box[1], other[1]) > 0.3 * height]
        low = max((other[2] for other in beside if other[2] <= box[0] + height), default=0.0)
        high = min((other[0] for other in beside if other[0] >= box[2] - height), default=gray.shape[1])
        longer = box.copy()
        longer[2] = _reach(ink, float(box[2]), float(high), height)
        longer[0] = len(ink) - _reach(ink[::-1], len(ink) - float(box[0]), len(ink) - float(low), height)
        result.append(longer)
    return result


def _reach(ink: NDArray[Any], start: float, end: float, height: float) -> float:
    """How far letters go on from `start` without a white of `_GAP` heights; `start` if they do not."""
    columns = np.flatnonzero(ink[round(start) : max(round(end), round(start))] > 0)
    if not len(columns):
        return start
    steps = np.diff(np.concatenate([[0], columns]))
    far = np.flatnonzero(steps > _GAP * height)
    last = columns[far[0] - 1] if len(far) and far[0] else columns[-1] if not len(far) else 0
    more = ink[round(start) : round(start) + last + 1]
    like_letters = len(more) > _LETTER * height and _DENSITY[0] < more.mean() < _DENSITY[1]
    return start + float(last) + 1 if like_letters else start


@dataclass(frozen=True)
class LineReading:
    """What was seen of one line: characters, the confidence in each and its middle (x on the page)."""

    text: str
    confidence: NDArray[Any]
    middle: NDArray[Any]


def line_of(gray: Gray, box: NDArray[Any], reading: LineReading) -> Line | None:
    """Words cut at the blanks, read or seen, each boxed by its ink."""
    height = float(box[3] - box[1])
    words: list[Word] = []
    start, left = 0, float(box[0]) - _BESIDE * height
    blanks = [i for i, char in enumerate(reading.text) if char == " "]
    for end in [*blanks, len(reading.text)]:
        last = end == len(reading.text)
        right = float(box[2]) + _BESIDE * height if last else _white_near(gray, box, reading.middle[end])
        words += _words(gray, (left, float(box[1]), right, float(box[3])), reading, start, end)
        if len(words) > 1 and words[-1].text[0] in ",.;:":
            words[-2:] = _stops_left(*words[-2:])
        start, left = end + 1, right
    return Line(words=tuple(words)) if words else None


def _white_near(gray: Gray, box: NDArray[Any], x: float) -> float:
    """The middle of the widest white beside `x`; `x` itself where letters touch."""
    reach = _NEAR_BLANK * float(box[3] - box[1])
    left, right = max(round(x - reach), 0), min(round(x + reach) + 1, gray.shape[1])
    ink = (gray[max(round(box[1]), 0) : round(box[3]), left:right] < _INK).any(axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate([[True], ink, [True]]).astype(np.int8)))
    starts, ends = edges[::2], edges[1::2]
    if not len(starts):
        return x
    widest = int((ends - starts).argmax())
    return left + float(starts[widest] + ends[widest]) / 2


def _words(gray: Gray, span: Span, reading: LineReading, start: int, end: int) -> list[Word]:
    """Characters `start` to `end` as one word, or as two where white between them says so."""
    if start >= end:
        return []
    height = span[3] - span[1]
    box, gap, middle = _ink_box(gray, span)
    if gap >= _SPLIT * height:
        cut = start + int(np.searchsorted(reading.middle[start:end], middle))
        if start < cut < end:
            before, after = (*span[:2], middle, span[3]), (middle, *span[1:])
            return [*_words(gray, before, reading, start, cut), *_words(gray, after, reading, cut, end)]
    sure = float(reading.confidence[max(start - 1, 0) : end + 1].min())
    text = reading.text[start:end]
    text = "0" if text == "O" else text  # alone it is a number, no Vietnamese word
    if end == len(reading.text) and text[-1].isalnum() and _ends_in_stop(gray, box, span):
        text += "."
    return [Word(text=text, box=box, confidence=sure)]


def _stops_left(before: Word, word: Word) -> list[Word]:
    """Stops at the beginning of a word belong to the word before it: no paper sets them apart."""
    rest = word.text.lstrip(",.;:")
    stops = word.text[: len(word.text) - len(rest)]
    box = before.box if rest else enclosing([before.box, word.box])
    moved = before.with_changes(text=before.text + stops, box=box)
    return [moved, word.with_changes(text=rest)] if rest else [moved]


def _ends_in_stop(gray: Gray, box: Box, span: Span) -> bool:
    """Whether a line's last ink is a full stop: the recogniser drops those."""
    height = span[3] - span[1]
    ink = gray[box[1] : min(box[3], round(span[3])), box[0] : box[2]] < _INK
    white = np.flatnonzero(~ink.any(axis=0))
    if not len(white) or white[-1] == ink.shape[1] - 1:
        return False
    dot, letters = ink[:, white[-1] + 1 :], ink[:, : white[-1]]
    if not letters.any():
        return False
    rows, gap = np.flatnonzero(dot.any(axis=1)), white[-1] - np.flatnonzero(letters.any(axis=0))[-1]
    tall, wide = int(rows[-1] - rows[0]) + 1, dot.shape[1]
    square = _DOT[0] * height <= min(tall, wide) and max(tall, wide) <= _DOT[1] * height
    low = (
        box[1] + rows[0] > span[1] + 0.5 * height and rows[-1] <= np.flatnonzero(letters.any(axis=1))[-1] + 1
    )
    return bool(square and low and gap < _DOT[1] * height and dot[rows[0] : rows[-1] + 1].mean() > 0.6)


def _ink_box(gray: Gray, span: Span) -> tuple[Box, float, float]:
    """The box around the ink inside `span`; width and middle of the widest white in it (pixels)."""
    reach = 0.1 * (span[3] - span[1])
    x0, y0 = max(round(span[0]), 0), max(round(span[1] - reach), 0)
    x1, y1 = min(round(span[2]), gray.shape[1]), min(round(span[3] + reach), gray.shape[0])
    x1, y1 = max(x1, x0 + 1), max(y1, y0 + 1)
    ink = gray[y0:y1, x0:x1] < _INK
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        return Box(x0, y0, x1, y1), 0.0, 0.0
    box = Box(x0 + int(columns[0]), y0 + int(rows[0]), x0 + int(columns[-1]) + 1, y0 + int(rows[-1]) + 1)
    white = np.diff(columns)
    widest = int(white.argmax()) if len(white) else 0
    gap = float(white[widest]) if len(white) else 0.0
    return box, gap, x0 + float(columns[widest]) + gap / 2
