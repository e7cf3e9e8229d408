"""Blank pages: kept and marked, never dropped."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.preprocessing.denoising import without_impulses
from ocr.preprocessing.gray_levels import components, dark, reduced
from ocr.preprocessing.page_image import Gray, Mask

_FEW_FAINT_MARKS = 8  # faint text makes dozens
_INK_SHARE, _MUCH_INK, _MANY_ROWS = 0.75, 0.01, 0.2
_HOLES_WITHIN = 1.0
"""Inches from an edge within which binders punch."""
_CORNER_INCHES, _STAPLE_INCHES, _LONGEST_STAPLE = 1.2, 0.2, 0.7
_SLENDER = 8
_TOO_DARK = 80  # median gray level of a page on which nothing can be judged


def is_blank(gray: Gray, dpi: float) -> bool:
    """Whether nothing is written, printed or stamped on the page.

    Errs to False.  Specks, fold lines, scanner edges and ink that shines
    through faintly (under 18 % of the paper's level) are nothing.
    """
    if _is_plainly_written(gray, dpi):
        return False
    small, small_dpi = reduced(without_impulses(gray), dpi, 120)
    if np.median(small) < _TOO_DARK:
        return False
    strong = _marks(dark(small, small_dpi, 0.35), small_dpi, 0.04)
    faint = _marks(dark(small, small_dpi, 0.18), small_dpi, 0.15)
    return strong == 0 and faint < _FEW_FAINT_MARKS


def _is_plainly_written(gray: Gray, dpi: float) -> bool:
    """Cheap look that settles most pages: much ink in many rows of the page's middle."""
    small, _ = reduced(gray, dpi, 50)
    rows, columns = (size // 8 for size in small.shape)
    middle = small[rows:-rows, columns:-columns]
    inked = middle < _INK_SHARE * np.median(middle)
    return float(inked.mean()) > _MUCH_INK and float((inked.mean(axis=1) > _MUCH_INK).mean()) > _MANY_ROWS


def _is_in_corner(box: NDArray[Any], shape: tuple[int, ...], dpi: float) -> bool:
    """Where papers are stapled together."""
    left, top, wide, tall = (int(box[k]) for k in range(4))
    beside = min(left, shape[1] - left - wide) < _CORNER_INCHES * dpi
    return beside and min(top, shape[0] - top - tall) < _CORNER_INCHES * dpi


def _is_straight(labels: NDArray[Any], box: NDArray[Any], label: int) -> bool:
    """One straight stroke, whichever way it slants: a staple or its print."""
    left, top, wide, tall = (int(box[k]) for k in range(4))
    points = np.argwhere(labels[top : top + tall, left : left + wide] == label).astype(np.float32)
    sides = cv2.minAreaRect(points)[1]
    return max(sides) > _SLENDER * max(min(sides), 1.0)


def _marks(mask: Mask, dpi: float, margin: float) -> int:
    """How much is drawn: 1 for a letter, 3 for something larger.

    Lines, punched holes, staples, specks and what reaches into the outer `margin` (inch) are 0.
    """
    height, width = mask.shape
    mended = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    labels, stats, _ = components(mended)
    left, top, wide, tall, area = (stats[1:, k] for k in range(5))
    edge = max(2, round(margin * dpi))
    touching = (left < edge) | (top < edge) | (left + wide > width - edge) | (top + tall > height - edge)
    longer, shorter = np.maximum(wide, tall) / dpi, np.minimum(wide, tall) / dpi
    speck = (longer < 0.05) | (area < (0.02 * dpi) ** 2)
    line = (longer > 0.25) & (longer > 8 * shorter)
    away = np.minimum(np.minimum(left, width - left - wide), np.minimum(top, height - top - tall)) / dpi
    full = area > np.where(away < _HOLES_WITHIN, 0.6, 0.7) * wide * tall  # a large disk's middle is thinned
    hole = (shorter > 0.15) & (longer < 0.4) & (longer < 1.25 * shorter) & full
    drawn = ~touching & ~speck & ~line & ~hole
    for k in np.nonzero(drawn & (longer > _STAPLE_INCHES) & (longer < _LONGEST_STAPLE))[0]:
        drawn[k] = not (
            _is_in_corner(stats[k + 1], mask.shape, dpi) and _is_straight(labels, stats[k + 1], int(k) + 1)
        )
    return int(drawn.sum() + 2 * (drawn & (longer > 0.4)).sum())
