"""Marriage certificates, certificates of marital status, death certificates."""

from datetime import date, timedelta
from random import Random

from pydantic import JsonValue

from samples.drawing.canvas import Canvas
from samples.drawing.number_words import date_in_digits, date_in_full, date_in_words
from samples.drawing.sheet import LEFT, RIGHT_MIDDLE, Sheet
from samples.persons import Person, draw_agency, draw_person
from samples.truth import DrawnPaper

_STATES = (
    "Chưa đăng ký kết hôn với ai",
    "Hiện tại chưa đăng ký kết hôn với ai",
    "Đã ly hôn theo Quyết định số 15/2018/QĐST-HNGĐ ngày 12/4/2018, hiện tại chưa đăng ký kết hôn với ai",
    "Có đăng ký kết hôn, nhưng chồng đã chết; hiện tại chưa đăng ký kết hôn với ai",
)
_PURPOSES = (
    "Để kết hôn với ông Trần Văn Khánh",
    "Bổ sung hồ sơ vay vốn ngân hàng",
    "Làm thủ tục chuyển nhượng quyền sử dụng đất",
)
_CAUSES = ("Bệnh già", "Tai nạn giao thông", "Ung thư phổi", "Tai biến mạch máu não")
_DEATHBEDS = ("Tại nhà riêng", "Bệnh viện Đa khoa tỉnh Bình Phước", "Bệnh viện A Thái Nguyên")


def draw_marriage_certificate(rng: Random, font_set: str, layout: str = "") -> DrawnPaper:
    """Layouts: `sides` (wife left, husband right), `leaders` (dotted), `extract` (one column), `above`.

    The last has labels above the values, the husband at the left, and the words of older forms.
    """
    layout = layout or rng.choice(("sides", "leaders", "extract"))
    wife = draw_person(rng, born=(1970, 2000), gender="female")
    husband = draw_person(rng, born=(1968, 1999), gender="male")
    agency, place = draw_agency(rng)
    registered_on = date(2019, 1, 2) + timedelta(days=rng.randrange(2000))
    signer = draw_person(rng, born=(1965, 1985)).full_name
    number = f"{rng.randint(1, 299)}/{registered_on.year}"
    fields: dict[str, JsonValue] = {
        "certificate_number": f"{rng.randint(1, 299)}/TLKH" if layout == "extract" else number,
        "registered_by": agency,
        "registered_on": registered_on.isoformat(),
        "signer_name": signer,
    }
    for role, person in (("wife", wife), ("husband", husband)):
        fields |= {
            f"{role}_full_name": person.full_name,
            f"{role}_date_of_birth": person.born_on.isoformat(),
            f"{role}_ethnicity": person.ethnicity,
            f"{role}_nationality": "Việt Nam",
            f"{role}_residence": person.residence,
            f"{role}_id": person.personal_id,
        }
    sheet = Sheet(
        Canvas(font_set), dotted=layout == "leaders", bold=layout == "sides", above=layout == "above"
    )
    if layout == "extract":
        _extract_head(sheet, agency, str(fields["certificate_number"]), "TRÍCH LỤC KẾT HÔN")
        for role, person in (("chồng", husband), ("vợ", wife)):
            _spouse(sheet, role, person)
    else:
        _certificate_head(sheet, "GIẤY CHỨNG NHẬN KẾT HÔN", number)
        sides = (("vợ", wife), ("chồng", husband))
        _side_by_side(sheet, sides[::-1] if layout == "above" else sides, old=layout == "above")
    sheet.y += 2
    sheet.field("Nơi đăng ký kết hôn", agency)
    sheet.field("Ngày, tháng, năm đăng ký", date_in_digits(registered_on))
    sheet.y += 4
    if layout == "extract":
        sheet.centre(
            f"{place}, {date_in_full(registered_on + timedelta(days=40))}", 12, "Italic", RIGHT_MIDDLE
        )
        posts = ("NGƯỜI KÝ TRÍCH LỤC", "CHỦ TỊCH")
    else:
        posts = ("NGƯỜI KÝ GIẤY CHỨNG NHẬN KẾT HÔN", "PHÓ CHỦ TỊCH")
    sheet.signature(*posts, name=signer, around=agency.split(",")[0], rng=rng)
    return DrawnPaper("marriage_certificate", (sheet.canvas.finish(),), fields)


def _certificate_head(sheet: Sheet, title: str, number: str) -> None:
    sheet.motto()
    sheet.y += 4
    sheet.centre(title, 17)
    sheet.y += 2
    sheet.canvas.write(140, sheet.y, f"Số: {number}", 12)
    sheet.y += 10


