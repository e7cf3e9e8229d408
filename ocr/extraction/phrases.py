"""Words on a paper that may be a label although no list has them."""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from ocr.extraction.form import Form
from ocr.extraction.label_matching import Hit
from ocr.text.tokens import Row, is_enumerator
from schemas.base.geometry import enclosing
from schemas.paper import FieldValue

_MOST_WORDS, _LEAST_LETTERS = 12, 2
_GAP = 1.2
"""White between the pieces of a line, in its heights."""
_SECOND_LANGUAGE = re.compile(r"(?<=\w)\s+/\s*(?=\w)")
_LEADER = re.compile(r"^[.…_]{2,}$")


def find_phrases(form: Form) -> tuple[tuple[Hit, ...], tuple[Hit, ...]]:
    """Phrases with a colon or white after them, and those alone on a line, above a value perhaps.

    A phrase has so many words at most, letters, and no word of a label that is known; its score is 0.
    """
    beside: list[Hit] = []
    alone: list[Hit] = []
    for at, row in enumerate(form.rows):
        if at in form.title_rows:
            continue
        pieces = list(_pieces(row))
        labels = [hit for hit in form.hits if hit.row == at and hit.key not in form.english]
        taken = {n for hit in labels for n in range(hit.start, hit.end)}
        for number, (start, end) in enumerate(pieces):
            phrase = _phrase(row, at, start, end)
            if phrase is None or taken & set(range(phrase.start, phrase.end)):
                continue
            has_value = phrase.end < end or number + 1 < len(pieces) or _ends_with_colon(row, phrase)
            (beside if has_value else alone).append(phrase)
    return tuple(beside), tuple(alone)


def _pieces(row: Row) -> Iterator[tuple[int, int]]:
    """Where each piece begins and ends: white, a leader, or what another piece counts with, parts them."""
    start = 0
    for at, (before, token) in enumerate(pairwise(row.tokens), 1):
        white = token.box.left - before.box.right > _GAP * row.height
        if white or _LEADER.match(token.text) or _LEADER.match(before.text):
            yield start, at
            start = at
    yield start, len(row.tokens)


def _phrase(row: Row, at: int, start: int, end: int) -> Hit | None:
    """The words of a piece up to its colon, or all; its text ends where the second language begins."""
    while start < end and (not row.tokens[start].bare or is_enumerator(row.tokens[start].text)):
        start += 1
    colon = next((n for n in range(start, end) if row.tokens[n].text.endswith(":")), None)
    last = end if colon is None else colon + 1
    words = [token for token in row.tokens[start:last] if token.bare or token.text == "/"]
    letters = sum(map(str.isalpha, "".join(token.text for token in words)))
    digits = sum(map(str.isdigit, "".join(token.text for token in words)))
    if not 0 < len(words) <= _MOST_WORDS or letters < max(_LEAST_LETTERS, 3 * digits):
        return None
    text = " ".join(token.text for token in words)
    return Hit(_SECOND_LANGUAGE.split(text)[0], at, start, last, 0.0)


def _ends_with_colon(row: Row, phrase: Hit) -> bool:
    return row.tokens[phrase.end - 1].text.endswith(":")


def count_unexplained(form: Form, fields: Mapping[str, FieldValue]) -> int:
    """Phrases with a colon that begin a line or stand after white, and lie in no value that was read."""
    beside, _ = find_phrases(form)
    taken = [(value.page_number, line) for value in fields.values() for line in value.lines]
    labels = {(value.page_number, value.label_box) for value in fields.values()}
    count = 0
    for phrase in beside:
        row = form.rows[phrase.row]
        page = row.page.page_number
        box = enclosing([token.box for token in row.tokens[phrase.start : phrase.end]])
        is_taken = any(
            on == page and line.overlap_x(box) > 0 and line.overlap_y(box) > 0 for on, line in taken
        )
        count += _ends_with_colon(row, phrase) and not is_taken and (page, box) not in labels
    return count
