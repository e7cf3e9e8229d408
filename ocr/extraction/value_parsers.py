"""From the raw text of a field to its value, by kind.

A value is never guessed or completed: what does not parse gives None, and a person looks.
"""

import re
from collections.abc import Callable
from datetime import date

from ocr.text.number_words import date_in_words
from schemas.base.vietnamese import fold, nfc, title_case
from schemas.document_type import ValueKind

_EDGES = " .,;:…_-–|'\"“”‘’*~/\\"
_DATE = (
    r"(?<!\d)(?<!\d\s)(?P<d>\d\s?\d|\d)"
    r"(?:\s*[/.\-]+\s*|[\s._]*th[áaắàãăâ]ng[\s._]*)(?P<m>\d\s?\d|\d)"
    r"(?:\s*[/.\-]+\s*|[\s._]*n[ăắằẵaâ]m[\s._]*)(?P<y>\d(?:\s?\d){3})(?!\d)"
)
_FULL_DATE = re.compile(_DATE, re.IGNORECASE)
_SPELLED_DATE = re.compile(rf"(?:ngày[\s._:,]*)+{_DATE}\W*", re.IGNORECASE)
"""`ngày … tháng … năm …` with nothing between that was not understood."""
_COMPACT_DATE = re.compile(r"^(?P<d>\d{2})(?P<m>\d{2})(?P<y>\d{4})$")  # ddmmyyyy of the card's QR code
_MONTH = re.compile(r"(?<!\d)(?P<m>\d{1,2})\s*(?:/|năm)\s*(?P<y>\d{4})(?!\d)", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?P<y>(?:18|19|20)\d{2})(?!\d)")
_TIME = re.compile(r"(?P<h>\d{1,2})\s*(?:gi[ờòơoóờ]|h|:)\s*(?P<m>\d{2})", re.IGNORECASE)
_ID = re.compile(r"(?<!\d)(?:\d[ .]?){8,11}\d(?!\d)")
_NUMBER = re.compile(
    r"^[\s._]*(?P<digits>\d(?:\s?\d){0,4}\s*[A-Za-z]?)[\s._]*/"
    r"(?P<notation>\s*(?:\d{4}\s*/\s*)?[A-ZĐ][\wĐđ&.]*(?:\s*-\s*[\wĐđ&.]+|\s[A-ZĐ]+(?![\wà-ỹ]))*)"
)
"""The digits are all that stands before the slash: half a number is none."""
_ID_LENGTHS = (9, 12)
_CAPACITY = re.compile(r"^(TM|KT|TL|TUQ)\.(?=[^\W\d_])")
"""For whom someone signs, run into the words after it."""
_RUN_TOGETHER = re.compile(r",(?=[^\W\d_])")
"""A comma that lost its blank."""
_DIGITS = re.compile(r"\D{0,6}(?P<digits>\d(?:(?:[ .]|\. (?=\d{2}))?\d)*)")
"""Digits stand in front, a short word before them at most: `Khu phố 1, phường …` is no number."""
_AREA = re.compile(
    r"\D{0,3}(?P<whole>\d{1,3}(?:[. ]\d{3})+|\d(?: \d)+(?!\d)|\d+)"
    r"(?:[,.][\s/.,]{0,2}(?P<part>\d{1,2}))?(?!\W?\d)"
)
_ADDRESSES = ("bà", "chị", "cô", "chú")
"""Forms of address that are nobody's family name: Bá is one, Bà is none."""
_ADDRESS_OR_NAME = ("ông", "anh")
"""Both a form of address and, of some, the family name: what follows tells."""
_FAMILY_NAMES_TEXT = """
    nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh trịnh trương lâm mai đào
    cao hà tạ vương phùng tô châu quách thái la lưu tăng chu nông hứa kiều lương tôn đoàn bạch cù triệu đàm
    mạc thân văn ninh giang khổng tống sầm ma vi lò quàng cầm giàng sùng thào vàng hầu ly tẩn chảo
"""
_FAMILY_NAMES = frozenset(_FAMILY_NAMES_TEXT.split())
_COMMONEST = ("nguyễn", "trần", "phạm", "hoàng", "huỳnh", "đặng", "đỗ", "bùi")
"""Family names whose other marks make no family name."""
_MISREAD_NAMES = {"đã": "đỗ"}
"""A word that is no name, as which a family name is read."""
_AFTER_NAME = re.compile(r"(?<=\w)\s*[,;(]")
"""What ends a name in running text: `Nguyễn Văn An, sinh ngày …`."""
_MIDDLE_NAMES = ("thị", "văn")
_LEAST_NAME = 2
_HONOURED = 2
"""Words a name has at least with its form of address: Bà Hà is a name, Bà Trần Hà is not."""
_NAME_MARKS = "'’ʼ‘´`-‐‑–"
"""In names of the Central Highlands and of abroad: H'Hen, Niê-Kđăm, O'Brien, Marie-Claire."""
_INNER_MARK = re.compile(r"^[^\W\d_]['’ʼ‘´`]\w{2}")
"""A name of one word is one of these: K'Brốt."""
_PREFIX = re.compile(r"^[^\W\d_]['’ʼ‘´`]$")
"""A name's first letter that stands by itself: H' Ơ."""
_MAX_DAY, _MAX_MONTH, _MAX_HOUR, _MAX_MINUTE = 31, 12, 23, 59


