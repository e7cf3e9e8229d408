"""From raw text to values: formats, slips of recognition, and nothing guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.extraction.value_parsers import parse_value
from schemas.document_type import ValueKind


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (ValueKind.DATE, "ngày 05 tháng 01 năm 2020", "2020-01-05"),
        (ValueKind.DATE, "05/01/2020 ghi bằng chữ", "2020-01-05"),
        (ValueKind.DATE, "01012021", "2021-01-01"),
        (ValueKind.DATE, "Sinh năm 1969", "1969"),
        (ValueKind.DATE, "31/02/2020", None),
        (ValueKind.DATE, "..../..../2020", None),
        (ValueKind.DATE_TIME, "16 giờ 05 phút, ngày 21/02/2024", "2024-02-21T16:05"),
        (ValueKind.DATE_TIME, "21/02/2024", None),
        (ValueKind.PERSONAL_ID, "0011 6902 0213", "001169020213"),
        (ValueKind.PERSONAL_ID, "00116902021", None),
        (ValueKind.GENDER, "Nữ", "female"),
        (ValueKind.GENDER, "Nam  Quốc tịch", "male"),
        (ValueKind.PERSON_NAME, "TRẦN THỊ THU HÀ", "Trần Thị Thu Hà"),
        (ValueKind.DOCUMENT_NUMBER, "12 / QĐ-UBND", "12/QĐ-UBND"),
        (ValueKind.TEXT, "…………", None),
        (ValueKind.YEAR, "05/01/1985", "1985"),
        (ValueKind.DATE, "1 9/03/2036", "2036-03-19"),
        (ValueKind.DATE, "22/1 1/2030", "2030-11-22"),
        (ValueKind.DATE, "29/03//2024", "2024-03-29"),
        (ValueKind.DATE, "ngày 26 tháng 8 nắm 201 7", "2017-08-26"),
        (ValueKind.DATE, "9 9/03/2036", None),
        (ValueKind.AREA, "120,5 m²", 120.5),
        (ValueKind.AREA, "1.250,0 m2", 1250),
        (ValueKind.AREA, "1 1 2 m2", 112),
        (ValueKind.AREA, "314,/2 m2,", 314.2),
        (ValueKind.AREA, "85 m² sàn", 85),
        (ValueKind.AREA, "không rõ", None),
        (ValueKind.MONEY, "5.000.000.000 đồng", 5_000_000_000),
        (ValueKind.TEXT, "KT.GIÁM ĐỐC", "KT. GIÁM ĐỐC"),
        (ValueKind.TEXT, "Khu phố 1,xã Bản Ngoại", "Khu phố 1, xã Bản Ngoại"),
        (ValueKind.DOCUMENT_NUMBER, "1 6 1/GPXD", "161/GPXD"),
        (ValueKind.DOCUMENT_NUMBER, "337/UBND-X NTTHN", "337/UBND-XNTTHN"),
        (ValueKind.PERSON_NAME, "Bà TRẦN THỊ HÀ", "Trần Thị Hà"),
        (ValueKind.PERSON_NAME, "Bà Hà", "Bà Hà"),
        (ValueKind.PERSON_NAME, "K'Brốt", "K'Brốt"),
        (ValueKind.PERSON_NAME, "NGUYÊN VĂN AN", "Nguyễn Văn An"),
        (ValueKind.PERSON_NAME, "Trân Thị Trân", "Trần Thị Trân"),
        (ValueKind.PERSON_NAME, "Lô Văn Đô", "Lô Văn Đô"),
        (ValueKind.PERSON_NAME, "ĐÃ THỊ HÀ", "Đỗ Thị Hà"),
        (ValueKind.GENDER, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", None),
        (ValueKind.GENDER, "năm 1990", None),
        (ValueKind.DIGITS, "0590.4526. 195", "05904526195"),
        (ValueKind.DIGITS, "5. 2 tầng", "5"),
        (ValueKind.MONEY, "4. Chủ doanh nghiệp", None),
        (ValueKind.DATE, "ngày 18/11/1991, CCCD số 006091193892", "1991-11-18"),
    ],
)
def test_values(kind: ValueKind, raw: str, value: str | None) -> None:
    assert parse_value(kind, raw) == value


@given(st.sampled_from(list(ValueKind)[:-1]), st.text(max_size=60))
def test_parsers_never_raise(kind: ValueKind, raw: str) -> None:
    parse_value(kind, raw)
