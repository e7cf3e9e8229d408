"""Administrative units (đơn vị hành chính) before 1 July 2025, and what became of them that day.

Resolution 202/2025/QH15 made 34 provinces of 63, abolished the districts and joined the wards; the
table and its source are `catalogue/units.tsv`. Papers keep the names they were written with.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from schemas.base.vietnamese import fold, nfc, same_spelling

UNITS_VERSION = "2025-07-01"
"""Day from which the successors hold."""
_KINDS = (
    *("tỉnh", "t", "thành phố", "tp", "thị xã", "tx", "huyện", "h", "quận", "q", "phường", "p", "xã", "x"),
    *("thị trấn", "tt", "đặc khu"),
)
_KIND = re.compile(rf"^(?:{'|'.join([*_KINDS, *map(fold, _KINDS)])})\b[. ]*(?=\S)", re.IGNORECASE)
"""What a unit is called by kind, in full and short, with its marks and without."""
_SHORT = {"hcm": "ho chi minh", "hn": "ha noi", "brvt": "ba ria - vung tau"}
"""How some provinces are written short."""


@dataclass(frozen=True)
class Ward:
    """Xã, phường, thị trấn: its whole name, and its successors' (several when it was split)."""

    name: str
    successors: tuple[str, ...]


@dataclass
class District:
    """Huyện, quận, thị xã, thành phố: wards by key; some share a name."""

    name: str
    wards: dict[str, list[Ward]] = field(default_factory=dict)


@dataclass
class Province:
    """Tỉnh, thành phố: districts by key, and the province it became."""

    name: str
    successor: str
    districts: dict[str, list[District]] = field(default_factory=dict)


def own_name(name: str) -> str:
    """A unit's name without its kind: `Thị xã Bình Long`, `TX. Bình Long` → `Bình Long`."""
    return _KIND.sub("", name.strip(" .,;"))


def unit_key(name: str) -> str:
    """What a unit is found by: `Thị xã Bình Long`, `TX. Bình Long`, `Binh Long` → `binh long`."""
    key = fold(own_name(nfc(name)))
    return _SHORT.get(key, key)


@cache
def provinces_before() -> dict[str, Province]:
    """The 63 provinces of before 1 July 2025 by key."""
    found: dict[str, Province] = {}
    province, district = Province("", ""), District("")
    for kind, *names in _rows():
        if kind == "P":
            province = Province(names[0], names[1])
            found[unit_key(province.name)] = province
        elif kind == "D":
            district = District(names[0])
            province.districts.setdefault(unit_key(district.name), []).append(district)
        else:
            ward = Ward(names[0], tuple(names[1].split(";")))
            district.wards.setdefault(unit_key(ward.name), []).append(ward)
    return found


@cache
def wards_today() -> dict[str, dict[str, str]]:
    """Names of the wards of today by key, by key of their province."""
    found: dict[str, dict[str, str]] = {}
    for province in provinces_before().values():
        wards = found.setdefault(unit_key(province.successor), {})
        for ward in wards_of(province):
            wards |= {unit_key(name): name for name in ward.successors}
    return found


@cache
def unit_names() -> frozenset[str]:
    """Names of all units of before and since 1 July 2025 without their kinds, in small letters."""
    names: set[str] = set()
    for province in provinces_before().values():
        names |= {province.name, province.successor}
        names |= {district.name for districts in province.districts.values() for district in districts}
        for ward in wards_of(province):
            names |= {ward.name, *ward.successors}
    return frozenset(same_spelling(own_name(name)) for name in names)


def wards_of(province: Province) -> Iterator[Ward]:
    """All wards of a province."""
    for districts in province.districts.values():
        for district in districts:
            for wards in district.wards.values():
                yield from wards


def is_known_place(address: str) -> bool:
    """The address ends with a ward, its district and its province, in the table's very letters."""
    *_, said, within, last = ["", "", "", *(same_spelling(part) for part in address.split(","))]
    province = provinces_before().get(unit_key(last))
    if province is None or same_spelling(province.name) != last:
        return False
    return any(
        (said, within) == (same_spelling(ward.name), same_spelling(district.name))
        for district in province.districts.get(unit_key(within), [])
        for ward in district.wards.get(unit_key(said), [])
    )


def _rows() -> Iterator[list[str]]:
    text = (files("schemas.catalogue") / "units.tsv").read_text("utf-8")
    return (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