def parse_value(kind: ValueKind, raw: str) -> str | int | float | None:
    """The value of `raw` in the contract's format for `kind`, or None when it cannot be read."""
    text = nfc(raw)
    if kind is not ValueKind.DATE:  # of a date the dots before the year tell that a day stands there
        text = text.strip(_EDGES)
    return _PARSERS[kind](text) if text else None


def _text(text: str) -> str | None:
    text = re.sub(r"(?:\s*[.…_]){3,}", " ", text)  # what is left of a dotted leader
    text = _CAPACITY.sub(r"\1. ", _RUN_TOGETHER.sub(", ", nfc(text).strip(_EDGES)))
    return text if any(c.isalnum() for c in text) else None


def _person_name(text: str) -> str | None:
    bare = _words_of_name(_AFTER_NAME.split(text, maxsplit=1)[0].split())
    words = [w if _PREFIX.match(w) else w.strip(_EDGES + "()") for w in bare]
    words = [w for w in words if any(map(str.isalpha, w)) and all(c.isalpha() or c in _NAME_MARKS for c in w)]
    if len(words) > _HONOURED and _is_address(words[0].lower(), words[1].lower()):
        words = words[1:]
    words = [_family_name(word) if at == 0 < len(words) - 1 else word for at, word in enumerate(words)]
    is_name = len(words) >= _LEAST_NAME or any(_INNER_MARK.search(word) for word in words)
    return title_case(" ".join(words)) if is_name else None


def _family_name(word: str) -> str:
    """`NGUYÊN` of a name is NGUYỄN, `Trân` Trần: nobody has the other for a family name."""
    lower = _MISREAD_NAMES.get(word.lower(), word.lower())
    if lower in _FAMILY_NAMES and lower == word.lower():
        return word
    meant = next((name for name in _COMMONEST if fold(name) == fold(lower)), None)
    return (meant.upper() if word.isupper() else meant.capitalize()) if meant else word


def _words_of_name(words: list[str]) -> list[str]:
    """Up to where running text goes on: `Nguyễn Văn An sinh năm …`; forms of address may be small."""
    capital = next((at for at, word in enumerate(words) if word[:1].isupper()), len(words))
    end = next((at for at in range(capital, len(words)) if words[at][:1].islower()), len(words))
    return words[:end] if end - capital >= _LEAST_NAME else words


def _is_address(first: str, following: str) -> bool:
    """Whether `first` addresses somebody whose name begins with `following`."""
    if first in _ADDRESSES:
        return True
    foreign = len(following) == 1 or any(mark in following for mark in _NAME_MARKS)
    named = following in _FAMILY_NAMES and following not in _MIDDLE_NAMES
    return first in _ADDRESS_OR_NAME and (named or foreign)


def _personal_id(text: str) -> str | None:
    for match in _ID.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if len(digits) in _ID_LENGTHS:
            return digits
    return None


