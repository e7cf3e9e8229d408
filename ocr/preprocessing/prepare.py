"""From a page as scanned to the image an engine reads best: only what the page needs."""

from dataclasses import dataclass

import cv2
import numpy as np

from ocr.preprocessing.denoising import clean
from ocr.preprocessing.deskew import measure_skew, turn
from ocr.preprocessing.gray_levels import components, dark, reduced
from ocr.preprocessing.noise import Condition, judge_condition
from ocr.preprocessing.page_image import Gray
from ocr.preprocessing.table_rules import cells, ruling, without_rules_and_leaders
from schemas.base.geometry import Box

_GOOD_LETTER = 20.0  # pixels, median component: 13–14 pt print at 200 dpi
_LEGIBLE = (11.0, 26.0)  # pixels; letters outside are resampled


@dataclass(frozen=True)
class Prepared:
    """A page ready for the engine: letters of a good size, nothing but letters."""

    gray: Gray
    dpi: int
    scale: float
    """Prepared pixels a view pixel; both have the same frame."""
    skew_degrees: float
    condition: Condition
    cells: tuple[Box, ...]
    """Of ruled tables, in reading order, in prepared pixels."""


def letter_height(gray: Gray, dpi: float) -> float:
    """Median height in pixels of what looks like a letter; 0 where there are too few."""
    small, small_dpi = reduced(gray, dpi, 120)
    stats = components(dark(small, small_dpi)).stats
    width, height = (stats[1:, k] / small_dpi for k in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT))
    letter = (height > 0.04) & (height < 0.35) & (width > 0.02) & (width < 0.35)
    return float(np.median(height[letter]) * dpi) if letter.sum() >= 50 else 0.0


def text_scale(gray: Gray, dpi: float) -> float:
    """Factor that brings the letters to the height the reader knows best; 1 where it is near."""
    found = letter_height(gray, dpi)
    if found == 0.0 or _LEGIBLE[0] <= found <= _LEGIBLE[1]:
        return 1.0
    return float(np.clip(_GOOD_LETTER / found, 0.4, 1.6))


def prepare(gray: Gray, dpi: int) -> Prepared:
    """Everything the page needs before it is read, and no more.

    `gray` is its ink (`written`), and stands upright already.
    """
    condition = judge_condition(gray, dpi)
    if condition is Condition.BAD:
        gray = clean(gray, dpi)
    scale = text_scale(gray, dpi)
    first = min(scale, 1.0)  # shrink before the dear steps, enlarge with the turning
    gray = turn(gray, 0.0, first)
    skew = measure_skew(gray, dpi * first)
    upright = turn(gray, skew, scale / first)
    found = ruling(upright, dpi * scale)
    return Prepared(
        gray=without_rules_and_leaders(upright, dpi * scale, found),
        dpi=round(dpi * scale),
        scale=scale,
        skew_degrees=skew,
        condition=condition,
        cells=tuple(cells(found, dpi * scale)),
    )
