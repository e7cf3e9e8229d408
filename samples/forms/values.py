"""Values for the fields of a made-up paper: how they are printed, and what a perfect reader returns."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple

from pydantic import JsonValue
from stdnum.vn import mst

from samples.forms.wordings import FieldWording, listed
from samples.persons import FAMILY, GIVEN, MIDDLE, draw_address, draw_agency, draw_person
from schemas.base.timezone import HANOI
from schemas.document_type import FieldRule, ValueKind

_HIGHLAND = (
    "H'Hen Niê",
    "Y Bhiêr Niê Kđăm",
    "Điểu Phương",
    "Lý A Tủa",
    "Giàng Thị Mỷ",
    "Thạch Sa Rươne",
    "K'Brốt",
)
_COUNTRIES = ("Việt Nam",) * 12 + ("Hoa Kỳ", "Hàn Quốc", "Đài Loan (Trung Quốc)", "Lào")
_PLACES = ("residence", "address", "location", "place_of_origin", "head_office")
_AGENCIES = ("registered_by", "issued_by", "issuing_agency", "received_by")
_NO_WORDS = FieldWording(labels=())
_EMPTY = 0.04
"""Share of fields left open on a paper."""


class Value(NamedTuple):
    """As it is printed, and the contract's value."""

    printed: str
    value: JsonValue


class ValueStyle(NamedTuple):
    """How one family of papers prints values."""

    capitals: bool
    """Names in capitals."""
    date: int
    """Which way dates are written."""
    zeros: bool
    """05, not 5."""


def draw_value(
    rng: Random, name: str, rule: FieldRule, wording: FieldWording, style: ValueStyle, settled: str = ""
) -> Value | None:
    """A value for field `name`, `settled` if other fields do so; None where the paper leaves it open."""
    if rng.random() < _EMPTY and not rule.required:
        return None
    if rule.kind is ValueKind.PERSONAL_ID:
        return _number_of_person(rng, name, settled)
    if settled:
        return _print(rng, rule.kind, settled, style)
    return _BY_KIND.get(rule.kind, _text)(rng, name, wording, style)


def write_date(day: date, style: ValueStyle) -> str:
    """A day as the family writes it."""
    d, m = (f"{day.day:02d}", f"{day.month:02d}") if style.zeros else (str(day.day), str(day.month))
    ways = (
        f"{d}/{m}/{day.year}",
        f"{d}-{m}-{day.year}",
        f"ngày {d} tháng {m} năm {day.year}",
        f"Ngày {d} tháng {m} năm {day.year}",
        f"{d}.{m}.{day.year}",
        f"ngày {d}/{m}/{day.year}",
        f"{d} / {m} / {day.year}",
        f"{d}/{m}/{day.year}",
    )
    return ways[style.date % len(ways)]


def draw_name(rng: Random) -> str:
    """A name of two to five words."""
    if rng.random() < 0.06:
        return rng.choice(_HIGHLAND)
    gender = rng.choice(("male", "female"))
    middle = rng.choice(MIDDLE[gender])
    if rng.random() < 0.25:
        middle += " " + rng.choice(GIVEN[gender])
    family = rng.choice(FAMILY) if rng.random() < 0.8 else draw_person(rng).full_name.split()[0]
    return f"{family} {middle} {rng.choice(GIVEN[gender])}"


def _name(rng: Random, name: str, _wording: FieldWording, style: ValueStyle) -> Value:
    drawn = draw_name(rng)
    shown = drawn.upper() if style.capitals and name != "signer_name" else drawn
    return Value(shown, drawn)


def _day(rng: Random, name: str, _wording: FieldWording, style: ValueStyle) -> Value:
    birth, end = "birth" in name or name == "born", "expires" in name
    first, last = (1950, 2015) if birth else (2026, 2045) if end else (2016, 2025)
    day = date(first, 1, 1) + timedelta(days=rng.randrange(365 * (last - first)))
    return Value(write_date(day, style), day.isoformat())


def _moment(rng: Random, name: str, _wording: FieldWording, _style: ValueStyle) -> Value:
    first = 2024 if name.startswith("due") else 2022
    at = datetime(first, 1, 3, 7, 30, tzinfo=HANOI) + timedelta(minutes=rng.randrange(60 * 24 * 700))
    printed = rng.choice(
        (
            f"{at:%H} giờ {at:%M} phút, ngày {at:%d} tháng {at:%m} năm {at.year}",
            f"{at:%H:%M} ngày {at:%d/%m/%Y}",
            f"{at:%d/%m/%Y %H:%M}",
            f"{at:%H} giờ {at:%M} ngày {at:%d/%m/%Y}",
        )
    )
    return Value(printed, at.strftime("%Y-%m-%dT%H:%M"))


def _number_of_person(rng: Random, name: str, settled: str) -> Value:
    person = draw_person(rng)
    digits = person.previous_id if name == "previous_id" or rng.random() < 0.2 else person.personal_id
    if len(settled) == len(digits):
        digits = settled
    if name == "personal_id" or rng.random() < 0.5:
        return Value(digits, digits)
    pattern = rng.choice([p for p in listed("id_paper_patterns") if "{id}" in p and "Hộ chiếu" not in p])
    issuer = rng.choice([i for i in listed("id_issuers") if "{" not in i])
    return Value(
        pattern.format(
            id=digits, issuer=issuer, date=_day(rng, "", _NO_WORDS, ValueStyle(False, 0, True)).printed
        ),
        digits,
    )