def _date(text: str) -> str | None:
    spelled = _SPELLED_DATE.match(text)
    if text.lower().startswith("ngày") and not (spelled and _ends_clause(spelled.group(), text)):
        return date_in_words(text)
    match = _FULL_DATE.search(text) or _COMPACT_DATE.search(text)
    if match:
        day, month, year = (int(re.sub(r"\s", "", match[g])) for g in ("d", "m", "y"))
        try:
            return date(year, month, day).isoformat()
        except ValueError:
            return None
    return date_in_words(text) or _part_of_date(text)


def _ends_clause(part: str, text: str) -> bool:
    """`part` is the whole of `text`, or a comma ends it: `ngày 18/11/1991, CCCD số …`."""
    return part == text or part.rstrip().endswith((",", ";"))


def _part_of_date(text: str) -> str | None:
    """Month and year, or the year, where no more is printed."""
    month_year = None if re.search(r"ng[àa]y", text, re.IGNORECASE) else _MONTH.search(text)
    if month_year and 1 <= int(month_year["m"]) <= _MAX_MONTH:
        return f"{month_year['y']}-{int(month_year['m']):02d}"
    year_only = _YEAR.search(text)
    if not year_only:
        return None
    rest = text.replace(year_only["y"], "")
    illegible = re.search(r"[\d/]|ng[àa]y|th[áa]ng", rest, re.IGNORECASE)  # a day stands there
    return None if illegible else year_only["y"]


def _date_time(text: str) -> str | None:
    clock = _TIME.search(text)
    rest = text[: clock.start()] + " " + text[clock.end() :] if clock else text
    day = _FULL_DATE.search(rest)
    if not clock or not day:
        return None
    hour, minute, on = int(clock["h"]), int(clock["m"]), _date(day.group())
    if on is None or hour > _MAX_HOUR or minute > _MAX_MINUTE:
        return None
    return f"{on}T{hour:02d}:{minute:02d}"


def _year(text: str) -> str | None:
    match = _FULL_DATE.search(text) or _YEAR.search(text)
    return match["y"] if match else None


def _gender(text: str) -> str | None:
    words = [word for word in text.split() if word.casefold() != "năm"]
    folded = [fold(word).strip(_EDGES) for word in words]
    if "nu" in folded:
        return "female"
    country = {at for at, before in enumerate(folded, 1) if before == "viet"}
    return "male" if any(word == "nam" and at not in country for at, word in enumerate(folded)) else None


def _code(text: str) -> str | None:
    """Letters and digits as printed; no code of ours is without a digit."""
    return re.sub(r"\s+", "", text) if any(map(str.isdigit, text)) else None


def _document_number(text: str) -> str | None:
    match = _NUMBER.search(text)
    return re.sub(r"\s+", "", f"{match['digits']}/{match['notation']}") if match else None


def _digits(text: str) -> str | None:
    match = _DIGITS.match(text)
    return re.sub(r"\D", "", match["digits"]) if match else None


def _money(text: str) -> int | None:
    """Đồng; less than a thousand is no sum of today's money but what a list counts with."""
    match = re.search(r"\d{1,3}(?:[ .,]\d{3})+|\d{4,}", text)
    return int(re.sub(r"\D", "", match.group())) if match else None


def _area(text: str) -> float | int | None:
    """Square metres: `120,5 m²`, `1.250,0 m2`; a dot before three digits and the end parts thousands."""
    match = _AREA.match(text)
    if not match:
        return None
    whole = int(re.sub(r"\D", "", match["whole"]))
    part = (match["part"] or "").rstrip("0")
    return float(f"{whole}.{part}") if part else whole


_PARSERS: dict[ValueKind, Callable[[str], str | int | float | None]] = {
    ValueKind.TEXT: _text,
    ValueKind.PERSON_NAME: _person_name,
    ValueKind.PERSONAL_ID: _personal_id,
    ValueKind.DATE: _date,
    ValueKind.DATE_TIME: _date_time,
    ValueKind.YEAR: _year,
    ValueKind.GENDER: _gender,
    ValueKind.CODE: _code,
    ValueKind.DOCUMENT_NUMBER: _document_number,
    ValueKind.DIGITS: _digits,
    ValueKind.MONEY: _money,
    ValueKind.AREA: _area,
    ValueKind.LOWER: lambda text: (_text(text) or "").lower() or None,
}
