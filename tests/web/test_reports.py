"""Reports: the same data, the same bytes; known again, and only as they were made."""

import io
import re
from pathlib import Path

import openpyxl
import pytest
from room import Browser, Room

from application.reports.report import adds_up, content_of, draw_up, files_of, make_report, verify_report
from schemas.account import Actor, Role
from schemas.errors import NotOnRecord
from schemas.figures import Slice
from schemas.period import read_period
from schemas.report import Report
from schemas.store_errors import ObjectAltered
from storage.records.reports import reports
from storage.register.columns import Figures

BY = Actor(login="thanh")


def report_of(room: Room) -> Report:
    period = read_period("2025-Q3")
    assert period
    view = Figures(room.archive).view()
    return draw_up(room.archive, view, period, Slice(unit="H19"), room.settings.figures.sync_rate)


def test_a_report_is_the_same_to_the_byte(room: Room, auditor: Browser) -> None:
    del auditor
    report = report_of(room)
    first, again = files_of(report), files_of(report_of(room))
    assert first == again
    assert all(map(adds_up, report.figures))
    made, twice = make_report(room.archive, report, BY), make_report(room.archive, report, BY)
    assert made == twice
    assert len(reports(room.archive.database)) == 1
    assert (made.id, made.content_sha256) in {
        (e["target"], e["detail"].split()[1]) for e in room.events("report.make")
    }


def test_a_report_is_known_again_and_a_changed_one_is_not(
    room: Room, auditor: Browser, tmp_path: Path
) -> None:
    assert auditor.post("/reports", asked="period=2025-Q3&unit=H19").headers["HX-Redirect"] == "/reports"
    (made,) = reports(room.archive.database)
    page = auditor.get("/reports").text
    assert made.content_sha256 in page
    for kind in ("xlsx", "pdf", "csv", "json"):
        answer = auditor.get(f"/reports/{made.id}/{kind}")
        named = re.search(r'filename="([^"]+)"', answer.headers["Content-Disposition"])
        assert named
        file = tmp_path / named[1]
        file.write_bytes(answer.content)
        assert verify_report(room.archive, file) == made
        content = bytearray(answer.content)
        content[len(content) // 2] ^= 1
        file.write_bytes(bytes(content))
        with pytest.raises(ObjectAltered):
            verify_report(room.archive, file)
        (tmp_path / "x.pdf").write_bytes(b"none of ours")
        with pytest.raises(NotOnRecord):
            verify_report(room.archive, tmp_path / "x.pdf")
    other = room.person("xa", Role.AUDITOR, "H55")
    assert other.get(f"/reports/{made.id}/pdf").status_code == 404
    assert made.content_sha256 not in other.get("/reports").text
    assert auditor.post("/reports", asked="period=2025-Q3&unit=H55").status_code == 404
    assert auditor.post("/reports", asked="unit=../x").status_code == 404


def test_a_forged_record_of_a_report_is_found_by_its_sums(room: Room, auditor: Browser) -> None:
    del auditor
    report = report_of(room)
    (one, *rest) = report.figures
    better = one.with_changes(rate=one.rate.with_changes(numerator=one.rate.denominator))
    assert not adds_up(better)
    assert content_of(report.with_changes(figures=(better, *rest))) != content_of(report)


def test_the_spreadsheet_holds_formulas_that_give_the_figures(room: Room, auditor: Browser) -> None:
    del auditor
    report = report_of(room)
    content = files_of(report)["xlsx"]
    live = openpyxl.load_workbook(io.BytesIO(content))
    cached = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    assert live.sheetnames == [
        "Chỉ số",
        "Theo đơn vị",
        "Theo đơn vị cũ",
        "Theo lĩnh vực",
        "Theo thủ tục",
        "Theo kênh",
        "Hồ sơ chưa được tính",
        "Cách tính",
    ]
    front, values = live["Chỉ số"], cached["Chỉ số"]
    for row, one in enumerate(report.figures, 7):
        assert str(front.cell(row, 3).value).startswith("=SUM('Theo đơn vị'!E")
        assert str(front.cell(row, 5).value).startswith(f"=IF(D{row}=0")
        assert values.cell(row, 3).value == one.rate.numerator
        assert values.cell(row, 4).value == one.rate.denominator
        percent = values.cell(row, 5).value
        assert percent == ("N/A" if one.rate.percent is None else float(one.rate.percent))
    listed = [row[2].value for row in cached["Hồ sơ chưa được tính"].iter_rows(min_row=7)]
    assert len(listed) == sum(len(one.missed) for one in report.figures)
