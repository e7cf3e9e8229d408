"""Administrative documents in the layout of Decree 30/2020/NĐ-CP, annex I."""

from datetime import date, timedelta
from random import Random

from pydantic import JsonValue

from samples.drawing.canvas import Canvas
from samples.drawing.marks import sign, stamp_seal
from samples.drawing.number_words import date_in_full
from samples.persons import draw_person
from samples.truth import DrawnPage, DrawnPaper

_AGENCIES = (
    ("ỦY BAN NHÂN DÂN", "TỈNH BÌNH PHƯỚC", "UBND", "Bình Phước", ""),
    ("UBND TỈNH BÌNH PHƯỚC", "SỞ TƯ PHÁP", "STP", "Bình Phước", "parent"),
    ("UBND TỈNH THÁI NGUYÊN", "SỞ NỘI VỤ", "SNV", "Thái Nguyên", "parent"),
    ("ỦY BAN NHÂN DÂN", "HUYỆN ĐẠI TỪ", "UBND", "Đại Từ", ""),
    ("UBND TỈNH BẮC KẠN", "SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG", "STNMT", "Bắc Kạn", "parent"),
    ("UBND THỊ XÃ BÌNH LONG", "PHÒNG QUẢN LÝ ĐÔ THỊ", "QLĐT", "Bình Long", "parent"),
)
_KINDS = (
    ("quyết định", "QĐ"),
    ("thông báo", "TB"),
    ("tờ trình", "TTr"),
    ("báo cáo", "BC"),
    ("kế hoạch", "KH"),
    ("công văn", ""),
)
_SUBJECTS = (
    "công bố danh mục thủ tục hành chính được sửa đổi, bổ sung lĩnh vực hộ tịch",
    "phê duyệt kế hoạch số hóa hồ sơ, kết quả giải quyết thủ tục hành chính năm {year}",
    "tăng cường kỷ luật, kỷ cương hành chính tại bộ phận tiếp nhận và trả kết quả",
    "kiện toàn tổ công tác cải cách hành chính trên địa bàn",
    "giao chỉ tiêu tái sử dụng kết quả số hóa cho các đơn vị trực thuộc",
    "rà soát giấy tờ còn hiệu lực phục vụ khai thác, sử dụng lại",
)
_BODY = (
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
    "Căn cứ Nghị định số 61/2018/NĐ-CP ngày 23 tháng 4 năm 2018 của Chính phủ về thực hiện cơ chế "
    "một cửa, một cửa liên thông trong giải quyết thủ tục hành chính;",
    "Điều 1. Giao các đơn vị thực hiện số hóa hồ sơ, giấy tờ, kết quả giải quyết thủ tục hành chính "
    "theo đúng quy trình; bảo đảm người dân, doanh nghiệp không phải nộp lại giấy tờ đã có.",
    "Điều 2. Kết quả số hóa phải được kiểm tra, ký số và lưu vào kho quản lý dữ liệu điện tử trước "
    "ngày làm việc tiếp theo kể từ khi tiếp nhận; tỷ lệ tái sử dụng là căn cứ đánh giá hằng quý.",
    "Điều 3. Thủ trưởng các cơ quan, đơn vị và cá nhân có liên quan chịu trách nhiệm thi hành.",
    "Trong quá trình thực hiện, nếu có khó khăn, vướng mắc, đề nghị các đơn vị phản ánh bằng văn bản "
    "để được hướng dẫn, tháo gỡ kịp thời, tránh làm chậm việc giải quyết hồ sơ của người dân.",
)
_POSTS = (("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"))
_DIRECTORS = (("", "GIÁM ĐỐC"), ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"))


class _Letter:
    """A made-up document of a real kind of agency."""

    def __init__(self, rng: Random, layout: str) -> None:
        kinds = [k for k in _KINDS if (k[0] == "công văn") == (layout == "letter")]
        self.kind, short = rng.choice(kinds)
        self.upper, self.lower, mark, self.place, parent = rng.choice(_AGENCIES)
        self.has_parent = bool(parent)
        self.issued_on = date(2019, 1, 1) + timedelta(days=rng.randrange(2300))
        self.number = f"{rng.randint(1, 2400):02d}/" + (f"{short}-{mark}" if short else f"{mark}-VP")
        subject = rng.choice(_SUBJECTS).format(year=self.issued_on.year)
        self.subject = subject[0].upper() + subject[1:]
        self.capacity, self.title = rng.choice(_DIRECTORS if parent else _POSTS)
        self.signer = draw_person(rng, born=(1960, 1985)).full_name

    @property
    def agency(self) -> str:
        """The agency that signs, in capitals."""
        return self.lower if self.has_parent else f"{self.upper} {self.lower}"


def draw_administrative_document(rng: Random, font_set: str, layout: str = "") -> DrawnPaper:
    """Layouts: `named` (QUYẾT ĐỊNH …), `letter` (công văn, V/v), `long` (two pages)."""
    layout = layout or rng.choice(("named", "letter", "long"))
    letter = _Letter(rng, layout)
    canvas = Canvas(font_set)
    _head(canvas, letter)
    fields = _truth(letter)
    if layout == "letter":
        addressee = rng.choice(("Các sở, ban, ngành tỉnh", "Ủy ban nhân dân các xã, phường"))
        fields["addressees"] = addressee
        y = canvas.paragraph(105, 62, 80, f"Kính gửi: {addressee}.", 14)
    else:
        canvas.centre(105, 60, letter.kind.upper(), 14)
        y = canvas.paragraph(35, 67, 140, f"Về việc {_lower(letter.subject)}", 14, "Bold", centred=True)
        canvas.rule(85, y + 0.6, 125, y + 0.6)
    pages: list[DrawnPage] = []
    for text in _BODY * (2 if layout == "long" else 1):
        if y > 245:
            pages.append(canvas.finish())
            canvas = Canvas(font_set)
            canvas.centre(105, 14, "2", 13, "Regular")
            y = 22
        y = canvas.paragraph(30, y + 3, 160, text, 14, indent_mm=10, step_mm=6.8)
    _foot(canvas, max(y + 6, 60), letter, rng)
    return DrawnPaper("administrative_document", (*pages, canvas.finish()), fields)


def _truth(letter: _Letter) -> dict[str, JsonValue]:
    prefix = "V/v" if letter.kind == "công văn" else "Về việc"
    fields: dict[str, JsonValue] = {
        "document_kind": letter.kind,
        "document_number": letter.number,
        "issuing_agency": letter.agency,
        "place": letter.place,
        "issued_on": letter.issued_on.isoformat(),
        "subject": f"{prefix} {_lower(letter.subject)}",
        "signer_title": letter.title,
        "signer_name": letter.signer,
    }
    if letter.has_parent:
        fields["parent_agency"] = letter.upper
    if letter.capacity:
        fields["signer_capacity"] = letter.capacity.split()[0]
    return fields


def _head(canvas: Canvas, letter: _Letter) -> None:
    left, right = 62.0, 143.0
    canvas.centre(left, 18, letter.upper, 13, "Regular" if letter.has_parent else "Bold")
    canvas.centre(left, 23.6, letter.lower, 13)
    canvas.rule(left - 12, 30, left + 12, 30)
    canvas.centre(left, 34, f"Số: {letter.number}", 13, "Regular")
    if letter.kind == "công văn":
        canvas.paragraph(left - 35, 40, 70, f"V/v {_lower(letter.subject)}", 12, centred=True, step_mm=5)
    canvas.centre(right, 18, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12.5)
    canvas.centre(right, 23.6, "Độc lập - Tự do - Hạnh phúc", 13.5)
    canvas.rule(right - 30, 30.4, right + 30, 30.4)
    canvas.centre(right, 34, f"{letter.place}, {date_in_full(letter.issued_on)}", 13.5, "Italic")


def _foot(canvas: Canvas, y: float, letter: _Letter, rng: Random) -> None:
    canvas.write(30, y, "Nơi nhận:", 12, "BoldItalic")
    for at, name in enumerate(("- Như trên;", "- Văn phòng Ủy ban nhân dân;", "- Lưu: VT.")):
        canvas.write(30, y + 5.5 + 4.6 * at, name, 11)
    middle = 148.0
    if letter.capacity:
        canvas.centre(middle, y, letter.capacity, 13.5)
    canvas.centre(middle, y + 6, letter.title, 13.5)
    sign(canvas, middle - 14, y + 21, rng)
    stamp_seal(canvas, middle - 20, y + 20, letter.agency, rng)
    canvas.centre(middle, y + 34, letter.signer, 13.5)


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]
