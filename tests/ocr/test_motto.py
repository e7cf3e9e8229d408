"""Marks of the national name and motto are put back; nothing else is."""

import pytest

from ocr.text.national_motto import with_motto
from schemas.page import Word


def read(line: str) -> str:
    words = [Word(text=text, box=(0, 0, 9, 9), confidence=0.5) for text in line.split()]
    return " ".join(word.text for word in with_motto(words))


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("CÔNG HÒA XÃ HỘI CHU NGHĨA VIET NAM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM", "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("UBND HUYỆN CÔNG HÒA XÃ HÔI CHỦ NGHĨA VIỆT NAM", "UBND HUYỆN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("Đôc lâp - Tư do - Hanh phúc", "Độc lập - Tự do - Hạnh phúc"),
        ("Úy ban nhân dán xã Đức Liễu", "Ủy ban nhân dân xã Đức Liễu"),
        ("UỶ BAN NHÂN DÂN", "UỶ BAN NHÂN DÂN"),
        ("của ủy ban nhân dân", "của ủy ban nhân dân"),
        ("DOC LAP - TU DO - HANH PHUC", "ĐỘC LẬP - TỰ DO - HẠNH PHÚC"),
    ],
)
def test_marks_are_put_back(line: str, printed: str) -> None:
    assert read(line) == printed


@pytest.mark.parametrize("line", ["CÔNG HÒA XÃ", "xã Công Hòa", "Độc lâp dân tộc", "VIỆT NAM CÔNG HÒA"])
def test_other_lines_stay_as_they_were_read(line: str) -> None:
    assert read(line) == line
