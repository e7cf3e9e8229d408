"""How lines begin that never go on with a value above them."""

import re

_LEADING = " .,:;_-–'\""
_BODY = re.compile(
    r"^(?:Căn cứ|Thực hiện|Kính gửi|Điều \d|Xét |Theo đề nghị|[IVX]+[.,]|\d{1,2}(?:\.|,(?!\s+[a-zà-ỹđ]))"
    r"|CHỦ TỊCH|BỘ TRƯỞNG|GIÁM ĐỐC|ỦY BAN|UỶ BAN|HỘI ĐỒNG"
    r"|\((?:Đã k|K)[ýíy]\b|SAO (?:Y|LỤC)\b|BẢN SAO\b|Lưu:|Nơi nhận|Trân trọng|[Mm]ặt (?:trước|sau)\b)"
)
_DAY, _MONTH, _YEAR = r"[Nn]g[àaáảã]y", r"th[áaắàãăâ]ng", r"n[ăắằẵaâ]m"
DATE_LINE = re.compile(
    rf"^(?:\W*(?:Làm tại:?\s*)?(?P<place>[^\d:;]{{2,60}}?|[^:;/]{{2,25}}?(?=,))\s*[,.]\s*|\W*)"
    rf"(?P<date>{_DAY}.{{0,12}}{_MONTH}.{{0,8}}{_YEAR}\s*\d(?:\s?\d){{3}})\W*$"
)
"""Place and date (Decree 30/2020/NĐ-CP, annex I, box 4), a mark lost here and there."""


def begins_body(text: str) -> bool:
    """Whether the body of a document, an article, a point of a list begins here."""
    return bool(_BODY.match(text.lstrip(_LEADING)))


def is_date_line(text: str) -> bool:
    """Whether the line is place and date, as above a signature."""
    return bool(DATE_LINE.match(text))
