"""A report as a spreadsheet: figures as live formulas over its parts, lists, and how it was worked out."""

import io
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from schemas.base.timezone import HANOI
from schemas.catalogue import indicator_notes
from schemas.figures import GroupBy
from schemas.indicator import Rate
from schemas.register import Channel
from schemas.report import Figure, Report

_WAYS = {
    GroupBy.UNIT: "Theo đơn vị",
    GroupBy.FORMER: "Theo đơn vị cũ",
    GroupBy.FIELD: "Theo lĩnh vực",
    GroupBy.PROCEDURE: "Theo thủ tục",
    GroupBy.CHANNEL: "Theo kênh",
}
_CHANNELS = {
    str(int(Channel.IN_PERSON)): "Trực tiếp",
    str(int(Channel.ONLINE)): "Trực tuyến",
    str(int(Channel.POST)): "Bưu chính công ích",
}
_HEADINGS = ("Chỉ số", "Tên", "Được tính", "Mẫu số", "Tỷ lệ %", "Điểm", "Điểm tối đa", "Công thức", "Căn cứ")
_LINE, _LETTERS = 15, 110
"""Height of a line in points; letters of a line in the sheet of methods."""
_FIRST = 6
"""Row of the first figure, from 0: title, unit, data, hash and headings stand above."""


def xlsx_of(report: Report, digest: str) -> bytes:
    """The workbook; the same report gives the same bytes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    local = report.data_at.astimezone(HANOI).replace(tzinfo=None)
    book.set_properties({"title": f"766/QĐ-TTg {report.period}", "comments": digest, "created": local})
    looks = {
        "title": book.add_format({"bold": True, "font_size": 14, "font_name": "Times New Roman"}),
        "head": book.add_format(
            {
                "bold": True,
                "bottom": 1,
                "text_wrap": True,
                "valign": "top",
                "font_name": "Times New Roman",
                "bg_color": "#EDEAE2",
            }
        ),
        "plain": book.add_format({"valign": "top", "font_name": "Times New Roman"}),
        "text": book.add_format(
            {"text_wrap": True, "indent": 1, "valign": "top", "font_name": "Times New Roman"}
        ),
        "count": book.add_format({"num_format": "#,##0", "valign": "top", "font_name": "Times New Roman"}),
        "percent": book.add_format(
            {
                "num_format": "0.00",
                "valign": "top",
                "bold": True,
                "align": "right",
                "font_name": "Times New Roman",
            }
        ),
        "moment": book.add_format(
            {
                "num_format": "hh:mm dd/mm/yyyy",
                "align": "left",
                "valign": "top",
                "font_name": "Times New Roman",
            }
        ),
    }
    front = _sheet(book, "Chỉ số", looks, report, digest, (8, 38, 12, 12, 10, 9, 9, 58, 34))
    parts = {by: _parts(book, by, looks, report, digest) for by in _WAYS}
    _front(front, looks, report, parts[GroupBy.UNIT])
    _list(book, looks, report, digest)
    _method(book, looks, report, digest)
    book.close()
    return out.getvalue()


def _sheet(
    book: xlsxwriter.Workbook,
    name: str,
    looks: dict[str, Any],
    report: Report,
    digest: str,
    widths: tuple[int, ...],
) -> Worksheet:
    """A sheet with the report's head, ready to print on A4 across."""
    sheet = book.add_worksheet(name)
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)
    sheet.write_string(0, 0, f"{name} · {report.title.vi}", looks["title"])
    data_at = f"{report.data_at.astimezone(HANOI):%H:%M %d/%m/%Y}"
    chosen = (report.unit_name, report.part.unit, report.part.field, report.part.procedure)
    sheet.write_string(1, 0, " · ".join(dict.fromkeys(said for said in chosen if said)))
    counts = f"{report.rows} hồ sơ trong sổ, {report.uncounted} không có ngày tiếp nhận (không tính)"
    sheet.write_string(2, 0, f"Số liệu đến {data_at}; {counts}")
    sheet.write_string(3, 0, f"SHA-256 {digest}")
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_FIRST - 1)
    sheet.freeze_panes(_FIRST, 0)
    sheet.set_footer(f"&L{digest[:16]}&R&P/&N")
    return sheet


def _head(sheet: Worksheet, looks: dict[str, Any], headings: tuple[str, ...]) -> None:
    for at, heading in enumerate(headings):
        sheet.write_string(_FIRST - 1, at, heading, looks["head"])


def _parts(
    book: xlsxwriter.Workbook, by: GroupBy, looks: dict[str, Any], report: Report, digest: str
) -> dict[str, tuple[int, int]]:
    """One way of telling figures apart; first and last row (from 1) of each indicator."""
    sheet = _sheet(book, _WAYS[by], looks, report, digest, (8, 36, 14, 44, 12, 12, 10))
    _head(sheet, looks, ("Chỉ số", "Tên chỉ số", "Mã", "Tên", "Được tính", "Mẫu số", "Tỷ lệ %"))
    row, places = _FIRST, {}
    for one in report.figures:
        begun = row
        for group in one.groups[by]:
            name = _CHANNELS.get(group.key, group.name) if by is GroupBy.CHANNEL else group.name
            for at, text in enumerate((_number(one), one.name.vi, group.key, name)):
                sheet.write_string(row, at, text, looks["plain"])
            sheet.write_number(row, 4, group.rate.numerator, looks["count"])
            sheet.write_number(row, 5, group.rate.denominator, looks["count"])
            _percent(sheet, row, "E", "F", 6, group.rate, looks)
            row += 1
        places[one.indicator] = (begun + 1, row)
    sheet.autofilter(_FIRST - 1, 0, max(row - 1, _FIRST), 6)
    return places