def _extract_head(sheet: Sheet, agency: str, number: str, title: str, below: str = "") -> None:
    ward = agency.removeprefix("Ủy ban nhân dân ").split(", ", 1)[0]
    sheet.head("ỦY BAN NHÂN DÂN", ward.upper(), number=number)
    sheet.y += 6
    sheet.centre(title, 16)
    if below:
        sheet.centre(below, 12)
    sheet.y += 6


def _spouse(sheet: Sheet, role: str, person: Person) -> None:
    sheet.field(f"Họ, chữ đệm, tên {role}", person.full_name.upper())
    sheet.field("Ngày, tháng, năm sinh", date_in_digits(person.born_on))
    sheet.fields(("Dân tộc", person.ethnicity), ("Quốc tịch", "Việt Nam"))
    sheet.field("Nơi cư trú", person.residence)
    sheet.field("Giấy tờ tùy thân", f"Căn cước công dân số {person.personal_id}")


def _side_by_side(sheet: Sheet, sides: tuple[tuple[str, Person], ...], *, old: bool) -> None:
    """Two columns, line by line as one reads them: each column whole."""
    bottom, top = sheet.y, sheet.y
    for at, (role, person) in enumerate(sides):
        column = Sheet(
            sheet.canvas,
            y=top,
            left=LEFT - 4 + at * 86,
            width=82,
            dotted=sheet.dotted,
            bold=sheet.bold,
            above=sheet.above,
            points=12,
        )
        column.field(f"Họ và tên {role}" if old else f"Họ, chữ đệm, tên {role}", person.full_name.upper())
        column.field("Ngày, tháng, năm sinh", date_in_digits(person.born_on))
        column.field("Dân tộc", person.ethnicity)
        column.field("Quốc tịch", "Việt Nam")
        column.field("Nơi thường trú/tạm trú" if old else "Nơi cư trú", person.residence)
        if old:
            column.field("Số Giấy CMND/Hộ chiếu", person.personal_id)
        else:
            column.field("Giấy tờ tùy thân", f"CCCD số {person.personal_id}")
        bottom = max(bottom, column.y)
    sheet.y = bottom


def draw_marital_status_certificate(
    rng: Random, font_set: str, layout: str = "", *, of: Person | None = None, issued: date | None = None
) -> DrawnPaper:
    """Layouts: `plain`, `leaders`, `prose` (older words: ông/bà, sinh ngày).

    `of` says whose it is; with `issued` it is for a marriage.
    """
    layout = layout or rng.choice(("plain", "leaders"))
    drawn, (agency, place) = draw_person(rng, born=(1965, 2003)), draw_agency(rng)
    person = of or drawn
    drawn_on = date(2019, 1, 2) + timedelta(days=rng.randrange(2200))
    issued_on = issued or drawn_on
    ward = agency.removeprefix("Ủy ban nhân dân ").split(", ", 1)[0]
    signer = draw_person(rng, born=(1965, 1985)).full_name
    number = f"{rng.randint(1, 599):02d}/UBND-XNTTHN"
    state, purpose = rng.choice(_STATES), rng.choice(_PURPOSES)
    if issued:
        state, purpose = _STATES[0], "Đăng ký kết hôn"
    fields: dict[str, JsonValue] = {
        "certificate_number": number,
        "issued_by": f"Ủy ban nhân dân {ward}",
        "issued_on": issued_on.isoformat(),
        "full_name": person.full_name,
        "date_of_birth": person.born_on.isoformat(),
        "gender": person.gender,
        "ethnicity": person.ethnicity,
        "nationality": "Việt Nam",
        "personal_id": person.personal_id,
        "residence": person.residence,
        "marital_status": state,
        "purpose": purpose,
        "signer_name": signer,
    }
    sheet = Sheet(Canvas(font_set), dotted=layout == "leaders", bold=layout == "plain")
    sheet.head("ỦY BAN NHÂN DÂN", ward.upper(), number=number)
    sheet.canvas.centre(RIGHT_MIDDLE, sheet.y, f"{place}, {date_in_full(issued_on)}", 12, "Italic")
    sheet.y += 12
    sheet.centre("GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", 16)
    sheet.y += 3
    honour = "Ông" if person.gender == "male" else "Bà"
    sheet.text(f"Xét đề nghị của ông/bà {person.full_name}, về việc cấp Giấy xác nhận tình trạng hôn nhân,")
    sheet.centre("XÁC NHẬN:", 13)
    sheet.y += 2
    born = date_in_digits(person.born_on)
    if layout == "prose":
        sheet.field(f"{honour}", person.full_name.upper())
        sheet.fields(("Sinh ngày", born), ("Giới tính", person.gender_vi))
        sheet.fields(("Dân tộc", person.ethnicity), ("Quốc tịch", "Việt Nam"))
        sheet.field("CMND/CCCD số", person.personal_id)
        sheet.field("Nơi thường trú", person.residence)
    else:
        sheet.field("Họ, chữ đệm, tên", person.full_name.upper())
        sheet.fields(("Ngày, tháng, năm sinh", born), ("Giới tính", person.gender_vi))
        sheet.fields(("Dân tộc", person.ethnicity), ("Quốc tịch", "Việt Nam"))
        sheet.field("Giấy tờ tùy thân", f"Căn cước công dân số {person.personal_id}")
        sheet.field("Nơi cư trú", person.residence)
    sheet.field("Tình trạng hôn nhân", state)
    sheet.field("Giấy này được cấp để", purpose)
    sheet.text("Giấy này có giá trị sử dụng trong thời hạn 6 tháng, kể từ ngày cấp.", "Italic")
    sheet.y += 4
    sheet.signature("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", name=signer, around=f"UBND {ward}", rng=rng)
    return DrawnPaper("marital_status_certificate", (sheet.canvas.finish(),), fields)


