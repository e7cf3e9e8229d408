"""Where values stand on a paper: one finder for each `Where`, all of the same shape.

A finder yields the ink it found (tokens of one page), the likeliest first; what the ink means is
`ocr/values.py`'s business.
"""

import re
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from ocr.form import Form, Found, ink, is_motto
from ocr.labels import likeness
from ocr.signature import find_signature
from ocr.tokens import Row, Token, joined
from schemas.document_type import Finder, Where
from schemas.page import CodeKind
from schemas.paper import Source

_MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
_HEADER_SHARE = 0.34
"""The header stands in the upper third of the first page (Decree 30/2020, annex I)."""
_NUMBER_LINE = re.compile(r"^\W*S[ốôoóòõỗồ6]\b", re.IGNORECASE)
_BODY = re.compile(
    r"^(?:Căn cứ|Thực hiện|Kính gửi|Điều \d|Xét |Theo đề nghị|[IVX]+[.,]|\d+[.,]"
    r"|CHỦ TỊCH|BỘ TRƯỞNG|GIÁM ĐỐC|ỦY BAN|UỶ BAN|HỘI ĐỒNG)"
)
"""How the body of a document begins: what stands above ends there."""
_LEADING = " .,:;_-–'\""
_PIECE_GAP = 1.2
_CENTRED = 0.08
"""Share of the page's width by which a centred line may be off."""
_LINE_GAP = 1.9
"""Lines further apart than this many line heights do not continue each other."""
_LIKE_POST = 0.85
_COUNCILS = ("ỦY BAN NHÂN DÂN", "HỘI ĐỒNG NHÂN DÂN")
_AFTER_TABLE = re.compile(r"^\W*\d{1,2}\s*[.,]?\s*(?:Số lượng|Thời gian)|^Số lượng hồ sơ", re.IGNORECASE)
_TABLE_ROW = re.compile(
    r"^\W*(?:\d{1,2}\W+)?(?P<name>[^\d\W].*?\w)\W+(?P<originals>\d{1,2})\W+(?P<copies>\d{1,2})\W*$"
)


def find(form: Form, finder: Finder) -> Iterator[Found]:
    """Everything `finder` finds on the paper, the likeliest first."""
    return (found for found in _FINDERS[finder.where](form, finder) if found)


def _by_label(form: Form, finder: Finder) -> Iterator[Found | None]:
    for at, hit in enumerate(form.hits):
        if hit.label in finder.labels and finder.section in ("", form.sections[at]):
            tokens = _after(form, at, finder.lines)
            yield ink(form.rows[hit.row], tokens, weight=0.5 + hit.score / 2)


def _after(form: Form, at: int, lines: int) -> list[Token]:
    """Tokens right of hit `at`, or under it; then those of the lines it runs on to."""
    hit = form.hits[at]
    row = form.rows[hit.row]
    same_row = [other for other in form.hits if other.row == hit.row and other.start >= hit.end]
    end = same_row[0].start if same_row else len(row.tokens)
    right = [token for token in row.tokens[hit.end : end] if token.bare]
    limit = row.tokens[end].box[0] if same_row else row.page.width_px
    taken = list(right)
    last = row
    for below in form.rows[hit.row + 1 : hit.row + 1 + lines + (0 if right else 1)]:
        if taken and len(_lines_of(taken)) >= lines:
            break
        if not _continues(form, last, below):
            break
        column = _column(form, below, row.tokens[hit.start].box[0], limit, strict=not right)
        if not column:
            break
        taken += column
        last = below
    return taken


def _lines_of(tokens: Sequence[Token]) -> set[int]:
    """Distinct lines among tokens: those whose middles lie apart by half a height."""
    middles: set[int] = set()
    for token in tokens:
        height = max(token.box[3] - token.box[1], 1)
        middle = (token.box[1] + token.box[3]) // 2
        if not any(abs(middle - other) < height for other in middles):
            middles.add(middle)
    return middles


def _continues(form: Form, above: Row, below: Row) -> bool:
    gap = below.box[1] - above.box[3]
    near = below.page is above.page and gap < _LINE_GAP * max(above.height, below.height)
    index = form.rows.index(below)
    begins_with_label = any(
        hit.row == index and not any(t.bare for t in below.tokens[: hit.start]) for hit in form.hits
    )
    goes_on = not begins_with_label and not _BODY.match(below.text.lstrip(_LEADING))
    return near and gap > -above.height and goes_on


def _column(form: Form, row: Row, left: int, right: int, *, strict: bool) -> list[Token]:
    """Tokens of `row` from `left` on (any when not `strict`) and before `right`, up to a label."""
    index = form.rows.index(row)
    starts = [hit.start for hit in form.hits if hit.row == index]
    tokens = row.tokens[: min(starts)] if starts else row.tokens
    margin = 2 * row.height
    kept = [t for t in tokens if (not strict or t.box[0] >= left - margin) and t.box[0] < right - 1]
    return [token for token in kept if token.bare]