def _front(
    sheet: Worksheet, looks: dict[str, Any], report: Report, units: dict[str, tuple[int, int]]
) -> None:
    """Every indicator; its counts are the sums of the units' on their own sheet."""
    _head(sheet, looks, _HEADINGS)
    for row, one in enumerate(report.figures, _FIRST):
        first, last = units[one.indicator]
        sheet.set_row(row, 3 * _LINE)
        sheet.write_string(row, 0, _number(one), looks["text"])
        sheet.write_string(row, 1, one.name.vi, looks["text"])
        for at, letter, count in ((2, "E", one.rate.numerator), (3, "F", one.rate.denominator)):
            summed = (
                f"=SUM('{_WAYS[GroupBy.UNIT]}'!{letter}{first}:{letter}{last})" if last >= first else "=0"
            )
            sheet.write_formula(row, at, summed, looks["count"], count)
        _percent(sheet, row, "C", "D", 4, one.rate, looks)
        for at, points in ((5, one.points), (6, one.most_points)):
            if points is not None:
                sheet.write_number(row, at, float(points), looks["percent"])
        sheet.write_string(row, 7, one.formula.vi, looks["text"])
        sheet.write_string(row, 8, f"{one.basis}; công thức {one.version}", looks["text"])


def _number(one: Figure) -> str:
    """Its number in the Decision; the product's own have none."""
    return one.indicator if one.indicator[0].isdigit() else ""


def _percent(
    sheet: Worksheet, row: int, numerator: str, denominator: str, at: int, rate: Rate, looks: dict[str, Any]
) -> None:
    place = row + 1
    formula = f'=IF({denominator}{place}=0,"N/A",ROUND({numerator}{place}/{denominator}{place}*100,2))'
    shown = "N/A" if rate.percent is None else float(rate.percent)
    sheet.write_formula(row, at, formula, looks["percent"], shown)


def _list(book: xlsxwriter.Workbook, looks: dict[str, Any], report: Report, digest: str) -> None:
    """Dossiers that are not counted, each with why."""
    sheet = _sheet(book, "Hồ sơ chưa được tính", looks, report, digest, (8, 44, 28, 12, 12, 18, 18, 18))
    _head(sheet, looks, ("Chỉ số", "Vì sao", "Mã hồ sơ", "Đơn vị", "Thủ tục", "Tiếp nhận", "Hạn", "Kết thúc"))
    row = _FIRST
    for one in report.figures:
        names = {cause: name.vi for cause, name, _ in one.causes}
        for missed in one.missed:
            texts = (_number(one), names.get(missed.cause, ""), missed.code, missed.unit, missed.procedure)
            for at, text in enumerate(texts):
                sheet.write_string(row, at, text, looks["plain"])
            for at, moment in ((5, missed.received_at), (6, missed.limit_at), (7, missed.ended_at)):
                _moment(sheet, row, at, moment, looks)
            row += 1
        if one.missed_count > len(one.missed):
            told = f"… {one.missed_count - len(one.missed)} hồ sơ nữa: mở chỉ số trên trang web để xem đủ"
            sheet.write_string(row, 1, told, looks["plain"])
            row += 1
    sheet.autofilter(_FIRST - 1, 0, max(row - 1, _FIRST), 7)


def _moment(sheet: Worksheet, row: int, at: int, moment: datetime | None, looks: dict[str, Any]) -> None:
    if moment:
        sheet.write_datetime(row, at, moment.astimezone(HANOI).replace(tzinfo=None), looks["moment"])


def _method(book: xlsxwriter.Workbook, looks: dict[str, Any], report: Report, digest: str) -> None:
    """How it was worked out, and what was decided where the formulas leave room."""
    sheet = _sheet(book, "Cách tính", looks, report, digest, (14, 120))
    _head(sheet, looks, ("Điều", "Nội dung"))
    for row, (what, text) in enumerate(method(report), _FIRST):
        sheet.set_row(row, (1 + len(text) // _LETTERS) * _LINE)
        sheet.write_string(row, 0, what, looks["text"])
        sheet.write_string(row, 1, text, looks["text"])


def method(report: Report) -> list[tuple[str, str]]:
    """What the figures rest on, for people who check them."""
    of_each = [
        (_number(one), f"{one.name.vi}: {one.formula.vi}. {one.basis}; công thức {one.version}.")
        for one in report.figures
    ]
    span = f"Từ {report.since:%d/%m/%Y} đến trước {report.until:%d/%m/%Y}."
    rate = f"Tỷ lệ đồng bộ (1.4) áp dụng cho điểm 3.3: {report.sync_rate}."
    notes = [(note.name.vi, note.text.vi) for note in indicator_notes()]
    return [*of_each, (report.title.vi, span), *notes, ("Đồng bộ", rate)]
