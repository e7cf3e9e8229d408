"""What stands around the fields of a paper: its head, number, title, a letter's subject, who signed it."""

from samples.drawing.canvas import px
from samples.forms.paper import Paper, motto, wrapped
from samples.forms.sheet import LEFT, RIGHT, WIDTH
from samples.forms.values import Value, ValueStyle, draw_name, draw_value
from samples.forms.wordings import FieldWording
from samples.persons import draw_agency
from schemas.document_type import Locator, ValueKind

_NO_WORDS = FieldWording(labels=())
_SIGNERS = (
    (("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), "CHỦ TỊCH"),
    (("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), "PHÓ CHỦ TỊCH"),
    (("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), "PHÓ CHỦ TỊCH"),
    (("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"), "CHÁNH VĂN PHÒNG"),
    (("CHỦ TỊCH",), "CHỦ TỊCH"),
    (("GIÁM ĐỐC",), "GIÁM ĐỐC"),
    (("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), "PHÓ GIÁM ĐỐC"),
    (("TUQ. CHỦ TỊCH", "CÔNG CHỨC TƯ PHÁP - HỘ TỊCH"), "CÔNG CHỨC TƯ PHÁP - HỘ TỊCH"),
    (("TRƯỞNG PHÒNG",), "TRƯỞNG PHÒNG"),
    (("KT. TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG"), "PHÓ TRƯỞNG PHÒNG"),
)
"""Lines above a signature, and the signer's own title among them."""
_OFFICES = {
    "business_registration": ("SỞ KẾ HOẠCH VÀ ĐẦU TƯ", "SỞ TÀI CHÍNH"),
    "land_use_certificate": (
        "ỦY BAN NHÂN DÂN",
        "SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG",
        "SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG",
        "VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI",
    ),
}
"""Agencies that issue a type, where no commune does."""
_NOTATIONS = {
    "QUYẾT ĐỊNH": "QĐ",
    "NGHỊ QUYẾT": "NQ",
    "CHỈ THỊ": "CT",
    "THÔNG BÁO": "TB",
    "HƯỚNG DẪN": "HD",
    "CHƯƠNG TRÌNH": "CTr",
    "KẾ HOẠCH": "KH",
    "PHƯƠNG ÁN": "PA",
    "ĐỀ ÁN": "ĐA",
    "DỰ ÁN": "DA",
    "BÁO CÁO": "BC",
    "BIÊN BẢN": "BB",
    "TỜ TRÌNH": "TTr",
    "HỢP ĐỒNG": "HĐ",
    "CÔNG ĐIỆN": "CĐ",
    "GIẤY ỦY QUYỀN": "GUQ",
    "GIẤY MỜI": "GM",
    "QUY CHẾ": "QC",
    "QUY ĐỊNH": "QyĐ",
    "THÔNG CÁO": "TC",
}
"""Notation of a kind of document, by its title (Decree 30/2020/NĐ-CP, annex III)."""
_IN_HEAD = 0.7
"""How often a paper is dated in its head; the others above who signs."""
_OF_ITS_OFFICE = 0.8
"""How often an office of the department stands below it."""


class FramedPaper(Paper):
    """A paper with a head and a foot."""

    def _head(self) -> None:
        family, sheet = self.family, self.sheet
        if family.heads == "none":
            return
        if family.heads == "motto":
            motto(sheet, WIDTH // 2)
            if family.number_at != "title":
                self._number(LEFT)
            return
        top = sheet.y
        left, right = px(62), px(150)
        place = self._agencies(left)
        if family.number_at == "agency":
            self._number(left - px(20))
        below, sheet.y = sheet.y, top
        motto(sheet, right)
        self._date_line(right, place)
        sheet.y = max(below, sheet.y + sheet.step)
        if family.number_at == "right":
            self._number(right)
        sheet.y += sheet.step

    def _agencies(self, middle: int) -> str:
        """The agency, under the one above it or alone; the name of its place."""
        agency, parent = (self._by_place(Locator.HEADER_LEFT, part) for part in ("agency", "parent"))
        committee, place = draw_agency(self.rng)
        ward, upper = committee.upper().split(", ", 1)
        lines = []
        if parent and self.rng.random() < 0.7:
            lines.append(("Regular", f"{self.rng.choice(('UBND', 'ỦY BAN NHÂN DÂN'))} {upper}"))
            self._keep(parent, lines[0][1])
        own = ward.replace("ỦY BAN NHÂN DÂN", self.rng.choice(("UBND", "ỦY BAN NHÂN DÂN")))
        if self.kind.id in _OFFICES:
            own = f"{self.rng.choice(_OFFICES[self.kind.id])} {upper}"
        if self.kind.id == "business_registration" and self.rng.random() < _OF_ITS_OFFICE:
            lines.append(("Regular", own))
            own = self.rng.choice(("PHÒNG ĐĂNG KÝ KINH DOANH", "PHÒNG ĐĂNG KÝ KINH DOANH SỐ 01"))
        lines.append(("Bold", own))
        self._keep(agency, own)
        for style, text in lines:
            for line in wrapped(self.sheet, text, px(68), style):
                self.sheet.centre(middle, line, style)
                self.sheet.y += self.sheet.step
        return place

    def _date_line(self, middle: int, place: str) -> None:
        """`Đức Liễu, ngày 05 tháng 01 năm 2020`, where the type has it: in the head, or above who signs."""
        in_head = self._by_place(Locator.DATE_LINE, "head")
        name = in_head or self._by_place(Locator.DATE_LINE, "")
        if name is None or (not in_head and not self.is_body_done and self.rng.random() > _IN_HEAD):
            return
        style = ValueStyle(capitals=False, date=2, zeros=self.rng.random() < 0.8)
        day = draw_value(self.rng, name, self.kind.fields[name], _NO_WORDS, style)
        if day:
            self.sheet.centre(middle, f"{place}, {day.printed}", "Italic")
            self._keep(name, str(day.value))
            self._keep(self._by_place(Locator.DATE_LINE, "place"), place)

    def _number(self, x: int) -> None:
        """The paper's own number, `Số: 12/2020`."""
        name = next(
            (
                n
                for n, r in self.kind.fields.items()
                if r.find[0].where is Locator.PATTERN and n.endswith("number") and r.required
            ),
            None,
        )
        if name is None or name in self.truth or self.kind.id == "land_use_certificate":
            return
        value = self._value(name)
        notation = _NOTATIONS.get(self.family.title[0])
        if value and notation and self.kind.id == "administrative_document":
            own = f"{value.printed.split('/')[0]}/{notation}-{value.printed.rsplit('-')[-1]}"
            value = Value(own, own)
        if value:
            self.sheet.write(x, self.sheet.y, f"Số: {value.printed}")
            self._keep(name, value.value)
            self.labels[name] = "Số"
            self.sheet.y += self.sheet.step

    def _title(self) -> None:
        sheet = self.sheet
        sheet.y += self.sheet.step // 2
        for line in self.family.title:
            for part in wrapped(sheet, line, RIGHT - LEFT, "Bold", 1.15):
                sheet.centre(WIDTH // 2, part, "Bold", 1.15)
                sheet.y += round(sheet.step * 1.1)
        whole = " ".join(line for line in self.family.title if not line.startswith("("))
        for where in (Locator.TITLE, Locator.HEADING):
            name = self._by_place(where, "")
            if name:
                self._keep(name, whole.lower() if self.kind.fields[name].kind is ValueKind.LOWER else whole)
        if self.family.number_at == "title":
            self._number(WIDTH // 2 - px(20))
        sheet.y += sheet.step // 2

    def _letter(self) -> None:
        """What stands below the head of an official document."""
        subject = self._by_place(Locator.BELOW_TITLE, "")
        sheet = self.sheet
        if subject:
            value = self.rng.choice(self.wording.fields[subject].examples)
            for line in wrapped(sheet, value, px(120), "Bold"):
                sheet.centre(WIDTH // 2, line, "Bold")
                sheet.y += sheet.step
            self._keep(subject, value)
        sheet.y += sheet.step
        if "addressees" in self.kind.fields and self.rng.random() < 0.5:
            value = self.rng.choice(self.wording.fields["addressees"].examples)
            sheet.y = sheet.paragraph(px(60), px(50), RIGHT, f"Kính gửi: {value}")
            self._keep("addressees", value)
        for note in self.rng.sample(self.wording.notes, min(3, len(self.wording.notes))):
            sheet.y = sheet.paragraph(LEFT, LEFT + px(10), RIGHT, note)

    def _foot(self) -> None:
        self._room(10)
        sheet, right = self.sheet, px(150)
        sheet.y += sheet.step
        self.is_body_done = True
        if self.kind.fields.get(self._by_place(Locator.DATE_LINE, "") or ""):
            self._date_line(right, draw_agency(self.rng)[1])
            sheet.y += sheet.step
        capacity, title, name = (self._by_place(Locator.SIGNATURE, p) for p in ("capacity", "title", "name"))
        form, own = self.rng.choice(_SIGNERS)
        if self.kind.id == "receipt_slip":
            form, own = (
                (self.rng.choice(("NGƯỜI TIẾP NHẬN HỒ SƠ", "NGƯỜI TIẾP NHẬN", "CÁN BỘ TIẾP NHẬN")),),
                "",
            )
        elif self.kind.id == "application_form":
            form, own = (self.rng.choice(("NGƯỜI LÀM ĐƠN", "NGƯỜI KHAI", "NGƯỜI YÊU CẦU")),), ""
        printed = draw_name(self.rng)
        if self.family.sign_columns:
            sheet.centre(px(60), self.rng.choice(("Nơi nhận:", "NGƯỜI LẬP", "Người khai", "Vợ")), "Bold")
        for line in form:
            sheet.centre(right, line, "Bold")
            sheet.y += sheet.step
        if self.rng.random() < 0.6:
            sheet.centre(right, "(Ký, ghi rõ họ tên, chức vụ và đóng dấu)", "Italic", 0.85)
        sheet.y += 4 * sheet.step
        sheet.centre(right, printed, "Bold")
        if capacity and "." in form[0]:
            self._keep(capacity, form[0].split()[0])
        if title and own:
            self._keep(title, own)
        if name:
            self._keep(name, printed)
