"""Titles, headings, the subject under a title, and the line with place and date."""

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from ocr.extraction.body_lines import DATE_LINE, begins_body
from ocr.extraction.form import Form, Located, ink, is_motto
from ocr.text.tokens import Row, Token
from schemas.document_type import Finder

_IS_NUMBER = re.compile(r"^\W*S[ốôoóòõỗồ]\s*[:.]?\s*\S{0,10}\s*/\s*\S+$", re.IGNORECASE)
_PIECE_GAP = 1.2
"""White between words, in line heights, that parts a centred line from what stands beside it."""
_CENTRED = 0.08
"""Share of the page's width by which a centred line may be off."""


def find_date_line(form: Form, finder: Finder) -> Iterator[Located | None]:
    """`Hà Nội, ngày 05 tháng 01 năm 2020` on a line of its own: its date, or its place.

    With `part` `head` or `place`, only above the title.
    """
    for row in form.head if finder.part else form.rows:
        match = DATE_LINE.match(row.text)
        part = "place" if finder.part == "place" else "date"
        if match and match[part]:
            yield ink(row, row.tokens_between(*match.span(part)), match[part])


def find_heading(form: Form, finder: Finder) -> Iterator[Located | None]:
    """Lines in capitals that belong together, from the first in the upper half that matches."""
    for at, row in enumerate(form.rows):
        upper = row.page is form.rows[0].page and row.box.top < row.page.height_px / 2
        if upper and row.in_capitals and re.search(finder.pattern, row.text):
            lines = [row]
            for below in form.rows[at + 1 : at + 4]:
                gap = below.box.top - lines[-1].box.bottom
                if not below.in_capitals or gap > 1.2 * row.height or below.page is not row.page:
                    break
                lines.append(below)
            yield ink(row, [token for line in lines for token in line.tokens])
            return


def find_title_kind(form: Form, finder: Finder) -> Iterator[Located | None]:
    """Which of the type's titles stands on the paper."""
    del finder
    if form.title:
        at, title = form.title
        found = ink(form.rows[at], form.rows[at].tokens)
        yield replace(found, value=title.lower()) if found else None


def find_subject(form: Form, finder: Finder) -> Iterator[Located | None]:
    """The subject: lines under the title, or the `V/v` lines of a letter without a title."""
    for at, row in enumerate(form.rows):
        match = re.search(finder.pattern, row.text) if finder.pattern else None
        if match:
            start = row.tokens_between(*match.span("value"))
            yield ink(row, [*start, *_run_on(form, at, finder.lines)])
    if form.title:
        at, _ = form.title
        yield ink(form.rows[at], _run_on(form, at, finder.lines))


def _run_on(form: Form, at: int, lines: int) -> list[Token]:
    """Lines below row `at` that go on without a gap, up to the body's first words."""
    tokens: list[Token] = []
    above = form.rows[at]
    middle = _middle(above.tokens) if form.title and form.title[0] == at else None
    for row in form.rows[at + 1 : at + 1 + lines]:
        gap = row.box.top - above.box.bottom
        if row.page is not above.page or gap > 1.6 * max(row.height, above.height):
            break
        if begins_body(row.text) or gap < -above.height or is_motto(row.text):
            break
        if not any(token.bare for token in row.tokens):
            break
        piece = row.tokens if middle is None else _centred_piece(row, middle)
        if not piece:
            break
        if tokens or not _IS_NUMBER.match(row.text):  # a number may stand between the title and the subject
            tokens += piece
        above = Row(row.page, tuple(piece))
    return tokens


def _middle(tokens: Sequence[Token]) -> float:
    inked = [token for token in tokens if token.bare]
    return (inked[0].box.left + inked[-1].box.right) / 2


def _centred_piece(row: Row, middle: float) -> Sequence[Token]:
    """The part of `row` that is centred on `middle`: what a stamp beside it adds is left out."""
    gap = _PIECE_GAP * statistics.median(token.box.height for token in row.tokens)
    pieces = [[row.tokens[0]]]
    for before, token in pairwise(row.tokens):
        if token.box.left - before.box.right > gap:
            pieces.append([])
        pieces[-1].append(token)
    near = _CENTRED * row.page.width_px
    inked = [piece for piece in pieces if any(token.bare for token in piece)]
    return next((piece for piece in inked if abs(_middle(piece) - middle) < near), [])
