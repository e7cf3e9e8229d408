"""Made-up persons: names from common syllables, ids of the legal structure with random digits."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random

from schemas.catalogue import birth_provinces
from schemas.units import provinces_before

FAMILY = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
)
_FAMILY_RARE = ("Hồ", "Ngô", "Dương", "Lý", "Nông", "Triệu", "Quách", "Thạch", "Đinh", "Mạc")
MIDDLE = {
    "male": ("Văn", "Đức", "Hữu", "Quang", "Minh", "Thành", "Công", "Xuân", "Đình", "Quốc Việt"),
    "female": ("Thị", "Thị Thu", "Ngọc", "Thị Mỹ", "Thanh", "Thúy", "Kim", "Diệu", "Thị Phương"),
}
GIVEN = {
    "male": ("Dũng", "Hùng", "Nghĩa", "Khánh", "Thắng", "Phước", "Tuấn", "Kiệt", "Hiếu", "Trường"),
    "female": ("Hà", "Dung", "Trang", "Hằng", "Quỳnh", "Uyên", "Nguyệt", "Thảo", "Yến", "Hòa"),
}
ETHNICITIES = ("Kinh", "Kinh", "Kinh", "Tày", "Nùng", "Mường", "Khmer", "Stiêng", "Chăm")
_HOME = ("binh phuoc", "binh duong", "bac kan", "thai nguyen")
"""Provinces where most of the made-up persons live."""
_AT_HOME = 0.7
_KINDS = ("Thành phố ", "Thị xã ", "Huyện ", "Quận ", "Xã ", "Phường ", "Tỉnh ")
_BASE_CENTURY = 1900


@dataclass(frozen=True)
class Person:
    """A person who does not exist."""

    full_name: str
    gender: str
    born_on: date
    personal_id: str
    previous_id: str
    ethnicity: str
    origin: str
    residence: str

    @property
    def gender_vi(self) -> str:
        """As printed."""
        return "Nam" if self.gender == "male" else "Nữ"


def draw_person(rng: Random, *, born: tuple[int, int] = (1955, 2004), gender: str = "") -> Person:
    """Return a person born in the years `born`, both included."""
    gender = gender or rng.choice(("male", "female"))
    family = rng.choice(FAMILY if rng.random() < 0.8 else _FAMILY_RARE)
    name = f"{family} {rng.choice(MIDDLE[gender])} {rng.choice(GIVEN[gender])}"
    born_on = date(rng.randint(*born), 1, 1) + timedelta(days=rng.randrange(365))
    return Person(
        full_name=name,
        gender=gender,
        born_on=born_on,
        personal_id=_personal_id(rng, born_on, gender),
        previous_id=f"{rng.randrange(10**8, 10**9)}",
        ethnicity=rng.choice(ETHNICITIES),
        origin=draw_address(rng, house=False),
        residence=draw_address(rng, house=rng.random() < 0.5),
    )


def draw_address(rng: Random, *, house: bool) -> str:
    """A place as papers write it: a real ward with its district and province of before July 2025."""
    prefix = f"{rng.choice(('Tổ', 'Thôn', 'Ấp', 'Khu phố'))} {rng.randint(1, 12)}, " if house else ""
    return prefix + rng.choice(_places(home=rng.random() < _AT_HOME))


def draw_agency(rng: Random) -> tuple[str, str]:
    """A commune's People's Committee and its place name: (`UBND xã …, huyện …`, `Đức Liễu`)."""
    ward, rest = draw_address(rng, house=False).split(", ", 1)
    return f"Ủy ban nhân dân {ward}, {rest}", ward.split(" ", 1)[1]


@cache
def _places(*, home: bool) -> tuple[str, ...]:
    """Wards with a name (not a number) of provinces that are no cities."""
    return tuple(
        ", ".join(_lower(name) for name in (ward.name, district.name, province.name))
        for key, province in provinces_before().items()
        if province.name.startswith("Tỉnh") and (key in _HOME) == home
        for districts in province.districts.values()
        for district in districts
        for wards in district.wards.values()
        for ward in wards
        if ward.name.startswith(("Xã ", "Phường ")) and not any(c.isdigit() for c in ward.name)
    )


def _lower(name: str) -> str:
    """`Thành phố Thuận An` → `thành phố Thuận An`: the kind of a unit is a common noun."""
    kind = next((kind for kind in _KINDS if name.startswith(kind)), "")
    return kind.lower() + name.removeprefix(kind)


def _personal_id(rng: Random, born_on: date, gender: str) -> str:
    """Twelve digits by Circular 59/2021/TT-BCA: province, century and sex, year, six random."""
    century = 2 * ((born_on.year - _BASE_CENTURY) // 100) + (gender == "female")
    province = rng.choice(sorted(birth_provinces()))
    return f"{province}{century}{born_on.year % 100:02d}{rng.randrange(10**6):06d}"
