"""Values beside or below their printed labels."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ocr.extraction.body_lines import begins_body, is_date_line
from ocr.extraction.form import Form, Located, ink
from ocr.extraction.label_matching import begins_row
from ocr.text.tokens import Row, Token
from schemas.base.geometry import enclosing
from schemas.document_type import Finder

_INNER = "+&%/-–"
"""Signs that belong to a value when they stand between its words."""
_INDENT = 3.0
"""A line that goes on begins at most so many heights right of where the value began."""
_REMARK = 8
"""So many words at most stand in brackets after a label."""
_LINE_GAP = 1.9
"""Lines further apart than this many line heights do not continue each other."""


def find_labelled(form: Form, finder: Finder) -> Iterator[Located | None]:
    """Every value of the finder's labels in its section, in reading order."""
    for at, hit in enumerate(form.hits):
        if hit.label in finder.labels and finder.section in ("", form.sections[at]):
            tokens = _after(form, at, finder.lines)
            found = ink(form.rows[hit.row], tokens, weight=hit.score)
            label = enclosing([t.box for t in form.rows[hit.row].tokens[hit.start : hit.end]])
            yield replace(found, label_box=label) if found else None


def _after(form: Form, at: int, lines: int) -> list[Token]:
    """Tokens right of hit `at`, or under it; then those of the lines it runs on to."""
    hit = form.hits[at]
    row = form.rows[hit.row]
    same_row = [other for other in form.hits if other.row == hit.row and other.start >= hit.end]
    end = same_row[0].start if same_row else len(row.tokens)
    right = _trimmed(row.tokens[hit.end : end])
    limit = row.tokens[end].box.left if same_row else row.page.width_px
    right = _without_remark(right)
    inner = any(other.row == hit.row and other.end <= hit.start for other in form.hits)
    taken = list(right)
    last = row
    for below in form.rows[hit.row + 1 : hit.row + 1 + lines + (0 if right else 1)]:
        if taken and len(_lines_of(taken)) >= lines:
            break
        if not _continues(form, last, below):
            break
        column = _column(form, below, row.tokens[hit.start].box.left, limit, strict=inner or not right)
        if not column or (taken and column[0].box.left > taken[0].box.left + _INDENT * row.height):
            break
        taken += column
        last = below
    return taken


def _without_remark(tokens: list[Token]) -> list[Token]:
    """Without what stands in brackets between a label and its colon."""
    if tokens and tokens[0].text.startswith("("):
        ends = (at for at, token in enumerate(tokens[:_REMARK]) if token.text.endswith(("):", ")")))
        end = next(ends, None)
        return tokens[end + 1 :] if end is not None and tokens[end].text.endswith(":") else tokens
    return tokens


def _lines_of(tokens: Sequence[Token]) -> set[int]:
    """Distinct lines among tokens: those whose middles lie apart by half a height."""
    middles: set[int] = set()
    for token in tokens:
        height = max(token.box.height, 1)
        middle = (token.box.top + token.box.bottom) // 2
        if not any(abs(middle - other) < height for other in middles):
            middles.add(middle)
    return middles


def _continues(form: Form, above: Row, below: Row) -> bool:
    gap = below.box.top - above.box.bottom
    near = below.page is above.page and gap < _LINE_GAP * max(above.height, below.height)
    index = form.rows.index(below)
    begins_with_label = any(hit.row == index and begins_row(below, hit.start) for hit in form.hits)
    goes_on = not begins_with_label and not begins_body(below.text) and not is_date_line(below.text)
    return near and gap > -above.height and goes_on


def _column(form: Form, row: Row, left: int, right: int, *, strict: bool) -> list[Token]:
    """Tokens of `row` from `left` on (any when not `strict`) and before `right`, up to a label."""
    index = form.rows.index(row)
    starts = [hit.start for hit in form.hits if hit.row == index]
    tokens = row.tokens[: min(starts)] if starts else row.tokens
    margin = 2 * row.height
    kept = [t for t in tokens if (not strict or t.box.left >= left - margin) and t.box.left < right - 1]
    return _trimmed(kept)


def _trimmed(tokens: Sequence[Token]) -> list[Token]:
    """Tokens with letters or digits, and the signs between them; a leader's dots fall out."""
    inked = [at for at, token in enumerate(tokens) if token.bare]
    if not inked:
        return []
    return [t for t in tokens[inked[0] : inked[-1] + 1] if t.bare or t.text in _INNER]
