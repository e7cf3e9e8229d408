"""Values that are, or in part, written by hand: what may stand there, not what engines of print guess.

They are proposed and never accepted: how often the reader of digits errs on real hands is not known yet.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import product

from ocr.extraction.form import Located
from ocr.extraction.value_parsers import parse_value
from schemas.base.geometry import Box
from schemas.base.vietnamese import fold
from schemas.document_type import ValueKind
from schemas.page import DigitReading, Gap, Mark, MarkKind, PageText
from schemas.paper import FieldValue, Proposal

_PRINTED = 0.45
"""A word surer than this is print."""
_UNREAD = 0.0
"""Confidence of a field that the paper shows and that could not be read."""
_GAINSAID = 0.8
_PROPOSED = (ValueKind.DOCUMENT_NUMBER, ValueKind.DATE)
_MOST = 12
_NOTATION = re.compile(
    r"[/,.\s]*(?P<notation>(?:(?<=/)\s*(?:19|20)\d{2}\s*/\s*)?[A-ZĐ]{2,}[\wĐđ&.]*(?:\s*-\s*[\wĐđ&.]+)*)\W*$"
)
"""What follows the digits, the year too where it is a part of the number: `28/2023/XNTTHN`."""
_DATE = re.compile(r"ng[ao]y(?P<day>.*?)th[ao]ng(?P<month>.*?)n[ao]m\D*(?P<year>\d[\d\s]*)")


def with_written(value: FieldValue, kind: ValueKind, pages: Sequence[PageText]) -> FieldValue:
    """`value` where print is surer; else the likeliest of what may stand there, and the others."""
    marks = {mark.gap: mark for mark in _marks_on(value.page_number, value.lines, pages)}
    if not marks:
        return value
    proposals = _proposals(kind, value.raw, marks)
    print_is_surer = value.value is not None and value.evidence.weakest > max(
        [_PRINTED, *(each.chance for each in proposals[:1] if each.value != value.value)]
    )
    if value.value is not None and kind not in _PROPOSED:  # a code: what print reads there is for a person
        return value.with_changes(evidence=value.evidence.with_changes(written=True))
    if print_is_surer:
        return value.with_changes(proposals=proposals) if _gainsays(proposals, value) else value
    return value.with_changes(
        value=proposals[0].value if proposals else None,
        confidence=_UNREAD,
        lines=(),
        proposals=proposals,
        evidence=value.evidence.with_changes(written=True),
    )


def _gainsays(proposals: Sequence[Proposal], value: FieldValue) -> bool:
    """The reader of digits surely says something else than the engines of print: a person decides."""
    return any(each.value != value.value and each.chance >= _GAINSAID for each in proposals[:1])


def is_written(located: Located, pages: Sequence[PageText]) -> bool:
    """Whether a part of it is written by hand."""
    return any(_marks_on(located.page_number, located.lines, pages))


def _marks_on(page_number: int, lines: Iterable[Box], pages: Sequence[PageText]) -> Iterator[Mark]:
    for page in pages:
        for mark in page.marks if page.page_number == page_number else ():
            if mark.kind is MarkKind.HANDWRITING and any(_covers(mark.box, line) for line in lines):
                yield mark


def _covers(mark: Box, line: Box) -> bool:
    """A twentieth of the line's width, and more than half of its height, lie in the mark."""
    return mark.overlap_x(line) > 0.05 * line.width and mark.overlap_y(line) > 0.5 * line.height


def _proposals(kind: ValueKind, raw: str, marks: Mapping[Gap | None, Mark]) -> tuple[Proposal, ...]:
    values = _numbers(raw, marks) if kind is ValueKind.DOCUMENT_NUMBER else _days(raw, marks)
    chances: defaultdict[str, float] = defaultdict(float)
    for value, chance in values if kind in _PROPOSED else ():
        chances[value] += chance
    whole = sum(chances.values())
    likeliest = sorted(chances.items(), key=lambda entry: (-entry[1], entry[0]))[:_MOST]
    return tuple(Proposal(value=v, chance=round(chance / whole, 4)) for v, chance in likeliest if whole)


def _numbers(raw: str, marks: Mapping[Gap | None, Mark]) -> Iterator[tuple[str, float]]:
    """`00 /TTr-UBND` with other digits before its notation."""
    notation = _NOTATION.search(raw)
    if notation and Gap.NUMBER in marks:
        for reading in marks[Gap.NUMBER].readings:
            value = parse_value(ValueKind.DOCUMENT_NUMBER, f"{reading.text}/{notation['notation']}")
            if reading.text and isinstance(value, str):
                yield value, reading.chance


def _days(raw: str, marks: Mapping[Gap | None, Mark]) -> Iterator[tuple[str, float]]:
    """`ngày 0 tháng 02 năm 2025` with other days, and other months where these are written, too."""
    printed = _DATE.search(fold(raw))
    if not printed:
        return
    year = re.sub(r"\D", "", printed["year"])
    days, months = (_readings(marks.get(gap), printed[gap]) for gap in (Gap.DAY, Gap.MONTH))
    for day, month in product(days, months):
        try:
            yield date(int(year), int(month.text), int(day.text)).isoformat(), day.chance * month.chance
        except ValueError:
            continue


def _readings(mark: Mark | None, printed: str) -> tuple[DigitReading, ...]:
    return mark.readings if mark else (DigitReading(text=re.sub(r"\D", "", printed), chance=1),)
