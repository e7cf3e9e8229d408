"""trueocr, a small Vietnamese line reader on ONNX Runtime. The only importer of both.

Its detector finds lines, its recogniser reads each at a third of scan resolution: three to five
times as fast as Tesseract, better under seals and noise, weaker on stacked marks (ể, ễ).
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import trueocr
from numpy.typing import NDArray
from trueocr.page import VERTICAL, PageEngine, orient_input
from trueocr.preprocess import LINE_HEIGHT, WINDOW, crop_line, pad_batch, width_batches
from trueocr.recognizer import Recognizer

from ocr.engine import Layout
from ocr.image import Gray
from schemas.page import Box, Line, Word, enclosing

_MODELS = Path(trueocr.__file__).parent / "models"
_FRAME = 4
"""Columns of a line crop a step of the recogniser."""
_WIDEST = 1536
"""Columns of a line crop at most: 67 line heights. Beyond it a line is squeezed."""
_BATCH = 16
_SURELY_TURNED = 0.8
_PAD_X, _PAD_Y = 0.3, 0.2
"""What the recogniser was trained to see around a line, in line heights."""
_INK = 170
_SPLIT = 0.28
"""White of so many line heights inside a word is a blank that was not read."""
_DOT = (0.07, 0.2)
"""Least and most width and height of a full stop, in line heights."""


@dataclass(frozen=True)
class _Reading:
    """What the recogniser saw of one line: characters, their confidence and their middle (pixels)."""

    text: str
    confidence: NDArray[Any]
    middle: NDArray[Any]


class TrueOcr:
    """Lines by the detector, each read by the recogniser; one thread, models loaded once a process."""

    family = "trueocr"

    @property
    def name(self) -> str:
        """Such as `trueocr 0.1.1:1a2b3c4d`, the digest being the recogniser's."""
        return f"trueocr {version('trueocr')}:{_model_digest()}"

    def read(self, gray: Gray, dpi: int, layout: Layout, timeout_seconds: int) -> tuple[Line, ...]:
        """See `Engine.read`; layout makes no difference, and a page never takes seconds."""
        del dpi, layout, timeout_seconds
        detector, recogniser = _models()
        boxes = [box[:4] for box in detector.detect(gray) if box[2] - box[0] > 1 and box[3] - box[1] > 1]
        readings = _recognise(recogniser, gray, boxes)
        lines = (_line(gray, box, reading) for box, reading in zip(boxes, readings, strict=True))
        return tuple(line for line in lines if line)

    def quarter_turn(self, gray: Gray) -> int | None:
        """See `Engine.quarter_turn`, by the orientation model."""
        chances = _models()[0].orient.run(None, {"x": orient_input(gray)[None, None]})[0][0]
        turns = int(chances.argmax())
        return 90 * turns if chances[turns] >= _SURELY_TURNED and turns < VERTICAL else None


@cache
def _model_digest() -> str:
    """First eight hex digits of the recogniser's SHA-256."""
    return hashlib.sha256((_MODELS / "rec.onnx").read_bytes()).hexdigest()[:8]


@cache
def _models() -> tuple[PageEngine, Recognizer]:
    return PageEngine(_MODELS, threads=1), Recognizer(_MODELS, threads=1)


def _recognise(recogniser: Recognizer, gray: Gray, boxes: list[NDArray[Any]]) -> list[_Reading]:
    """Lines read with the page around them, in batches of like width."""
    crops = [
        crop_line(gray, box, LINE_HEIGHT, pad_y=_PAD_Y, pad_x=_PAD_X, window=WINDOW, max_width=_WIDEST)
        for box in boxes
    ]
    readings: list[_Reading] = [_Reading("", np.empty(0), np.empty(0))] * len(crops)
    for batch in width_batches([crop.shape[1] for crop in crops], max_batch=_BATCH):
        tensor, widths = pad_batch([crops[i] for i in batch])
        outputs = recogniser.session.run(["ids", "conf", "lengths"], {"x": tensor, "widths": widths})
        for i, ids, confidence, length in zip(batch, *outputs, strict=True):
            readings[i] = _decode(
                recogniser.chars, ids[:length], confidence[:length], boxes[i], crops[i].shape[1]
            )
    return readings


def _decode(
    chars: list[str], ids: NDArray[Any], confidence: NDArray[Any], box: NDArray[Any], columns: int
) -> _Reading:
    """Greedy CTC: repeats and blanks (0) fall out; frames become page pixels."""
    kept = np.flatnonzero((ids != 0) & np.concatenate([[True], ids[1:] != ids[:-1]]))
    height = box[3] - box[1]
    left, right = box[0] - _PAD_X * height, box[2] + _PAD_X * height
    middle = left + (kept + 0.5) * _FRAME * (right - left) / columns
    return _Reading("".join(chars[ids[k] - 1] for k in kept), confidence[kept], middle)


def _line(gray: Gray, box: NDArray[Any], reading: _Reading) -> Line | None:
    """Words cut at the blanks, read or seen, each boxed by its ink."""
    height = float(box[3] - box[1])
    words: list[Word] = []
    start, left = 0, float(box[0]) - _PAD_X * height
    blanks = [i for i, char in enumerate(reading.text) if char == " "]
    for end in [*blanks, len(reading.text)]:
        last = end == len(reading.text)
        right = float(box[2]) + _PAD_X * height if last else float(reading.middle[end])
        words += _words(gray, (left, float(box[1]), right, float(box[3])), reading, start, end)
        if len(words) > 1 and words[-1].text[0] in ",.;:":
            words[-2:] = _stops_left(*words[-2:])
        start, left = end + 1, right
    return Line(words=tuple(words)) if words else None


def _words(
    gray: Gray, span: tuple[float, float, float, float], reading: _Reading, start: int, end: int
) -> list[Word]:
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
    moved = before.model_copy(update={"text": before.text + stops, "box": box})
    return [moved, word.model_copy(update={"text": rest})] if rest else [moved]


def _ends_in_stop(gray: Gray, box: Box, span: tuple[float, float, float, float]) -> bool:
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


def _ink_box(gray: Gray, span: tuple[float, float, float, float]) -> tuple[Box, float, float]:
    """The box around the ink inside `span`; width and middle of the widest white in it (pixels)."""
    reach = 0.1 * (span[3] - span[1])
    x0, y0 = max(round(span[0]), 0), max(round(span[1] - reach), 0)
    x1, y1 = min(round(span[2]), gray.shape[1]), min(round(span[3] + reach), gray.shape[0])
    x1, y1 = max(x1, x0 + 1), max(y1, y0 + 1)
    ink = gray[y0:y1, x0:x1] < _INK
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        return (x0, y0, x1, y1), 0.0, 0.0
    box = (x0 + int(columns[0]), y0 + int(rows[0]), x0 + int(columns[-1]) + 1, y0 + int(rows[-1]) + 1)
    white = np.diff(columns)
    widest = int(white.argmax()) if len(white) else 0
    gap = float(white[widest]) if len(white) else 0.0
    return box, gap, x0 + float(columns[widest]) + gap / 2
