"""Numbers that an engine parted at a narrow figure: `18/1 1/2021`, `1 967`.

A 1 has more white beside it than any other figure; measured on painted papers, what parts it from the next
is narrower than four fifths of the line's blanks where the number is whole, and as wide where it is not.
"""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from schemas.base.geometry import enclosing
from schemas.page import Word

_OF_BLANK = 0.8
"""Of the line's median blank: white no wider lies inside a number."""
_OF_HEIGHT = 0.33
"""The same of the line's height, where a line has few blanks to measure by."""


def with_whole_numbers(words: Sequence[Word]) -> list[Word]:
    """The words of a line, from left to right, with the parts of a number in one."""
    if len(words) < 2:
        return list(words)
    height = median(word.box.height for word in words)
    blank = median(after.box.left - before.box.right for before, after in pairwise(words))
    widest = max(_OF_BLANK * blank, _OF_HEIGHT * height)
    whole = [words[0]]
    for word in words[1:]:
        last = whole[-1]
        white = word.box.left - last.box.right
        if _is_at_narrow(last.text, word.text) and white <= widest:
            whole[-1] = last.with_changes(
                text=last.text + word.text,
                box=enclosing([last.box, word.box]),
                confidence=min(last.confidence, word.confidence),
            )
        else:
            whole.append(word)
    return whole


def _is_at_narrow(before: str, after: str) -> bool:
    """Digits meet, one of them a 1."""
    return before[-1:].isdigit() and after[:1].isdigit() and "1" in (before[-1], after[0])