def draw_death_certificate(rng: Random, font_set: str, layout: str = "") -> DrawnPaper:
    """Layouts: `extract`, `copy` (bản sao, dotted), `old` (giấy chứng tử, other words)."""
    layout = layout or rng.choice(("extract", "copy"))
    person, (agency, place) = draw_person(rng, born=(1930, 1975)), draw_agency(rng)
    died_on = date(2018, 1, 2) + timedelta(days=rng.randrange(2400))
    issued_on = died_on + timedelta(days=rng.randint(1, 20))
    ward = agency.removeprefix("Ủy ban nhân dân ").split(", ", 1)[0]
    signer, at = draw_person(rng, born=(1965, 1985)).full_name, rng.choice(_DEATHBEDS)
    number = f"{rng.randint(1, 199)}/TLKT-BS" if layout == "copy" else f"{rng.randint(1, 199)}/TLKT"
    number = f"{rng.randint(1, 99)}/{issued_on.year}" if layout == "old" else number
    cause = rng.choice(_CAUSES)
    fields: dict[str, JsonValue] = {
        "certificate_number": number,
        "issued_by": f"Ủy ban nhân dân {ward}",
        "issued_on": issued_on.isoformat(),
        "full_name": person.full_name,
        "date_of_birth": person.born_on.isoformat(),
        "gender": person.gender,
        "ethnicity": person.ethnicity,
        "nationality": "Việt Nam",
        "personal_id": person.personal_id,
        "last_residence": person.residence,
        "died_at": died_on.isoformat(),
        "place_of_death": at,
        "cause_of_death": cause,
        "signer_name": signer,
    }
    sheet = Sheet(Canvas(font_set), dotted=layout == "copy", bold=layout == "old")
    titles = {"extract": ("TRÍCH LỤC KHAI TỬ", ""), "copy": ("TRÍCH LỤC KHAI TỬ", "(BẢN SAO)")}
    _extract_head(sheet, agency, number, *titles.get(layout, ("GIẤY CHỨNG TỬ", "")))
    old = layout == "old"
    sheet.field("Họ và tên" if old else "Họ, chữ đệm, tên", person.full_name.upper())
    sheet.fields(("Ngày, tháng, năm sinh", date_in_digits(person.born_on)), ("Giới tính", person.gender_vi))
    sheet.fields(("Dân tộc", person.ethnicity), ("Quốc tịch", "Việt Nam"))
    if old:
        sheet.field("Nơi thường trú/tạm trú cuối cùng", person.residence)
        sheet.field("Số Giấy CMND/Hộ chiếu", person.personal_id)
    else:
        sheet.field("Số định danh cá nhân", person.personal_id)
        sheet.field("Nơi cư trú cuối cùng", person.residence)
    hour = f"{rng.randint(0, 23):02d} giờ {rng.randint(0, 59):02d} phút, {date_in_full(died_on)}"
    sheet.field("Đã chết vào lúc", hour)
    sheet.text(f"Ghi bằng chữ: {date_in_words(died_on)}")
    sheet.field("Nơi chết", at)
    sheet.field("Nguyên nhân chết", cause)
    sheet.y += 4
    sheet.centre(f"{place}, {date_in_full(issued_on)}", 12, "Italic", RIGHT_MIDDLE)
    posts = ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH") if old else ("NGƯỜI KÝ TRÍCH LỤC", "PHÓ CHỦ TỊCH")
    sheet.signature(*posts, name=signer, around=f"UBND {ward}", rng=rng)
    return DrawnPaper("death_certificate", (sheet.canvas.finish(),), fields)
