"""trueocr, a small Vietnamese line reader on ONNX Runtime. The only importer of both.

Its detector finds lines, its recogniser reads each at a third of scan resolution: three to five
times as fast as Tesseract, better under seals and noise, weaker on stacked marks (ể, ễ).
"""

import hashlib
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

from ocr.engines.engine import Layout
from ocr.engines.word_segmentation import LineReading, line_of, merged, stretched
from ocr.preprocessing.page_image import Gray
from schemas.page import Line

_MODELS = Path(trueocr.__file__).parent / "models"
_FRAME = 4
"""Columns of a line crop a step of the recogniser."""
_WIDEST = 1536
"""Columns of a line crop at most: 67 line heights. Beyond it a line is squeezed."""
_BATCH = 16
_SURELY_TURNED = 0.8
_PAD_X, _PAD_Y = 0.3, 0.2
"""What the recogniser was trained to see around a line, in line heights."""


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
        found = [box[:4] for box in detector.detect(gray) if box[2] - box[0] > 1 and box[3] - box[1] > 1]
        boxes = stretched(gray, merged(found))
        readings = _recognise(recogniser, gray, boxes)
        lines = (line_of(gray, box, reading) for box, reading in zip(boxes, readings, strict=True))
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


def _recognise(recogniser: Recognizer, gray: Gray, boxes: list[NDArray[Any]]) -> list[LineReading]:
    """Lines read with the page around them, in batches of like width."""
    crops = [
        crop_line(gray, box, LINE_HEIGHT, pad_y=_PAD_Y, pad_x=_PAD_X, window=WINDOW, max_width=_WIDEST)
        for box in boxes
    ]
    readings: list[LineReading] = [LineReading("", np.empty(0), np.empty(0))] * len(crops)
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
) -> LineReading:
    """Greedy CTC: repeats and blanks (0) fall out; frames become page pixels."""
    kept = np.flatnonzero((ids != 0) & np.concatenate([[True], ids[1:] != ids[:-1]]))
    height = box[3] - box[1]
    left, right = box[0] - _PAD_X * height, box[2] + _PAD_X * height
    middle = left + (kept + 0.5) * _FRAME * (right - left) / columns
    return LineReading("".join(chars[ids[k] - 1] for k in kept), confidence[kept], middle)
