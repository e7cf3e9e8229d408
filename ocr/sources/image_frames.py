"""Image files: which of their frames are pages, and how many dots an inch these have.

A scanner's TIFF may hold a page's reduced picture, a camera's JPEG a second, smaller shot (MPO): neither is a
sheet of paper.
"""

from typing import Any

import cv2
import numpy as np
from PIL import Image
from pillow_heif import register_heif_opener

from ocr.preprocessing.page_image import Rgb
from schemas.batch import MediaType

FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "HEIF")
"""Pillow's names of what is opened; whatever else a file claims to be is refused."""
_SUBFILE, _OLD_SUBFILE = 254, 255
_REDUCED, _MASK = 1, 4
"""Bits of NewSubfileType (TIFF 6.0, p. 36): a reduced picture of another frame, a transparency mask."""
_OLD_REDUCED = 2
_SQUARE = 1.03
"""Dots that differ by less across and down are square."""
_SCREEN_DPI = (72, 96)
"""What programs write that know no resolution."""
_DPI_RANGE = (50, 1200)
_PLAUSIBLE_INCHES = (2.0, 48.0)
_A4_INCHES = (8.27, 11.69)
_A_SERIES = 2**0.5
_LIKE_A = 0.05
_LETTER_POINTS = (3.0, 30.0)
"""Median height of what may be letters, marks and dots among them, from footnotes to headings."""
_A4_LETTER_POINTS = (3.5, 16.0)
_SPECK_PX = 4
_LEAST_LETTERS = 60

register_heif_opener()


def page_frames(image: Image.Image, media_type: MediaType) -> tuple[list[int], bool]:
    """Frames of `image` that are pages, by their number from 0, and whether the chain of them is whole.

    A chain that breaks ends there: how many come after it nobody can say.
    """
    if media_type is not MediaType.TIFF:
        return [0], True
    frames: list[int] = []
    reduced: list[int] = []
    frame = 0
    while True:
        try:
            image.seek(frame)
        except EOFError:
            return frames or reduced, True
        except (ValueError, OSError, SyntaxError, KeyError, TypeError):
            return frames or reduced, False
        (reduced if _is_reduced(image) else frames).append(frame)
        frame += 1


def is_sound(image: Image.Image) -> bool:
    """Whether all of the present frame's pixels can be decoded."""
    try:
        image.load()
    except (OSError, ValueError, SyntaxError, EOFError):
        return False
    return True


def resolution(image: Image.Image, pixels: Rgb) -> tuple[int, Rgb]:
    """Dots an inch, and the pixels with square dots: a fax has twice as many across as down.

    What the file says counts when it gives a plausible paper and plausible letters; else it is A4.
    """
    across, down = _tagged(image)
    if across and down and max(across, down) / min(across, down) > _SQUARE:
        pixels = _squared(pixels, across, down)
        across = max(across, down)
    long_px = max(pixels.shape[:2])
    as_a4 = max(round(long_px / _A4_INCHES[1]), 1)
    if not _is_plausible(across, long_px):
        return as_a4, pixels
    if not _looks_like_a4(pixels) or abs(across - as_a4) <= _LIKE_A * as_a4:
        return round(across), pixels
    height = letter_height(pixels)
    if height is None:
        return as_a4 if round(across) in _SCREEN_DPI else round(across), pixels
    tagged_fits = _LETTER_POINTS[0] <= height / across * 72 <= _LETTER_POINTS[1]
    a4_fits = _A4_LETTER_POINTS[0] <= height / as_a4 * 72 <= _A4_LETTER_POINTS[1]
    wrong = not tagged_fits or round(across) in _SCREEN_DPI
    return (as_a4 if wrong and a4_fits else round(across)), pixels


def letter_height(pixels: Rgb) -> float | None:
    """Median height in pixels of what may be letters; None when there are too few to tell."""
    gray = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    _, ink = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    _, _, boxes, _ = cv2.connectedComponentsWithStats(ink)
    heights, widths = boxes[1:, cv2.CC_STAT_HEIGHT], boxes[1:, cv2.CC_STAT_WIDTH]
    tallest = max(pixels.shape[0] // 20, 2 * _SPECK_PX)
    letters = heights[
        (heights > _SPECK_PX) & (heights < tallest) & (widths < 3 * heights) & (heights < 6 * widths)
    ]
    return float(np.median(letters)) if len(letters) >= _LEAST_LETTERS else None


def _is_reduced(image: Image.Image) -> bool:
    tags: Any = getattr(image, "tag_v2", {})
    kind = int(tags.get(_SUBFILE, 0) or 0)
    return bool(kind & (_REDUCED | _MASK)) or int(tags.get(_OLD_SUBFILE, 0) or 0) == _OLD_REDUCED


def _tagged(image: Image.Image) -> tuple[float, float]:
    told = image.info.get("dpi") or (0, 0)
    try:
        return float(told[0] or 0), float(told[1] or 0)
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return 0.0, 0.0


def _squared(pixels: Rgb, across: float, down: float) -> Rgb:
    height, width = pixels.shape[:2]
    finest = max(across, down)
    size = (round(width * finest / across), round(height * finest / down))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def _is_plausible(dpi: float, long_px: int) -> bool:
    low, high = _PLAUSIBLE_INCHES
    return _DPI_RANGE[0] <= dpi <= _DPI_RANGE[1] and low <= long_px / dpi <= high


def _looks_like_a4(pixels: Rgb) -> bool:
    """By its sides, which A4 shares with all sheets of the A series."""
    height, width = pixels.shape[:2]
    return bool(abs(max(height, width) / min(height, width) / _A_SERIES - 1) <= _LIKE_A)
