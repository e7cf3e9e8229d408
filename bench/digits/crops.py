"""Crops of gaps in printed lines: digits of many hands, print and leaders beside them, scanned.

Digits are those of the MNIST collection (real hands), of typefaces like handwriting, strokes, and print.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from bench.digits.strokes import Hand
from ocr.preprocessing.page_image import Gray
from ocr.recognition.written_digits import as_input

_LENGTHS = (0.05, 0.1, 0.42, 0.27, 0.12, 0.04)
"""How often a crop has so many digits, from none to five."""
_SOURCES = {"real": 0.3, "typeface": 0.25, "strokes": 0.35, "print": 0.1}
"""How often they are of real hands, typefaces, strokes, print."""
_DAYS = 0.5
"""Share of two digits that are a day."""
_BEFORE = ("Số:", ":", "ngày", "y", "ay", "tháng", "g", ",", "")
_AFTER = ("/QĐ", "/", "/TTr", "tháng", "t", "năm", "n", ".", "/UB", "")
_TALL, _WIDE, _ROOM = 64, 400, 60
"""Of the line that a crop is cut from, in pixels; digits begin at `_ROOM`."""
_WIDE_MARGINS = 0.4
_INK = 40
_DIGIT = 24


class Crop(NamedTuple):
    """What the network sees, `(32, 128)` 0 paper … 1 ink, the digits on it, and where they come from."""

    shown: NDArray[Any]
    text: str
    source: str
    """`real`, `typeface`, `strokes`, `print`, or `none`."""


class Writers(NamedTuple):
    """Where digits come from."""

    real: Mapping[str, NDArray[np.uint8]]
    """By digit, `(count, 28, 28)`, light on black."""
    typefaces: Sequence[Path]
    printed: Sequence[Path]


def draw_crop(rng: Generator, writers: Writers) -> Crop:
    """A crop of a gap with nought to five digits."""
    text = _text(rng)
    source = str(rng.choice(list(_SOURCES), p=list(_SOURCES.values()))) if text else "none"
    line = int(rng.integers(24, 40))
    strip, right = _written(rng, writers, text, source, line)
    strip = _surrounded(rng, writers, strip, right, line)
    half = line * rng.uniform(0.62, 0.85)
    top, bottom = max(round(_TALL / 2 - half), 0), min(round(_TALL / 2 + half), _TALL)
    left, right = round(_ROOM - _margin(rng)), round(right + _margin(rng))
    crop: NDArray[Any] = strip[top:bottom, left:right].astype(np.float64)
    crop = cv2.resize(crop, None, fx=rng.uniform(0.9, 1.1), fy=1)
    return Crop(as_input(_scanned(rng, crop)), text, source)


def _margin(rng: Generator) -> float:
    """Room beside the digits, in pixels: now and then so wide that a sign of the print stands in it.

    Never none: what touches the edge of a crop is taken for print, and taken out (`as_input`).
    """
    return rng.uniform(12, 25) if rng.random() < _WIDE_MARGINS else rng.uniform(4, 12)


def _text(rng: Generator) -> str:
    length = int(rng.choice(len(_LENGTHS), p=_LENGTHS))
    if length == 2 and rng.random() < _DAYS:
        return f"{rng.integers(1, 32):02d}"
    return "".join(str(rng.integers(10)) for _ in range(length))


def _written(rng: Generator, writers: Writers, text: str, source: str, line: int) -> tuple[Gray, int]:
    """The digits on a line `line` pixels high, light on black, and where they end."""
    strip: Gray = np.zeros((_TALL, _WIDE), np.uint8)
    if not text:
        return strip, _ROOM + 20
    digits = _digits(rng, writers, text, source)
    tall = int(np.clip(line * rng.uniform(0.65, 1.25), 14, 50))
    wide = min(max(round(digits.shape[1] * tall / digits.shape[0]), 2), 260)
    digits = cv2.resize(digits, (wide, tall), interpolation=cv2.INTER_AREA)
    top = int(np.clip((_TALL - tall) / 2 + rng.normal(0, 4), 0, _TALL - tall))
    strip[top : top + tall, _ROOM : _ROOM + wide] = digits
    return strip, _ROOM + wide


def _digits(rng: Generator, writers: Writers, text: str, source: str) -> Gray:
    slant, turn = rng.uniform(-0.35, 0.1), rng.uniform(-6, 6)
    if source == "print":
        return _inked(_bent(_typed(rng, writers.printed, text), rng.choice((0, -0.25)), rng.uniform(-2, 2)))
    if source == "typeface":
        return _inked(_bent(_typed(rng, writers.typefaces, text), slant, turn))
    hand = Hand(rng)
    parts = []
    for digit in text:
        tall = int(_DIGIT * rng.uniform(0.85, 1.15))
        if source == "real":
            real = _inked(writers.real[digit][rng.integers(len(writers.real[digit]))])
            wide = max(round(real.shape[1] * tall / real.shape[0] * rng.uniform(0.75, 1.15)), 3)
            part = cv2.resize(real, (wide, tall))
        else:
            part = _inked(hand.write(digit, tall))
        parts.append(_inked(_bent(part, slant, turn)))
    row = _in_a_row(rng, parts)
    if rng.random() < 0.4:
        row = cv2.dilate(np.pad(row, 2), np.ones(rng.integers(1, (3, 4)), np.uint8))
    return _inked(row)


def _in_a_row(rng: Generator, parts: Sequence[Gray]) -> Gray:
    """Digits side by side, now and then touching."""
    gap = rng.uniform(-2, 7)
    tall = max(part.shape[0] for part in parts) + 14
    row: Gray = np.zeros((tall, sum(part.shape[1] for part in parts) + 60), np.uint8)
    x = 10.0
    for part in parts:
        high, wide = part.shape
        top = int(np.clip((tall - high) / 2 + rng.normal(0, 1.5), 0, tall - high))
        place = row[top : top + high, round(x) : round(x) + wide]
        np.maximum(place, part, out=place)
        x = max(x + wide + gap + rng.normal(0, 1), 0)
    return row


def _typed(rng: Generator, faces: Sequence[Path], text: str) -> Gray:
    face = _font(faces[int(rng.integers(len(faces)))], int(rng.integers(30, 46)))
    image = Image.new("L", (60 * len(text) + 60, 110))
    pen, x = ImageDraw.Draw(image), 20.0
    for digit in text:
        pen.text((x, 25 + rng.normal(0, 1)), digit, font=face, fill=255)
        x += pen.textlength(digit, font=face) + rng.uniform(-2, 5)
    return _inked(np.array(image))


def _surrounded(rng: Generator, writers: Writers, strip: Gray, right: int, line: int) -> Gray:
    """With the print before and after the gap, leaders, rules of the form."""
    face = _font(writers.printed[int(rng.integers(len(writers.printed)))], round(line * 1.15))
    image = Image.fromarray(strip)
    pen, top = ImageDraw.Draw(image), _TALL / 2 - line * 0.72 + rng.normal(0, 1)
    before, after = rng.choice(_BEFORE), rng.choice(_AFTER)
    if rng.random() < 0.7:
        x = _ROOM - rng.uniform(-3, 14) - pen.textlength(before, font=face)
        pen.text((x, top), before, font=face, fill=int(rng.integers(150, 256)))
    if rng.random() < 0.7:
        x = right + rng.uniform(-3, 14)
        pen.text((x, top), after, font=face, fill=int(rng.integers(150, 256)))
    strip = np.array(image)
    if rng.random() < 0.2:
        y, step = int(rng.integers(38, 54)), int(rng.integers(4, 8))
        for x in range(_ROOM - 40, right + 40, step):
            cv2.circle(strip, (x, y), 1, 200, -1)
    if rng.random() < 0.12:
        begin, end = ((x, int(rng.integers(0, 8))) for x in (0, _WIDE))
        cv2.line(strip, begin, end, 200, int(rng.integers(1, 3)))
    return strip


def _scanned(rng: Generator, crop: NDArray[Any]) -> Gray:
    """Dark on light, as a scanner gives it: blurred, faint like a pencil, noisy, black and white."""
    ink: NDArray[Any] = crop / 255
    if rng.random() < 0.6:
        ink = cv2.GaussianBlur(ink, (0, 0), rng.uniform(0.3, 1.1))
    if rng.random() < 0.3:
        ink = ink * rng.uniform(0.35, 0.8)
    ink = np.clip(ink * rng.uniform(0.8, 1.2) + rng.normal(0, rng.uniform(0, 0.08), ink.shape), 0, 1)
    if rng.random() < 0.25:
        ink = (ink > rng.uniform(0.3, 0.6)).astype(np.float64)
    scan: Gray = (255 - 255 * ink).astype(np.uint8)
    return scan


def _bent(ink: Gray, slant: float, turn: float) -> Gray:
    """Slanted, and turned by `turn` degrees."""
    room = round(0.4 * ink.shape[0]) + 2
    ink = np.pad(ink, room)
    turned = cv2.getRotationMatrix2D((0, 0), turn, 1)[:, :2] @ np.array([[1, slant], [0, 1]])
    middle = np.array([ink.shape[1] / 2, ink.shape[0] / 2])
    matrix = np.hstack([turned, (middle - turned @ middle)[:, None]])
    return cv2.warpAffine(ink, matrix, (ink.shape[1], ink.shape[0]))


def _inked(ink: Gray) -> Gray:
    """Without the room around."""
    rows, columns = np.nonzero(ink > _INK)
    if not len(rows):
        return ink
    return ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


@lru_cache(2000)
def _font(face: Path, points: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(face), points)
