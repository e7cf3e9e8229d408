"""Construction permits (giấy phép xây dựng)."""

from datetime import date, timedelta
from random import Random

from pydantic import JsonValue

from samples.drawing.canvas import Canvas
from samples.drawing.number_words import date_in_full
from samples.drawing.sheet import RIGHT_MIDDLE, Sheet
from samples.persons import draw_address, draw_person
from samples.truth import DrawnPaper

_WORKS = ("Nhà ở riêng lẻ", "Nhà ở gia đình", "Nhà ở kết hợp kinh doanh", "Nhà kho và văn phòng")
_FLOORS = ("01", "02", "3", "02 tầng + 01 tum", "4")


def draw_construction_permit(rng: Random, font_set: str, layout: str = "") -> DrawnPaper:
    """Layouts: `numbered`, `leaders`, `houses` (the form for single houses, other words and order)."""
    layout = layout or rng.choice(("numbered", "leaders"))
    holder, district = draw_person(rng, born=(1955, 1996)), draw_address(rng, house=False).split(", ", 1)[1]
    issued_on = date(2017, 1, 2) + timedelta(days=rng.randrange(3000))
    location = draw_address(rng, house=True)
    floors, area = rng.choice(_FLOORS), rng.choice((rng.randint(60, 400), rng.randint(600, 3999) / 10))
    town, signer = district.split(", ", maxsplit=1)[0], draw_person(rng, born=(1962, 1984)).full_name
    fields: dict[str, JsonValue] = {
        "permit_number": f"{rng.randint(1, 899):02d}/GPXD",
        "issued_by": f"Ủy ban nhân dân {town}",
        "issued_on": issued_on.isoformat(),
        "holder_name": holder.full_name,
        "holder_address": holder.residence,
        "works": rng.choice(_WORKS),
        "location": location,
        "parcel_number": str(rng.randint(1, 900)),
        "area_m2": area,
        "floors": floors,
        "signer_name": signer,
    }
    sheet = Sheet(Canvas(font_set), dotted=layout == "leaders", points=12.5)
    sheet.head("ỦY BAN NHÂN DÂN", town.upper(), number=str(fields["permit_number"]))
    place = town.removeprefix("thành phố ").removeprefix("thị xã ").removeprefix("huyện ")
    sheet.canvas.centre(RIGHT_MIDDLE, sheet.y, f"{place}, {date_in_full(issued_on)}", 12, "Italic")
    sheet.y += 12
    sheet.centre("GIẤY PHÉP XÂY DỰNG", 17)
    if layout == "houses":
        sheet.centre("(Sử dụng cho nhà ở riêng lẻ)", 12, "Regular")
    sheet.y += 4
    _body(
        sheet, fields, layout, f"{'Ông' if holder.gender == 'male' else 'Bà'} {holder.full_name.upper()}", rng
    )
    sheet.y += 4
    sheet.signature(
        "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", name=signer, around=f"UBND {town}", rng=rng
    )
    return DrawnPaper("construction_permit", (sheet.canvas.finish(),), fields)


def _body(sheet: Sheet, fields: dict[str, JsonValue], layout: str, holder: str, rng: Random) -> None:
    plot = f"{fields['area_m2']:g}".replace(".", ",")
    parcel, floors = str(fields["parcel_number"]), str(fields["floors"])
    floor_space = f"{rng.randint(60, 300)} m²"
    sheet.field("1. Cấp cho", holder)
    sheet.field("Địa chỉ" if layout == "leaders" else "Địa chỉ thường trú", str(fields["holder_address"]))
    works = "2. Được phép xây dựng công trình" + (" (loại công trình)" if layout == "houses" else "")
    sheet.field(works, str(fields["works"]))
    sheet.field("- Theo thiết kế", f"Bản vẽ số {rng.randint(1, 40)}/TK-{rng.randint(2016, 2024)}")
    sheet.field("- Do", "Công ty TNHH Tư vấn Xây dựng An Phước lập")
    if layout == "houses":
        sheet.fields(("- Trên lô đất số", parcel), ("Diện tích", f"{plot} m²"))
        sheet.field("- Tại", str(fields["location"]))
    else:
        sheet.field("- Vị trí xây dựng", str(fields["location"]))
        sheet.fields(("- Thửa đất số", parcel), ("Diện tích lô đất", f"{plot} m²"))
    sheet.field("- Cốt nền xây dựng công trình", "+0,45 m so với mặt đường")
    sheet.field("- Mật độ xây dựng", f"{rng.randint(40, 90)}%")
    sheet.field("- Diện tích xây dựng tầng 1", floor_space)
    sheet.field("- Tổng diện tích sàn", f"{rng.randint(100, 600)} m²")
    sheet.fields(("- Chiều cao công trình", f"{rng.randint(4, 15)} m"), ("Số tầng", floors))
    sheet.field("3. Giấy tờ về quyền sử dụng đất", "Giấy chứng nhận quyền sử dụng đất số BA 112233")
    sheet.text("4. Giấy phép này có hiệu lực khởi công xây dựng trong thời hạn 12 tháng kể từ ngày cấp.")
