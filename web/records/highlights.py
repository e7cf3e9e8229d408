"""Where on a page the words are that somebody searched for."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from schemas.base.geometry import Box
from schemas.base.vietnamese import fold
from schemas.page import Line, PageText

_WORD = re.compile(r"[^\W_]+")


class Place(NamedTuple):
    """A line of a page (`position` from 0 among the pages) and its words that match; pixels of the page."""

    position: int
    line: Box
    words: tuple[Box, ...]


def find_on_pages(pages: Sequence[PageText | None], query: str) -> Place | None:
    """The line with most of the words of `query`, with marks or without; None when there is none."""
    wanted = _WORD.findall(fold(query))
    best: Place | None = None
    count = 0
    for position, page in enumerate(pages):
        for line in (line for block in page.blocks for line in block.lines) if page else ():
            words = _matching(line, wanted)
            if len(words) > count:
                best, count = Place(position, line.box, tuple(words)), len(words)
    return best


def _matching(line: Line, wanted: list[str]) -> list[Box]:
    return [
        word.box
        for word in line.words
        if any(part.startswith(want) for part in _WORD.findall(fold(word.text)) for want in wanted)
    ]
