"""How lines begin, and what the line of place and date looks like."""

from ocr.extraction.body_lines import is_date_line


def test_the_line_of_a_date_is_one_though_its_place_was_misread() -> None:
    assert is_date_line("Øz4„g Ngãi, ngày 0 tháng 02 năm 2025")
    assert not is_date_line("Căn cứ Nghị định số 63/2010/NĐ-CP, ngày 22 tháng 11 năm 2019")
