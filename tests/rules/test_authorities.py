"""Names of authorities: offices and places that exist, in their very letters."""

import pytest

from rules.fields.authorities import is_known_authority


@pytest.mark.parametrize(
    ("name", "is_known"),
    [
        ("UBND XÃ AN THÁI TRUNG", True),
        ("Ủy ban nhân dân phường Phan Đình Phùng, tỉnh Thái Nguyên", True),
        ("UBND HUYỆN ĐỒNG PHÚ, TỈNH BÌNH PHƯỚC", True),
        ("ỦY BAN NHÂN DÂN QUẬN 7", True),
        ("PHÒNG ĐĂNG KÝ KINH DOANH SỐ 01", True),
        ("VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI TỈNH BÌNH DƯƠNG", True),
        ("Cục Cảnh sát quản lý hành chính về trật tự xã hội", True),
        ("TỈNH BÉN TRE", False),
        ("UBND XÃ AN THÁI TRUNQ", False),
        ("PHÒNG ĐĂNG KÝ KINH DOANHSỐ 01", False),
        ("Đội tuyển bóng đá", False),
        ("", False),
    ],
)
def test_every_word_is_known(name: str, is_known: bool) -> None:
    assert is_known_authority(name) == is_known
