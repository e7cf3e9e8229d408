"""From raw text to values: formats, slips of recognition, and nothing guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.extraction.value_parsers import parse_value
from schemas.document_type import Kind


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (Kind.DATE, "ngày 05 tháng 01 năm 2020", "2020-01-05"),
        (Kind.DATE, "05/01/2020 ghi bằng chữ", "2020-01-05"),
        (Kind.DATE, "01012021", "2021-01-01"),
        (Kind.DATE, "Sinh năm 1969", "1969"),
        (Kind.DATE, "31/02/2020", None),
        (Kind.DATE, "..../..../2020", None),
        (Kind.DATE_TIME, "16 giờ 05 phút, ngày 21/02/2024", "2024-02-21T16:05"),
        (Kind.DATE_TIME, "21/02/2024", None),
        (Kind.PERSONAL_ID, "0011 6902 0213", "001169020213"),
        (Kind.PERSONAL_ID, "00116902021", None),
        (Kind.GENDER, "Nữ", "female"),
        (Kind.GENDER, "Nam  Quốc tịch", "male"),
        (Kind.PERSON_NAME, "TRẦN THỊ THU HÀ", "Trần Thị Thu Hà"),
        (Kind.DOCUMENT_NUMBER, "12 / QĐ-UBND", "12/QĐ-UBND"),
        (Kind.TEXT, "…………", None),
        (Kind.YEAR, "05/01/1985", "1985"),
        (Kind.DATE, "1 9/03/2036", "2036-03-19"),
        (Kind.DATE, "22/1 1/2030", "2030-11-22"),
        (Kind.DATE, "29/03//2024", "2024-03-29"),
        (Kind.DATE, "ngày 26 tháng 8 nắm 201 7", "2017-08-26"),
        (Kind.DATE, "9 9/03/2036", None),
        (Kind.AREA, "120,5 m²", 120.5),
        (Kind.AREA, "1.250,0 m2", 1250),
        (Kind.AREA, "1 1 2 m2", 112),
        (Kind.AREA, "314,/2 m2,", 314.2),
        (Kind.AREA, "85 m² sàn", 85),
        (Kind.AREA, "không rõ", None),
        (Kind.MONEY, "5.000.000.000 đồng", 5_000_000_000),
        (Kind.TEXT, "KT.GIÁM ĐỐC", "KT. GIÁM ĐỐC"),
        (Kind.TEXT, "Khu phố 1,xã Bản Ngoại", "Khu phố 1, xã Bản Ngoại"),
        (Kind.DOCUMENT_NUMBER, "1 6 1/GPXD", "161/GPXD"),
        (Kind.DOCUMENT_NUMBER, "337/UBND-X NTTHN", "337/UBND-XNTTHN"),
        (Kind.PERSON_NAME, "Bà TRẦN THỊ HÀ", "Trần Thị Hà"),
        (Kind.PERSON_NAME, "Bà Hà", "Bà Hà"),
    ],
)
def test_values(kind: Kind, raw: str, value: str | None) -> None:
    assert parse_value(kind, raw) == value


@given(st.sampled_from(list(Kind)[:-1]), st.text(max_size=60))
def test_parsers_never_raise(kind: Kind, raw: str) -> None:
    parse_value(kind, raw)