def _by_pattern(form: Form, finder: Finder) -> Iterator[Found | None]:
    for row in form.head if finder.part == "head" else form.rows:
        match = re.search(finder.pattern, row.text)
        if match:
            found = ink(row, row.tokens_between(*match.span("value")), match["value"])
            if found and finder.value:
                found = replace(found, source=Source.DERIVED, value=finder.value)
            yield found


def _by_header(form: Form, finder: Finder) -> Iterator[Found | None]:
    """The issuing agency is the lower, bold part of the header; what stands above is its parent.

    `ỦY BAN NHÂN DÂN / TỈNH …` is one agency on two lines.
    """
    rows = form.header
    if not rows:
        return
    one_agency = any(likeness(rows[0].text, name) > _LIKE_POST for name in _COUNCILS)
    split = 0 if one_agency or len(rows) == 1 else 1
    part = rows[:split] if finder.part == "parent" else rows[split:]
    tokens = [token for row in part for token in row.tokens if token.bare]
    if part:
        yield ink(part[0], tokens)


def _by_title(form: Form, finder: Finder) -> Iterator[Found | None]:
    del finder
    if form.title:
        at, title = form.title
        found = ink(form.rows[at], form.rows[at].tokens)
        yield replace(found, value=title.lower()) if found else None


def _below_title(form: Form, finder: Finder) -> Iterator[Found | None]:
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
        gap = row.box[1] - above.box[3]
        if row.page is not above.page or gap > 1.6 * max(row.height, above.height):
            break
        if _BODY.match(row.text.lstrip(_LEADING)) or gap < -above.height or is_motto(row.text):
            break
        if not any(token.bare for token in row.tokens):
            break
        piece = row.tokens if middle is None else _centred_piece(row, middle)
        if not piece:
            break
        tokens += piece
        above = Row(row.page, tuple(piece))
    return tokens


def _middle(tokens: Sequence[Token]) -> float:
    inked = [token for token in tokens if token.bare]
    return (inked[0].box[0] + inked[-1].box[2]) / 2


def _centred_piece(row: Row, middle: float) -> Sequence[Token]:
    """The part of `row` that is centred on `middle`: what a stamp beside it adds is left out."""
    gap = _PIECE_GAP * statistics.median(token.box[3] - token.box[1] for token in row.tokens)
    pieces = [[row.tokens[0]]]
    for before, token in pairwise(row.tokens):
        if token.box[0] - before.box[2] > gap:
            pieces.append([])
        pieces[-1].append(token)
    near = _CENTRED * row.page.width_px
    inked = [piece for piece in pieces if any(token.bare for token in piece)]
    return next((piece for piece in inked if abs(_middle(piece) - middle) < near), [])


def _by_table(form: Form, finder: Finder) -> Iterator[Found | None]:
    """Rows `number | name | originals | copies` below the heading; raw keeps them line by line."""
    for hit in form.hits:
        if hit.label in finder.labels:
            head = form.rows[hit.row]
            lines, tokens = [], []
            for row in _table_rows(form, head):
                text = joined(row)
                if _AFTER_TABLE.match(text):
                    break
                match = _TABLE_ROW.match(text)
                lines.append("|".join(match.group("name", "originals", "copies")) if match else text)
                tokens += row
            yield ink(head, tokens, "\n".join(lines))


def _table_rows(form: Form, head: Row) -> Iterator[list[Token]]:
    """Tokens below `head`, put into rows by height whatever lines and cells they were read in."""
    below = [
        token
        for row in form.rows
        if row.page is head.page
        for token in row.tokens
        if token.bare and token.box[1] > head.box[3] - head.height / 4
    ]
    rows: list[list[Token]] = []
    for token in sorted(below, key=lambda token: token.box[1] + token.box[3]):
        middle = (token.box[1] + token.box[3]) / 2
        if rows and middle < max(t.box[3] for t in rows[-1]):
            rows[-1].append(token)
        else:
            rows.append([token])
    return (sorted(row, key=lambda token: token.box[0]) for row in rows)


def _by_code(form: Form, finder: Finder) -> Iterator[Found | None]:
    for page in form.pages:
        for code in page.codes:
            match = re.search(finder.pattern, code.text)
            if match:
                source = Source.QR if code.kind is CodeKind.QR else Source.BARCODE
                yield Found(match["value"], page.page_number, code.box, 1.0, source)


_FINDERS: dict[Where, Callable[[Form, Finder], Iterator[Found | None]]] = {
    Where.LABEL: _by_label,
    Where.PATTERN: _by_pattern,
    Where.HEADER_LEFT: _by_header,
    Where.TITLE: _by_title,
    Where.BELOW_TITLE: _below_title,
    Where.SIGNATURE: find_signature,
    Where.TABLE: _by_table,
    Where.CODE: _by_code,
}
