"""Values beside or below their printed labels."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from ocr.extraction.form import Form, Located, ink
from ocr.extraction.label_matching import Hit, label_keys
from ocr.extraction.label_places import begins_row, has_colon, label_inside
from ocr.extraction.value_lines import (
    HANG,
    OPEN,
    column_of,
    continues,
    gap_before,
    is_in_one_piece,
    runs_on,
    trimmed,
)
from ocr.text.syllables import is_syllable
from ocr.text.tokens import Row, Token, bare, is_enumerator
from schemas.base.geometry import Box, enclosing
from schemas.catalogue import document_types
from schemas.document_type import Finder
from schemas.paper import Evidence

_INDENT = 3.0
"""A line that goes on begins at most so many heights right of where the value began."""
_JOINING = frozenset(("the", "s", "in", "to", "or", "at"))
"""English words that are Vietnamese syllables without marks."""
_REMARK = 8
"""So many words at most stand in brackets after a label."""
_UNITS = ("xã", "phường", "huyện")
_MOST_LINES = 4
"""Lines of a value that is wrapped where its column ends."""


def find_labelled(form: Form, finder: Finder) -> Iterator[Located | None]:
    """Every value of the finder's labels in its section, in reading order.

    A label that only one field of the type has needs no section.
    """
    in_order = sorted(enumerate(form.hits), key=lambda entry: entry[1].is_inline)
    for at, hit in in_order:
        if hit.key in label_keys(finder.labels) and _is_in_section(form, at, finder):
            yield value_at(form, at, finder.lines)


def value_at(form: Form, at: int, lines: int) -> Located | None:
    """The ink that stands with hit `at` of the form, of a field that may take so many lines."""
    hit = form.hits[at]
    row = form.rows[hit.row]
    tokens = _after(form, at, lines)
    unit = row.tokens[hit.end - 1]
    if (
        tokens
        and hit.end - hit.start > 1
        and unit.text in _UNITS
        and tokens[0] in row.tokens[hit.end : hit.end + 1]
    ):
        tokens.insert(0, unit)  # `tại xã Phúc Lộc`: the label's last word belongs to the place
    found = ink(row, tokens, weight=hit.score)
    if not found:
        return None
    label = enclosing([token.box for token in row.tokens[hit.start : hit.end]])
    return replace(found, label_box=label, evidence=_placed(form, found, hit, label))


def _placed(form: Form, found: Located, hit: Hit, label: Box) -> Evidence:
    """What the value's place tells, and what else its label may mean."""
    row = form.rows[hit.row]
    return found.evidence.with_changes(
        colon=has_colon(row, hit.end),
        below=found.box.top >= label.bottom,
        lines=max(len(found.lines), 1),
        owners=form.owners.get(hit.key, 1),
        repeated=sum(other.key == hit.key for other in form.hits) - 1,
        followed=_is_followed(form, found),
        running=hit.is_inline or _is_running(row, _after_english(form, form.hits.index(hit))),
    )


def _is_followed(form: Form, found: Located) -> bool:
    """Right below the value stands a line that no label begins, and that may be the rest of it."""
    last = found.lines[-1] if found.lines else found.box
    for at, row in enumerate(form.rows):
        gap = row.box.top - last.bottom
        near = row.page.page_number == found.page_number and -0.3 * last.height < gap < last.height
        if near and row.box.overlap_x(last) > 0 and any(token.bare for token in row.tokens):
            return not any(hit.row == at for hit in form.hits)
    return False


def _is_in_section(form: Form, at: int, finder: Finder) -> bool:
    return finder.section in ("", form.sections[at]) or form.owners.get(form.hits[at].key) == 1


