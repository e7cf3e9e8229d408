"""Birth certificates: the form of the certificate and the extract (trích lục khai sinh)."""

from datetime import date, timedelta
from random import Random

from pydantic import JsonValue

from samples.drawing.canvas import Canvas
from samples.drawing.marks import sign, stamp_seal
from samples.drawing.number_words import date_in_digits, date_in_full, date_in_words
from samples.persons import Person, draw_agency, draw_person
from samples.truth import DrawnPaper

_LEFT, _WIDTH = 25.0, 165.0


class _Birth:
    """A made-up birth and its registration."""

    def __init__(self, rng: Random, of: Person | None) -> None:
        self.mother = draw_person(rng, born=(1972, 1998), gender="female")
        self.father = draw_person(rng, born=(1968, 1996), gender="male")
        child = draw_person(rng, born=(2016, 2023))
        family = self.father.full_name.split()[0]
        self.child_name = of.full_name if of else " ".join([family, *child.full_name.split()[1:]])
        self.child = child = of or child
        self.registered_on = child.born_on + timedelta(days=rng.randint(5, 50))
        self.agency, self.place = draw_agency(rng)
        self.number = f"{rng.randint(1, 399)}/{self.registered_on.year}"
        self.book = f"{rng.randint(1, 4):02d}/{self.registered_on.year}"
        self.born_at = rng.choice(
            (
                "Bệnh viện Đa khoa tỉnh Bình Phước",
                "Trạm y tế xã Đức Liễu",
                "Bệnh viện A Thái Nguyên",
                "Trung tâm y tế huyện Chợ Mới",
            )
        )
        self.signer = draw_person(rng, born=(1965, 1985)).full_name
        self.declarant = rng.choice((self.mother, self.father))


def draw_birth_certificate(
    rng: Random, font_set: str, layout: str = "", *, of: Person | None = None
) -> DrawnPaper:
    """Layouts: `leaders` (dotted lines), `plain` (bold values), `extract` (trích lục). `of`: whose."""
    layout = layout or rng.choice(("leaders", "plain", "extract"))
    birth = _Birth(rng, of)
    canvas = Canvas(font_set)
    fields = _truth(birth)
    _head(canvas, birth, "TRÍCH LỤC KHAI SINH" if layout == "extract" else "GIẤY KHAI SINH")
    y = _child(canvas, birth, layout)
    if layout != "extract":
        fields["book_number"] = birth.book
    for role, parent in (("mẹ", birth.mother), ("cha", birth.father)):
        y = _parent(canvas, y + 2, role, parent, layout)
    if layout == "extract":
        for name in ("declarant_full_name", "declarant_id_paper"):
            del fields[name]
    else:
        y = _declarant(canvas, y + 2, birth, layout)
    _foot(canvas, y + 2, birth, layout, rng)
    return DrawnPaper("birth_certificate", (canvas.finish(),), fields)


def _truth(birth: _Birth) -> dict[str, JsonValue]:
    fields: dict[str, JsonValue] = {
        "certificate_number": birth.number,
        "full_name": birth.child_name,
        "date_of_birth": birth.child.born_on.isoformat(),
        "gender": birth.child.gender,
        "ethnicity": birth.child.ethnicity,
        "nationality": "Việt Nam",
        "place_of_birth": birth.born_at,
        "place_of_origin": birth.child.origin,
        "personal_id": birth.child.personal_id,
        "declarant_full_name": birth.declarant.full_name,
        "declarant_id_paper": f"Căn cước công dân số {birth.declarant.personal_id}",
        "registered_by": birth.agency,
        "registered_on": birth.registered_on.isoformat(),
        "signer_name": birth.signer,
    }
    for role, parent in (("mother", birth.mother), ("father", birth.father)):
        fields |= {
            f"{role}_full_name": parent.full_name,
            f"{role}_birth_year": str(parent.born_on.year),
            f"{role}_ethnicity": parent.ethnicity,
            f"{role}_nationality": "Việt Nam",
            f"{role}_residence": parent.residence,
        }
    return fields


def _head(canvas: Canvas, birth: _Birth, title: str) -> None:
    is_extract = title.startswith("TRÍCH")
    if is_extract:
        ward = birth.agency.removeprefix("Ủy ban nhân dân ").split(", ", 1)[0]
        canvas.centre(60, 18, "ỦY BAN NHÂN DÂN", 12)
        canvas.centre(60, 24, ward.upper(), 12)
        canvas.write(42, 31, f"Số: {birth.number}", 12)
    middle = 140 if is_extract else 105
    canvas.centre(middle, 18, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12)
    canvas.centre(middle, 24, "Độc lập - Tự do - Hạnh phúc", 13)
    canvas.rule(middle - 20, 30.5, middle + 20, 30.5)
    canvas.centre(105, 42, title, 18)
    if not is_extract:
        canvas.write(138, 54, f"Số: {birth.number}", 12)
        canvas.write(138, 60, f"Quyển số: {birth.book}", 12)


