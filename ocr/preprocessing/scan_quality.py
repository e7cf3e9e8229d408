"""Is the scan fit to be a digitised paper? Measured on the image itself, judged by `schemas.quality`."""

from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.preprocessing.gray_levels import components, dark, reduced
from ocr.preprocessing.noise import traits
from ocr.preprocessing.page_image import Gray
from schemas.page import Quality, QualityReason, Verdict
from schemas.quality import QUALITY_RULES

_SEVERITY = (Verdict.OK, Verdict.DOUBTFUL, Verdict.BAD)
DAMAGED = Quality(verdict=Verdict.BAD, reasons=(QualityReason(code="damaged", measure=1.0, limit=0.0),))
"""Verdict on a page whose file is broken."""
_SIDE = 512
_BANDS = 10
_COARSE_BAND, _FINE_BANDS = 2, slice(7, 10)
_ENLARGED = -2.92
"""Power (log10) in the finest bands against the coarse one, below which a scan was enlarged or blurred.

Scans of 150–300 dpi reach -2.8 at least, pages enlarged by 1.7 or more -2.9 at most.
"""
_LOST = -2.0
"""Power (log10) below which a band holds nothing of the print."""
_LEAST_CONTRAST = 30.0
_EDGE = 0.4
"""Steepest rise of an edge blurred by one pixel (sigma), as share of the contrast: 1 / √2π."""


def judge_quality(gray: Gray, dpi: int, skew_degrees: float) -> tuple[Quality, int]:
    """Verdict with its reasons, and the effective dpi (an upscaled scan has less than it claims)."""
    patch = _densest_patch(gray).astype(np.float32)
    effective = effective_dpi(patch, dpi)
    measures = {
        "low_resolution": float(effective),
        "blurred": blur(patch) * 200 / dpi,
        "faint": contrast(patch),
        "too_dark": traits(gray, dpi).paper,
        "cut_edge": float(letters_cut(gray, dpi)),
        "skewed": abs(skew_degrees),
        "folded": crease(gray, dpi),
    }
    missed = [
        rule
        for rule in QUALITY_RULES
        if rule.code in measures
        and (measures[rule.code] > rule.limit if rule.is_most else measures[rule.code] < rule.limit)
    ]
    reasons = tuple(
        QualityReason(code=rule.code, measure=round(measures[rule.code], 3), limit=rule.limit)
        for rule in missed
    )
    verdict = max((rule.fails for rule in missed), key=_SEVERITY.index, default=Verdict.OK)
    return Quality(verdict=verdict, reasons=reasons), effective


def effective_dpi(patch: NDArray[Any], dpi: int) -> int:
    """The resolution that is really there, `dpi` unless the scan was enlarged.

    An enlarged scan has nothing near the finest frequencies its pixels could hold; ink on paper
    scanned at `dpi` does, be it only the scanner's noise.
    """
    power = spectrum(patch)
    if power is None or power[_FINE_BANDS].mean() >= _ENLARGED:
        return dpi
    lost = np.flatnonzero(power[_COARSE_BAND:] < _LOST)
    share = (float(lost[0]) + _COARSE_BAND) / _BANDS if len(lost) else 1.0
    return round(dpi * share)


def spectrum(patch: NDArray[Any]) -> NDArray[Any] | None:
    """Mean power (log10) in ten rings of frequency up to the finest, against the third ring.

    None for a patch without ink.
    """
    if patch.std() < 1:
        return None
    window, ring = _rings(patch.shape)
    planes = cv2.dft((patch - patch.mean()) * window, flags=cv2.DFT_COMPLEX_OUTPUT)
    power = np.square(planes).sum(axis=2)
    sums = np.bincount(ring.ravel(), power.ravel(), minlength=_BANDS + 1)[:_BANDS]
    counts = np.bincount(ring.ravel(), minlength=_BANDS + 1)[:_BANDS]
    mean = sums / np.maximum(counts, 1)
    return np.asarray(np.log10(np.maximum(mean, 1e-9) / max(mean[_COARSE_BAND], 1e-9)))


@lru_cache(maxsize=4)
def _rings(shape: tuple[int, ...]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Window against the patch's edges, and each frequency's ring (0…9, 10 beyond)."""
    window = np.outer(np.hanning(shape[0]), np.hanning(shape[1])).astype(np.float32)
    y, x = (np.abs(np.fft.fftfreq(size)) * 2 for size in shape)
    ring = np.minimum(np.hypot(y[:, None], x[None, :]) * _BANDS, _BANDS).astype(np.int64)
    return window, ring


def blur(patch: NDArray[Any]) -> float:
    """How far ink's edges are smeared, in pixels (sigma); 0 on a page without ink."""
    full = contrast(patch)
    if full < _LEAST_CONTRAST:
        return 0.0
    rise = float(np.percentile(np.abs(np.diff(patch, axis=1)), 99.5))
    return _EDGE * full / max(rise, 1.0)


def contrast(patch: NDArray[Any]) -> float:
    """Gray levels between ink and paper, where most ink is."""
    low, high = np.percentile(patch, (2, 95))
    return float(high - low)


def letters_cut(gray: Gray, dpi: int) -> int:
    """How many pieces of ink as large as letters touch the edge of the image that most touch."""
    small, small_dpi = reduced(gray, dpi, 100)
    mask = dark(small, small_dpi, 0.4)
    left, top, wide, tall, _ = components(mask).stats[1:].T
    longer, shorter = np.maximum(wide, tall) / small_dpi, np.minimum(wide, tall) / small_dpi
    letter = (longer > 0.04) & (longer < 0.5) & (shorter > 0.02)
    edge, height, width = max(round(0.02 * small_dpi), 1), *mask.shape
    beyond = (left < edge, left + wide > width - edge, top < edge, top + tall > height - edge)
    return max(int((letter & touching).sum()) for touching in beyond)


def crease(gray: Gray, dpi: int) -> float:
    """Share of the light that a fold takes from the bare paper, from edge to edge of the page."""
    small, small_dpi = reduced(gray, dpi, 50)
    return max(_dip(small, small_dpi), _dip(np.ascontiguousarray(small.T), small_dpi))


def _dip(gray: Gray, dpi: float) -> float:
    """Deepest narrow shadow across all columns of a page: print never reaches its margins."""
    margin, reach = max(round(0.2 * dpi), 1), min(round(0.6 * dpi) | 1, 255)
    sides = (gray[:, margin : 2 * margin], gray[:, -2 * margin : -margin])
    lighter = np.maximum(*(np.median(side, axis=1) for side in sides))
    around = cv2.medianBlur(lighter.astype(np.uint8).reshape(-1, 1), reach).ravel()
    lost = 1 - lighter / np.maximum(around, 1.0)
    return float(max(lost[2 * margin : -2 * margin].max(initial=0.0), 0.0))


def _densest_patch(gray: Gray) -> Gray:
    """The 512-pixel square with most contrast: where the text is."""
    side = min(_SIDE, *gray.shape)
    grid = [
        gray[y : y + side, x : x + side]
        for y in np.linspace(0, gray.shape[0] - side, 7).astype(int)
        for x in np.linspace(0, gray.shape[1] - side, 5).astype(int)
    ]
    return max(grid, key=lambda patch: float(patch[::4, ::4].std()))