def _print(rng: Random, kind: ValueKind, settled: str, style: ValueStyle) -> Value:
    """What is settled, as the family prints it."""
    if kind is ValueKind.GENDER:
        return Value("Nam" if settled == "male" else "Nữ", settled)
    if kind is ValueKind.DATE:
        return Value(write_date(date.fromisoformat(settled), style), settled)
    if style.date % 4 == 3:
        day = date(int(settled), rng.randint(1, 12), rng.randint(1, 28))
        return Value(write_date(day, style._replace(date=0)), settled)
    return Value(settled, settled)


def _year(rng: Random, _name: str, _wording: FieldWording, style: ValueStyle) -> Value:
    return _print(rng, ValueKind.YEAR, str(rng.randint(1945, 2004)), style)


def _gender(rng: Random, _name: str, _wording: FieldWording, _style: ValueStyle) -> Value:
    return rng.choice((Value("Nam", "male"), Value("Nữ", "female")))


def _money(rng: Random, _name: str, _wording: FieldWording, _style: ValueStyle) -> Value:
    amount = rng.choice((100, 500, 900, 1900, 5000, 20000)) * rng.randint(1, 9) * 10**6
    return Value(f"{amount:,}".replace(",", ".") + rng.choice((" đồng", " VNĐ", " đồng Việt Nam")), amount)


def _area(rng: Random, _name: str, _wording: FieldWording, _style: ValueStyle) -> Value:
    whole, tenth = rng.randint(40, 9800), rng.randint(0, 9)
    shown = f"{whole:,}".replace(",", ".") if rng.random() < 0.5 else str(whole)
    if rng.random() < 0.7:
        return Value(
            f"{shown},{tenth}" + rng.choice((" m²", " m2", "m2")),
            float(f"{whole}.{tenth}") if tenth else whole,
        )
    return Value(shown + rng.choice((" m²", " m2")), whole)


def _code(rng: Random, name: str, wording: FieldWording, _style: ValueStyle) -> Value:
    example = rng.choice(wording.examples)
    printed = _other_digits(rng, example.replace(".", "") if name.endswith("number") else example)
    if name == "enterprise_code":
        printed = printed[:9] + mst.calc_check_digit(printed[:9]) + printed[10:]
    return Value(printed, re.sub(r"\s+", "", printed))


def _digits(rng: Random, _name: str, wording: FieldWording, _style: ValueStyle) -> Value:
    examples = [e for e in wording.examples if re.fullmatch(r"\d[\d. ]*", e)]
    printed = _other_digits(rng, rng.choice(examples)) if examples else str(rng.randint(1, 999))
    return Value(printed, re.sub(r"\D", "", printed))


def _lower(rng: Random, name: str, wording: FieldWording, style: ValueStyle) -> Value:
    printed = str(_text(rng, name, wording, style).value)
    return Value(printed, printed.lower())


def _text(rng: Random, name: str, wording: FieldWording, style: ValueStyle) -> Value:
    printed = _text_of(rng, name, wording, style)
    return Value(printed, printed)


def _text_of(rng: Random, name: str, wording: FieldWording, style: ValueStyle) -> str:
    if any(part in name for part in _PLACES):
        return draw_address(rng, house=rng.random() < 0.6)
    if name in _AGENCIES and rng.random() < 0.7:
        agency = draw_agency(rng)[0]
        return agency.replace("Ủy ban nhân dân", "UBND") if rng.random() < 0.4 else agency
    if "ethnicity" in name:
        return str(rng.choice(("Kinh", "Kinh", "Kinh", *(e["name"] for e in listed("ethnic_groups")))))
    if "nationality" in name:
        return rng.choice(_COUNTRIES)
    if name == "holder_name" or name.endswith("full_name"):
        drawn = draw_name(rng)
        return drawn.upper() if style.capitals else drawn
    return (
        re.sub(r",(?=\S)", ", ", rng.choice(wording.examples))
        if wording.examples
        else draw_address(rng, house=False)
    )


def _other_digits(rng: Random, text: str) -> str:
    """`text` with other digits; years and what is zero stay, a day becomes another."""

    def other(match: re.Match[str]) -> str:
        digits = match.group()
        if match.start() and text[match.start() - 1] == "-" and len(digits) == 6:
            return f"{date(2021, 1, 4) + timedelta(days=rng.randrange(1400)):%y%m%d}"
        if re.fullmatch(r"(?:19|20)\d\d|0+", digits):
            return digits
        return "".join(
            rng.choice("123456789")
            if n == 0 and d != "0"
            else d
            if d == "0" and n == 0
            else rng.choice("0123456789")
            for n, d in enumerate(digits)
        )

    return re.sub(r"\d+", other, text)


_BY_KIND: dict[ValueKind, Callable[[Random, str, FieldWording, ValueStyle], Value]] = {
    ValueKind.PERSON_NAME: _name,
    ValueKind.DATE: _day,
    ValueKind.DATE_TIME: _moment,
    ValueKind.YEAR: _year,
    ValueKind.GENDER: _gender,
    ValueKind.MONEY: _money,
    ValueKind.AREA: _area,
    ValueKind.CODE: _code,
    ValueKind.DOCUMENT_NUMBER: _code,
    ValueKind.DIGITS: _digits,
    ValueKind.LOWER: _lower,
}
