"""The signature block at the lower right: for whom, by which post, and by whom a paper is signed.

Decree 30/2020/NĐ-CP, annex I, box 7: capacity (TM., KT., TL., TUQ.), post, seal, name.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from ocr.extraction.form import Form, Located, ink
from ocr.extraction.label_matching import Hit, find_labels, likeness
from ocr.text.tokens import Row
from schemas.document_type import Finder
from schemas.page import MarkKind

_CAPACITY = re.compile(r"^(?:(?:TM|KT|TL|TUQ|Q)\s*[.,:]|(?:TM|KT|TL|TUQ)(?=\s))")
_MARK = re.compile(r"['’ʼ‘´`-]")
"""In names of the Central Highlands: K'Brốt, H'Hen."""
_FEWEST_WORDS, _MOST_WORDS = 2, 6
"""Of a person's name."""
_LIKE_POST = 0.85
_APART = 2.5
"""White between two signers, in heights of their line."""
_POSTS = (
    "TM.",
    "KT.",
    "TL.",
    "TUQ.",
    "Q.",
    "CHỦ TỊCH",
    "PHÓ CHỦ TỊCH",
    "GIÁM ĐỐC",
    "PHÓ GIÁM ĐỐC",
    "BỘ TRƯỞNG",
    "THỨ TRƯỞNG",
    "CỤC TRƯỞNG",
    "CHÁNH VĂN PHÒNG",
    "TRƯỞNG PHÒNG",
    "PHÓ TRƯỞNG PHÒNG",
    "PHÓ CHÁNH VĂN PHÒNG",
    "CÔNG CHỨC TƯ PHÁP - HỘ TỊCH",
    "CÁN BỘ TƯ PHÁP - HỘ TỊCH",
    "TRƯỞNG BAN",
    "CHI CỤC TRƯỞNG",
    "TỔNG GIÁM ĐỐC",
    "HIỆU TRƯỞNG",
    "VỤ TRƯỞNG",
    "THỦ TƯỚNG",
    "TỔNG CỤC TRƯỞNG",
    "VIỆN TRƯỞNG",
)


def find_signature(form: Form, finder: Finder) -> Iterator[Located | None]:
    """Capacity (TM., KT. …), post and name in the right half, on the page that has them.

    The name is the last line in title case below the post; with labels, below the label.
    """
    block = _signature_rows(form, finder)
    capitals = [row for row in block if row.in_capitals]
    if finder.part == "name":
        below = [row for row in block if not capitals or row.box.top > capitals[0].box.top]
        names = [row for row in below if _is_name(row)] or [row for row in below if _is_name_under_ink(row)]
        yield from (ink(row, row.tokens) for row in names)
        return
    wanted = [r for r in capitals if bool(_CAPACITY.match(r.text)) == (finder.part == "capacity")]
    for row in wanted:
        sign = _CAPACITY.match(row.text) if finder.part == "capacity" else None
        found = ink(row, row.tokens_between(*sign.span()) if sign else row.tokens)
        yield replace(found, value=re.sub(r"\W", "", sign.group()) + ".") if found and sign else found


def _signature_rows(form: Form, finder: Finder) -> list[Row]:
    start = None
    pieces = [piece for row in form.rows for piece in _pieces(row)]
    hits = find_labels(form.rows, finder.labels)
    if hits:
        start = _row_part(form, hits[-1])
    else:
        for row in pieces:
            right = row.box.left > row.page.width_px * 0.4
            if right and row.in_capitals and _is_post(row.text):
                start = row
                break
    if start is None:
        return []
    middle = start.box.center_x
    reach = max(start.box.width, start.page.width_px * 0.22)
    return [
        row
        for row in pieces
        if row.page is start.page
        and row.box.top >= start.box.top
        and abs(row.box.center_x - middle) < reach / 2
    ]


def _pieces(row: Row) -> Iterator[Row]:
    """What stands apart on the line: beside who signs for the agency, another may sign."""
    start = 0
    for at, (before, token) in enumerate(pairwise(row.tokens), 1):
        if token.box.left - before.box.right > _APART * row.height:
            yield Row(row.page, row.tokens[start:at])
            start = at
    yield Row(row.page, row.tokens[start:])


def _row_part(form: Form, hit: Hit) -> Row:
    row = form.rows[hit.row]
    return Row(row.page, row.tokens[hit.start : hit.end])


def _is_post(text: str) -> bool:
    return bool(_CAPACITY.match(text)) or any(likeness(text, post) > _LIKE_POST for post in _POSTS)


def _is_name_under_ink(row: Row) -> bool:
    """A seal or a signature lies over it, and what is left has the look of a name: for a person to mend."""
    inked = [mark.box for mark in row.page.marks if mark.kind in (MarkKind.SEAL, MarkKind.SIGNATURE)]
    words = [token.text for token in row.tokens]
    titled = [word for word in words if word[:1].isupper() and not word.isupper()]
    is_over = any(box.overlap_x(row.box) > 0 and box.overlap_y(row.box) > 0 for box in inked)
    return is_over and len(titled) >= _FEWEST_WORDS and len(words) <= min(_MOST_WORDS, 2 * len(titled))


def _is_name(row: Row) -> bool:
    words = [token.text.strip(".,;:'") for token in row.tokens if token.bare]
    letters = [_MARK.sub("", word) for word in words]
    titled = all(w.isalpha() and w[0].isupper() and (len(w) == 1 or not w.isupper()) for w in letters)
    return _FEWEST_WORDS <= len(words) <= _MOST_WORDS and titled
