"""Numbers that papers bear: ids, codes, notations, each with the structure that a rule gives it."""

import re
from datetime import date
from typing import NamedTuple

from stdnum.vn import mst

from schemas.base.language import Bilingual
from schemas.base.vietnamese import fold
from schemas.catalogue import birth_provinces
from schemas.paper import Problem

_ID_LENGTH, _OLD_ID_LENGTH = 12, 9
_NUMBER = re.compile(r"^\d{1,5}[A-Za-z]?/(?:\d{4}/)?[A-ZĐ][\wĐđ&.]*(?:-[\wĐđ&.]+)*$")
_DOSSIER_CODE = re.compile(
    r"^(?:\d{3}\.\d{2}\.\d{2}\.[GH]\d{2}|[GH]\d{2}(?:\.\d{2,3}){0,3})-(?P<day>\d{6})-\d{4,}$"
)
_RECEIPT = re.compile(r"^\d{1,6}/[A-ZĐ]{2,8}(?:-[A-ZĐ]{2,8})?$")
"""Number and notation of a receipt of before there were codes: `1258/BNHS`."""
_KINDS = {
    "nghị quyết": "NQ",
    "quyết định": "QĐ",
    "chỉ thị": "CT",
    "quy chế": "QC",
    "quy định": "QyĐ",
    "thông cáo": "TC",
    "thông báo": "TB",
    "hướng dẫn": "HD",
    "chương trình": "CTr",
    "kế hoạch": "KH",
    "phương án": "PA",
    "đề án": "ĐA",
    "dự án": "DA",
    "báo cáo": "BC",
    "biên bản": "BB",
    "tờ trình": "TTr",
    "hợp đồng": "HĐ",
    "công điện": "CĐ",
    "giấy ủy quyền": "GUQ",
    "giấy mời": "GM",
    "thông tư": "TT",
    "nghị định": "NĐ",
}
"""Kinds of documents and their notation (Decree 30/2020/NĐ-CP, annex III; Decree 154/2020/NĐ-CP)."""
_FOLDED_KINDS: dict[str, list[str]] = {}
for _short in _KINDS.values():
    _FOLDED_KINDS.setdefault(fold(_short), []).append(_short)


class Shape(NamedTuple):
    """What a number looks like: a pattern for the whole of it, the problem's code, what it is called."""

    pattern: str
    code: str
    name: Bilingual


CERTIFICATE_NUMBER = Shape(
    r"\d{1,5}/(?:\d{4}|(?:\d{4}/)?[A-ZĐ]{2,8}(?:-[A-ZĐ\d]{2,8})?)",
    "certificate_number_shape",
    Bilingual(vi="Số", en="The number"),
)
"""Number and year, register, or both: `15/2019`, `15/KT-BS`, `15/2022/KT-BS` (Circular 04/2020/TT-BTP)."""
LAND_SERIAL = Shape(
    r"[A-ZĐ]{2} ?(?:\d{6}|\d{8})",
    "land_serial_shape",
    Bilingual(vi="Số phát hành", en="The serial number"),
)
"""Two letters and six digits, eight since Circular 10/2024/TT-BTNMT.

The oldest books have one letter: a person looks, for a letter may as well be lost.
"""


def problem(code: str, vi: str, en: str) -> Problem:
    """What does not fit, said in both languages; the full stops are put here."""
    return Problem(code=code, message=Bilingual(vi=f"{vi}.", en=f"{en}."))


def check_shape(value: str, shape: Shape) -> Problem | None:
    """The whole of `value` is of `shape`."""
    if re.fullmatch(shape.pattern, value):
        return None
    return problem(
        shape.code,
        f"{shape.name.vi} {value} không đúng dạng",
        f"{shape.name.en} {value} has not the usual shape",
    )


