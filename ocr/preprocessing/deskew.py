"""How far a page lies askew, and setting it upright.

Degrees are positive when the lines run downhill (the page was turned clockwise);
`turn(image, measure_skew(image, dpi))` sets it upright.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.preprocessing.gray_levels import dark, reduced
from ocr.preprocessing.page_image import Gray

Matrix = NDArray[Any]
"""2 × 3, from source to target pixels."""
SKEW_RANGE = 6.0
"""Degrees either way; beyond it a person has turned the paper."""
_DPI = 100  # enough for 0.03 degrees over 7 inches of text
_POINTS = 30_000  # edge pixels kept for the projection
_LEAST_POINTS = 200
_LEAST_DEGREES = 0.05


def measure_skew(gray: Gray, dpi: float) -> float:
    """Degrees the text lines run downhill, within ±6; 0 where there is no text."""
    small, small_dpi = reduced(gray, dpi, _DPI)
    xs, ys = _foot_points(small, small_dpi)
    if len(xs) < _LEAST_POINTS:
        return 0.0
    coarse = np.arange(-SKEW_RANGE, SKEW_RANGE + 0.01, 0.5)
    scores = np.array([_sharpness(xs, ys, a) for a in coarse])
    best = coarse[scores.argmax()]
    if scores.max() < 1.25 * np.median(scores):
        return 0.0
    for step, reach in ((0.1, 0.5), (0.025, 0.1)):
        angles = np.arange(best - reach, best + reach + step / 2, step)
        scores = np.array([_sharpness(xs, ys, a) for a in angles])
        best = angles[scores.argmax()]
    return float(np.clip(np.round(best, 3), -SKEW_RANGE, SKEW_RANGE)) + 0.0


def _foot_points(gray: Gray, dpi: float) -> tuple[NDArray[Any], NDArray[Any]]:
    """Where ink ends downwards: mostly baselines.  Page margins are left out."""
    mask = dark(gray, dpi)
    margin = round(0.25 * dpi)
    feet = mask[:-1] & ~mask[1:]
    feet[:margin] = feet[-margin:] = 0
    feet[:, :margin] = feet[:, -margin:] = 0
    ys, xs = np.nonzero(feet)
    if len(xs) > _POINTS:
        keep = np.linspace(0, len(xs) - 1, _POINTS).astype(int)
        ys, xs = ys[keep], xs[keep]
    return xs.astype(np.float64), ys.astype(np.float64)


def _sharpness(xs: NDArray[Any], ys: NDArray[Any], degrees: float) -> float:
    """How uneven the row sums become when the page is turned back by `degrees`."""
    tangent = np.tan(np.radians(degrees))
    rows = ys - xs * tangent
    rows -= rows.min()
    floor = rows.astype(np.int64)
    part = rows - floor
    size = int(floor.max()) + 2
    sums = np.bincount(floor, 1 - part, size) + np.bincount(floor + 1, part, size)
    return float(np.square(sums).sum())


def turning(shape: tuple[int, ...], degrees: float, scale: float = 1.0) -> tuple[Matrix, tuple[int, int]]:
    """Matrix that sets upright and resamples in one go; (width, height) of the result."""
    height, width = shape[:2]
    matrix: Matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, scale)
    target = (max(1, round(width * scale)), max(1, round(height * scale)))
    matrix[:, 2] += (target[0] / 2 - width / 2, target[1] / 2 - height / 2)
    return matrix, target


def turn(image: NDArray[Any], degrees: float, scale: float = 1.0) -> NDArray[Any]:
    """The page set upright and resampled, same frame, new corners white."""
    if abs(degrees) < _LEAST_DEGREES and scale == 1.0:
        return image
    if scale < 1.0 and abs(degrees) < _LEAST_DEGREES:
        return cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    matrix, target = turning(image.shape, degrees, scale)
    how = cv2.INTER_CUBIC if scale > 1.0 else cv2.INTER_LINEAR
    white = (255, 255, 255)
    return cv2.warpAffine(image, matrix, target, flags=how, borderMode=cv2.BORDER_CONSTANT, borderValue=white)
