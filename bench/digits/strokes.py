"""Digits drawn with a pen: several ways to write each, bent a little, thick or thin."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ocr.preprocessing.page_image import Gray

Stroke = Sequence[tuple[float, float]]
"""Points of a line of the pen in a unit square, x to the right, y down."""

_HANDS: dict[str, tuple[tuple[Stroke, ...], ...]] = {
    "0": (
        (((0.5, 0.02), (0.12, 0.3), (0.12, 0.7), (0.5, 0.98), (0.88, 0.7), (0.88, 0.3), (0.5, 0.02)),),
        (((0.6, 0.05), (0.2, 0.2), (0.08, 0.6), (0.35, 0.97), (0.8, 0.8), (0.92, 0.4), (0.6, 0.05)),),
    ),
    "1": (
        (((0.05, 0.45), (0.6, 0.02), (0.6, 1)),),
        (((0.5, 0), (0.5, 1)),),
        (((0, 0.75), (0.75, 0), (0.6, 1)),),
        (((0.1, 0.5), (0.8, 0), (0.55, 1)),),
        (((0.2, 0.3), (0.55, 0), (0.55, 1)), ((0.2, 1), (0.9, 1))),
        (((0.7, 0), (0.3, 1)),),
    ),
    "2": (
        (((0.1, 0.25), (0.45, 0.02), (0.85, 0.25), (0.6, 0.6), (0.08, 0.97), (0.95, 0.95)),),
        (((0.1, 0.3), (0.4, 0.02), (0.85, 0.25), (0.5, 0.75), (0.1, 0.9), (0.35, 0.78), (1, 0.85)),),
        (((0.15, 0.2), (0.5, 0), (0.8, 0.3), (0.3, 0.85), (0.05, 0.9), (0.2, 0.72), (0.98, 0.9)),),
        (((0.4, 0.3), (0.12, 0.2), (0.4, 0.02), (0.85, 0.25), (0.5, 0.7), (0.05, 0.95), (0.95, 0.9)),),
    ),
    "3": (
        (((0.1, 0.12), (0.5, 0.02), (0.85, 0.22), (0.4, 0.47), (0.9, 0.7), (0.5, 0.98), (0.08, 0.85)),),
        (((0.1, 0.05), (0.85, 0.03), (0.4, 0.4), (0.9, 0.65), (0.5, 0.98), (0.05, 0.85)),),
    ),
    "4": (
        (((0.6, 0), (0.05, 0.65), (0.95, 0.65)), ((0.7, 0.35), (0.68, 1))),
        (((0.2, 0.05), (0.12, 0.5), (0.85, 0.48)), ((0.75, 0.05), (0.7, 1))),
        (((0.75, 1), (0.75, 0), (0.05, 0.7), (1, 0.68)),),
    ),
    "5": (
        (((0.85, 0.03), (0.25, 0.03), (0.2, 0.42), (0.6, 0.38), (0.9, 0.65), (0.5, 0.98), (0.08, 0.88)),),
        (
            ((0.25, 0.05), (0.2, 0.42), (0.65, 0.4), (0.85, 0.7), (0.5, 0.98), (0.1, 0.9)),
            ((0.25, 0.05), (0.95, 0.02)),
        ),
    ),
    "6": (
        (((0.75, 0.02), (0.3, 0.25), (0.1, 0.7), (0.5, 0.98), (0.88, 0.75), (0.55, 0.5), (0.12, 0.7)),),
        (((0.6, 0), (0.15, 0.5), (0.2, 0.9), (0.6, 0.97), (0.85, 0.7), (0.5, 0.52), (0.15, 0.75)),),
    ),
    "7": (
        (((0.05, 0.05), (0.92, 0.03), (0.4, 1)),),
        (((0.05, 0.08), (0.9, 0.03), (0.4, 1)), ((0.2, 0.5), (0.85, 0.46))),
        (((0.08, 0.2), (0.1, 0.05), (0.9, 0.03), (0.45, 1)), ((0.15, 0.55), (0.9, 0.5))),
    ),
    "8": (
        (((0.8, 0.15), (0.5, 0.02), (0.2, 0.22), (0.75, 0.7), (0.5, 0.98), (0.15, 0.75), (0.8, 0.15)),),
        (((0.5, 0.48), (0.15, 0.25), (0.5, 0.02), (0.82, 0.25), (0.1, 0.75), (0.5, 0.98), (0.5, 0.48)),),
    ),
    "9": (
        (((0.85, 0.2), (0.5, 0.02), (0.12, 0.28), (0.45, 0.5), (0.85, 0.25), (0.8, 0.7), (0.5, 1)),),
        (((0.8, 0.25), (0.45, 0.02), (0.15, 0.3), (0.5, 0.52), (0.82, 0.2), (0.78, 0.95)),),
        (((0.85, 0.15), (0.4, 0.05), (0.2, 0.4), (0.6, 0.48), (0.75, 0.8), (0.3, 1), (0.1, 0.9)),),
    ),
}
_LARGER = 4
_SMOOTH = 0.85
"""Share of strokes without corners."""
_STEPS = 10


class Hand:
    """One writer: a way to write each digit, and a pen."""

    def __init__(self, rng: Generator) -> None:
        self._rng = rng
        self._ways = {digit: ways[rng.integers(len(ways))] for digit, ways in _HANDS.items()}
        self._pen = rng.uniform(1.2, 4.5)

    def write(self, digit: str, height: int) -> Gray:
        """The digit, `height` pixels tall, light (255) on black (0), with room around it."""
        rng = self._rng
        width = max(round(height * rng.uniform(0.4, 0.75)), 3)
        ink: Gray = np.zeros(((height + 8) * _LARGER, (width + 10) * _LARGER), np.uint8)
        shake = rng.uniform(0.02, 0.07)
        for stroke in self._ways[digit]:
            points = np.array(stroke) + rng.normal(0, shake, (len(stroke), 2))
            line = _curve(points) if rng.random() < _SMOOTH or len(points) < 3 else points
            line = (line * (width, height) + (5, 4)) * _LARGER
            thick = max(round(self._pen * _LARGER * height / 24), 2)
            cv2.polylines(ink, [line.astype(np.int32)], False, 255, thick, cv2.LINE_AA)
        return cv2.resize(ink, None, fx=1 / _LARGER, fy=1 / _LARGER, interpolation=cv2.INTER_AREA)


def _curve(points: NDArray[np.float64]) -> NDArray[Any]:
    """A smooth line through `points` (Catmull and Rom, 1974)."""
    ends = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    t = np.linspace(0, 1, _STEPS)[:, None]
    parts = []
    for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        parts.append(
            0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        )
    return np.vstack(parts)
