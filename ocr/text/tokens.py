"""Words of a paper in reading order, ready for finding labels: split at colons, folded once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from schemas.base.geometry import Box, enclosing
from schemas.base.vietnamese import fold, nfc
from schemas.page import Line, PageText

_AFTER_COLON = re.compile(r"(?<=[^\W\d_]:)(?=[^\s:])")
_ENUMERATOR = re.compile(r"^(?:\d{1,2}|[a-zđ]|[IVX]{1,4})[.,;)/:]+$|^[^\W\d_]\)$|^[-–+*•]+$")
"""What a list counts with: `1.`, `a)`, `II.`, `-`."""
_NOT_ALNUM = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=20_000)
def bare(text: str) -> str:
    """Folded letters and digits only: what labels are compared by."""
    return _NOT_ALNUM.sub("", fold(text))


def is_enumerator(text: str) -> bool:
    """What a list counts with: `1.`, `a)`, `II.`, `-`."""
    return bool(_ENUMERATOR.match(text))


@dataclass(frozen=True)
class Token:
    """A word, or the part of it before or after a colon."""

    text: str
    box: Box
    confidence: float

    @cached_property
    def bare(self) -> str:
        """Folded letters and digits only."""
        return bare(self.text)


@dataclass(frozen=True)
class Row:
    """A line of a paper: its page, and its tokens from left to right."""

    page: PageText
    tokens: tuple[Token, ...]
    edge: int = 0
    """Where its column ends at the right; 0: where the lines of the page do."""

    @cached_property
    def text(self) -> str:
        """Tokens joined with blanks."""
        return " ".join(token.text for token in self.tokens)

    @cached_property
    def box(self) -> Box:
        """Box around the tokens."""
        return enclosing([token.box for token in self.tokens])

    @property
    def height(self) -> int:
        """Pixels from top to bottom."""
        return self.box.height

    @property
    def in_capitals(self) -> bool:
        """Most letters are capitals."""
        letters = [c for c in self.text if c.isalpha()]
        return len(letters) > 1 and sum(c.isupper() for c in letters) > 0.8 * len(letters)

    def tokens_between(self, start: int, end: int) -> tuple[Token, ...]:
        """Tokens that overlap the characters `start`…`end` of `text`."""
        found, at = [], 0
        for token in self.tokens:
            if at < end and at + len(token.text) > start:
                found.append(token)
            at += len(token.text) + 1
        return tuple(found)


def rows_of(pages: Sequence[PageText]) -> tuple[Row, ...]:
    """All lines of `pages` in reading order."""
    return tuple(Row(page, _tokens(line)) for page in pages for line in page.lines)


def joined(tokens: Sequence[Token]) -> str:
    """Text of `tokens`, NFC, blanks folded."""
    return nfc(" ".join(token.text for token in tokens))


def _at_capitals(text: str) -> tuple[str, ...]:
    """Two parts where a capital follows a small letter: words that lost the blank between them."""
    if not text.isalpha():
        return (text,)
    at = next((n for n in range(2, len(text) - 1) if text[n - 1].islower() and text[n].isupper()), None)
    return (text,) if at is None else (text[:at], text[at:])


def _tokens(line: Line) -> tuple[Token, ...]:
    tokens: list[Token] = []
    for word in line.words:
        parts = [part for piece in _AFTER_COLON.split(nfc(word.text)) for part in _at_capitals(piece)]
        x0, y0, x1, y1 = word.box
        total, at = sum(map(len, parts)), 0
        for part in parts:
            left = x0 + round((x1 - x0) * at / total)
            at += len(part)
            right = x0 + round((x1 - x0) * at / total)
            tokens.append(Token(part, Box(left, y0, max(right, left + 1), y1), word.confidence))
    return tuple(tokens)
