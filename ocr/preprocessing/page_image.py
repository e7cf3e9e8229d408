"""A page in memory."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy.typing as npt

from schemas.page import Line

Gray = npt.NDArray[Any]
"""uint8 `(height, width)`, 0 black … 255 white. (OpenCV's stubs do not tell element types.)"""
Mask = npt.NDArray[Any]
"""uint8 `(height, width)`, 0 or 255."""
Rgb = npt.NDArray[Any]
"""uint8 `(height, width, 3)`."""


@dataclass(frozen=True)
class PageImage:
    """Pixels as `(height, width, 3)` RGB uint8, and their resolution on paper."""

    pixels: Rgb
    dpi: int
    lines: tuple[Line, ...] = ()
    """The page's own text, where it was never paper: nothing is left to recognise."""
    damaged: bool = False
    """The file is broken here: what is seen may not be all."""

    signed_on: tuple[date, ...] = ()
    """Days on which the file was signed (`ocr.sources.signatures`)."""

    @property
    def width_px(self) -> int:
        """Columns."""
        return int(self.pixels.shape[1])

    @property
    def height_px(self) -> int:
        """Rows."""
        return int(self.pixels.shape[0])
