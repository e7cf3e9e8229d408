"""Words that recognition misreads and that can be nothing else.

`Tố 7` is no Vietnamese, `Tổ 7` begins half of the addresses; no word is written `lll`, cấp III is. What could
be two words stays as it was read.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from schemas.page import Word

_GROUP = re.compile(r"^t[ốôộồõóọòỏ]$", re.IGNORECASE)
"""Tổ (dân phố): a group of households, always with its number."""
_NUMBER = re.compile(r"^\d{1,3}[A-Za-z]?[,.;]?$")
_ROMAN = re.compile(r"^(?P<before>\W*)(?P<strokes>[Il|]{2,3})(?P<after>\W*)$")


def with_certain_words(words: Sequence[Word]) -> list[Word]:
    """The words of a line, from left to right, these put right."""
    result = [_with_roman(word) for word in words]
    for at, (word, after) in enumerate(pairwise(result)):
        if _GROUP.match(word.text) and _NUMBER.match(after.text):
            result[at] = word.with_changes(text=_cased("Tổ", word.text))
    return result


def _with_roman(word: Word) -> Word:
    match = _ROMAN.match(word.text)
    if not match or match["strokes"] == "||":
        return word
    return word.with_changes(text=match["before"] + "I" * len(match["strokes"]) + match["after"])


def _cased(text: str, like: str) -> str:
    if like.isupper():
        return text.upper()
    return text if like[0].isupper() else text.lower()
