"""Where words stand that may be a label: what their place and their colon tell, whatever they say."""

from collections.abc import Sequence

from ocr.text.tokens import Row, Token, bare, is_enumerator

MOST_MORE = 6
"""Words by which a label on no list may be longer."""
_LEAST_LETTERS = 2
"""Letters of a label's first word at least."""


def label_inside(tokens: Sequence[Token]) -> int | None:
    """Where words that look like a label begin: a capital, small letters, a colon; not after a comma.

    At 0 stands a label that the line begins with; None without any.
    """
    for at in range(len(tokens)):
        if not _looks_like_label(tokens[at:]):
            continue
        counted = at > 0 and is_enumerator(tokens[at - 1].text)
        before = at - 2 if counted else at - 1
        if before < 0 or not tokens[before].text.endswith((",", ";", ":", "(")):
            return at - 1 if counted else at
    return None


def _looks_like_label(tokens: Sequence[Token]) -> bool:
    if not tokens or not tokens[0].text[:1].isupper() or len(tokens[0].bare) < _LEAST_LETTERS:
        return False
    for at, token in enumerate(tokens[: MOST_MORE + 1]):
        if not token.text[:1].islower() and at:
            return False
        if token.text.endswith(":"):
            return at > 0
    return False


def begins_row(row: Row, start: int) -> bool:
    """Nothing stands in the row before token `start` but what a list counts with (`1.`, `a)`, `-`).

    Of `f)` the sign may be lost: a single small letter or figure counts, too.
    """
    before = [token.text for token in row.tokens[:start]]
    if before and len(before[0]) == 1 and (before[0].isdigit() or before[0].islower()):
        before = before[1:]
    return all(not bare(text) or is_enumerator(text) for text in before)


def has_colon(row: Row, end: int) -> bool:
    """A colon ends the words before token `end`, or begins there."""
    last = row.tokens[end - 1].text
    return last.endswith((":", "：", ".:")) or (end < len(row.tokens) and row.tokens[end].text[0] == ":")


def stands_alone(row: Row, start: int, end: int) -> bool:
    """A label begins a line, follows a gap or a value in capitals, or has a capital and a colon."""
    if begins_row(row, start):
        return True
    before, first = row.tokens[start - 1], row.tokens[start]
    if has_colon(row, end) and not first.text[:1].islower():
        return True
    gap = first.box.left - before.box.right
    after_capitals = len(before.bare) > 1 and before.text.isupper() and first.text.istitle()
    return gap > 1.5 * row.height or after_capitals
