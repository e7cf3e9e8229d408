"""The table of papers on a receipt slip: number, name, originals, copies."""

import re
from collections.abc import Iterator

from ocr.extraction.form import Form, Located, ink
from ocr.extraction.label_matching import label_keys
from ocr.text.tokens import Row, Token, joined
from schemas.document_type import Finder

_AFTER_TABLE = re.compile(r"^\W*\d{1,2}\s*[.,]?\s*(?:S[ốôoó] lượng|Thời gian)|^Số lượng hồ sơ", re.IGNORECASE)
_TABLE_ROW = re.compile(
    r"^\W*(?:\d{1,2}\W+)?(?P<name>[^\d\W].*?\w)\W+(?P<originals>\d{1,2})\W+(?P<copies>\d{1,2})\W*$"
)


def find_paper_list(form: Form, finder: Finder) -> Iterator[Located | None]:
    """Rows `number | name | originals | copies` below the heading; raw keeps them line by line."""
    for hit in form.hits:
        if hit.key in label_keys(finder.labels):
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
        if token.bare and token.box.top > head.box.bottom - head.height / 4
    ]
    rows: list[list[Token]] = []
    for token in sorted(below, key=lambda token: token.box.top + token.box.bottom):
        middle = token.box.center_y
        if rows and middle < max(t.box.bottom for t in rows[-1]):
            rows[-1].append(token)
        else:
            rows.append([token])
    return (sorted(row, key=lambda token: token.box.left) for row in rows)