def check_personal_id(value: str, birth: str | None, gender: str | None) -> Problem | None:
    """Structure of the personal id: `AAA B CC DDDDDD` (Circular 59/2021/TT-BCA, article 4).

    AAA is a province of birth registration, B tells century and sex, CC the year of birth. There
    is no check digit. Nine-digit identity numbers have no structure to check. `birth` is an ISO
    date or its beginning.
    """
    if re.fullmatch(rf"\d{{{_OLD_ID_LENGTH}}}", value):
        return None
    if not re.fullmatch(rf"\d{{{_ID_LENGTH}}}", value):
        return problem(
            "personal_id_shape",
            f"Số định danh {value} không đủ 9 hoặc 12 chữ số",
            f"Personal id {value} has neither 9 nor 12 digits",
        )
    if value[:3] not in birth_provinces():
        return problem(
            "personal_id_province",
            f"Mã tỉnh {value[:3]} của số định danh không có thật",
            f"The id's province code {value[:3]} does not exist",
        )
    century_and_sex = int(value[3])
    if gender and (century_and_sex % 2 == 1) != (gender == "female"):
        return problem(
            "personal_id_sex", "Số định danh không khớp giới tính", "The personal id does not match the sex"
        )
    year = 1900 + 100 * (century_and_sex // 2) + int(value[4:6])
    if birth and birth[:4] != str(year):
        return problem(
            "personal_id_year",
            f"Số định danh ghi năm sinh {year}, giấy ghi {birth[:4]}",
            f"The personal id says born {year}, the paper says {birth[:4]}",
        )
    return None


def check_document_number(value: str) -> Problem | None:
    """Number and notation such as `15/QĐ-BNV` (Decree 30/2020/NĐ-CP, annex I, II.3; annex III)."""
    if _NUMBER.match(value):
        short = value.rsplit("/", 1)[-1].split("-", 1)[0]
        if short in _KINDS.values() or fold(short) not in _FOLDED_KINDS:
            return None
        meant = " / ".join(_FOLDED_KINDS[fold(short)])
        return problem(
            "document_number_kind",
            f"Ký hiệu {short} không có; có phải {meant}",
            f"There is no {short}; is it {meant}",
        )
    return problem(
        "document_number_shape",
        f"Số, ký hiệu {value} không đúng dạng",
        f"The number {value} has not the usual shape",
    )


def amend_notation(number: str, kind: str | None = None) -> str | None:
    """`2827/QD-BGDĐT` of a decision → `2827/QĐ-BGDĐT`; None where no mark was lost or two kinds may be meant.

    Kinds and their notation: Decree 30/2020/NĐ-CP, annex III.
    """
    before, _, notation = number.rpartition("/")
    short, *rest = notation.split("-")
    meant = _FOLDED_KINDS.get(fold(short), [])
    own = _KINDS.get((kind or "").lower())
    if not before or short in _KINDS.values() or (own not in meant and len(meant) != 1):
        return None
    return f"{before}/{'-'.join([own if own in meant and own else meant[0], *rest])}"


def check_kind_and_number(kind: str | None, number: str | None) -> Problem | None:
    """A decision bears QĐ, a report BC (Decree 30/2020/NĐ-CP, annex III); a letter bears no kind."""
    wanted = _KINDS.get((kind or "").lower())
    if not wanted or not number or not _NUMBER.match(number):
        return None
    if wanted in re.split(r"[/-]", number)[1:]:
        return None
    return problem(
        "document_number_kind",
        f"Văn bản là {kind}, số {number} không có ký hiệu {wanted}",
        f"The number {number} of a {kind} lacks {wanted}",
    )


def check_dossier_code(value: str) -> Problem | None:
    """Both families of dossier codes, with a real day in the middle; or the number of an older receipt.

    `000.00.01.H29-240115-0001` (QCVN 102:2016), `H47.06-261005-0155` (Decision 20/2020/QĐ-TTg), `1258/BNHS`.
    """
    match = _DOSSIER_CODE.match(value)
    if _RECEIPT.match(value):
        return None
    if match:
        day = match["day"]
        try:
            date(2000 + int(day[:2]), int(day[2:4]), int(day[4:]))
        except ValueError:
            match = None
    if match:
        return None
    return problem(
        "dossier_code_shape",
        f"Mã hồ sơ {value} không đúng cấu trúc",
        f"The dossier code {value} has not the prescribed structure",
    )


def check_tax_code(value: str) -> Problem | None:
    """Enterprise or tax code (mã số thuế): ten digits, the last a check digit, or those and `-001`.

    Circular 86/2024/TT-BTC, article 5; twelve digits are a personal id, which persons use since
    1 July 2025.
    """
    if mst.is_valid(value) or re.fullmatch(rf"\d{{{_ID_LENGTH}}}", value):
        return None
    return problem(
        "tax_code_check",
        f"Mã số {value} sai chữ số kiểm tra hoặc thiếu chữ số",
        f"The code {value} fails its check digit or lacks digits",
    )