def _child(canvas: Canvas, birth: _Birth, layout: str) -> float:
    dotted, bold = layout == "leaders", layout == "plain"
    child = birth.child

    def line(y: float, label: str, value: str) -> float:
        return canvas.labelled(_LEFT, y, label, value, width_mm=_WIDTH, dotted=dotted, bold=bold)

    y = line(70, "Họ, chữ đệm, tên", birth.child_name.upper())
    if layout == "plain":
        y = line(y + 1, "Ngày, tháng, năm sinh", date_in_digits(child.born_on))
        y = line(y + 1, "Ghi bằng chữ", date_in_words(child.born_on))
    else:
        text = f"{date_in_digits(child.born_on)} ghi bằng chữ: {date_in_words(child.born_on)}"
        y = line(y + 1, "Ngày, tháng, năm sinh", text)
    y = _triple(
        canvas,
        y + 1,
        (("Giới tính", child.gender_vi), ("Dân tộc", child.ethnicity), ("Quốc tịch", "Việt Nam")),
        dotted=dotted,
        bold=bold,
    )
    y = line(y + 1, "Nơi sinh", birth.born_at)
    y = line(y + 1, "Quê quán", child.origin)
    return line(y + 1, "Số định danh cá nhân", child.personal_id)


def _triple(
    canvas: Canvas, y: float, pairs: tuple[tuple[str, str], ...], *, dotted: bool, bold: bool
) -> float:
    step = _WIDTH / len(pairs)
    for at, (label, value) in enumerate(pairs):
        canvas.labelled(
            _LEFT + at * step, y, label, value, width_mm=step - 3, dotted=dotted, bold=bold, new_line=at == 0
        )
    return y + 6.6


def _parent(canvas: Canvas, y: float, role: str, parent: Person, layout: str) -> float:
    dotted, bold = layout == "leaders", layout == "plain"
    y = canvas.labelled(
        _LEFT,
        y,
        f"Họ, chữ đệm, tên người {role}",
        parent.full_name.upper(),
        width_mm=_WIDTH,
        dotted=dotted,
        bold=bold,
    )
    pairs = (("Năm sinh", str(parent.born_on.year)), ("Dân tộc", parent.ethnicity), ("Quốc tịch", "Việt Nam"))
    y = _triple(canvas, y + 1, pairs, dotted=dotted, bold=bold)
    return canvas.labelled(
        _LEFT, y + 1, "Nơi cư trú", parent.residence, width_mm=_WIDTH, dotted=dotted, bold=bold
    )


def _declarant(canvas: Canvas, y: float, birth: _Birth, layout: str) -> float:
    dotted, bold = layout == "leaders", layout == "plain"
    y = canvas.labelled(
        _LEFT,
        y,
        "Họ, chữ đệm, tên người đi khai sinh",
        birth.declarant.full_name.upper(),
        width_mm=_WIDTH,
        dotted=dotted,
        bold=bold,
    )
    return canvas.labelled(
        _LEFT,
        y + 1,
        "Giấy tờ tùy thân",
        f"Căn cước công dân số {birth.declarant.personal_id}",
        width_mm=_WIDTH,
        dotted=dotted,
        bold=bold,
    )


def _foot(canvas: Canvas, y: float, birth: _Birth, layout: str, rng: Random) -> None:
    dotted, bold = layout == "leaders", layout == "plain"
    y = canvas.labelled(
        _LEFT, y, "Nơi đăng ký khai sinh", birth.agency, width_mm=_WIDTH, dotted=dotted, bold=bold
    )
    y = canvas.labelled(
        _LEFT,
        y + 1,
        "Ngày, tháng, năm đăng ký",
        date_in_digits(birth.registered_on),
        width_mm=_WIDTH,
        dotted=dotted,
        bold=bold,
    )
    middle = 148.0
    if layout == "extract":
        canvas.centre(
            middle,
            y + 4,
            f"{birth.place}, {date_in_full(_later(birth.registered_on))}",
            12,
            "Italic",
        )
        canvas.centre(middle, y + 10, "NGƯỜI KÝ TRÍCH LỤC", 13)
    else:
        canvas.centre(middle, y + 4, "NGƯỜI KÝ GIẤY KHAI SINH", 13)
    canvas.centre(middle, y + 16, "CHỦ TỊCH", 13)
    sign(canvas, middle - 14, y + 30, rng)
    stamp_seal(canvas, middle - 22, y + 31, birth.agency.split(",")[0], rng)
    canvas.centre(middle, y + 42, birth.signer, 13)


def _later(day: date) -> date:
    return day + timedelta(days=3)
