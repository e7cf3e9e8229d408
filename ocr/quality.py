"""Is the scan fit to be a digitised paper? Judged from the image itself, with measure and limit.

Limits: at least 200 dpi (Decree 30/2020/NĐ-CP, annex I, II.I.2; Circular 05/2025/TT-BNV); skew of at
most 3° (practice for land records). The others were chosen on samples; a page is *bad* when one of
the first kind is missed, else *doubtful*.
"""

import cv2
import numpy as np

from ocr.condition import traits
from ocr.image import Gray
from ocr.tone import dark, reduced
from schemas.page import Quality, QualityReason, Verdict

LEAST_DPI = 200
MOST_SKEW_DEGREES = 3.0
_LEAST_SHARPNESS = 0.22
_LEAST_CONTRAST = 60.0
_MOST_EDGE_INK = 0.02
_DPI_TOLERANCE = 0.95
_HARD = ("low_resolution", "cut_edge")
_SCALES = (0.5, 0.6, 0.75)
_KEPT = 0.985
"""Share of the edges' energy that survives shrinking by a scale the scan never exceeded."""


def judge_quality(gray: Gray, dpi: int, skew_degrees: float) -> tuple[Quality, int]:
    """Verdict with its reasons, and the effective dpi (an upscaled scan has less than it claims)."""
    effective = effective_dpi(gray, dpi)
    measures = (
        ("low_resolution", float(effective), LEAST_DPI * _DPI_TOLERANCE, False),
        ("skewed", abs(skew_degrees), MOST_SKEW_DEGREES, True),
        ("blurred", sharpness(gray), _LEAST_SHARPNESS, False),
        ("faint", traits(gray, dpi).contrast, _LEAST_CONTRAST, False),
        ("cut_edge", ink_at_edges(gray, dpi), _MOST_EDGE_INK, True),
    )
    reasons = tuple(
        QualityReason(code=code, measure=round(measure, 3), limit=limit)
        for code, measure, limit, is_most in measures
        if (measure > limit if is_most else measure < limit)
    )
    verdict = Verdict.DOUBTFUL if reasons else Verdict.OK
    if any(reason.code in _HARD for reason in reasons):
        verdict = Verdict.BAD
    return Quality(verdict=verdict, reasons=reasons), effective


def effective_dpi(gray: Gray, dpi: int) -> int:
    """The resolution that is really there: what can be shrunk and enlarged without loss is less."""
    patch = _densest_patch(gray)
    energy = _edge_energy(patch)
    if not energy:
        return dpi
    for scale in _SCALES:
        size = (round(patch.shape[1] * scale), round(patch.shape[0] * scale))
        small = cv2.resize(patch, size, interpolation=cv2.INTER_AREA)
        back = cv2.resize(small, patch.shape[::-1], interpolation=cv2.INTER_CUBIC)
        if _edge_energy(back.astype(np.uint8)) >= _KEPT * energy:
            return round(dpi * scale)
    return dpi


def sharpness(gray: Gray) -> float:
    """Steepness of ink's edges, as share of the contrast a pixel (0…1); 1 on a page without ink."""
    patch = _densest_patch(gray).astype(np.float32)
    low, high = np.percentile(patch, (2, 98))
    if high - low < _LEAST_CONTRAST / 2:
        return 1.0
    across = np.abs(np.diff(patch, axis=1))
    return float(np.percentile(across, 99.5) / (high - low))


def ink_at_edges(gray: Gray, dpi: int) -> float:
    """Largest share of an outermost strip (0.02 inch) that cuts through letter-sized ink."""
    small, small_dpi = reduced(gray, dpi, 100)
    mask = dark(small, small_dpi, 0.4)
    strip = max(round(0.02 * small_dpi), 1)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    longest = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) / small_dpi
    letter = (longest > 0.04) & (longest < 0.5)
    letter[0] = False
    if count < 2:
        return 0.0
    letters = letter[labels]
    edges = (letters[:strip], letters[-strip:], letters[:, :strip], letters[:, -strip:])
    return float(max(edge.mean() for edge in edges))


def _densest_patch(gray: Gray) -> Gray:
    """The 512-pixel square with most contrast: where the text is."""
    side = min(512, *gray.shape)
    grid = [
        gray[y : y + side, x : x + side]
        for y in np.linspace(0, gray.shape[0] - side, 7).astype(int)
        for x in np.linspace(0, gray.shape[1] - side, 5).astype(int)
    ]
    return max(grid, key=lambda patch: float(patch[::4, ::4].std()))


def _edge_energy(patch: Gray) -> float:
    return float(np.square(cv2.Laplacian(patch, cv2.CV_32F)).mean())
