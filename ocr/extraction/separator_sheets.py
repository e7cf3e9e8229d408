"""Separator sheets found again; what they say is `schemas.separator`."""

from ocr.extraction.label_matching import likeness
from schemas.page import PageText
from schemas.separator import HEADING

_LIKE_HEADING = 0.85


def looks_like_separator(page: PageText) -> bool:
    """The page carries the sheet's heading, whether or not its code can be read."""
    return any(likeness(line.text, HEADING) > _LIKE_HEADING for line in page.lines)
