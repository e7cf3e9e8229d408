"""Land use certificates (giấy chứng nhận quyền sử dụng đất): the booklet, as pages or opened; the sheet."""

from datetime import date, timedelta
from random import Random

from PIL import Image
from pydantic import JsonValue

from samples.drawing.canvas import Canvas
from samples.drawing.marks import draw_qr
from samples.drawing.number_words import date_in_full, in_words
from samples.drawing.sheet import RIGHT_MIDDLE, Sheet
from samples.persons import Person, draw_address, draw_person
from samples.truth import DrawnPage, DrawnPaper, PageTruth

_OLD_TITLE = ("GIẤY CHỨNG NHẬN", "QUYỀN SỬ DỤNG ĐẤT,", "QUYỀN SỞ HỮU NHÀ Ở VÀ TÀI SẢN KHÁC GẮN LIỀN VỚI ĐẤT")
_NEW_TITLE = ("GIẤY CHỨNG NHẬN", "QUYỀN SỬ DỤNG ĐẤT, QUYỀN SỞ HỮU TÀI SẢN GẮN LIỀN VỚI ĐẤT")
_PURPOSES = ("Đất ở tại nông thôn", "Đất trồng cây lâu năm", "Đất ở tại đô thị", "Đất chuyên trồng lúa nước")
_TERMS = ("Lâu dài", "Đến ngày 15/10/2063", "50 năm", "Đến ngày 01/7/2064")
_FORMS = ("Sử dụng riêng", "Sử dụng chung")
_ORIGINS = (
    "Công nhận QSDĐ như giao đất có thu tiền sử dụng đất",
    "Nhận chuyển nhượng đất được Công nhận QSDĐ như giao đất không thu tiền sử dụng đất",
    "Nhà nước giao đất có thu tiền sử dụng đất",
)


class _Parcel:
    """A made-up parcel and its holders."""

    def __init__(self, rng: Random, *, is_new: bool) -> None:
        self.holders = [draw_person(rng, born=(1955, 1995)) for _ in range(rng.choice((1, 1, 2)))]
        self.address = draw_address(rng, house=False)
        letters = "".join(rng.choice("ABCDQTVX") for _ in range(2))
        self.serial = (
            f"{letters} {rng.randrange(10**8):08d}" if is_new else f"{letters} {rng.randrange(10**6):06d}"
        )
        self.register = f"{rng.choice(('CS', 'CH', 'VP'))}{rng.randrange(100, 99999):05d}"
        self.number, self.sheet = str(rng.randint(1, 999)), str(rng.randint(1, 120))
        self.area = rng.choice((rng.randint(60, 900), rng.randint(600, 9999) / 10))
        self.purpose, self.term = rng.choice(_PURPOSES), rng.choice(_TERMS)
        self.form, self.origin = rng.choice(_FORMS), rng.choice(_ORIGINS)
        self.issued_on = date(2012 if not is_new else 2024, 8, 1) + timedelta(days=rng.randrange(600))
        district = self.address.split(", ")[-2]
        province = self.address.rsplit("tỉnh ", 1)[-1]
        self.agency = (
            f"Sở Tài nguyên và Môi trường tỉnh {province}" if is_new else f"Ủy ban nhân dân {district}"
        )
        self.place = district.removeprefix("thành phố ").removeprefix("thị xã ").removeprefix("huyện ")
        self.place = province if is_new else self.place
        self.signer = draw_person(rng, born=(1960, 1980)).full_name

    @property
    def area_text(self) -> str:
        """`120,5 m²` as printed."""
        return f"{self.area:g}".replace(".", ",") + " m²"

    def truth(self, *, is_new: bool) -> dict[str, JsonValue]:
        """What a perfect reader returns."""
        fields: dict[str, JsonValue] = {
            "serial_number": self.serial,
            "register_number": self.register,
            "holder_name": "; ".join(p.full_name for p in self.holders),
            "holder_id": "; ".join(p.personal_id for p in self.holders),
            "holder_address": self.holders[0].residence,
            "parcel_number": self.number,
            "map_sheet": self.sheet,
            "parcel_address": self.address,
            "area_m2": self.area,
            "use_form": self.form,
            "use_purpose": self.purpose,
            "use_term": self.term,
            "use_origin": self.origin,
            "issued_by": self.agency,
            "issued_on": self.issued_on.isoformat(),
        }
        if not is_new:
            fields["holder_birth_year"] = "; ".join(str(p.born_on.year) for p in self.holders)
        return fields


def draw_land_use_certificate(rng: Random, font_set: str, layout: str = "") -> DrawnPaper:
    """Layouts: `booklet` (owner's page, parcel's page), `sheet` (of 2024), `opened` (booklet on one A3)."""
    layout = layout or rng.choice(("booklet", "sheet"))
    parcel = _Parcel(rng, is_new=layout == "sheet")
    if layout == "sheet":
        pages: tuple[DrawnPage, ...] = (_new_sheet(parcel, font_set, rng),)
    else:
        pages = (_owners_page(parcel, font_set), _parcels_page(parcel, font_set, rng))
    if layout == "opened":
        pages = (_side_by_side(*pages),)
    return DrawnPaper("land_use_certificate", pages, parcel.truth(is_new=layout == "sheet"))


