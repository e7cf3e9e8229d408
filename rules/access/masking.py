"""Names and ids as those see them who may not see them whole."""

import re

from schemas.document_type import ValueKind

_DOT = "•"
_SHOWN_DIGITS = 3


_NUMBER = re.compile(r"(?<!\d)\d(?:[ .]?\d){8,11}(?!\d)")
"""Nine to twelve digits, as citizens' numbers have them."""


def mask_numbers(line: str, asked: str) -> str:
    """A line of a paper with citizens' numbers masked, except one that was asked for."""
    known = re.sub(r"\D", "", asked)

    def mask(found: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", found[0])
        return found[0] if digits == known else masked(ValueKind.PERSONAL_ID, digits)

    return _NUMBER.sub(mask, line)


def masked(kind: ValueKind, value: str) -> str:
    """`Nguyễn Thị Dung` → `N••••• T•• D•••`, `001085012345` → `001•••••••••`; dates keep their year."""
    if kind is ValueKind.PERSON_NAME:
        return " ".join(word[:1] + _DOT * (len(word) - 1) for word in value.split())
    if kind in (ValueKind.DATE, ValueKind.DATE_TIME, ValueKind.YEAR):
        return value[:4] + "".join(_DOT if c.isdigit() else c for c in value[4:])
    return value[:_SHOWN_DIGITS] + _DOT * max(len(value) - _SHOWN_DIGITS, 0)
