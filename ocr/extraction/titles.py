"""Titles of papers: lines in capitals in the upper half of the first page, and which title they are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz, process

from ocr.text.tokens import Row, bare

_TITLE_SHARE = 0.5
_TITLE_LINES, _TITLE_GAP = 3, 1.5
"""Lines a title takes at most, and the white between two of them in their height."""
_LEAST_TITLE = 5
_LONG_TITLE = 10
"""Letters from which on a title may be misread: THƯỢNG is no THƯ CÔNG."""
_LIKE_TITLE = 90.0
"""Likeness (0 to 100) of letters without marks from which a line is a title."""


@dataclass(frozen=True)
class Title:
    """A title found: rows `start` to `end` (inclusive), which of the titles it is, how alike (0 to 100)."""

    start: int
    end: int
    text: str
    score: float


def find_title(
    rows: Sequence[Row], titles: Sequence[str], relatives: Sequence[str] = ()
) -> tuple[int, str] | None:
    """The last row and the wording of the first title on the paper; see `first_title`."""
    title = first_title(rows, tuple(titles), tuple(relatives))
    return (title.end, title.text) if title else None


def first_title(
    rows: Sequence[Row], titles: tuple[str, ...], relatives: tuple[str, ...] = ()
) -> Title | None:
    """The first line in capitals, in the upper half of the first page, that is one of `titles`.

    A title may take up to three lines. Marks are not compared: recognition loses them in capitals more than
    anywhere. What is more like a title of another paper (`relatives`) is none.
    """
    wanted, others = _by_letters(titles), _by_letters(relatives)
    for at, row in enumerate(rows):
        upper = row.page is rows[0].page and row.box.top < row.page.height_px * _TITLE_SHARE
        if not upper or not _is_titled(row):
            continue
        best: Title | None = None
        for end, text in _stacked(rows, at):
            least = _LIKE_TITLE if len(text) >= _LONG_TITLE else 100.0
            found = process.extractOne(text, wanted.keys(), scorer=fuzz.ratio, score_cutoff=least)
            if found and (best is None or found[1] >= best.score) and not _is_other(text, found[1], others):
                best = Title(at, end, wanted[found[0]], found[1])
        if best:
            return best
    return None


def _is_titled(row: Row) -> bool:
    """In capitals, but for what stands in brackets after them."""
    head = row.text.split("(")[0]
    letters = [c for c in head if c.isalpha()]
    return row.in_capitals or (len(letters) > _LEAST_TITLE and all(c.isupper() for c in letters))


def _stacked(rows: Sequence[Row], at: int) -> Iterator[tuple[int, str]]:
    """The letters of the row at `at`, then with those of one and two rows in capitals close below it."""
    text = ""
    for end in range(at, min(at + _TITLE_LINES, len(rows))):
        row = rows[end]
        if end > at:
            above = rows[end - 1]
            close = row.page is above.page and row.box.top - above.box.bottom < _TITLE_GAP * above.height
            if not close or not _is_titled(row):
                return
        text += bare(row.text)
        yield end, text


def _is_other(text: str, score: float, others: Mapping[str, str]) -> bool:
    better = process.extractOne(text, others.keys(), scorer=fuzz.ratio, score_cutoff=_LIKE_TITLE)
    return better is not None and better[1] > score


@cache
def _by_letters(titles: tuple[str, ...]) -> dict[str, str]:
    return {bare(title): title for title in reversed(titles)}
