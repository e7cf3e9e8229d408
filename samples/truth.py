"""What is truly on a drawn page, paper, dossier."""

from dataclasses import dataclass, field

from PIL import Image
from pydantic import JsonValue

from schemas.base.geometry import Box
from schemas.base.model import Frozen

DPI = 300
"""Resolution at which pages are drawn, before damage."""


class PageTruth(Frozen):
    """Lines in reading order, and words with boxes in pixels of the undamaged 300 dpi page."""

    lines: tuple[str, ...]
    words: tuple[tuple[str, Box], ...]
    width_px: int
    height_px: int
    turned_degrees: int = 0

    @property
    def text(self) -> str:
        """The page's text, a line each."""
        return "\n".join(self.lines)


class PaperTruth(Frozen):
    """A paper's type, its pages in the file (from 1) and the values a perfect reader returns."""

    document_type: str
    pages: tuple[int, ...]
    fields: dict[str, JsonValue]


class DossierTruth(Frozen):
    """All of a drawn file."""

    name: str
    level: str
    seed: int
    pages: tuple[PageTruth, ...]
    papers: tuple[PaperTruth, ...]


@dataclass(frozen=True)
class DrawnPage:
    """An RGB page image at `DPI` and its truth."""

    image: Image.Image
    truth: PageTruth


@dataclass(frozen=True)
class DrawnPaper:
    """One paper on one or more pages."""

    document_type: str
    pages: tuple[DrawnPage, ...]
    fields: dict[str, JsonValue] = field(default_factory=dict)
