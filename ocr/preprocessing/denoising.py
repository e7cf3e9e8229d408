"""Cleaning a bad page for recognition: noise, uneven paper, bleed-through, specks.

People never see this image: the view stays as it was scanned.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.preprocessing.gray_levels import components, flat, painted
from ocr.preprocessing.page_image import Gray

_SPECK_REACH = 0.1  # inch, twice the distance within which ink keeps a speck


def clean(gray: Gray, dpi: float) -> Gray:
    """Noise, uneven paper, bleed-through and specks removed: for bad pages only."""
    return without_specks(clipped(without_impulses(flat(gray, dpi))), dpi)


def without_impulses(gray: Gray, jump: float = 30) -> Gray:
    """Salt and pepper replaced by the median, everything else left.

    A plain 3×3 median at 150–200 dpi wipes the hooks and dots of Vietnamese letters.
    """
    return np.where(impulses(gray, jump), cv2.medianBlur(gray, 3), gray)


def impulses(gray: Gray, jump: float) -> NDArray[Any]:
    """Single pixels darker, or lighter, than all eight neighbours by more than `jump`."""
    ring = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], np.uint8)
    pepper = cv2.subtract(cv2.erode(gray, ring), gray) > jump
    salt = cv2.subtract(gray, cv2.dilate(gray, ring)) > jump
    return pepper | salt


def clipped(gray: Gray, ghost: float = 0.78) -> Gray:
    """Stretched between the ink and near-white, so that bleed-through goes.

    `ghost` is the relative level above which everything is paper.
    """
    inkiest = float(np.percentile(gray[::4, ::4], 1.0))
    top = inkiest + (255 - inkiest) * ghost
    table = np.clip((np.arange(256) - inkiest) * (255 / max(1.0, top - inkiest)), 0, 255)
    return cv2.LUT(gray, table.astype(np.uint8))


def without_specks(gray: Gray, dpi: float) -> Gray:
    """Isolated spots smaller than a full stop erased, unless near ink."""
    mask = cv2.threshold(gray, 160, 255, cv2.THRESH_BINARY_INV)[1]
    labels, stats, _ = components(mask)
    if len(stats) < 2:
        return gray
    small = stats[:, cv2.CC_STAT_AREA] < (0.014 * dpi) ** 2
    small[0] = True
    solid = painted(labels, ~small)
    reach = round(_SPECK_REACH * dpi) | 1
    near = cv2.dilate(solid, np.ones((reach, reach), np.uint8))
    result = gray.copy()
    result[(mask > 0) & (near == 0)] = 255
    return result
