"""Table rules, underlines and dotted leaders: found, and painted over before recognition."""

from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.preprocessing.gray_levels import components, painted
from ocr.preprocessing.page_image import Gray, Mask
from schemas.base.geometry import Box

_LEADER_DOTS = 5  # fewer is an ellipsis


class Ruling(NamedTuple):
    """Pixels of thin straight lines, with the letters that cross them."""

    level: Mask  # at least 0.4 inch long
    upright: Mask  # at least 0.5 inch long


def ruling(gray: Gray, dpi: float) -> Ruling:
    """Rules and underlines of an upright page (a slope of one pixel in the run is forgiven)."""
    mask = _inked(gray)
    return Ruling(_runs(mask, dpi, upright=False), _runs(mask, dpi, upright=True))


def without_rules_and_leaders(gray: Gray, dpi: float, found: Ruling | None = None) -> Gray:
    """Table rules, underlines and dotted leaders painted white; letters kept."""
    mask = _inked(gray)
    found = found or ruling(gray, dpi)
    gone: Mask = np.zeros_like(mask)
    if found.level.any() or found.upright.any():
        gone = rules(mask, dpi, found)
    gone |= leaders(mask & ~gone, dpi)
    if not gone.any():
        return gray
    result: Mask = gray.copy()
    around: Mask = cv2.dilate(gone, np.ones((3, 3), np.uint8))
    result[(around & ~(mask & ~gone)) > 0] = 255
    return result


def _inked(gray: Gray) -> Mask:
    mask: Mask = cv2.threshold(gray, 170, 255, cv2.THRESH_BINARY_INV)[1]
    return mask


def rules(mask: Mask, dpi: float, found: Ruling) -> Mask:
    """The found lines without the strokes of letters that cross them."""
    thick = max(3, round(0.03 * dpi))
    level: Mask = mask & ~found.upright
    upright: Mask = mask & ~found.level
    tall: Mask = cv2.morphologyEx(level, cv2.MORPH_OPEN, np.ones((thick, 1), np.uint8))
    wide: Mask = cv2.morphologyEx(upright, cv2.MORPH_OPEN, np.ones((1, thick), np.uint8))
    kept: Mask = (found.level & ~tall) | (found.upright & ~wide)
    return kept


def _runs(mask: Mask, dpi: float, *, upright: bool) -> Mask:
    """Long thin runs of ink; a slope of one pixel in the run is forgiven."""
    length, thick = round((0.5 if upright else 0.4) * dpi), max(3, round(0.03 * dpi))
    along = (1, length) if upright else (length, 1)
    across = (3, 1) if upright else (1, 3)
    fat: Mask = cv2.dilate(mask, np.ones(across[::-1], np.uint8))
    run: Mask = cv2.morphologyEx(fat, cv2.MORPH_OPEN, np.ones(along[::-1], np.uint8))
    body: Mask = cv2.morphologyEx(run, cv2.MORPH_OPEN, np.ones((thick + 3, thick + 3), np.uint8))
    thin: Mask = run & ~body & mask
    return thin


def leaders(mask: Mask, dpi: float) -> Mask:
    """Rows of five or more dots or dashes; a dot under a letter is never in such a row."""
    labels, stats, centres = components(mask)
    width, height = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    dot = (height <= 0.036 * dpi) & (width <= 0.09 * dpi)
    dot[0] = False
    if not _any_row(centres[dot], dpi):
        return np.zeros_like(mask)
    dots: Mask = painted(labels, dot)
    joined: Mask = cv2.morphologyEx(dots, cv2.MORPH_CLOSE, np.ones((1, round(0.07 * dpi) | 1), np.uint8))
    row_of, row_stats, _ = components(joined)
    chosen = np.nonzero(dot)[0]
    ys, xs = stats[chosen, cv2.CC_STAT_TOP], stats[chosen, cv2.CC_STAT_LEFT]
    row = row_of[ys + height[chosen] // 2, np.clip(xs + width[chosen] // 2, 0, mask.shape[1] - 1)]
    members = np.bincount(row, minlength=len(row_stats))
    long = row_stats[:, cv2.CC_STAT_WIDTH] >= 0.25 * dpi
    flat_enough = row_stats[:, cv2.CC_STAT_HEIGHT] <= 0.045 * dpi
    leader = (members >= _LEADER_DOTS) & long & flat_enough
    leader[0] = False
    return painted(row_of, leader) & dots


def _any_row(centres: NDArray[Any], dpi: float) -> bool:
    """Whether enough dots follow each other closely on one height: a cheap look before the dear one."""
    for shift in (0.0, 0.5):
        height = np.round(centres[:, 1] / (0.02 * dpi) + shift)
        order = np.lexsort((centres[:, 0], height))
        near = (np.diff(height[order]) == 0) & (np.diff(centres[order, 0]) < 0.12 * dpi)
        run = (
            np.convolve(near, np.ones(_LEADER_DOTS - 1), "valid")
            if len(near) >= _LEADER_DOTS
            else np.zeros(1)
        )
        if run.max() >= _LEADER_DOTS - 1:
            return True
    return False


def cells(found: Ruling, dpi: float) -> list[Box]:
    """Cells of ruled tables as (left, top, right, bottom), row by row; looked for at half size."""
    lines: Mask = found.level | found.upright
    if np.count_nonzero(found.upright) < dpi or np.count_nonzero(found.level) < dpi:
        return []
    thick: Mask = cv2.dilate(lines, np.ones((5, 5), np.uint8))[::2, ::2]
    stats = components(cv2.bitwise_not(thick), connectivity=4).stats
    left, top, wide, tall, area = (stats[1:, k] for k in range(5))
    height, width = thick.shape
    inner = (left > 0) & (top > 0) & (left + wide < width) & (top + tall < height)
    cell = inner & (wide > 0.075 * dpi) & (tall > 0.06 * dpi) & (area > 0.8 * wide * tall)
    boxes = [
        Box(2 * int(x), 2 * int(y), 2 * int(x + w), 2 * int(y + h)) for x, y, w, h in stats[1:][cell][:, :4]
    ]
    return _row_by_row(boxes, 0.06 * dpi) if len(boxes) > 2 else []


def _row_by_row(boxes: list[Box], slack: float) -> list[Box]:
    """Sorted by upper edge, then from left to right; edges within `slack` are one row."""
    rows: list[list[Box]] = []
    for box in sorted(boxes, key=lambda b: b.top):
        if rows and box.top - rows[-1][0].top <= slack:
            rows[-1].append(box)
        else:
            rows.append([box])
    return [box for row in rows for box in sorted(row)]
