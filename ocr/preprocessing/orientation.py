"""Which way up a page lies: by the shape of its lines, and by reading a strip when that is unsure."""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.preprocessing.deskew import measure_skew, turn
from ocr.preprocessing.gray_levels import components, dark, painted, reduced
from ocr.preprocessing.page_image import Gray, Mask

_SURE = 0.2
Reader = Callable[[Gray], tuple[str, float]]
"""Reads a strip: its text and mean confidence (0…100)."""


def four_way_orientation(gray: Gray, dpi: float, read: Reader | None = None) -> int:
    """Degrees (0, 90, 180, 270) to turn the page clockwise so that it stands upright.

    The ink decides (Vietnamese piles its marks above the letters); where it
    does not, `read` is asked to read a crop both ways, if one is given.
    0 where nothing can be told.
    """
    degrees, sure = orientation_by_ink(gray, dpi)
    if sure >= _SURE or read is None:
        return degrees if sure >= _SURE / 2 else 0
    return orientation_by_reading(gray, dpi, read)


def orientation_by_ink(gray: Gray, dpi: float) -> tuple[int, float]:
    """Clockwise turn and how sure (0…1) from the shape of text lines alone."""
    small, small_dpi = reduced(gray, dpi, 120)
    letters = _letters(dark(small, small_dpi), small_dpi)
    if np.count_nonzero(letters) < 100:
        return 0, 0.0
    level, upright = _stripedness(letters, small_dpi), _stripedness(letters.T, small_dpi)
    sideways = upright > level
    standing = np.rot90(letters, -1) if sideways else letters  # clockwise
    above, below = _above_and_below(np.ascontiguousarray(standing), small_dpi)
    lean = (above - below) / max(1.0, above + below)
    stronger: float = max(level, upright)
    axis = abs(level - upright) / max(stronger, 1e-9)
    degrees = (90 if sideways else 0) + (180 if lean < 0 else 0)
    return degrees, float(min(1.0, abs(lean) * 2, axis * 2))


def orientation_by_reading(gray: Gray, dpi: float, read: Reader) -> int:
    """The turn whose reading is the most confident; tries the likelier axis first."""
    likely, _ = orientation_by_ink(gray, dpi)
    scores = {}
    for degrees in (likely, (likely + 180) % 360):
        text, confidence = read(_dense_crop(np.ascontiguousarray(np.rot90(gray, -degrees // 90)), dpi))
        scores[degrees] = confidence * min(1.0, sum(c.isalpha() for c in text) / 20)
    return max(scores, key=lambda d: scores[d])


def _dense_crop(gray: Gray, dpi: float) -> Gray:
    """The half-inch-high strip… of four lines with most ink, full width."""
    rows = np.convolve((dark(gray, dpi) > 0).mean(axis=1), np.ones(round(0.8 * dpi)), mode="valid")
    top = int(rows.argmax())
    return gray[top : top + round(0.8 * dpi)]


def _letters(mask: Mask, dpi: float) -> Mask:
    """Only what is as large as letters, marks and short words: no rules, seals, borders."""
    labels, stats, _ = components(mask)
    width, height = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    longer, shorter = np.maximum(width, height) / dpi, np.minimum(width, height) / dpi
    letter = (longer < 0.6) & (shorter < 0.3) & (stats[:, cv2.CC_STAT_AREA] >= 3)
    letter[0] = False
    return painted(labels, letter)


def _stripedness(letters: Mask, dpi: float) -> float:
    """How much ink comes in lines a fifth of an inch apart, inside strips an inch wide."""
    fine, coarse = max(1, round(0.04 * dpi)), round(0.22 * dpi)
    total: float = 0.0
    for strip in np.array_split(letters, max(1, round(letters.shape[1] / dpi)), axis=1):
        rows = (strip > 0).sum(axis=1).astype(np.float64)
        wave = np.convolve(rows, np.ones(fine) / fine, "same") - np.convolve(
            rows, np.ones(coarse) / coarse, "same"
        )
        total += float(np.square(wave).sum())
    count = int(np.count_nonzero(letters))
    return total / max(1, count)


def _above_and_below(letters: Mask, dpi: float) -> tuple[float, float]:
    """Ink above and below the bodies of the text lines, summed over the page."""
    straight = 255 - turn(255 - letters, measure_skew(255 - letters, dpi))
    above = below = 0.0
    for strip in np.array_split(straight, max(1, round(letters.shape[1] / dpi / 2)), axis=1):
        rows = (strip > 127).sum(axis=1).astype(np.float64)
        for up, down in _around_bodies(rows, dpi):
            above += up
            below += down
    return above, below


def _around_bodies(rows: NDArray[Any], dpi: float) -> list[tuple[float, float]]:
    """For each line of a row profile the ink just above and just below its body."""
    peak = float(np.percentile(rows[rows > 0], 90)) if (rows > 0).any() else 0.0
    if peak < 4:
        return []
    body = np.concatenate([[0], (rows > 0.45 * peak).astype(np.int8), [0]])
    starts, ends = np.nonzero(np.diff(body) == 1)[0], np.nonzero(np.diff(body) == -1)[0]
    reach = max(2, round(0.06 * dpi))
    found = []
    for k, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if not 0.03 * dpi <= end - start <= 0.2 * dpi:
            continue
        over = max(start - reach, int(ends[k - 1]) if k else 0)
        under = min(end + reach, int(starts[k + 1]) if k + 1 < len(starts) else len(rows))
        found.append((float(rows[over:start].sum()), float(rows[end:under].sum())))
    return found
