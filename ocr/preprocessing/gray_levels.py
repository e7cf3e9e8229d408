"""Levels of gray: the channel that ink is read in, the paper under it, what is darker than it."""

from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.preprocessing.page_image import Gray, Mask, Rgb

_COLOUR_DPI = 100
_STRONG_RED = 70
"""Levels by which red ink stands out; the pink patterns under certificates stay below."""
_WEAK_RED, _STRONG_SHARE = 25, 0.3
"""Levels of the parts of a seal that took little ink, and how much of what is written is strong."""
_SEAL_GAP_INCHES = 0.2
"""Between ring, letters and star of a seal."""
_RED_PRINT_INCHES = 0.45
"""Height of what is red and written, at most: a line of large print; the smallest seals measure 0.8."""
_SHORT_LABELS = 50_000
"""Places where a component may begin, at most, for labels to fit 16 bits."""


def ink_channel(rgb: Rgb) -> Gray:
    """Red, in which a red seal fades and black or blue ink stays. Red print fades as well: see `written`."""
    return np.ascontiguousarray(rgb[:, :, 0])


def written(rgb: Rgb, dpi: float) -> Gray:
    """The ink channel, with red print and red handwriting as dark as they are.

    A number stamped in red, a heading of a certificate: words. What is red over more than the height of some
    lines is a seal, and fades, for the name of the signer stands under it.
    """
    gray = ink_channel(rgb)
    factor = min(1.0, _COLOUR_DPI / dpi)
    small = cv2.resize(rgb, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    strong, weak = _red(small, _STRONG_RED), _red(small, _WEAK_RED)
    if not strong.any():
        return gray
    side = max(3, round(_SEAL_GAP_INCHES * dpi * factor)) | 1
    found = components(cv2.morphologyEx(weak, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8)))
    inked = np.bincount(found.labels[weak > 0], minlength=len(found.stats))
    strongly = np.bincount(found.labels[strong > 0], minlength=len(found.stats))
    low = found.stats[:, cv2.CC_STAT_HEIGHT] <= _RED_PRINT_INCHES * dpi * factor
    low &= strongly > _STRONG_SHARE * inked
    low[0] = False  # the paper
    print_mask = cv2.dilate(painted(found.labels, low), np.ones((5, 5), np.uint8))
    for left, top, wide, tall, _ in found.stats[1:][~low[1:]].tolist():
        print_mask[top : top + tall, left : left + wide] = 0  # the star within the ring
    where = cv2.resize(print_mask, (gray.shape[1], gray.shape[0]), interpolation=cv2.INTER_NEAREST) > 0
    gray[where] = np.minimum(gray, rgb[:, :, 1])[where]
    return gray


def _red(rgb: Rgb, least: int) -> Mask:
    """Pixels whose red stands out of the other channels by more than `least` levels."""
    red, green, blue = cv2.split(rgb)
    mask: Mask = cv2.threshold(cv2.subtract(red, cv2.max(green, blue)), least, 255, cv2.THRESH_BINARY)[1]
    return mask


def reduced(gray: Gray, dpi: float, target_dpi: float) -> tuple[Gray, float]:
    """The page at about `target_dpi` (never enlarged), and its real dpi."""
    factor = min(1.0, target_dpi / dpi)
    if factor > 0.95:
        return gray, dpi
    small = cv2.resize(gray, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return small, dpi * factor


def dark(gray: Gray, dpi: float, share: float = 0.25) -> Mask:
    """Pixels darker than their own paper by `share` of its level."""
    paper = background(gray, dpi)
    relative = cv2.divide(gray, paper, scale=255)
    return cv2.threshold(relative, 255 * (1 - share), 255, cv2.THRESH_BINARY_INV)[1]


def background(gray: Gray, dpi: float) -> Gray:
    """The bare paper under the ink: a closing on a quarter-size image, blurred."""
    factor = max(1.0, dpi / 50)
    size = (max(1, round(gray.shape[1] / factor)), max(1, round(gray.shape[0] / factor)))
    small = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
    side = max(3, round(0.14 * dpi / factor)) | 1
    closed = cv2.morphologyEx(
        small, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    )
    blurred = cv2.GaussianBlur(closed, (0, 0), side / 3)
    return cv2.resize(blurred, (gray.shape[1], gray.shape[0]), interpolation=cv2.INTER_LINEAR)


def flat(gray: Gray, dpi: float) -> Gray:
    """Paper divided out: it becomes white everywhere."""
    return cv2.divide(gray, background(gray, dpi), scale=255)


def painted(labels: NDArray[Any], chosen: NDArray[Any]) -> Mask:
    """Mask of the components whose number is chosen."""
    mask: Mask = np.where(chosen, 255, 0).astype(np.uint8)[labels]
    return mask


class Components(NamedTuple):
    """Connected ink; number 0 is the paper."""

    labels: NDArray[Any]
    """Number of the component at each pixel."""
    stats: NDArray[Any]
    """`(n, 5)`: left, top, width, height, area."""
    centres: NDArray[Any]
    """`(n, 2)`: x, y."""


def components(mask: Mask, connectivity: int = 8) -> Components:
    """Connected components; 16-bit labels, three times as fast, where they are sure to suffice."""
    starts: Mask = mask[1:, 1:] & ~mask[:-1, 1:] & ~mask[1:, :-1]
    few = cv2.countNonZero(starts) < _SHORT_LABELS
    _, labels, stats, centres = cv2.connectedComponentsWithStats(
        mask, connectivity=connectivity, ltype=cv2.CV_16U if few else cv2.CV_32S
    )
    return Components(labels, stats, centres)
