"""Business registration certificates (giấy chứng nhận đăng ký doanh nghiệp)."""

from datetime import date, timedelta
from random import Random

from pydantic import JsonValue

from samples.drawing.canvas import Canvas
from samples.drawing.number_words import date_in_digits, date_in_full
from samples.drawing.sheet import Sheet
from samples.persons import draw_address, draw_person
from samples.truth import DrawnPaper

_KINDS = ("Công ty TNHH Một thành viên", "Công ty TNHH", "Công ty Cổ phần")
_NAMES = ("An Phước", "Đại Lộc", "Hạt Điều Bù Đăng", "Vận Tải Thái Nguyên", "Minh Khôi", "Gỗ Việt Hưng")
_ENGLISH = ("AN PHUOC", "DAI LOC", "BU DANG CASHEW", "THAI NGUYEN TRANSPORT", "MINH KHOI", "VIET HUNG WOOD")
_TITLES = ("Giám đốc", "Tổng giám đốc", "Chủ tịch công ty", "Chủ tịch Hội đồng thành viên")
_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def draw_enterprise_code(rng: Random) -> str:
    """Ten digits whose last one checks: ten less the weighted sum modulo eleven."""
    while True:
        digits = [rng.choice((3, 3, 4, 6))] + [rng.randrange(10) for _ in range(8)]
        check = 10 - sum(d * w for d, w in zip(digits, _WEIGHTS, strict=True)) % 11
        if check < 10:
            return "".join(map(str, [*digits, check]))


def draw_business_registration(rng: Random, font_set: str, layout: str = "") -> DrawnPaper:
    """Layouts: `numbered` (1. to 4.), `bold` (values bold, address on its line), `sans` (other words)."""
    layout = layout or rng.choice(("numbered", "bold"))
    at = rng.randrange(len(_NAMES))
    kind = rng.choice(_KINDS)
    first = date(2012, 1, 2) + timedelta(days=rng.randrange(3000))
    changes = rng.randint(0, 6)
    person = draw_person(rng, born=(1960, 1995))
    capital = rng.choice((5_000_000_000, 1_900_000_000, 12_500_000_000, 800_000_000))
    office = draw_address(rng, house=True)
    province = office.rsplit("tỉnh ", 1)[-1]
    fields: dict[str, JsonValue] = {
        "enterprise_code": draw_enterprise_code(rng),
        "first_registered_on": first.isoformat(),
        "enterprise_name": f"{kind} {_NAMES[at]}",
        "head_office": office,
        "phone": f"02{rng.randrange(10**8, 10**9)}",
        "charter_capital": capital,
        "representative_name": person.full_name,
        "representative_title": rng.choice(_TITLES),
        "representative_id": person.personal_id,
        "issued_by": "Phòng Đăng ký kinh doanh",
    }
    if rng.random() < 0.7:
        fields["foreign_name"] = f"{_ENGLISH[at]} COMPANY LIMITED"
    if rng.random() < 0.7:
        fields["short_name"] = "".join(word[0] for word in _ENGLISH[at].split()) + " CO., LTD"
    if changes:
        fields["change_number"] = str(changes)
        fields["changed_on"] = (first + timedelta(days=rng.randint(200, 1500))).isoformat()
    sheet = Sheet(
        Canvas(font_set, "sans" if layout == "sans" else "serif"), bold=layout == "bold", points=12.5
    )
    _head(sheet, province, kind, fields, layout)
    _body(sheet, fields, layout, office)
    _representative(sheet, fields, person.gender_vi, date_in_digits(person.born_on), layout)
    sheet.y += 4
    post = "TRƯỞNG PHÒNG"
    sheet.signature(
        post, name=draw_person(rng, born=(1965, 1985)).full_name, around=f"Sở KH và ĐT {province}", rng=rng
    )
    return DrawnPaper("business_registration", (sheet.canvas.finish(),), fields)


def _head(sheet: Sheet, province: str, kind: str, fields: dict[str, JsonValue], layout: str) -> None:
    sheet.head("SỞ KẾ HOẠCH VÀ ĐẦU TƯ", f"TỈNH {province.upper()}", "PHÒNG ĐĂNG KÝ KINH DOANH")
    sheet.y += 4
    sheet.centre("GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP", 16)
    sheet.centre(kind.upper(), 13)
    sheet.y += 2
    sheet.centre(f"Mã số doanh nghiệp: {fields['enterprise_code']}", 13)
    first = date.fromisoformat(str(fields["first_registered_on"]))
    sheet.centre(f"Đăng ký lần đầu: {_day(first, layout)}", 12, "Italic")
    if "changed_on" in fields:
        changed = date.fromisoformat(str(fields["changed_on"]))
        text = f"Đăng ký thay đổi lần thứ: {fields['change_number']}, {_day(changed, layout)}"
        sheet.centre(text, 12, "Italic")
    sheet.y += 4


def _day(day: date, layout: str) -> str:
    return f"ngày {date_in_digits(day)}" if layout == "sans" else date_in_full(day)


def _body(sheet: Sheet, fields: dict[str, JsonValue], layout: str, office: str) -> None:
    name = str(fields["enterprise_name"]).upper()
    if layout == "sans":
        sheet.field("Tên công ty", name)
    else:
        sheet.text("1. Tên công ty", "Bold")
        sheet.field("Tên công ty viết bằng tiếng Việt", name)
    foreign, short = str(fields.get("foreign_name", "")), str(fields.get("short_name", ""))
    sheet.field("Tên công ty viết bằng tiếng nước ngoài", foreign)
    sheet.field("Tên công ty viết tắt", short)
    if layout == "bold":
        sheet.text("2. Địa chỉ trụ sở chính", "Regular")
        sheet.text(office, "Bold")
    else:
        sheet.field("Địa chỉ trụ sở chính" if layout == "sans" else "2. Địa chỉ trụ sở chính", office)
    sheet.fields(("Điện thoại", str(fields["phone"])), ("Fax", ""))
    sheet.fields(("Email", ""), ("Website", ""))
    capital = f"{fields['charter_capital']:,} đồng".replace(",", ".")
    sheet.field("Vốn điều lệ" if layout == "sans" else "3. Vốn điều lệ", capital)


def _representative(sheet: Sheet, fields: dict[str, JsonValue], gender: str, born: str, layout: str) -> None:
    head = "Người đại diện theo pháp luật của công ty"
    sheet.text(head if layout == "sans" else f"4. {head}", "Bold")
    bullet = "" if layout == "sans" else "* "
    name = str(fields["representative_name"]).upper()
    sheet.fields((f"{bullet}Họ và tên", name), ("Giới tính", gender))
    sheet.field("Chức danh", str(fields["representative_title"]))
    sheet.fields(("Sinh ngày", born), ("Dân tộc", "Kinh"), ("Quốc tịch", "Việt Nam"))
    sheet.field("Loại giấy tờ pháp lý của cá nhân", "Thẻ căn cước công dân")
    sheet.field("Số giấy tờ pháp lý của cá nhân", str(fields["representative_id"]))
    sheet.fields(("Ngày cấp", "12/05/2021"), ("Nơi cấp", "Cục Cảnh sát QLHC về TTXH"))
    sheet.field("Địa chỉ thường trú", "Tổ 4, phường Hưng Chiến, thị xã Bình Long, tỉnh Bình Phước")
    sheet.field("Địa chỉ liên lạc", "Tổ 4, phường Hưng Chiến, thị xã Bình Long, tỉnh Bình Phước")