def _after(form: Form, at: int, lines: int) -> list[Token]:
    """Tokens right of hit `at`, or under it; then those of the lines it runs on to.

    A line goes on below when no further word had fitted in it; or, of a field that may take several lines,
    when the next begins like the rest of a sentence.
    """
    hit = form.hits[at]
    row = form.rows[hit.row]
    start = _after_english(form, at)
    running = hit.is_inline or _is_running(row, start)
    same_row = [
        other
        for other in form.hits
        if other.row == hit.row and other.start >= start and (running or not other.is_inline)
    ]
    end = same_row[0].start if same_row else len(row.tokens)
    before = row.tokens[end - 1].text
    if same_row and end > start and _counts(before, alone=end == start + 1):
        end -= 1  # it counts the label that follows
    right = _without_english(trimmed(row.tokens[start:end]))
    limit = row.tokens[end].box.left if same_row else row.page.width_px
    right = _without_remark(right)
    inside = label_inside(right)
    right = right[:inside] if inside else right
    if same_row and (running or (right and gap_before(row, end) < row.height)):
        return right  # the next label goes on with the sentence: it begins no column
    flows = hit.start > 0 and not same_row and not begins_row(row, hit.start) and is_in_one_piece(row)
    inner = not running and any(other.row == hit.row and other.end <= hit.start for other in form.hits)
    left = row.tokens[0 if begins_row(row, hit.start) else hit.start].box.left
    taken = list(right)
    last = row
    for step, below in enumerate(form.rows[hit.row + 1 : hit.row + 1 + max(lines, _MOST_LINES)]):
        if not continues(form, last, below, is_first=not taken, running=running):
            break
        goes_on = flows and below.box.left < left and is_in_one_piece(below)
        strict = not goes_on and (inner or not right)
        column = column_of(form, below, left, limit, strict=strict, running=running)
        if not column or (taken and column[0].box.left > taken[0].box.left + _INDENT * row.height):
            break
        named = any(other.row == hit.row + 1 + step for other in form.hits)
        edge = min(limit, row.edge or limit)
        begins = column[0] is below.tokens[0]
        hanging = begins and column[0].box.left > left + HANG * row.height
        if taken and not runs_on(
            form, taken, column, edge, lines, may_be_label=named, hanging=bool(right) and hanging
        ):
            break
        taken += column if taken else _without_english(column)
        last = below
    return taken[:-1] if taken and taken[-1].text in OPEN else taken


def _counts(text: str, *, alone: bool) -> bool:
    """What a list counts the next label with; alone, `1.` may be a value, `b)` not."""
    return is_enumerator(text) and not text.endswith(",") and (not alone or text.endswith(")"))


def _after_english(form: Form, at: int) -> int:
    """The token after the label and the second label that belongs to it."""
    hit = form.hits[at]
    end = hit.end
    for other in form.hits[at + 1 :]:
        if other.row != hit.row or other.start > end + 1 or other.key not in form.english:
            break
        end = other.end
    return end


def _is_running(row: Row, end: int) -> bool:
    """Whether the label before token `end`, in all its languages, is a word of running text.

    Neither a colon nor white parts it from what follows.
    """
    if end == len(row.tokens) or has_colon(row, end):
        return False
    return gap_before(row, end) < row.height


def _without_english(tokens: list[Token]) -> list[Token]:
    """Without the second language between a label and its value."""
    end = 0
    for at, token in enumerate(tokens):
        if token.bare in _english_words():
            end = at + 1
        elif token.bare and token.bare not in _JOINING:
            break
    return tokens[end:]


@cache
def _english_words() -> frozenset[str]:
    """Words of the second labels of all types that are no Vietnamese syllables, without marks."""
    labels = (label for kind in document_types().values() for label in kind.english)
    words = {word for label in labels for word in label.replace("/", " ").split()}
    return frozenset(bare(word) for word in words if not is_syllable(word.strip(".,:()")))


def _without_remark(tokens: list[Token]) -> list[Token]:
    """Without what stands in brackets or in another language between a label and its colon."""
    ends = (at for at, token in enumerate(tokens[:_REMARK]) if token.text.endswith(":"))
    end = next(ends, None)
    if end is None:
        return tokens
    remark = [token.text for token in tokens[: end + 1]]
    bracketed = remark[0].startswith(("(", "/", "["))
    foreign = all(text.isascii() and not any(map(str.isdigit, text)) for text in remark)
    of_date = [text.casefold() for text in remark] == ["ngày:"]
    return tokens[end + 1 :] if bracketed or foreign or of_date else tokens
