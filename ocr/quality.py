"""Is the scan fit to be a digitised paper? Judged from the image itself, with measure and limit.

Limits: at least 200 dpi (Decree 30/2020/NĐ-CP, annex I, II.I.2; Circular 05/2025/TT-BNV); skew of at
most 3° (practice for land records). The others were chosen on samples; a page is *bad* when one of
the first kind is missed, else *doubtful*.
"""

import cv2
import numpy as np

from ocr.condition import traits
from ocr.image import Gray
from ocr.tone import components, dark, reduced
from schemas.page import Quality, QualityReason, Verdict

LEAST_DPI = 200
DAMAGED = Quality(verdict=Verdict.BAD, reasons=(QualityReason(code="damaged", measure=1.0, limit=0.0),))
"""Verdict on a page whose file is broken."""
MOST_SKEW_DEGREES = 3.0
_LEAST_SHARPNESS = 0.22
_LEAST_CONTRAST = 60.0
_MOST_EDGE_INK = 0.02
_DPI_TOLERANCE = 0.95
_HARD = ("low_resolution", "cut_edge")
_FINE_SHARE = 0.002
"""Least power at 0.9–1 of the finest frequency, as share of that at 0.3–0.4."""
_ENLARGED = 0.5
"""What is assumed of an enlarged scan: twice is the usual factor."""


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
    """The resolution that is really there, `dpi` unless the scan was plainly enlarged.

    An enlarged scan has nothing near the finest frequencies its pixels could hold; ink on paper
    scanned at `dpi` does.
    """
    patch = _densest_patch(gray).astype(np.float32)
    if patch.std() < 1:
        return dpi
    window = np.outer(np.hanning(patch.shape[0]), np.hanning(patch.shape[1]))
    power = np.abs(np.fft.fftshift(np.fft.fft2((patch - patch.mean()) * window))) ** 2
    y, x = np.indices(power.shape)
    middle = np.array(power.shape) / 2
    frequency = np.hypot((y - middle[0]) / middle[0], (x - middle[1]) / middle[1])
    coarse, fine = (float(power[(frequency >= f) & (frequency < f + 0.1)].mean()) for f in (0.3, 0.9))
    return dpi if fine > _FINE_SHARE * coarse else round(dpi * _ENLARGED)


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
    labels, stats, _ = components(mask)
    longest = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) / small_dpi
    letter = (longest > 0.04) & (longest < 0.5)
    letter[0] = False
    if len(stats) < 2:
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
