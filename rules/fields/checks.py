"""Checks of single values and of values against each other on one paper."""

import re
from collections.abc import Callable, Mapping
from datetime import date

from pydantic import JsonValue
from rapidfuzz import fuzz, process

from rules.fields.numbers import (
    CERTIFICATE_NUMBER,
    LAND_SERIAL,
    check_document_number,
    check_dossier_code,
    check_kind_and_number,
    check_personal_id,
    check_shape,
    check_tax_code,
    problem,
)
from rules.fields.places import judge_place
from schemas.base.language import Bilingual
from schemas.base.vietnamese import fold, nfc
from schemas.catalogue import ethnic_groups, nationalities
from schemas.document_type import DocumentType, FieldCheck
from schemas.paper import FieldValue, Problem, Source

_FULL_DATE = 10
_EARLIEST_YEAR = 1880
_ALIKE = 80.0
"""Likeness (0…100) of two texts that say the same."""
_NEAR = 60.0
"""The same of a name of a list that may be meant."""
_PLACES = {
    Source.OCR: Bilingual(vi="chữ in", en="print"),
    Source.QR: Bilingual(vi="mã QR", en="QR code"),
    Source.MRZ: Bilingual(vi="dòng MRZ", en="MRZ"),
    Source.BARCODE: Bilingual(vi="mã vạch", en="barcode"),
    Source.DERIVED: Bilingual(vi="suy ra", en="derived"),
    Source.PERSON: Bilingual(vi="người nhập", en="a person"),
}
_ORDER = (
    ("date_of_birth", "issued_on"),
    ("date_of_birth", "registered_on"),
    ("issued_on", "expires_on"),
    ("issued_on", "arrived_on"),
    ("received_at", "due_at"),
)


def check_fields(
    document_type: DocumentType, fields: Mapping[str, FieldValue], today: date
) -> dict[str, tuple[Problem, ...]]:
    """Problems by field id; only fields that have some. Values are never changed."""
    problems: dict[str, list[Problem]] = {}
    for name, rule in document_type.fields.items():
        value = fields[name].value if name in fields else None
        if rule.check and isinstance(value, str):
            found = _CHECKS[rule.check](value, fields, today)
            if found:
                problems.setdefault(name, []).append(found)
    for name, field in fields.items():
        found = check_echoes(field)
        if found:
            problems.setdefault(name, []).append(found)
    found = check_kind_and_number(_text(fields, "document_kind"), _text(fields, "document_number"))
    if found:
        problems.setdefault("document_number", []).append(found)
    for earlier, later in _ORDER:
        found = _in_order(earlier, later, document_type, fields)
        if found:
            problems.setdefault(later, []).append(found)
    return {name: tuple(found) for name, found in problems.items()}


def check_echoes(field: FieldValue) -> Problem | None:
    """What the paper says twice, it says alike: a code and its print, a date in digits and in words.

    Marks, case and a slip or two in a text are recognition's; numbers and dates must agree.
    """
    for echo in field.echoes:
        if field.value is not None and echo.value is not None and not _agree(field.value, echo.value):
            said, again = _shown(field.value), _shown(echo.value)
            return problem(
                "echo_differs",
                f"Giấy ghi hai nơi khác nhau: “{said}” ({_PLACES[field.source].vi}) và “{again}” "
                f"({_PLACES[echo.source].vi})",
                f"The paper says two things: “{said}” ({_PLACES[field.source].en}) and “{again}” "
                f"({_PLACES[echo.source].en})",
            )
    return None


def _agree(value: JsonValue, echo: JsonValue) -> bool:
    one, other = fold(str(value)), fold(str(echo))
    if any(char.isdigit() for char in one) and not any(char.isalpha() for char in one):
        return one == other
    return fuzz.ratio(one, other) >= _ALIKE


def _shown(value: JsonValue) -> str:
    text = str(value)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return f"{text[8:]}/{text[5:7]}/{text[:4]}"
    return text


def check_date(value: str, today: date) -> Problem | None:
    """A day that exists, not before 1880; whole dates are checked against the calendar."""
    year = int(value[:4])
    if len(value) == _FULL_DATE:
        try:
            date.fromisoformat(value)
        except ValueError:
            return problem("date_unreal", f"Không có ngày {value}", f"There is no day {value}")
    far = today.year + 100  # cards run out after up to decades
    if not _EARLIEST_YEAR <= year <= far:
        return problem("date_far", f"Năm {year} không hợp lý", f"The year {year} is implausible")
    return None


