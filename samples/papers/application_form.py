"""Applications and declarations (đơn đề nghị, tờ khai): they name other papers that are not there."""

from datetime import date, timedelta
from random import Random

from pydantic import JsonValue

from samples.drawing.canvas import Canvas
from samples.drawing.number_words import date_in_digits, date_in_full
from samples.drawing.sheet import RIGHT_MIDDLE, Sheet
from samples.persons import draw_agency, draw_person
from samples.truth import DrawnPaper

_FORMS = (
    ("TỜ KHAI ĐĂNG KÝ KHAI SINH", "Đề nghị đăng ký khai sinh cho con tôi theo quy định"),
    ("TỜ KHAI ĐĂNG KÝ KẾT HÔN", "Đề nghị đăng ký kết hôn cho chúng tôi"),
    ("TỜ KHAI CẤP GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", "Đề nghị cấp Giấy xác nhận tình trạng hôn nhân"),
    ("ĐƠN ĐỀ NGHỊ CẤP GIẤY PHÉP XÂY DỰNG", "Xin cấp giấy phép xây dựng nhà ở riêng lẻ"),
    ("ĐƠN ĐĂNG KÝ BIẾN ĐỘNG ĐẤT ĐAI", "Đăng ký chuyển nhượng quyền sử dụng đất"),
    ("ĐƠN ĐỀ NGHỊ", "Xin cấp lại bản sao trích lục khai sinh"),
)
_ENCLOSED = (
    "Giấy khai sinh",
    "Căn cước công dân",
    "Giấy chứng nhận quyền sử dụng đất",
    "Giấy chứng nhận kết hôn",
    "Giấy phép xây dựng",
    "Trích lục khai tử",
)


def draw_application_form(rng: Random, font_set: str, layout: str = "") -> DrawnPaper:
    """Layouts: `declaration` (dotted lines), `letter` (Tôi tên là), `typed` (a typewriter's)."""
    layout = layout or rng.choice(("declaration", "letter"))
    title, request = rng.choice(_FORMS)
    person, (agency, place) = draw_person(rng), draw_agency(rng)
    made_on = date(2019, 1, 2) + timedelta(days=rng.randrange(2200))
    phone = f"09{rng.randrange(10**8):08d}"
    fields: dict[str, JsonValue] = {
        "title": title,
        "addressee": agency,
        "applicant_name": person.full_name,
        "date_of_birth": person.born_on.isoformat(),
        "personal_id": person.personal_id,
        "residence": person.residence,
        "phone": phone,
        "request": request,
        "made_on": made_on.isoformat(),
    }
    typed = layout == "typed"
    canvas = Canvas(font_set, "mono" if typed else "serif")
    sheet = Sheet(canvas, dotted=layout == "declaration", points=11 if typed else 13)
    sheet.motto()
    sheet.y += 2
    sheet.centre(title, 12 if typed else 15)
    sheet.y += 3
    sheet.canvas.centre(105, sheet.y, f"Kính gửi: {agency}", 10.5 if typed else 12.5, "Regular")
    sheet.y += 9
    born = date_in_digits(person.born_on)
    if layout == "declaration":
        sheet.field("Họ, chữ đệm, tên người yêu cầu", person.full_name.upper())
        sheet.field("Ngày, tháng, năm sinh", born)
        sheet.field("Nơi cư trú", person.residence)
        sheet.field("Giấy tờ tùy thân", f"Căn cước công dân số {person.personal_id}")
    else:
        sheet.field("Tôi tên là", person.full_name)
        sheet.field("Sinh ngày", born)
        sheet.field("CCCD số" if layout == "letter" else "Số CCCD/CMND", person.personal_id)
        sheet.field("Địa chỉ" if layout == "letter" else "Địa chỉ thường trú", person.residence)
    sheet.field("Số điện thoại" if layout != "letter" else "Điện thoại", phone)
    sheet.field("Nội dung đề nghị", request)
    sheet.text("Giấy tờ gửi kèm theo đơn này gồm có:")
    for at, name in enumerate(rng.sample(_ENCLOSED, 3), 1):
        sheet.text(f"{at}. {name} (bản sao)")
    sheet.text(
        "Tôi cam đoan những nội dung khai trên đây là đúng sự thật và chịu trách nhiệm trước pháp luật."
    )
    sheet.y += 3
    sheet.centre(
        f"Làm tại: {place}, {date_in_full(made_on)}", 10 if typed else 12, "Italic", RIGHT_MIDDLE - 6
    )
    sheet.centre("NGƯỜI YÊU CẦU" if layout == "declaration" else "NGƯỜI LÀM ĐƠN", 12, at=RIGHT_MIDDLE)
    sheet.y += 18
    sheet.centre(person.full_name, 12, "Regular", RIGHT_MIDDLE)
    return DrawnPaper("application_form", (sheet.canvas.finish(),), fields)
