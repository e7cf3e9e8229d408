"""The lines that a value runs on to, and what of them belongs to it."""

import re
from collections.abc import Sequence

from ocr.extraction.body_lines import begins_body, is_date_line
from ocr.extraction.form import Form
from ocr.extraction.label_matching import Hit
from ocr.extraction.label_places import begins_row, has_colon, label_inside
from ocr.text.tokens import Row, Token

_FOOTNOTE = re.compile(r"^\(\d\):?$")
"""A note's number after a label: `Kính gửi: (1)`."""
OPEN = ("-", "–", "/")
"""Signs after which a value goes on in the next line: `28 / 4 /`, `Bà Rịa -`."""
_INNER = "+&%/-–"
"""Signs that belong to a value when they stand between its words."""
_GOING_ON_TEXT = "thang nam ngay so cua tai do xa phuong huyen quan tinh pho thi va theo ong ba la voi"
_GOING_ON = frozenset(_GOING_ON_TEXT.split())
"""Words, without marks, that no value ends with."""
HANG, _HANGS = 3.0, 0.7
"""How far right of its label a value hangs at least, and how little its lines are shifted, in heights."""
_PARTS = 1.5
"""White inside a line, in its heights, from which on it parts columns."""
_LINE_GAP = 1.9
"""Lines further apart than this many line heights do not continue each other."""


def runs_on(
    form: Form,
    taken: Sequence[Token],
    column: Sequence[Token],
    limit: int,
    lines: int,
    *,
    may_be_label: bool,
    hanging: bool,
) -> bool:
    """Whether the line of `column` goes on with what is `taken` of the value.

    Words that may be a label do so only where no further word had fitted above. A `hanging` line has nothing
    left of it, and goes on where it begins as far right as the value does.
    """
    last, first = taken[-1], column[0]
    edge = min(limit, form.right_edge[form.pages[0].page_number]) if form.pages else limit
    is_open = last.text.endswith((",", *OPEN)) or last.bare in _GOING_ON
    is_full = last.box.right + first.box.width + last.box.height > edge
    hangs = abs(first.box.left - taken[0].box.left) < _HANGS * first.box.height and hanging
    sentence = first.text[:1].islower() and len(_lines_of(taken)) < lines and not may_be_label
    return is_full or is_open or sentence or hangs


def continues(form: Form, above: Row, below: Row, *, is_first: bool, running: bool) -> bool:
    """Whether the value can go on below; its first line may be a date or an agency, which end one else.

    Small letters without a colon go on with a sentence, though they are words of a label.
    """
    gap = below.box.top - above.box.bottom
    near = below.page is above.page and gap < _LINE_GAP * max(above.height, below.height)
    index = form.rows.index(below)
    named = (hit for hit in form.hits if hit.row == index and begins_row(below, hit.start))
    begins_with_label = any(running or is_first or not _is_sentence(below, hit) for hit in named)
    ends = not is_first and (
        begins_body(below.text) or is_date_line(below.text) or label_inside(below.tokens) == 0
    )
    goes_on = not begins_with_label and not ends
    in_next_cell = is_first and below.box.left >= above.box.right and above.box.overlap_y(below.box) > 0
    return near and (gap > -above.height or in_next_cell) and goes_on


def column_of(form: Form, row: Row, left: int, right: int, *, strict: bool, running: bool) -> list[Token]:
    """Tokens of `row` from `left` on (any when not `strict`) and before `right`, up to a label."""
    index = form.rows.index(row)
    starts = [
        hit.start
        for hit in form.hits
        if hit.row == index and (running or not (hit.is_inline or _is_sentence(row, hit)))
    ]
    tokens = row.tokens[: min(starts)] if starts else row.tokens
    margin = 2 * row.height
    kept = [t for t in tokens if (not strict or t.box.left >= left - margin) and t.box.left < right - 1]
    return trimmed(kept)


def _lines_of(tokens: Sequence[Token]) -> set[int]:
    """Distinct lines among tokens: those whose middles lie apart by half a height."""
    middles: set[int] = set()
    for token in tokens:
        height = max(token.box.height, 1)
        middle = (token.box.top + token.box.bottom) // 2
        if not any(abs(middle - other) < height for other in middles):
            middles.add(middle)
    return middles


def _is_sentence(row: Row, hit: Hit) -> bool:
    """Words of a label at the beginning of a line that goes on with a sentence."""
    return row.tokens[hit.start].text[:1].islower() and not has_colon(row, hit.end)


def is_in_one_piece(row: Row) -> bool:
    """Running text: no white parts the line into columns."""
    return all(gap_before(row, at) < _PARTS * row.height for at in range(1, len(row.tokens)))


def gap_before(row: Row, at: int) -> int:
    """White before token `at`, in pixels."""
    return row.tokens[at].box.left - row.tokens[at - 1].box.right


def trimmed(tokens: Sequence[Token]) -> list[Token]:
    """Tokens with letters or digits, and the signs between them; a leader's dots fall out."""
    inked = [at for at, token in enumerate(tokens) if token.bare]
    if inked and _FOOTNOTE.match(tokens[inked[0]].text):
        inked = inked[1:]
    if not inked:
        return []
    end = inked[-1] + 1
    end += end < len(tokens) and tokens[end].text in OPEN
    return [t for t in tokens[inked[0] : end] if t.bare or t.text in _INNER]
