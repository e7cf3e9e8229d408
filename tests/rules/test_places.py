"""Addresses against the table of units: what exists, what is misspelt, what became of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.fields.places import address_typed, judge_place
from schemas.units import is_known_place, provinces_before, unit_key, wards_of, wards_today


@pytest.mark.parametrize(
    ("address", "ward"),
    [
        ("xã Đức Liễu, huyện Bù Đăng, tỉnh Bình Phước", "Xã Nghĩa Trung"),
        ("Thôn 3, TT. Đức Phong, H. Bù Đăng, T. Bình Phước", "Xã Bù Đăng"),
        ("Hưng Định, Thuận An, Bình Dương", "Phường Thuận An"),
        ("phường Định Hòa, TP Thủ Dầu Một, Bình Dương", "Phường Chánh Hiệp"),
        ("Ủy ban nhân dân phường Đức Xuân, thành phố Bắc Kạn, tỉnh Bắc Kạn", "Phường Đức Xuân"),
    ],
)
def test_what_a_ward_became(address: str, ward: str) -> None:
    place = judge_place(address)
    assert place.problem is None
    assert place.today is not None
    assert place.today.wards == (ward,)
    assert place.today.version == "2025-07-01"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("xã Đức Liều, huyện Bù Đăng, tỉnh Bình Phước", "place_spelling"),
        ("xã Đức Liễu, huyện Bù Đăng, tỉnh Bình Phuớc", "place_spelling"),
        ("Tố 3, xã Đức Liễu, huyện Bù Đăng, tỉnh Bình Phước", "place_spelling"),
        ("xã Đức Liễu, thị xã Bình Long, tỉnh Bình Phước", "place_unknown"),
        ("xã Đức Liễu, huyện Bù Đăng, tỉnh Bình Phướk", "place_unknown"),
        ("phường Thái Hòa, thành phố Tân Uyên, tỉnh Bình Dương", "place_split"),
        ("xã Bù Đăng, tỉnh Đồng Nai", None),
        ("phường Bến Nghé, Quận 1, TP.HCM", None),
        ("12 Lê Lợi", None),
        ("", None),
    ],
)
def test_problems(address: str, code: str | None) -> None:
    problem = judge_place(address).problem
    assert (problem.code if problem else None) == code


def test_a_split_ward_asks_which_and_chooses_none() -> None:
    place = judge_place("phường Thái Hòa, thành phố Tân Uyên, tỉnh Bình Dương")
    assert place.today is not None
    assert len(place.today.wards) > 1
    assert place.problem is not None
    assert all(ward in place.problem.message.vi for ward in place.today.wards)


def test_the_table_is_whole() -> None:
    wards = [ward for province in provinces_before().values() for ward in wards_of(province)]
    assert len(provinces_before()) == 63
    assert len({province.successor for province in provinces_before().values()}) == 34
    assert len(wards) > 10_000
    today = sum(len(of_province) for of_province in wards_today().values())
    assert 3_250 < today <= 3_321, "names that two wards of a province share count once"


@given(st.sampled_from(sorted(provinces_before())), st.randoms(use_true_random=False))
def test_every_ward_of_the_table_is_found_again(key: str, rng: object) -> None:
    province = provinces_before()[key]
    for districts in province.districts.values():
        for district in districts[:1]:
            ward = next(iter(district.wards.values()))[0]
            address = f"{ward.name}, {district.name}, {province.name}"
            place = judge_place(address)
            assert place.today is not None
            assert set(ward.successors) == set(place.today.wards) or place.problem is not None
            assert is_known_place(address)
    del rng


@pytest.mark.parametrize(
    ("name", "key"), [("Thị xã Bình Long", "binh long"), ("TX. Bình Long", "binh long"), ("Quận 1", "1")]
)
def test_units_are_found_by_their_own_name(name: str, key: str) -> None:
    assert unit_key(name) == key


def test_an_old_address_as_people_type_it() -> None:
    for typed in (
        "Đức Phong, Bù Đăng, Bình Phước",
        "duc phong bu dang binh phuoc",
        "TT. Đức Phong, H. Bù Đăng, T. Bình Phước",
    ):
        found = address_typed(typed)
        assert found, typed
        assert "Đồng Nai" in found.province
        assert any("Bù Đăng" in ward for ward in found.wards)
    assert address_typed("Nguyễn Văn An") is None
    assert address_typed("Bình Phước") is None
    assert address_typed("") is None
