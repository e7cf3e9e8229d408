"""The gate: how noisy and faint a page is, so that good scans are left alone."""

from enum import StrEnum
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.preprocessing.denoising import impulses
from ocr.preprocessing.page_image import Gray

_FAINT = 140.0  # contrast below which a page is bad
_GRAINY = 6.0  # grain above which a page is bad
_SPECKLED = 0.002  # share of salt and pepper above which a page is bad


class Condition(StrEnum):
    """How much a page has to be cleaned before it can be read."""

    CLEAN = "clean"
    OFFICE = "office"
    BAD = "bad"


class Traits(NamedTuple):
    """What the gate looks at.  Gray levels 0…255."""

    paper: float  # level of the bare paper, median
    uneven: float  # spread of that level over the page (95th - 5th percentile)
    contrast: float  # paper minus ink
    grain: float  # standard deviation of the bare paper, robust
    specks: float  # share of pixels that are salt or pepper, usual tile


def traits(gray: Gray, dpi: float) -> Traits:
    """Noise and contrast of the middle of the page, from an eighth of its rows."""
    view = _strips(gray)
    quiet = cv2.medianBlur(view, 3)
    paper_map = cv2.resize(view, None, fx=0.1, fy=0.1, interpolation=cv2.INTER_AREA)
    low, paper, high = (float(v) for v in np.percentile(paper_map, (30, 75, 95)))
    contrast = max(1.0, paper - _ink_level(quiet, paper))
    inked = cv2.threshold(quiet, paper - 0.35 * contrast, 255, cv2.THRESH_BINARY_INV)[1]
    side = max(3, round(0.03 * dpi)) | 1
    bare = cv2.dilate(inked, np.ones((side, side), np.uint8)) == 0
    if bare.sum() < 1000:
        return Traits(paper, high - low, contrast, 0.0, 0.0)
    specks = impulses(view, max(20.0, 0.15 * contrast)) & bare
    return Traits(paper, high - low, contrast, _spread(view[bare]), _usual_share(specks))


def _ink_level(quiet: Gray, paper: float) -> float:
    """Gray level of full ink; black where there is too little ink to tell."""
    drawn = quiet[quiet < 0.8 * paper]
    return float(np.percentile(drawn, 15)) if drawn.size > 100 else 0.0


def _strips(gray: Gray) -> Gray:
    """Eight strips spread over the page, its margins left out, one above the other."""
    height, width = gray.shape
    left, tall = width // 20, max(1, height // 64)
    starts = np.linspace(height * 0.06, height * 0.94 - tall, 8).astype(int)
    return np.ascontiguousarray(np.vstack([gray[y : y + tall, left : width - left] for y in starts]))


def _spread(levels: NDArray[Any]) -> float:
    """Robust standard deviation of gray levels."""
    middle = int(np.median(levels))
    return 1.48 * float(np.median(np.abs(levels.astype(np.int16) - middle)))


def _usual_share(hits: NDArray[Any]) -> float:
    """Share of hits in the median of 64 tiles: dotted lines are local, noise is not."""
    rows, columns = (np.array_split(np.arange(n), 8) for n in hits.shape)
    return float(np.median([hits[r[0] : r[-1] + 1, c[0] : c[-1] + 1].mean() for r in rows for c in columns]))


def judge_condition(gray: Gray, dpi: float) -> Condition:
    """Clean, office or bad, by contrast and noise alone."""
    seen = traits(gray, dpi)
    if seen.contrast < _FAINT or seen.grain > _GRAINY or seen.specks > _SPECKLED:
        return Condition.BAD
    if seen.grain > 1.0 or seen.paper < 235 or seen.contrast < 170:
        return Condition.OFFICE
    return Condition.CLEAN
