"""Where values stand on a paper: one finder for each `Locator`, all of the same shape.

A finder yields the ink it found (tokens of one page), the likeliest first; what the ink means is
`ocr/extraction/value_parsers.py`'s business.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ocr.extraction.arrival_stamp import find_arrival
from ocr.extraction.component_table import find_paper_list
from ocr.extraction.form import Form, Located, ink
from ocr.extraction.headings import find_date_line, find_heading, find_subject, find_title_kind
from ocr.extraction.label_values import find_labelled
from ocr.extraction.signature_block import find_signature
from ocr.text.tokens import Row
from schemas.document_type import Finder, Locator
from schemas.page import CodeKind
from schemas.paper import Source

_OPENING_WORDS = """
    ubnd, uy ban, hdnd, hoi dong, so, phong, ban, bo, cuc, chi cuc, tong cuc, trung tam, van phong, chi nhanh,
    truong, hoi, cong ty, dang uy, dang bo, dang cong san, huyen uy, tinh uy, thanh uy, thanh tra, cong an,
    toa an, vien, kho bac, chinh phu, quoc hoi, thu tuong, ngan hang, benh vien, bao hiem, lien doan, doan,
    mat tran, to, tap doan, tong cong ty, bo chi huy, su doan, hat kiem lam, doi
"""
_OPENINGS = tuple(tuple(words.split()) for words in " ".join(_OPENING_WORDS.split()).split(", "))
"""First words of names of agencies, without marks."""
_GOING_ON_TEXT = "moi va cua nhan uy dang quan huyen tinh thanh pho thi xa phuong tran ve"
_GOING_ON = frozenset(_GOING_ON_TEXT.split())
"""Words, without marks, that no agency's name ends with: TÀI NGUYÊN VÀ MÔI / TRƯỜNG is one."""
_SOURCES = {CodeKind.QR: Source.QR, CodeKind.BARCODE: Source.BARCODE, CodeKind.MRZ: Source.MRZ}


def find(form: Form, finder: Finder) -> Iterator[Located]:
    """Everything `finder` finds on the paper, the likeliest first."""
    return (found for found in _FINDERS[finder.where](form, finder) if found)


def _by_pattern(form: Form, finder: Finder) -> Iterator[Located | None]:
    for row in form.head if finder.part == "head" else form.rows:
        match = re.search(finder.pattern, row.text)
        if match:
            found = ink(row, row.tokens_between(*match.span("value")), match["value"])
            if found and finder.value:
                found = replace(found, source=Source.DERIVED, value=finder.value)
            yield found


def _by_header(form: Form, finder: Finder) -> Iterator[Located | None]:
    """The issuing agency is the lower, bold part of the header; what stands above is its parent.

    `ỦY BAN NHÂN DÂN / TỈNH …` is one agency on two lines.
    """
    agencies = _agencies(form.header)
    if not agencies:
        return
    part = agencies[-1] if finder.part != "parent" else agencies[-2] if len(agencies) > 1 else []
    tokens = [token for row in part for token in row.tokens if token.bare]
    if part:
        yield ink(part[0], tokens)


def _agencies(header: Sequence[Row]) -> list[list[Row]]:
    """The lines of each agency: one begins where a line begins as agencies do, else the line goes on."""
    agencies: list[list[Row]] = []
    for row in header:
        words = [token.bare for token in row.tokens if token.bare]
        begins = any(words[: len(opening)] == list(opening) for opening in _OPENINGS)
        begins = begins and not all(map(str.isdigit, words[1:] or ["x"]))  # SỐ 01 is no SỞ
        last = agencies[-1][-1].tokens[-1] if agencies else None
        is_open = last is not None and last.bare in _GOING_ON and last.text.casefold() != "tĩnh"  # Hà Tĩnh
        if (begins and not is_open) or not agencies:
            agencies.append([])
        agencies[-1].append(row)
    return agencies


def _by_code(form: Form, finder: Finder) -> Iterator[Located | None]:
    for page in form.pages:
        for code in page.codes:
            match = re.search(finder.pattern, code.text)
            if match:
                yield Located(match["value"], page.page_number, code.box, source=_SOURCES[code.kind])


_FINDERS: dict[Locator, Callable[[Form, Finder], Iterator[Located | None]]] = {
    Locator.LABEL: find_labelled,
    Locator.PATTERN: _by_pattern,
    Locator.DATE_LINE: find_date_line,
    Locator.HEADER_LEFT: _by_header,
    Locator.TITLE: find_title_kind,
    Locator.HEADING: find_heading,
    Locator.BELOW_TITLE: find_subject,
    Locator.SIGNATURE: find_signature,
    Locator.ARRIVAL: find_arrival,
    Locator.TABLE: find_paper_list,
    Locator.CODE: _by_code,
}
