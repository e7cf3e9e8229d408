"""Vietnamese numbers and dates written out: `ngày năm, tháng ba, năm hai nghìn không trăm mười chín`."""

import re
from datetime import date

from schemas.base.vietnamese import fold

_DIGITS = {
    "khong": 0,
    "mot": 1,
    "hai": 2,
    "ba": 3,
    "bon": 4,
    "tu": 4,
    "nam": 5,
    "lam": 5,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
}
_SCALES = {"tram": 100, "nghin": 1000, "ngan": 1000}
_FILLERS = {"linh", "le", "mong", "mung"}
_DATE = re.compile(
    r"ngay (?P<d>[a-z ]+?)[,. ]+thang (?P<m>[a-z ]+?)[,. ]+nam (?P<y>(?:mot|hai) (?:nghin|ngan)[a-z ]*)"
)
_MONTHS = {"gieng": 1, "chap": 12}


def number_in_words(text: str) -> int | None:
    """0…9999 by its words, marks aside; None for anything else."""
    total, part = 0, 0
    for word in fold(text).split():
        if word in _FILLERS:
            continue
        if word in {"muoi", "chuc"}:
            part = (part or 1) * 10
        elif word in _SCALES:
            total += part * _SCALES[word]
            part = 0
        elif word in _DIGITS:
            part = part + _DIGITS[word] if part % 10 == 0 else part * 10 + _DIGITS[word]
        else:
            return None
    return total + part if text.strip() else None


def date_in_words(text: str) -> str | None:
    """The date that `text` writes out, as YYYY-MM-DD; None when there is none or no such day."""
    match = _DATE.search(fold(text))
    if not match:
        return None
    day, year = number_in_words(match["d"]), number_in_words(match["y"])
    month = _MONTHS.get(match["m"].strip()) or number_in_words(match["m"])
    try:
        return date(year or 0, month or 0, day or 0).isoformat()
    except ValueError:
        return None
