"""Addresses against the table of administrative units: whether the place exists, what it is today.

The address on the paper stays as it is printed; the units of today stand beside it, with the
version of the table. A ward that was split has several, and a person chooses.
"""

import re
from typing import NamedTuple

from schemas.base.language import Bilingual
from schemas.base.vietnamese import fold, same_spelling
from schemas.paper import Problem, UnitToday
from schemas.units import (
    UNITS_VERSION,
    District,
    Province,
    Ward,
    own_name,
    provinces_before,
    unit_key,
    wards_today,
)

_AGENCY = re.compile(r"^(?:ủy|uỷ) ban nhân dân\s+|^ubnd\s+", re.IGNORECASE)
_LONGEST = 4
"""Words of a unit's name at most (`Bà Rịa - Vũng Tàu` has a dash for one)."""
_LEAST, _WHOLE = 2, 3
"""Parts of an address that can be judged: ward and province of today; ward, district and province before."""


_PARTS = {
    fold(name): name
    for name in (
        *("tổ", "thôn", "ấp", "khu phố", "khu", "xóm", "bản", "tổ dân phố", "khóm", "buôn", "đội"),
        *("số", "số nhà", "ngõ", "hẻm", "tiểu khu", "khối", "làng"),
    )
}
"""What the numbered parts of a ward are called, by folded name."""


class Place(NamedTuple):
    """What an address says, as far as the table knows it."""

    problem: Problem | None
    today: UnitToday | None


def judge_place(address: str) -> Place:
    """Whether province, district and ward exist and belong together, and their successors.

    Nothing is said of an address of one part, or whose last part is no province.
    """
    parts = [part.strip(" .;") for part in _AGENCY.sub("", address).split(",") if part.strip(" .;")]
    if parts and unit_key(parts[-1]) == "viet nam":
        parts.pop()
    if len(parts) < _LEAST:
        return Place(None, None)
    last = unit_key(parts[-1])
    before = provinces_before().get(last)
    today = wards_today().get(last)
    if before is None and today is None:
        return Place(_unknown(parts[-1], "tỉnh, thành phố"), None)
    if before and len(parts) >= _WHOLE:
        found = _before(before, parts)
        if found.today or found.problem is None or not today:
            return found
    if today and unit_key(parts[-2]) in today:
        name = today[unit_key(parts[-2])]
        return Place(_spelled(parts[-2], name), None)
    if before and unit_key(parts[-2]) in before.districts:
        return Place(_spelled(parts[-2], before.districts[unit_key(parts[-2])][0].name), None)
    return _before(before, parts) if before else Place(_unknown(parts[-2], parts[-1]), None)


def address_typed(query: str) -> UnitToday | None:
    """What an address of before 1 July 2025, typed with or without commas and marks, lies in today.

    `duc phong bu dang binh phuoc`: ward, district and province; None for anything else.
    """
    words = fold(query.replace(",", " ")).split()
    for last in range(1, min(_LONGEST, len(words)) + 1):
        province = provinces_before().get(unit_key(" ".join(words[-last:])))
        for middle in range(1, min(_LONGEST, len(words) - last) + 1) if province else ():
            key = unit_key(" ".join(words[-last - middle : -last]))
            first = unit_key(" ".join(words[: -last - middle]))
            for district in province.districts.get(key, []) if province else ():
                for ward in district.wards.get(first, []):
                    return UnitToday(
                        province=province.successor if province else "",
                        wards=ward.successors,
                        version=UNITS_VERSION,
                    )
    return None


def _within(first: str) -> Problem | None:
    """`Tổ 12`, `Thôn 3`: a numbered part of a ward is called by one of the known words."""
    match = re.match(r"(?P<kind>[^\W\d]+(?: [^\W\d]+)?)\s+\d+$", first.strip())
    kind = _PARTS.get(fold(match["kind"])) if match else None
    return _spelled(match["kind"], kind) if match and kind else None


def _before(province: Province, parts: list[str]) -> Place:
    """Province, district and ward as they were before 1 July 2025."""
    districts = province.districts.get(unit_key(parts[-2]), [])
    if not districts:
        return Place(_unknown(parts[-2], province.name), None)
    if len(parts) < _WHOLE:
        return Place(_spelled(parts[-2], districts[0].name), None)
    found = [(d, ward) for d in districts for ward in d.wards.get(unit_key(parts[-3]), [])]
    if not found:
        return Place(_unknown(parts[-3], districts[0].name), None)
    district, ward = max(found, key=lambda pair: _likeness(parts, *pair))
    spelled = [(parts[-1], province.name), (parts[-2], district.name), (parts[-3], ward.name)]
    problem = next((p for said, name in spelled if (p := _spelled(said, name))), None)
    today = UnitToday(province=province.successor, wards=ward.successors, version=UNITS_VERSION)
    inner = _within(parts[0]) if len(parts) > _WHOLE else None
    return Place(problem or inner or _split(ward, today), today)


def _likeness(parts: list[str], district: District, ward: Ward) -> int:
    """How many of the names are spelled whole as the table has them: `Xã Cờ Đỏ`, `Thị trấn Cờ Đỏ`."""
    return (same_spelling(parts[-2]) == same_spelling(district.name)) + (
        same_spelling(parts[-3]) == same_spelling(ward.name)
    )


def _spelled(said: str, name: str) -> Problem | None:
    """The paper spells the unit as the table does; case, the kind of unit, and short forms aside."""
    own, known = (same_spelling(own_name(text)) for text in (said, name))
    if own == known or fold(own) != fold(known):
        return None
    return Problem(
        code="place_spelling",
        message=Bilingual(
            vi=f"Giấy đọc được “{said}”, bảng đơn vị hành chính ghi “{name}”.",
            en=f"Read “{said}”; the table of administrative units has “{name}”.",
        ),
    )


def _unknown(said: str, within: str) -> Problem:
    return Problem(
        code="place_unknown",
        message=Bilingual(
            vi=f"Không tìm thấy “{said}” ({within}) trong bảng đơn vị hành chính.",
            en=f"“{said}” ({within}) is not in the table of administrative units.",
        ),
    )


def _split(ward: Ward, today: UnitToday) -> Problem | None:
    if len(today.wards) == 1:
        return None
    names = ", ".join(today.wards)
    return Problem(
        code="place_split",
        message=Bilingual(
            vi=f"{ward.name} đã được chia từ 01/7/2025; nay có thể là {names}. Hãy chọn.",
            en=f"{ward.name} was split on 1 July 2025; today it may be {names}. Please choose.",
        ),
    )