def _owners_page(parcel: _Parcel, font_set: str) -> DrawnPage:
    sheet = Sheet(Canvas(font_set), y=24)
    sheet.motto()
    sheet.y += 30
    for line, points in zip(_OLD_TITLE, (22, 16, 12), strict=True):
        sheet.centre(line, points)
        sheet.y += 2
    sheet.y += 16
    sheet.text("I. Người sử dụng đất, chủ sở hữu nhà ở và tài sản khác gắn liền với đất", "Bold")
    for holder in parcel.holders:
        _holder(sheet, holder)
    sheet.field("Địa chỉ thường trú", parcel.holders[0].residence)
    sheet.canvas.write(150, 272, parcel.serial, 15, "Bold")
    return sheet.canvas.finish()


def _holder(sheet: Sheet, holder: Person) -> None:
    sheet.field("Ông" if holder.gender == "male" else "Bà", holder.full_name.upper())
    sheet.fields(("Năm sinh", str(holder.born_on.year)), ("CCCD số", holder.personal_id))


def _parcels_page(parcel: _Parcel, font_set: str, rng: Random) -> DrawnPage:
    sheet = Sheet(Canvas(font_set), y=22)
    sheet.text("II. Thửa đất, nhà ở và tài sản khác gắn liền với đất", "Bold")
    sheet.text("1. Thửa đất:", "Bold")
    sheet.fields(("a) Thửa đất số", f"{parcel.number},"), ("tờ bản đồ số", f"{parcel.sheet},"))
    sheet.field("b) Địa chỉ", parcel.address)
    sheet.field("c) Diện tích", f"{parcel.area_text}, (bằng chữ: {_in_words(parcel.area)} mét vuông)")
    sheet.field("d) Hình thức sử dụng", parcel.form)
    sheet.field("đ) Mục đích sử dụng", parcel.purpose)
    sheet.field("e) Thời hạn sử dụng", parcel.term)
    sheet.field("g) Nguồn gốc sử dụng", parcel.origin)
    for line in (
        "2. Nhà ở: -/-",
        "3. Công trình xây dựng khác: -/-",
        "4. Rừng sản xuất là rừng trồng: -/-",
        "5. Cây lâu năm: -/-",
        "6. Ghi chú: -/-",
    ):
        sheet.text(line)
    sheet.y += 6
    sheet.centre(f"{parcel.place}, {date_in_full(parcel.issued_on)}", 12, "Italic", RIGHT_MIDDLE)
    sheet.centre(f"TM. {parcel.agency.upper()}", 12, at=RIGHT_MIDDLE)
    sheet.signature("CHỦ TỊCH", name=parcel.signer, around=parcel.agency, rng=rng)
    sheet.field("Số vào sổ cấp GCN", parcel.register)
    return sheet.canvas.finish()


def _new_sheet(parcel: _Parcel, font_set: str, rng: Random) -> DrawnPage:
    sheet = Sheet(Canvas(font_set), y=16)
    sheet.canvas.paste(draw_qr(f"{parcel.serial}|{parcel.register}"), 168, 14, 22)
    sheet.motto()
    for line, points in zip(_NEW_TITLE, (18, 12.5), strict=True):
        sheet.centre(line, points)
        sheet.y += 2
    sheet.y += 4
    sheet.text("1. Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất:", "Bold")
    for holder in parcel.holders:
        honour = "Ông" if holder.gender == "male" else "Bà"
        sheet.fields((honour, holder.full_name.upper()), ("CCCD số", holder.personal_id))
    sheet.field("Địa chỉ", parcel.holders[0].residence)
    sheet.text("2. Thông tin thửa đất:", "Bold")
    sheet.fields(("a) Thửa đất số", parcel.number), ("tờ bản đồ số", parcel.sheet))
    sheet.field("b) Diện tích", parcel.area_text)
    sheet.field("c) Loại đất", parcel.purpose)
    sheet.field("d) Thời hạn sử dụng đất", parcel.term)
    sheet.field("đ) Hình thức sử dụng đất", parcel.form)
    sheet.field("e) Địa chỉ", parcel.address)
    sheet.field("g) Nguồn gốc sử dụng đất", parcel.origin)
    sheet.text("3. Thông tin tài sản gắn liền với đất: -/-", "Bold")
    sheet.text("4. Ghi chú: -/-", "Bold")
    sheet.y += 4
    sheet.centre(f"{parcel.place}, {date_in_full(parcel.issued_on)}", 12, "Italic", RIGHT_MIDDLE)
    sheet.centre(parcel.agency.upper(), 10.5, at=RIGHT_MIDDLE - 6)
    sheet.signature("GIÁM ĐỐC", name=parcel.signer, around=parcel.agency, rng=rng)
    sheet.field("Số vào sổ cấp Giấy chứng nhận", parcel.register)
    sheet.canvas.write(150, 276, parcel.serial, 15, "Bold")
    return sheet.canvas.finish()


def _side_by_side(left: DrawnPage, right: DrawnPage) -> DrawnPage:
    """The booklet opened: both pages on one A3 image, drawn at the scale of A4 pages."""
    width, height = left.image.size
    opened = Image.new("RGB", (2 * width, height), (255, 255, 255))
    opened.paste(left.image, (0, 0))
    opened.paste(right.image, (width, 0))
    moved = tuple((text, box.moved(width, 0)) for text, box in right.truth.words)
    truth = PageTruth(
        lines=left.truth.lines + right.truth.lines,
        words=left.truth.words + moved,
        width_px=2 * width,
        height_px=height,
    )
    return DrawnPage(opened, truth)


def _in_words(area: float) -> str:
    whole, tenths = int(area), round(area * 10) % 10
    return in_words(whole) + (f" phẩy {in_words(tenths)}" if tenths else "")