_SHORT = re.compile(r"ng[aà]y\s+\d\s+th[aá]ng|th[aá]ng\s+[12]\s+n[aă]m", re.IGNORECASE)
"""A day or a month of one digit that would be written with two."""


def check_issue_date(value: str, raw: str, today: date) -> Problem | None:
    """A day that can be, not to come, and written as agencies write it, or a digit was lost.

    Days below 10 and the months 1 and 2 have a zero before them (Decree 30/2020/NĐ-CP, annex I, II.4; before
    it Circular 01/2011/TT-BNV, article 9).
    """
    if _SHORT.search(nfc(raw)):
        return problem(
            "date_short",
            f"“{raw}”: ngày dưới 10 và tháng 1, 2 phải có số 0 ở trước; có thể máy đọc sót một chữ số",
            f"“{raw}”: days below 10 and months 1, 2 have a zero before them; a digit may be lost",
        )
    if len(value) == _FULL_DATE and value > today.isoformat():
        return problem("date_to_come", f"Ngày {value} chưa đến", f"The day {value} is still to come")
    return check_date(value, today)


def _text(fields: Mapping[str, FieldValue], name: str) -> str | None:
    value = fields[name].value if name in fields else None
    return value if isinstance(value, str) else None


def _in_order(
    earlier: str, later: str, document_type: DocumentType, fields: Mapping[str, FieldValue]
) -> Problem | None:
    first, second = _text(fields, earlier), _text(fields, later)
    if not first or not second or first[: len(second)] <= second[: len(first)]:
        return None
    names = [document_type.fields[name].label for name in (earlier, later)]
    return problem(
        "dates_out_of_order",
        f"{names[1].vi} trước {names[0].vi}",
        f"{names[1].en} comes before {names[0].en}",
    )


def check_listed(value: str, known: tuple[str, ...], code: str) -> Problem | None:
    """`value` is none of the `known` names; the problem says which is near.

    Marks and apostrophes count, hyphens and capitals do not: Cơ-tu is Cơ Tu, M Nông is not M'Nông.
    """
    said = _as_listed(value)
    if any(said == _as_listed(name) for name in known):
        return None
    near = process.extractOne(said, {name: _as_listed(name) for name in known}, scorer=fuzz.ratio)
    hint = near[2] if near and near[1] >= _NEAR else ""
    return problem(
        code,
        f"“{value}” không có trong danh mục" + (f"; gần nhất: {hint}" if hint else ""),
        f"“{value}” is not on the list" + (f"; the nearest is {hint}" if hint else ""),
    )


def _as_listed(text: str) -> str:
    plain = re.sub(r"[’ʼ‘´`]", "'", nfc(text).casefold())
    return " ".join(re.sub(r"[-‐‑–.]", " ", plain).split())


_Checker = Callable[[str, Mapping[str, FieldValue], date], Problem | None]
_CHECKS: dict[FieldCheck, _Checker] = {
    FieldCheck.PERSONAL_ID: lambda value, fields, _: check_personal_id(
        value, _text(fields, "date_of_birth"), _text(fields, "gender")
    ),
    FieldCheck.DATE: lambda value, _, today: check_date(value, today),
    FieldCheck.ISSUE_DATE: lambda value, fields, today: check_issue_date(
        value, fields["issued_on"].raw, today
    ),
    FieldCheck.DOCUMENT_NUMBER: lambda value, _fields, _today: check_document_number(value),
    FieldCheck.TAX_CODE: lambda value, _fields, _today: check_tax_code(value),
    FieldCheck.LAND_SERIAL: lambda value, _fields, _today: check_shape(value, LAND_SERIAL),
    FieldCheck.CERTIFICATE_NUMBER: lambda value, _fields, _today: check_shape(value, CERTIFICATE_NUMBER),
    FieldCheck.PLACE: lambda value, _fields, _today: judge_place(value).problem,
    FieldCheck.DOSSIER_CODE: lambda value, _fields, _today: check_dossier_code(value),
    FieldCheck.ETHNIC_GROUP: lambda value, _fields, _today: check_listed(
        value, ethnic_groups(), "ethnic_group_unknown"
    ),
    FieldCheck.NATIONALITY: lambda value, _fields, _today: check_listed(
        value, nationalities(), "nationality_unknown"
    ),
}
