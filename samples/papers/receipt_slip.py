"""Receipt slips (giấy tiếp nhận hồ sơ và hẹn trả kết quả), with the dossier code as barcode or QR."""

from datetime import date, datetime, time, timedelta
from random import Random

from pydantic import JsonValue

from samples.drawing.canvas import Canvas
from samples.drawing.marks import draw_barcode, draw_qr
from samples.drawing.number_words import date_in_digits, date_in_full
from samples.persons import draw_person
from samples.truth import DrawnPaper

_LEFT, _WIDTH = 25.0, 162.0
_PROCEDURES = (
    "Đăng ký khai sinh",
    "Đăng ký kết hôn",
    "Cấp giấy xác nhận tình trạng hôn nhân",
    "Cấp giấy phép xây dựng nhà ở riêng lẻ",
    "Đăng ký biến động quyền sử dụng đất",
)
_PAPERS = (
    "Tờ khai theo mẫu",
    "Giấy chứng sinh",
    "Giấy khai sinh",
    "Căn cước công dân",
    "Giấy xác nhận tình trạng hôn nhân",
    "Giấy chứng nhận quyền sử dụng đất",
    "Bản vẽ thiết kế",
    "Văn bản ủy quyền",
)
_UNITS = ("000.00.15.H10", "000.00.07.H55", "H10.23", "H55.12.03", "000.11.02.H03")


def draw_dossier_code(rng: Random, day: date) -> str:
    """Both families of codes: `000.00.15.H10-240115-0001` and `H10.23-240115-0001`."""
    return f"{rng.choice(_UNITS)}-{day:%y%m%d}-{rng.randint(1, 9999):04d}"


def draw_receipt_slip(rng: Random, font_set: str, layout: str = "") -> DrawnPaper:
    """Layouts: `barcode`, `qr`."""
    layout = layout or rng.choice(("barcode", "qr"))
    received = datetime.combine(
        date(2022, 1, 3) + timedelta(days=rng.randrange(1200)),
        time(rng.randint(7, 16), rng.choice((0, 5, 15, 20, 30, 40, 45))),
    )
    due = received + timedelta(days=rng.randint(2, 30))
    applicant = draw_person(rng)
    fields: dict[str, JsonValue] = {
        "dossier_code": draw_dossier_code(rng, received.date()),
        "received_by": rng.choice(("xã Đức Liễu", "phường Hưng Chiến", "huyện Đại Từ")),
        "applicant_name": applicant.full_name,
        "address": applicant.residence,
        "phone": f"09{rng.randrange(10**8):08d}",
        "procedure_name": rng.choice(_PROCEDURES),
        "received_at": f"{received:%Y-%m-%dT%H:%M}",
        "due_at": f"{due:%Y-%m-%dT%H:%M}",
        "officer_name": draw_person(rng, born=(1975, 1998)).full_name,
        "papers": [
            {"name": name, "originals": rng.randint(0, 1), "copies": rng.randint(1, 2)}
            for name in rng.sample(_PAPERS, rng.randint(2, 4))
        ],
    }
    canvas = Canvas(font_set)
    y = _head(canvas, fields, layout)
    y = _papers(canvas, y, fields)
    _foot(canvas, y, fields, received, due)
    return DrawnPaper("receipt_slip", (canvas.finish(),), fields)


def _head(canvas: Canvas, fields: dict[str, JsonValue], layout: str) -> float:
    code = str(fields["dossier_code"])
    canvas.centre(62, 16, "ỦY BAN NHÂN DÂN", 12)
    canvas.centre(62, 21.5, "BỘ PHẬN MỘT CỬA", 12)
    if layout == "barcode":
        canvas.paste(draw_barcode(code), 30, 29, 64)
        canvas.write(30, 45, f"Mã hồ sơ: {code}", 12)
    else:
        canvas.paste(draw_qr(code), 30, 28, 20)
        canvas.write(53, 36, f"Mã hồ sơ: {code}", 12)
    canvas.centre(143, 16, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12)
    canvas.centre(143, 21.5, "Độc lập - Tự do - Hạnh phúc", 12.5)
    canvas.centre(105, 56, "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", 14)
    canvas.centre(105, 62, "(Liên: Giao khách hàng)", 11, "Italic")
    y = 71.4
    for label, name in (
        ("Bộ phận tiếp nhận và trả kết quả", "received_by"),
        ("Tiếp nhận hồ sơ của", "applicant_name"),
        ("Địa chỉ", "address"),
        ("Số điện thoại", "phone"),
        ("Nội dung yêu cầu giải quyết", "procedure_name"),
    ):
        y = canvas.labelled(_LEFT, y + 0.6, label, str(fields[name]), width_mm=_WIDTH)
    return canvas.paragraph(
        _LEFT, y + 0.6, _WIDTH, "1. Thành phần hồ sơ, yêu cầu và số lượng mỗi loại giấy tờ gồm:"
    )


def _papers(canvas: Canvas, y: float, fields: dict[str, JsonValue]) -> float:
    columns = (_LEFT, _LEFT + 14, _LEFT + 108, _LEFT + 135, _LEFT + _WIDTH)
    papers = fields["papers"]
    assert isinstance(papers, list)  # noqa: S101  (narrows the type)
    rows = [("STT", "Tên giấy tờ", "Số bản chính", "Số bản sao")]
    for at, paper in enumerate(papers, 1):
        assert isinstance(paper, dict)  # noqa: S101
        rows.append((str(at), str(paper["name"]), str(paper["originals"]), str(paper["copies"])))
    for at, row in enumerate(rows):
        canvas.rule(columns[0], y, columns[-1], y, 2)
        for column, text in enumerate(row):
            canvas.write(
                columns[column] + 2, y + 1.6, text, 12, "Bold" if at == 0 else "Regular", new_line=column == 0
            )
        y += 8
    canvas.rule(columns[0], y, columns[-1], y, 2)
    for x in columns:
        canvas.rule(x, y - 8 * len(rows), x, y, 2)
    return y + 3


def _foot(canvas: Canvas, y: float, fields: dict[str, JsonValue], received: datetime, due: datetime) -> None:
    y = canvas.paragraph(_LEFT, y, _WIDTH, "2. Số lượng hồ sơ: 01 (bộ)")
    days = (due - received).days
    y = canvas.paragraph(_LEFT, y, _WIDTH, f"3. Thời gian giải quyết hồ sơ theo quy định: {days} ngày")
    for label, at in (
        ("4. Thời gian nhận hồ sơ", received),
        ("5. Thời gian trả kết quả giải quyết hồ sơ", due),
    ):
        y = canvas.paragraph(
            _LEFT, y, _WIDTH, f"{label}: {at:%H} giờ {at:%M} phút, ngày {date_in_digits(at.date())}"
        )
    canvas.centre(143, y + 6, f"{date_in_full(received.date()).capitalize()}", 12, "Italic")
    canvas.centre(60, y + 13, "NGƯỜI NỘP HỒ SƠ", 12)
    canvas.centre(60, y + 40, str(fields["applicant_name"]), 12)
    canvas.centre(143, y + 13, "NGƯỜI TIẾP NHẬN HỒ SƠ", 12)
    canvas.centre(143, y + 40, str(fields["officer_name"]), 12)
