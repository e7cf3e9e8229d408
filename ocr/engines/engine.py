"""What every reader of page images can do."""

from enum import Enum
from typing import Protocol

from ocr.preprocessing.page_image import Gray
from schemas.page import Line


class Layout(Enum):
    """What an image holds, told to the engine."""

    PAGE = "page"
    """A page: columns, tables, margins."""
    SHEET = "sheet"
    """Lines of one column, set by us."""
    ZONE = "zone"
    """A machine-readable zone: capitals, digits and the filler <, nothing else."""


class Engine(Protocol):
    """Anything that reads a page image: one method, and a name with its version."""

    @property
    def family(self) -> str:
        """The program's name alone, under which its confidence was calibrated."""

    @property
    def name(self) -> str:
        """Engine, version and model, as kept in each receipt."""

    def read(self, gray: Gray, dpi: int, layout: Layout, timeout_seconds: int) -> tuple[Line, ...]:
        """Lines as the engine sees them, boxes in pixels of `gray`. Raises `ReadingFailed`."""

    def quarter_turn(self, gray: Gray) -> int | None:
        """Degrees (0, 90, 180, 270) to turn a page clockwise to set it upright; None: cannot tell."""
