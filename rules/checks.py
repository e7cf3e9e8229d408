"""Checks of single values and of values against each other on one paper."""

import re
from collections.abc import Callable, Mapping
from datetime import date

from pydantic import JsonValue
from rapidfuzz import fuzz
from stdnum.vn import mst

from rules.places import judge_place
from schemas.catalogue import birth_provinces
from schemas.document_type import Check, DocumentType
from schemas.language import Bilingual
from schemas.paper import FieldValue, Problem, Source
from schemas.vietnamese import fold

_ID_LENGTH, _OLD_ID_LENGTH = 12, 9
_NUMBER = re.compile(r"^\d{1,5}[A-Za-z]?/(?:\d{4}/)?[A-ZĐ][\wĐđ&.]*(?:-[\wĐđ&.]+)*$")
_DOSSIER_CODE = re.compile(
    r"^(?:\d{3}\.\d{2}\.\d{2}\.[GH]\d{2}|[GH]\d{2}(?:\.\d{2,3}){0,3})-(?P<day>\d{6})-\d{4,}$"
)
_KINDS = {
    "nghị quyết": "NQ", "quyết định": "QĐ", "chỉ thị": "CT", "quy chế": "QC", "quy định": "QyĐ",
    "thông cáo": "TC", "thông báo": "TB", "hướng dẫn": "HD", "chương trình": "CTr", "kế hoạch": "KH",
    "phương án": "PA", "đề án": "ĐA", "dự án": "DA", "báo cáo": "BC", "biên bản": "BB", "tờ trình": "TTr",
    "hợp đồng": "HĐ", "công điện": "CĐ", "giấy ủy quyền": "GUQ", "giấy mời": "GM", "thông tư": "TT",
    "nghị định": "NĐ",
}  # fmt: skip
"""Kinds of documents and their notation (Decree 30/2020/NĐ-CP, annex III; Decree 154/2020/NĐ-CP)."""
_FOLDED_KINDS: dict[str, list[str]] = {}
for _short in _KINDS.values():
    _FOLDED_KINDS.setdefault(fold(_short), []).append(_short)
