"""Places on a page."""

from collections.abc import Iterable
from typing import NamedTuple, Self


class Box(NamedTuple):
    """A rectangle in whole pixels of the upright deskewed page, origin top left; its ends are exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """In pixels; negative for a box turned inside out."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """In pixels; negative for a box turned inside out."""
        return self.bottom - self.top

    @property
    def center_x(self) -> float:
        """Middle from left to right."""
        return (self.left + self.right) / 2

    @property
    def center_y(self) -> float:
        """Middle from top to bottom."""
        return (self.top + self.bottom) / 2

    def is_around(self, x: float, y: float) -> bool:
        """Whether the point lies in it."""
        return self.left <= x < self.right and self.top <= y < self.bottom

    def overlap_x(self, other: Self) -> int:
        """Pixels that both cover from left to right; negative: the gap between them."""
        return min(self.right, other.right) - max(self.left, other.left)

    def overlap_y(self, other: Self) -> int:
        """Pixels that both cover from top to bottom; negative: the gap between them."""
        return min(self.bottom, other.bottom) - max(self.top, other.top)

    def moved(self, x: int, y: int) -> "Box":
        """The box `x` pixels to the right and `y` down."""
        return Box(self.left + x, self.top + y, self.right + x, self.bottom + y)


def enclosing(boxes: Iterable[Box]) -> Box:
    """Smallest box around all of `boxes` (at least one)."""
    left, top, right, bottom = zip(*boxes, strict=True)
    return Box(min(left), min(top), max(right), max(bottom))
