"""Old encodings, by texts as they stand in old files."""

import pytest

from ocr.sources.legacy_encodings import from_tcvn3, from_vni

SPOKEN = [
    (
        "Cộng hòa xã hội chủ nghĩa Việt Nam",
        "Céng hßa x· héi chñ nghÜa ViÖt Nam",
        "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam",
    ),
    ("Độc lập - Tự do - Hạnh phúc", "§éc lËp - Tù do - H¹nh phóc", "Ñoäc laäp - Töï do - Haïnh phuùc"),
    (
        "Ủy ban nhân dân tỉnh Bình Phước",
        "ñy ban nh©n d©n tØnh B×nh Ph\u00adíc",
        "Uûy ban nhaân daân tænh Bình Phöôùc",
    ),
    ("Quyết định về đất đai", "QuyÕt ®Þnh vÒ ®Êt ®ai", "Quyeát ñònh veà ñaát ñai"),
]


@pytest.mark.parametrize(("said", "tcvn3", "vni"), SPOKEN)
def test_texts_of_old_files(said: str, tcvn3: str, vni: str) -> None:
    assert from_tcvn3(tcvn3).casefold() == said.casefold()
    assert from_vni(vni) == said


def test_fonts_that_draw_capitals() -> None:
    assert from_tcvn3("ñy ban nh©n d©n", ".VnTimeH") == "ỦY BAN NHÂN DÂN"
    assert from_vni("UÛY BAN NHAÂN DAÂN") == "ỦY BAN NHÂN DÂN"


def test_plain_letters_stay() -> None:
    assert from_tcvn3("ISO 9001:2015") == from_vni("ISO 9001:2015") == "ISO 9001:2015"
