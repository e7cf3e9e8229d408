"""Values beside or below their printed labels."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ocr.extraction.body_lines import begins_body, is_date_line
from ocr.extraction.form import Form, Located, ink
from ocr.extraction.label_matching import Hit, begins_row, has_colon
from ocr.text.tokens import Row, Token
from schemas.base.geometry import Box, enclosing
from schemas.document_type import Finder
from schemas.paper import Evidence

_INNER = "+&%/-–"
"""Signs that belong to a value when they stand between its words."""
_INDENT = 3.0
"""A line that goes on begins at most so many heights right of where the value began."""
_REMARK = 8
"""So many words at most stand in brackets after a label."""
_MOST_LINES = 4
"""Lines of a value that is wrapped where its column ends."""
_LINE_GAP = 1.9
"""Lines further apart than this many line heights do not continue each other."""


def find_labelled(form: Form, finder: Finder) -> Iterator[Located | None]:
    """Every value of the finder's labels in its section, in reading order.

    A label that only one field of the type has needs no section.
    """
    for at, hit in enumerate(form.hits):
        if hit.label in finder.labels and _is_in_section(form, at, finder):
            tokens = _after(form, at, finder.lines)
            found = ink(form.rows[hit.row], tokens, weight=hit.score)
            row = form.rows[hit.row]
            label = enclosing([t.box for t in row.tokens[hit.start : hit.end]])
            yield replace(found, label_box=label, evidence=_placed(found, row, hit, label)) if found else None


def _placed(found: Located, row: Row, hit: Hit, label: Box) -> Evidence:
    """What the value's place tells: a colon before it, on the label's line or below, on how many lines."""
    return found.evidence.with_changes(
        colon=has_colon(row, hit.end), below=found.box.top >= label.bottom, lines=max(len(found.lines), 1)
    )


def _is_in_section(form: Form, at: int, finder: Finder) -> bool:
    return finder.section in ("", form.sections[at]) or form.owners.get(form.hits[at].label) == 1


def _after(form: Form, at: int, lines: int) -> list[Token]:
    """Tokens right of hit `at`, or under it; then those of the lines it runs on to.

    A line goes on below when no further word had fitted in it; or, of a field that may take several lines,
    when the next begins like the rest of a sentence.
    """
    hit = form.hits[at]
    row = form.rows[hit.row]
    start = _after_english(form, at)
    same_row = [other for other in form.hits if other.row == hit.row and other.start >= start]
    end = same_row[0].start if same_row else len(row.tokens)
    right = _trimmed(row.tokens[start:end])
    limit = row.tokens[end].box.left if same_row else row.page.width_px
    right = _without_remark(right)
    inner = any(other.row == hit.row and other.end <= hit.start for other in form.hits)
    taken = list(right)
    last = row
    for below in form.rows[hit.row + 1 : hit.row + 1 + max(lines, _MOST_LINES)]:
        if not _continues(form, last, below, is_first=not taken):
            break
        column = _column(form, below, row.tokens[hit.start].box.left, limit, strict=inner or not right)
        if not column or (taken and column[0].box.left > taken[0].box.left + _INDENT * row.height):
            break
        if taken and not _runs_on(form, taken, column, min(limit, row.edge or limit), lines):
            break
        taken += column
        last = below
    return taken


def _after_english(form: Form, at: int) -> int:
    """The token after the label and the second label that belongs to it."""
    hit = form.hits[at]
    end = hit.end
    for other in form.hits[at + 1 :]:
        if other.row != hit.row or other.start > end + 1 or other.label not in form.english:
            break
        end = other.end
    return end


def _runs_on(form: Form, taken: Sequence[Token], column: Sequence[Token], limit: int, lines: int) -> bool:
    """Whether the line of `column` goes on with what is `taken` of the value."""
    last, first = taken[-1], column[0]
    edge = min(limit, form.right_edge[form.pages[0].page_number]) if form.pages else limit
    is_open = last.text.endswith((",", "-", "–"))
    is_full = last.box.right + first.box.width + last.box.height > edge
    sentence = first.text[:1].islower() and len(_lines_of(taken)) < lines
    return is_full or is_open or sentence


def _without_remark(tokens: list[Token]) -> list[Token]:
    """Without what stands in brackets or in another language between a label and its colon."""
    ends = (at for at, token in enumerate(tokens[:_REMARK]) if token.text.endswith(":"))
    end = next(ends, None)
    if end is None:
        return tokens
    remark = [token.text for token in tokens[: end + 1]]
    bracketed = remark[0].startswith(("(", "/", "["))
    foreign = all(text.isascii() and not any(map(str.isdigit, text)) for text in remark)
    return tokens[end + 1 :] if bracketed or foreign else tokens


def _lines_of(tokens: Sequence[Token]) -> set[int]:
    """Distinct lines among tokens: those whose middles lie apart by half a height."""
    middles: set[int] = set()
    for token in tokens:
        height = max(token.box.height, 1)
        middle = (token.box.top + token.box.bottom) // 2
        if not any(abs(middle - other) < height for other in middles):
            middles.add(middle)
    return middles


def _continues(form: Form, above: Row, below: Row, *, is_first: bool) -> bool:
    """Whether the value can go on below; its first line may be a date or an agency, which end one else."""
    gap = below.box.top - above.box.bottom
    near = below.page is above.page and gap < _LINE_GAP * max(above.height, below.height)
    index = form.rows.index(below)
    begins_with_label = any(hit.row == index and begins_row(below, hit.start) for hit in form.hits)
    ends = not is_first and (begins_body(below.text) or is_date_line(below.text))
    goes_on = not begins_with_label and not ends
    in_next_cell = is_first and below.box.left >= above.box.right and above.box.overlap_y(below.box) > 0
    return near and (gap > -above.height or in_next_cell) and goes_on


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
