"""Photocopies of citizen identity cards: the chip card of 2021 and the card of July 2024."""

from datetime import date
from random import Random

from pydantic import JsonValue

from samples.drawing.canvas import Canvas
from samples.drawing.marks import draw_qr
from samples.drawing.number_words import date_in_digits
from samples.persons import Person, draw_person
from samples.truth import DrawnPaper
from schemas.base.vietnamese import fold

_ZOOM = 1.5
"""Offices enlarge the card when they copy it."""
_CARD_MM = (85.6 * _ZOOM, 54 * _ZOOM)  # ISO/IEC 7810 ID-1
_LEFT = 40.0


def draw_identity_card(
    rng: Random, font_set: str, layout: str = "", *, of: Person | None = None
) -> DrawnPaper:
    """A copy of both sides on one sheet. Layouts: `chip`, `2024`. `of` says whose it is."""
    person = of or draw_person(rng)
    layout = layout or rng.choice(("chip", "2024"))
    issued = date(2021, 7, 1) if layout == "chip" else date(2024, 7, 15)
    issued = issued.replace(month=rng.randint(7, 12), day=rng.randint(1, 28))
    expires = _expiry(person.born_on, issued)
    canvas = Canvas(font_set, "sans")
    front, back = (_front_chip, _back_chip) if layout == "chip" else (_front_2024, _back_2024)
    _card_edge(canvas, 30)
    front(canvas, 30, person, issued, expires)
    _card_edge(canvas, 140)
    back(canvas, 140, person, issued, expires)
    return DrawnPaper("identity_card", (canvas.finish(),), _truth(person, issued, expires, layout))


def qr_payload(person: Person, issued: date) -> str:
    """The seven fields of the card's QR code, parted by `|`."""
    return "|".join(
        (
            person.personal_id,
            person.previous_id,
            person.full_name,
            f"{person.born_on:%d%m%Y}",
            person.gender_vi,
            person.residence,
            f"{issued:%d%m%Y}",
        )
    )


def _truth(person: Person, issued: date, expires: date | None, layout: str) -> dict[str, JsonValue]:
    fields: dict[str, JsonValue] = {
        "personal_id": person.personal_id,
        "full_name": person.full_name,
        "date_of_birth": person.born_on.isoformat(),
        "gender": person.gender,
        "nationality": "Việt Nam",
        "residence": person.residence,
        "issued_on": issued.isoformat(),
        "previous_id": person.previous_id,
    }
    if layout == "chip":
        fields["place_of_origin"] = person.origin
    if expires:
        fields["expires_on"] = expires.isoformat()
    return fields


def _expiry(born_on: date, issued: date) -> date | None:
    """Cards run out at 25, 40 and 60 (Law on Identification, article 21); later never."""
    ages = (a for a in (25, 40, 60) if issued.year - born_on.year < a - 2)
    age = next(ages, None)
    return born_on.replace(year=born_on.year + age) if age else None


def _card_edge(canvas: Canvas, top: float) -> None:
    right, bottom = _LEFT + _CARD_MM[0], top + _CARD_MM[1]
    for x0, y0, x1, y1 in (
        (_LEFT, top, right, top),
        (_LEFT, bottom, right, bottom),
        (_LEFT, top, _LEFT, bottom),
        (right, top, right, bottom),
    ):
        canvas.rule(x0, y0, x1, y1, 2)


def _heading(canvas: Canvas, top: float, title: str, english: str) -> None:
    middle = _LEFT + 72
    canvas.centre(middle, top + 4, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 8.5)
    canvas.centre(middle, top + 8.2, "Độc lập - Tự do - Hạnh phúc", 8.5)
    canvas.centre(middle, top + 14, title, 14)
    canvas.centre(middle, top + 20.5, english, 8, "Italic")


def _portrait(canvas: Canvas, top: float) -> None:
    canvas.rule(_LEFT + 5, top + 28, _LEFT + 33, top + 28)
    canvas.rule(_LEFT + 5, top + 66, _LEFT + 33, top + 66)
    canvas.rule(_LEFT + 5, top + 28, _LEFT + 5, top + 66)
    canvas.rule(_LEFT + 33, top + 28, _LEFT + 33, top + 66)


def _front_chip(canvas: Canvas, top: float, person: Person, issued: date, expires: date | None) -> None:
    _heading(canvas, top, "CĂN CƯỚC CÔNG DÂN", "Citizen Identity Card")
    canvas.paste(draw_qr(qr_payload(person, issued)), _LEFT + _CARD_MM[0] - 24, top + 4, 22)
    _portrait(canvas, top)
    x = _LEFT + 38
    canvas.labelled(x, top + 28, "Số / No.", person.personal_id, points=12, bold=True, width_mm=86)
    canvas.write(x, top + 35, "Họ và tên / Full name:", 8.5)
    canvas.write(x, top + 39, person.full_name.upper(), 11, "Bold")
    born = date_in_digits(person.born_on)
    canvas.labelled(x, top + 45.5, "Ngày sinh / Date of birth", born, points=8.5)
    end = canvas.write(x, top + 50, f"Giới tính / Sex: {person.gender_vi}", 8.5)
    canvas.write(end + 6, top + 50, "Quốc tịch / Nationality: Việt Nam", 8.5, new_line=False)
    canvas.write(x, top + 55, "Quê quán / Place of origin:", 8.5)
    canvas.paragraph(x, top + 59, 84, person.origin, 8.5, step_mm=4.2)
    canvas.write(x, top + 64.5, "Nơi thường trú / Place of residence:", 8.5)
    canvas.paragraph(x, top + 68.7, 84, person.residence, 8.5, step_mm=4.2)
    until = date_in_digits(expires) if expires else "Không thời hạn"
    canvas.write(_LEFT + 4, top + 69, "Có giá trị đến:", 7)
    canvas.write(_LEFT + 4, top + 72.2, f"Date of expiry: {until}", 7)


