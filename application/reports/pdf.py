"""A report as a PDF to sign: the figures, the units, what they rest on; the hash stands on every page."""

from collections.abc import Sequence
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from schemas.base.timezone import HANOI
from schemas.environment_errors import ProgramMissing
from schemas.figures import GroupBy
from schemas.report import Figure, Report

_FONTS = Path("/usr/share/fonts/truetype/croscore")
FONT_PACKAGE = "fonts-croscore"
"""Tinos has the widths of Times New Roman, which Decree 30/2020/NĐ-CP prescribes."""
_RANKED = ("4.2", "4.3", "2.1", "3.6")
_LINE = 6.2


class _Sheets(FPDF):
    """A4, margins after Decree 30/2020/NĐ-CP, annex I; a foot with the hash."""

    def __init__(self, digest: str) -> None:
        super().__init__("portrait", "mm", "A4")
        self.digest = digest
        self.set_margins(30, 20, 20)
        self.set_auto_page_break(auto=True, margin=22)

    def footer(self) -> None:
        """The hash and the page."""
        self.set_y(-16)
        self.set_font("Serif", size=8)
        self.cell(0, 4, f"SHA-256 {self.digest}")
        self.set_y(-12)
        self.cell(0, 4, f"{self.page_no()}/{{nb}}", align="R")


def pdf_of(report: Report, digest: str, witness: str) -> bytes:
    """The PDF; the same report and witness give the same bytes. Raises `ProgramMissing` without its font."""
    pdf = _Sheets(digest)
    _fonts(pdf)
    pdf.set_creation_date(report.data_at)
    pdf.set_title(f"766/QĐ-TTg {report.period}")
    pdf.set_subject(digest)
    pdf.set_lang("vi")
    pdf.add_page()
    _opening(pdf, report)
    _figures(pdf, report)
    for one in report.figures:
        if one.indicator in _RANKED and one.groups[GroupBy.UNIT]:
            _units(pdf, one)
    _closing(pdf, report, witness)
    return bytes(pdf.output())


def has_font() -> bool:
    """Whether the font of reports is on this machine."""
    return (_FONTS / "Tinos-Regular.ttf").exists()


def _fonts(pdf: FPDF) -> None:
    if not has_font():
        raise ProgramMissing(FONT_PACKAGE)
    for style, name in (("", "Regular"), ("B", "Bold"), ("I", "Italic")):
        pdf.add_font("Serif", style, _FONTS / f"Tinos-{name}.ttf")


def _opening(pdf: FPDF, report: Report) -> None:
    pdf.set_font("Serif", "B", 12)
    top = pdf.get_y()
    pdf.multi_cell(68, 5.5, report.unit_name.upper(), align="C")
    pdf.set_xy(98, top)
    pdf.multi_cell(92, 5.5, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc", align="C")
    pdf.line(121, pdf.get_y() + 1, 167, pdf.get_y() + 1)
    pdf.set_y(pdf.get_y() + 12)
    pdf.set_font("Serif", "B", 14)
    title = "BÁO CÁO\nChỉ số phục vụ người dân, doanh nghiệp\ntrong thực hiện thủ tục hành chính"
    pdf.multi_cell(0, 7, f"{title}\n{report.title.vi}", align="C", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(3)
    pdf.set_font("Serif", size=13)
    at = f"{report.data_at.astimezone(HANOI):%H giờ %M ngày %d/%m/%Y}"
    chosen = "".join(f"; {said}" for said in (report.part.field, report.part.procedure) if said)
    none = f"trong đó {_count(report.uncounted)} không có ngày tiếp nhận và không được tính"
    text = f"Số liệu đến {at}{chosen}. Sổ có {_count(report.rows)} hồ sơ, {none}."
    pdf.multi_cell(0, _LINE, text, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(2)


def _figures(pdf: FPDF, report: Report) -> None:
    rows = [
        (
            one.indicator if one.indicator[0].isdigit() else "",
            one.name.vi,
            _count(one.rate.numerator),
            _count(one.rate.denominator),
            one.rate.shown,
            "" if one.points is None else f"{one.points}/{one.most_points}".replace(".", ","),
        )
        for one in report.figures
    ]
    _table(pdf, ("Số", "Chỉ số", "Được tính", "Mẫu số", "Tỷ lệ %", "Điểm"), rows, (11, 70, 22, 22, 18, 17))


def _units(pdf: FPDF, one: Figure) -> None:
    pdf.ln(5)
    if pdf.will_page_break(40):
        pdf.add_page()
    pdf.set_font("Serif", "B", 13)
    pdf.multi_cell(0, _LINE, f"{one.name.vi} theo đơn vị", new_x="LMARGIN", new_y="NEXT")
    ranked = sorted(
        one.groups[GroupBy.UNIT], key=lambda g: (-(g.rate.percent or -1), -g.rate.denominator, g.key)
    )
    rows = [
        (
            str(at),
            g.name if g.name == g.key else f"{g.name} ({g.key})",
            _count(g.rate.numerator),
            _count(g.rate.denominator),
            g.rate.shown,
        )
        for at, g in enumerate(ranked, 1)
    ]
    _table(pdf, ("Hạng", "Đơn vị", "Được tính", "Mẫu số", "Tỷ lệ %"), rows, (14, 84, 22, 22, 18))
    told = [f"{name.vi.lower()}: {_count(count)}" for _, name, count in one.causes if count]
    if told:
        pdf.set_font("Serif", "I", 11)
        pdf.multi_cell(0, 5.4, f"Chưa được tính: {'; '.join(told)}.", new_x="LMARGIN", new_y="NEXT")


def _closing(pdf: FPDF, report: Report, witness: str) -> None:
    if pdf.will_page_break(66):  # what is signed stays together
        pdf.add_page()
    pdf.ln(4)
    pdf.set_font("Serif", size=11)
    versions = ", ".join(sorted({one.version for one in report.figures}))
    beside = "Danh sách hồ sơ, cách tính và công thức sống ở tệp XLSX cùng mã SHA-256"
    text = f"Công thức: {versions}. {beside}; tính đúng của tệp kiểm bằng lệnh sohoa report verify."
    if witness:
        text += f" Nhật ký đến sự kiện {witness}."
    pdf.multi_cell(0, 5.4, text, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(6)
    pdf.set_font("Serif", "B", 13)
    top = pdf.get_y()
    pdf.multi_cell(70, _LINE, "NGƯỜI LẬP BÁO CÁO", align="C")
    pdf.set_xy(105, top)
    pdf.multi_cell(85, _LINE, "THỦ TRƯỞNG ĐƠN VỊ", align="C", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(28)


def _table(
    pdf: FPDF, headings: tuple[str, ...], rows: Sequence[tuple[str, ...]], widths: tuple[int, ...]
) -> None:
    pdf.set_font("Serif", size=11)
    align = tuple("LEFT" if at == 1 else "RIGHT" if at else "CENTER" for at in range(len(headings)))
    with pdf.table(
        col_widths=widths,
        text_align=align,
        align="LEFT",
        width=pdf.epw,
        line_height=5.4,
        padding=(0.8, 1),
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(emphasis="BOLD"),
    ) as table:
        for row in [headings, *rows]:
            table.row(row)


def _count(number: int) -> str:
    return f"{number:,}".replace(",", ".")