_FULL_DATE = 10
_EARLIEST_YEAR = 1880
_ALIKE = 80.0
"""Likeness (0…100) of two texts that say the same."""
_PLACES = {
    Source.OCR: Bilingual(vi="chữ in", en="print"),
    Source.QR: Bilingual(vi="mã QR", en="QR code"),
    Source.MRZ: Bilingual(vi="dòng MRZ", en="MRZ"),
    Source.BARCODE: Bilingual(vi="mã vạch", en="barcode"),
    Source.DERIVED: Bilingual(vi="suy ra", en="derived"),
    Source.PERSON: Bilingual(vi="người nhập", en="a person"),
}
_ORDER = (("date_of_birth", "issued_on"), ("date_of_birth", "registered_on"),
          ("issued_on", "expires_on"), ("received_at", "due_at"))  # fmt: skip


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
            return _problem(
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


def check_personal_id(value: str, birth: str | None, gender: str | None) -> Problem | None:
    """Structure of the personal id: `AAA B CC DDDDDD` (Circular 59/2021/TT-BCA, article 4).

    AAA is a province of birth registration, B tells century and sex, CC the year of birth. There
    is no check digit. Nine-digit identity numbers have no structure to check. `birth` is an ISO
    date or its beginning.
    """
    if re.fullmatch(rf"\d{{{_OLD_ID_LENGTH}}}", value):
        return None
    if not re.fullmatch(rf"\d{{{_ID_LENGTH}}}", value):
        return _problem("personal_id_shape", f"Số định danh {value} không đủ 9 hoặc 12 chữ số",
                        f"Personal id {value} has neither 9 nor 12 digits")  # fmt: skip
    if value[:3] not in birth_provinces():
        return _problem("personal_id_province", f"Mã tỉnh {value[:3]} của số định danh không có thật",
                        f"The id's province code {value[:3]} does not exist")  # fmt: skip
    century_and_sex = int(value[3])
    if gender and (century_and_sex % 2 == 1) != (gender == "female"):
        return _problem("personal_id_sex", "Số định danh không khớp giới tính",
                        "The personal id does not match the sex")  # fmt: skip
    year = 1900 + 100 * (century_and_sex // 2) + int(value[4:6])
    if birth and birth[:4] != str(year):
        return _problem("personal_id_year", f"Số định danh ghi năm sinh {year}, giấy ghi {birth[:4]}",
                        f"The personal id says born {year}, the paper says {birth[:4]}")  # fmt: skip
    return None


def check_date(value: str, today: date) -> Problem | None:
    """A day that exists, not before 1880; whole dates are checked against the calendar."""
    year = int(value[:4])
    if len(value) == _FULL_DATE:
        try:
            date.fromisoformat(value)
        except ValueError:
            return _problem("date_unreal", f"Không có ngày {value}", f"There is no day {value}")
    far = today.year + 100  # cards run out after up to decades
    if not _EARLIEST_YEAR <= year <= far:
        return _problem("date_far", f"Năm {year} không hợp lý", f"The year {year} is implausible")
    return None


def check_document_number(value: str) -> Problem | None:
    """Number and notation such as `15/QĐ-BNV` (Decree 30/2020/NĐ-CP, annex I, II.3; annex III)."""
    if _NUMBER.match(value):
        short = value.rsplit("/", 1)[-1].split("-", 1)[0]
        if short in _KINDS.values() or fold(short) not in _FOLDED_KINDS:
            return None
        meant = " / ".join(_FOLDED_KINDS[fold(short)])
        return _problem("document_number_kind", f"Ký hiệu {short} không có; có phải {meant}",
                        f"There is no {short}; is it {meant}")  # fmt: skip
    return _problem("document_number_shape", f"Số, ký hiệu {value} không đúng dạng",
                    f"The number {value} has not the usual shape")  # fmt: skip


def check_kind_and_number(kind: str | None, number: str | None) -> Problem | None:
    """A decision bears QĐ, a report BC (Decree 30/2020/NĐ-CP, annex III); a letter bears no kind."""
    wanted = _KINDS.get((kind or "").lower())
    if not wanted or not number or not _NUMBER.match(number):
        return None
    if wanted in re.split(r"[/-]", number)[1:]:
        return None
    return _problem("document_number_kind", f"Văn bản là {kind}, số {number} không có ký hiệu {wanted}",
                    f"The number {number} of a {kind} lacks {wanted}")  # fmt: skip


def check_dossier_code(value: str) -> Problem | None:
    """Both families of dossier codes, with a real day in the middle.

    `000.00.01.H29-240115-0001` (QCVN 102:2016) and `H47.06-261005-0155` (Decision 20/2020/QĐ-TTg).
    """
    match = _DOSSIER_CODE.match(value)
    if match:
        day = match["day"]
        try:
            date(2000 + int(day[:2]), int(day[2:4]), int(day[4:]))
        except ValueError:
            match = None
    if match:
        return None
    return _problem("dossier_code_shape", f"Mã hồ sơ {value} không đúng cấu trúc",
                    f"The dossier code {value} has not the prescribed structure")  # fmt: skip


def check_certificate_number(value: str) -> Problem | None:
    """Number and year, or number and kind of register: `15/2019`, `15/TLKT-BS` (Circular 04/2020/TT-BTP)."""
    if re.fullmatch(r"\d{1,5}/(?:\d{4}|[A-ZĐ]{2,8})(?:-[A-ZĐ\d]{2,8})?", value):
        return None
    return _problem("certificate_number_shape", f"Số {value} không đúng dạng",
                    f"The number {value} has not the usual shape")  # fmt: skip


def check_tax_code(value: str) -> Problem | None:
    """Enterprise or tax code (mã số thuế): ten digits, the last a check digit, or those and `-001`.

    Circular 86/2024/TT-BTC, article 5; twelve digits are a personal id, which persons use since
    1 July 2025.
    """
    if mst.is_valid(value) or re.fullmatch(rf"\d{{{_ID_LENGTH}}}", value):
        return None
    return _problem("tax_code_check", f"Mã số {value} sai chữ số kiểm tra hoặc thiếu chữ số",
                    f"The code {value} fails its check digit or lacks digits")  # fmt: skip


def check_land_serial(value: str) -> Problem | None:
    """Serial of a land use certificate: two letters and six digits, eight since Circular 10/2024/TT-BTNMT."""
    if re.fullmatch(r"[A-ZĐ]{2} ?(?:\d{6}|\d{8})", value):
        return None
    return _problem("land_serial_shape", f"Số phát hành {value} không đúng dạng",
                    f"The serial number {value} has not the usual shape")  # fmt: skip


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
    return _problem("dates_out_of_order", f"{names[1].vi} trước {names[0].vi}",
                    f"{names[1].en} comes before {names[0].en}")  # fmt: skip


def _problem(code: str, vi: str, en: str) -> Problem:
    return Problem(code=code, message=Bilingual(vi=f"{vi}.", en=f"{en}."))


_Checker = Callable[[str, Mapping[str, FieldValue], date], Problem | None]
_CHECKS: dict[Check, _Checker] = {
    Check.PERSONAL_ID: lambda value, fields, _: check_personal_id(
        value, _text(fields, "date_of_birth"), _text(fields, "gender")
    ),
    Check.DATE: lambda value, _, today: check_date(value, today),
    Check.DOCUMENT_NUMBER: lambda value, _fields, _today: check_document_number(value),
    Check.TAX_CODE: lambda value, _fields, _today: check_tax_code(value),
    Check.LAND_SERIAL: lambda value, _fields, _today: check_land_serial(value),
    Check.CERTIFICATE_NUMBER: lambda value, _fields, _today: check_certificate_number(value),
    Check.PLACE: lambda value, _fields, _today: judge_place(value).problem,
    Check.DOSSIER_CODE: lambda value, _fields, _today: check_dossier_code(value),
}