def _back_chip(canvas: Canvas, top: float, person: Person, issued: date, expires: date | None) -> None:
    canvas.write(_LEFT + 6, top + 5, "Đặc điểm nhận dạng / Personal identification:", 8.5)
    canvas.write(_LEFT + 6, top + 9.5, "Nốt ruồi C:1cm dưới sau mép phải", 8.5)
    day = date_in_digits(issued)
    canvas.labelled(_LEFT + 6, top + 16, "Ngày, tháng, năm / Date, month, year", day, points=8.5)
    canvas.centre(_LEFT + 45, top + 21, "CỤC TRƯỞNG CỤC CẢNH SÁT", 8)
    canvas.centre(_LEFT + 45, top + 25, "QUẢN LÝ HÀNH CHÍNH VỀ TRẬT TỰ XÃ HỘI", 8)
    canvas.write(_LEFT + 92, top + 14, "Ngón trỏ trái / Left index finger", 6.5)
    _mrz(canvas, top, person, expires)


def _front_2024(canvas: Canvas, top: float, person: Person, issued: date, expires: date | None) -> None:
    del issued, expires
    _heading(canvas, top, "CĂN CƯỚC", "Identity Card")
    _portrait(canvas, top)
    x = _LEFT + 38
    canvas.write(x, top + 28, "Số định danh cá nhân / Personal identification number:", 8)
    canvas.write(x, top + 32, person.personal_id, 13, "Bold")
    canvas.write(x, top + 40, "Họ, chữ đệm và tên khai sinh / Full name:", 8.5)
    canvas.write(x, top + 44.3, person.full_name.upper(), 11, "Bold")
    canvas.write(x, top + 52, "Ngày, tháng, năm sinh / Date of birth:", 8.5)
    canvas.write(x, top + 56, date_in_digits(person.born_on), 10, "Bold")
    canvas.write(x + 58, top + 52, "Giới tính / Sex:", 8.5)
    canvas.write(x + 58, top + 56, person.gender_vi, 10, "Bold")
    canvas.labelled(x, top + 64, "Quốc tịch / Nationality", "Việt Nam", points=8.5)


def _back_2024(canvas: Canvas, top: float, person: Person, issued: date, expires: date | None) -> None:
    canvas.paste(draw_qr(qr_payload(person, issued)), _LEFT + _CARD_MM[0] - 28, top + 5, 24)
    x = _LEFT + 6
    canvas.write(x, top + 6, "Nơi cư trú / Place of residence:", 8.5)
    canvas.paragraph(x, top + 10.2, 90, person.residence, 8.5, step_mm=4.2)
    until = date_in_digits(expires) if expires else "Không thời hạn"
    canvas.write(x, top + 30, "Ngày, tháng, năm cấp / Date of issue:", 8.5)
    canvas.write(x, top + 34, date_in_digits(issued), 9, "Bold")
    canvas.write(x + 62, top + 30, "Ngày, tháng, năm hết hạn / Date of expiry:", 7)
    canvas.write(x + 62, top + 34, until, 9, "Bold")
    canvas.centre(_LEFT + 45, top + 44, "BỘ CÔNG AN / MINISTRY OF PUBLIC SECURITY", 8)
    _mrz(canvas, top, person, expires)


def _mrz(canvas: Canvas, top: float, person: Person, expires: date | None) -> None:
    """Three lines of TD1 (ICAO 9303-5), check digits by weights 7-3-1."""
    number = person.personal_id
    short = number[-9:]
    optional = f"{number}<<"
    born, until = f"{person.born_on:%y%m%d}", f"{expires or date(2099, 12, 31):%y%m%d}"
    sex = "M" if person.gender == "male" else "F"
    upper = f"IDVNM{short}{_check(short)}{optional}{_check(optional[:14])}"
    lower = f"{born}{_check(born)}{sex}{until}{_check(until)}VNM" + "<" * 11
    composite = _check(upper[5:] + lower[:7] + lower[8:15] + lower[18:29])
    family, *given = fold(person.full_name).upper().split()
    name = f"{family}<<{'<'.join(given)}".ljust(30, "<")[:30]
    for row, text in enumerate((upper, lower + composite, name)):
        canvas.write(_LEFT + 6, top + 56 + 7 * row, text, 15)


def _check(text: str) -> str:
    values = [int(c) if c.isdigit() else 0 if c == "<" else ord(c) - 55 for c in text]
    return str(sum(v * (7, 3, 1)[i % 3] for i, v in enumerate(values)) % 10)
