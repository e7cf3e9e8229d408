"""The sheet on its ground: a scanner's black lid or a table under a photographed page cut away."""

from dataclasses import replace
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.preprocessing.gray_levels import ink_channel, reduced
from ocr.preprocessing.page_image import Mask, PageImage, Rgb

_SEARCH_DPI = 40
_RIM = 0.012
"""Share of the image's sides looked at for the ground."""
_GROUND_DARKER = 60
"""Gray levels by which the ground is darker than the sheet, at least."""
_LEAST_SHEET, _FULL = 0.25, 0.985
"""Shares of the image: a smaller sheet is none, a larger one needs no cutting."""
_FOUR_SIDED = 0.94
"""Share of the sheet's hull that its four corners must cover."""
_INSIDE = 0.004
"""Share of the sheet cut off with its edge, so that no line of shadow stays."""
_A4_INCHES = 11.69
_A4_RATIO = (1.3, 1.52)


class Corners(NamedTuple):
    """A sheet's corners in pixels of the image, `(4, 2)` x, y: clockwise from the top left."""

    points: NDArray[Any]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the sheet seen from above, in pixels."""
        sides = np.linalg.norm(self.points - np.roll(self.points, -1, axis=0), axis=1)
        return round(float(max(sides[0], sides[2]))), round(float(max(sides[1], sides[3])))


def cut_out(image: PageImage) -> PageImage:
    """The sheet alone, seen from above; `image` itself where it fills the picture or is not plain.

    Only a sheet lighter than what lies around it, and with four sides, is cut out: no ink can be
    lost with a ground that is dark as a whole. A resolution that was guessed from the picture's
    size (a photograph of A4) is guessed anew from the sheet's.
    """
    corners = find_sheet(image.pixels, image.dpi)
    if corners is None:
        return image
    width, height = corners.size
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners.points.astype(np.float32), target)
    pixels = cv2.warpPerspective(
        image.pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return replace(image, pixels=pixels, dpi=_dpi(image, width, height), lines=())


def find_sheet(rgb: Rgb, dpi: int) -> Corners | None:
    """Corners of the sheet, None where the picture shows nothing but the sheet."""
    small, small_dpi = reduced(ink_channel(rgb), dpi, _SEARCH_DPI)
    level, mask = cv2.threshold(cv2.GaussianBlur(small, (5, 5), 0), 0, 255, cv2.THRESH_OTSU)
    if not _has_dark_rim(small, level):
        return None
    outline = _outline(mask)
    quad = _four_corners(outline)
    if quad is None or not _stands_out(small, quad):
        return None
    centre = quad.mean(axis=0)
    inner = centre + (quad - centre) * (1 - _INSIDE)
    return Corners(inner * (dpi / small_dpi))


def _has_dark_rim(small: NDArray[Any], level: float) -> bool:
    """Cheap test that spares most pages: at least one side of the picture is dark from end to end."""
    rim = max(round(_RIM * min(small.shape)), 2)
    sides = (small[:rim], small[-rim:], small[:, :rim], small[:, -rim:])
    return any(float((side < level).mean()) > 0.8 for side in sides)


def _outline(mask: Mask) -> NDArray[Any]:
    """Convex hull of the largest light region, print and holes closed."""
    closed = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    contours, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return np.zeros((0, 1, 2), np.int32)
    return np.asarray(cv2.convexHull(max(contours, key=cv2.contourArea)))


def _four_corners(outline: NDArray[Any]) -> NDArray[Any] | None:
    """The hull as four corners, clockwise from the top left; None when it has another shape."""
    if len(outline) < 4:
        return None
    around = cv2.arcLength(outline, closed=True)
    for share in (0.01, 0.02, 0.03, 0.05):
        corners = cv2.approxPolyDP(outline, share * around, closed=True)
        if len(corners) == 4:
            break
    else:
        return None
    if cv2.contourArea(corners) < _FOUR_SIDED * cv2.contourArea(outline):
        return None
    points = corners.reshape(4, 2).astype(np.float64)
    across, down = points.sum(axis=1), np.diff(points, axis=1).ravel()
    return points[[across.argmin(), down.argmin(), across.argmax(), down.argmax()]]


def _stands_out(small: NDArray[Any], quad: NDArray[Any]) -> bool:
    """The sheet is of a size, and its ground much darker than its paper, everywhere around it."""
    share = cv2.contourArea(quad.astype(np.float32)) / small.size
    if len(np.unique(quad, axis=0)) < 4 or not _LEAST_SHEET < share < _FULL:
        return False
    sheet = np.zeros(small.shape, np.uint8)
    cv2.fillConvexPoly(sheet, quad.astype(np.int32), 255)
    ground = small[cv2.dilate(sheet, np.ones((5, 5), np.uint8)) == 0]
    paper = float(np.median(small[sheet > 0]))
    return ground.size > 0 and float(np.percentile(ground, 90)) < paper - _GROUND_DARKER


def _dpi(image: PageImage, width: int, height: int) -> int:
    guessed = round(max(image.pixels.shape[:2]) / _A4_INCHES)
    long, short = max(width, height), min(width, height)
    if image.dpi == guessed and _A4_RATIO[0] < long / short < _A4_RATIO[1]:
        return max(round(long / _A4_INCHES), 1)
    return image.dpi
