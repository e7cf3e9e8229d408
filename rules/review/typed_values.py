"""What a person types into a field: any habit in, the contract's format out; and back for showing.

`5/3/20`, `050320`, `5.3.2020` and `ngày 5 tháng 3 năm 2020` are one date. Names and texts are kept
as typed: Vietnamese input is never rewritten beyond NFC and blanks. A number that can be read in two
ways is not understood: the person is asked.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from pydantic import JsonValue

from rules.fields.numbers import problem
from schemas.base.vietnamese import fold, nfc
from schemas.document_type import ValueKind
from schemas.paper import Problem

_WORDS = re.compile(r"ngày|tháng|năm|lúc", re.IGNORECASE)
_CLOCK = re.compile(r"(?P<h>\d{1,2})\s*(?:giờ|gio|h|:|g)\s*(?P<m>\d{2})", re.IGNORECASE)
_LISTED = re.compile(r"(?P<name>.+?)\s*\((?P<originals>\d{1,3})\s*\+\s*(?P<copies>\d{1,3})\)$")
_ID_LENGTHS = (9, 12)
_DATE_PARTS, _CENTURY = 3, 100
_YEAR_DIGITS, _FIRST_YEAR = (2, 4), 1800
_NUMBER = re.compile(r"\d+(?:[., ]\d+)*")
_THOUSANDS = 3
_ONE_GROUP = re.compile(r"^\d{1,3},\d{3}$")
"""What would read in two ways when it is typed again: one more nought tells."""
_SCALES = {"tỷ": 10**9, "tỉ": 10**9, "triệu": 10**6, "tr": 10**6, "nghìn": 10**3, "ngàn": 10**3}
_CURRENCY = re.compile(r"(?:đồng|vnđ|vnd|đ)\.?$", re.IGNORECASE)
_SQUARE_METRES = {"": 1, "m": 1, "m2": 1, "m²": 1, "ha": 10_000, "km2": 10**6, "km²": 10**6}
_MOST = 10**15
_GENDERS = {"male": "Nam", "female": "Nữ"}


class NotUnderstood(ValueError):
    """What was typed is no value of its kind; `problem` says so in plain words."""

    def __init__(self, found: Problem) -> None:
        super().__init__(found.code)
        self.problem = found


def read_typed(kind: ValueKind, text: str, today: date) -> JsonValue:
    """The value of typed `text` in the contract's format for `kind`. Raises `NotUnderstood`.

    A year of two digits is the latest one that is not after `today`.
    """
    text = nfc(text)
    if not text:
        raise NotUnderstood(problem("typed_empty", "Ô trống", "Nothing was typed"))
    return _READERS.get(kind, _as_typed)(text, today)


def shown(kind: ValueKind, value: JsonValue) -> str:
    """`value` as a person reads and types it: `05/03/2020`, `Nam`, `1.250,5`."""
    if isinstance(value, list):
        return "; ".join(_listed(item) for item in value if isinstance(item, dict))
    text = "" if value is None else str(value)
    return _SHOWN[kind](text) if text and kind in _SHOWN else text


def _shown_date(text: str) -> str:
    day, _, clock = text.partition("T")
    return " ".join(part for part in (clock, "/".join(reversed(day.split("-")))) if part)


def _shown_number(text: str) -> str:
    return _ONE_GROUP.sub(r"\g<0>0", text.replace(".", ","))


def _shown_money(text: str) -> str:
    whole, comma, part = _shown_number(text).partition(",")
    return re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ".", whole) + comma + part


_SHOWN: dict[ValueKind, Callable[[str], str]] = {
    ValueKind.GENDER: lambda text: _GENDERS.get(text, text),
    ValueKind.DATE: _shown_date,
    ValueKind.DATE_TIME: _shown_date,
    ValueKind.MONEY: _shown_money,
    ValueKind.AREA: _shown_number,
}


def _as_typed(text: str, _: date) -> str:
    return text


def _date(text: str, today: date) -> str:
    parts = re.split(r"\D+", _WORDS.sub(" ", text).strip())
    parts = [part for part in parts if part]
    if len(parts) == 1 and len(parts[0]) in (6, 8):
        parts = [parts[0][:2], parts[0][2:4], parts[0][4:]]
    if not parts or len(parts) > _DATE_PARTS or re.search(r"[^\W\d]", _WORDS.sub("", text)):
        raise NotUnderstood(_no_date(text))
    if len(parts) == _DATE_PARTS and len(parts[0]) == 4:  # noqa: PLR2004  (2020-03-05)
        parts.reverse()
    *day_and_month, year = [int(part) for part in parts]
    if len(parts[-1]) not in _YEAR_DIGITS:  # 0503 is a day and a month, and no year
        raise NotUnderstood(_no_date(text))
    if len(parts[-1]) <= 2:  # noqa: PLR2004
        year += today.year - today.year % _CENTURY
        year -= _CENTURY if year > today.year else 0
    try:
        checked = date(year, *reversed(day_and_month or [1]), *([1] * (2 - len(day_and_month or [1]))))
    except ValueError as error:
        raise NotUnderstood(_no_date(text)) from error
    if checked.year < _FIRST_YEAR:
        raise NotUnderstood(_no_date(text))
    return checked.isoformat()[: {0: 4, 1: 7, 2: 10}[len(day_and_month)]]


def _no_date(text: str) -> Problem:
    return problem("typed_date", f"“{text}” không phải một ngày có thật", f"“{text}” is no real date")


def _date_time(text: str, today: date) -> str:
    clock = _CLOCK.search(text)
    if not clock or int(clock["h"]) > 23 or int(clock["m"]) > 59:  # noqa: PLR2004
        raise NotUnderstood(
            problem(
                "typed_time",
                f"“{text}” thiếu giờ: hãy gõ 8h30 5/3/2020",
                f"“{text}” lacks a time: type 8:30 5/3/2020",
            )
        )
    day = _date(text[: clock.start()] + " " + text[clock.end() :], today)
    return f"{day}T{int(clock['h']):02d}:{clock['m']}"


def _personal_id(text: str, _: date) -> str:
    digits = re.sub(r"[\s.\-]", "", text)
    if not digits.isascii() or not digits.isdecimal() or len(digits) not in _ID_LENGTHS:
        raise NotUnderstood(
            problem(
                "personal_id_shape",
                f"Số định danh có 9 hoặc 12 chữ số; đã gõ {len(digits)}",
                f"A personal id has 9 or 12 digits; {len(digits)} typed",
            )
        )
    return digits


def _gender(text: str, _: date) -> str:
    first = fold(text)
    if first in ("nu", "f", "female", "2"):
        return "female"
    if first in ("nam", "m", "male", "1"):
        return "male"
    raise NotUnderstood(problem("typed_gender", "Gõ Nam hoặc Nữ", "Type Nam (male) or Nữ (female)"))


def _code(text: str, _: date) -> str:
    return re.sub(r"\s+", "", text)


def _digits(text: str, _: date) -> str:
    digits = re.sub(r"[\s.]", "", text)
    if not digits.isascii() or not digits.isdecimal():
        raise NotUnderstood(problem("typed_digits", "Ô này chỉ có chữ số", "Digits only"))
    return digits


def _year(text: str, today: date) -> str:
    year = _date(text, today)
    return year[:4]


def _money(text: str, _: date) -> int | float:
    """Đồng: `1.500.000`, `1,5 triệu`, `12 tỷ đồng`."""
    plain = _CURRENCY.sub("", text.strip()).strip().lower()
    figure, scale = _parted(plain)
    if scale and scale not in _SCALES:
        raise NotUnderstood(
            problem("typed_money", "Gõ số tiền, ví dụ 1.500.000 hay 1,5 triệu", "Type an amount: 1.500.000")
        )
    return _whole(_read_number(figure, whole=not scale) * _SCALES.get(scale, 1))


def _area(text: str, _: date) -> float | int:
    """Square metres: `120,5`, `1.250,5 m2`, `0,25 ha`."""
    figure, unit = _parted(text.strip().lower())
    if unit not in _SQUARE_METRES:
        raise NotUnderstood(
            problem("typed_area", "Gõ số mét vuông, ví dụ 120,5", "Type square metres: 120,5")
        )
    return _whole(_read_number(figure, whole=False) * _SQUARE_METRES[unit])


def _parted(text: str) -> tuple[str, str]:
    """The figure and the word after it."""
    match = _NUMBER.match(text)
    figure = match.group() if match else ""
    return figure, text[len(figure) :].strip()


def _read_number(figure: str, *, whole: bool) -> Decimal:
    """`1.250,5` and `1,250.5` are 1250.5; `1.250` is 1250 where only `whole` numbers are usual, else it asks.

    Raises `NotUnderstood`.
    """
    figure = figure.replace(" ", "")
    marks = [character for character in figure if character in ".,"]
    groups = re.split(r"[.,]", figure)
    if not figure or not figure.isascii():
        raise NotUnderstood(problem("typed_number", "Gõ một con số", "Type a number"))
    grouped = all(len(group) == _THOUSANDS for group in groups[1:]) and 1 <= len(groups[0]) <= _THOUSANDS
    if not marks:
        number = figure
    elif len(set(marks)) == 1 and len(marks) > 1 and grouped:
        number = "".join(groups)
    elif len(set(marks)) == 1 and len(marks) == 1 and not grouped and (marks[0] == "," or not whole):
        number = ".".join(groups)
    elif len(marks) == 1 and grouped and marks[0] == "." and whole:
        number = "".join(groups)
    elif len(set(marks)) == 2 and len(set(marks[:-1])) == 1 and marks[-1] not in marks[:-1]:  # noqa: PLR2004
        number = "".join(groups[:-1]) + "." + groups[-1]
    else:
        raise NotUnderstood(
            problem(
                "typed_two_ways",
                f"“{figure}” đọc được hai cách: gõ lại, dấu phẩy trước phần lẻ, không dấu ngăn nghìn",
                f"“{figure}” reads in two ways: type it with a comma before the fraction, no other marks",
            )
        )
    return Decimal(number)


def _whole(number: Decimal) -> int | float:
    if number >= _MOST:
        raise NotUnderstood(problem("typed_number", "Con số quá lớn", "Too large a number"))
    return int(number) if number == number.to_integral_value() else float(number)


def _listed(item: dict[str, JsonValue]) -> str:
    return f"{item.get('name')} ({item.get('originals', 0)}+{item.get('copies', 0)})"


def _paper_list(text: str, _: date) -> JsonValue:
    """`Tờ khai (1+0); Giấy khai sinh (0+1)`: name, originals, copies."""
    items: list[JsonValue] = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        match = _LISTED.match(part)
        name, originals, copies = match.group("name", "originals", "copies") if match else (part, 1, 0)
        items.append({"name": name, "originals": int(originals), "copies": int(copies)})
    return items


_READERS: dict[ValueKind, Callable[[str, date], JsonValue]] = {
    ValueKind.DATE: _date,
    ValueKind.DATE_TIME: _date_time,
    ValueKind.YEAR: _year,
    ValueKind.PERSONAL_ID: _personal_id,
    ValueKind.GENDER: _gender,
    ValueKind.CODE: _code,
    ValueKind.DOCUMENT_NUMBER: _code,
    ValueKind.DIGITS: _digits,
    ValueKind.MONEY: _money,
    ValueKind.AREA: _area,
    ValueKind.LOWER: lambda text, _: text.lower(),
    ValueKind.PAPER_LIST: _paper_list,
}
