"""Gaps in printed lines that are filled in by hand: `Số: …/QĐ-UBND`, `ngày … tháng … năm 2025`.

Decree 30/2020/NĐ-CP, annex I, II.3 and II.4: number, day and month are put in when the document is issued.
"""

import re
from collections.abc import Iterator, Sequence
from statistics import median

from schemas.base.geometry import Box
from schemas.base.vietnamese import fold
from schemas.page import Gap, Line, Word

_NUMBER = re.compile(r"^s[o0][:.\s]*")
_NOTATION = re.compile(r"/|(?<!\w)[A-ZĐ]{2,}[a-z]?-[A-ZĐ]{2,}")
_DATE = tuple(re.compile(word + "(?!,)") for word in ("ng[ao]y", "th[ao]ng", "n[ao]m"))
"""A comma behind them makes a label: `Ngày, tháng, năm sinh`."""
_WIDEST = 1.25
"""A word's letters are at most so much wider than its line's: what is more is ink beside it."""
_MOST_WORDS = 12
"""`Thành phố Hồ Chí Minh, ngày 05 tháng 01 năm 2025`; a line with more of them is running text."""
_NARROWEST = 0.3
"""Of the line's height: less holds no digit."""

_Edge = tuple[int, int, int]
"""Where a printed word stands on its line: index of the word that holds it, left and right in pixels."""


def find_gaps(line: Line) -> Iterator[tuple[Gap, Box]]:
    """What is put in, and the box between the printed words, as high as these, in pixels of the page."""
    words = sorted(line.words, key=lambda word: word.box.left)
    if not 0 < len(words) <= _MOST_WORDS:
        return
    height = median(word.box.height for word in words)
    middle = median(word.box.center_y for word in words)
    top, bottom = round(middle - height / 2), round(middle + height / 2)
    for gap, before, after in _parts(words):
        if after - before >= _NARROWEST * height:
            yield gap, Box(before, top, after, bottom)


def _parts(words: Sequence[Word]) -> Iterator[tuple[Gap, int, int]]:
    width = median(word.box.width / max(len(word.text), 1) for word in words)
    label = _find(words[: 1 if words[0].text[:1].isalpha() else 2], _NUMBER, 0, width)
    notation = _find(words, _NOTATION, label[0], width, after=label[2]) if label else None
    if label and notation:
        slash = 0 if _reads_slash(words[notation[0]]) else round(width)
        yield Gap.NUMBER, label[2], notation[1] - slash
    day = _find(words, _DATE[0], 0, width)
    month = _find(words, _DATE[1], day[0], width, after=day[2]) if day else None
    year = _find(words, _DATE[2], month[0], width, after=month[2]) if month else None
    if day and month and year:
        yield Gap.DAY, day[2], month[1]
        yield Gap.MONTH, month[2], year[1]


def _reads_slash(word: Word) -> bool:
    """Else the stroke before the notation was taken for something else, or for nothing."""
    return "/" in word.text


def _find(
    words: Sequence[Word], pattern: re.Pattern[str], start: int, width: float, after: int = 0
) -> _Edge | None:
    """The first match from word `start` on that ends right of `after`; letters are `width` pixels wide."""
    for at in range(start, len(words)):
        word = words[at]
        for text in (word.text, fold(word.text)):
            match = pattern.search(text) if len(text) == len(word.text) else None
            if match:
                left, right = _letters(word, match.start(), match.end(), width)
                if right > after:
                    return at, left, right
    return None


def _letters(word: Word, first: int, end: int, width: float) -> tuple[int, int]:
    """Left and right of some letters of a word that others, or ink of another hand, may be glued to."""
    each = word.box.width / max(len(word.text), 1)
    left, right = word.box.left + first * each, word.box.left + end * each
    widest = _WIDEST * width * (end - first)
    if first == 0 and end == len(word.text) and right - left > widest:
        return round(right - widest), round(left + widest)
    return round(left), round(right)
