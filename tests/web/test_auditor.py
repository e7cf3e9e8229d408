"""The auditor at work: trail, reports, inspections, statistics; and nothing they do changes a record."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from counter import Hall
from room import AT, Browser, Room, make_room, overwrite, rebuild
from sqlalchemy import func, select
from test_access import _FORM, path_of, routes  # type: ignore[import-not-found]

from rules.access import may
from schemas.account import Actor, Role
from schemas.errors import NotOnRecord, ObjectAltered
from schemas.figures import Slice
from schemas.paper import State
from schemas.period import read_period
from schemas.report import Report
from schemas.settings import Settings, WebSettings
from storage.archive import Archive
from storage.figures import Figures
from storage.fixity import sweep
from storage.inspections import Verdict, draw_inspection, inspections, judge_paper, outcome_of
from storage.register import bring_in
from storage.register_tables import ImportRow
from storage.reports import adds_up, content_of, draw_up, files_of, make_report, reports, verify_report
from storage.statistics import statistics
from storage.tables import AuditRow, Base, SessionRow

GOLDEN = Path(__file__).parents[1] / "rules" / "golden" / "register.csv"
BY = Actor(login="thanh")


@pytest.fixture
def auditor(room: Room) -> Browser:
    """An auditor of H19, over the golden register and some papers."""
    bring_in(room.archive, GOLDEN, {}, Actor(login="sep"), lambda *_: None)
    with room.archive.database.session() as session:
        for row in session.query(ImportRow):
            row.at = datetime(2025, 10, 5, tzinfo=UTC)
    return room.person("thanh", Role.AUDITOR, "H19")


def report_of(room: Room) -> Report:
    period = read_period("2025-Q3")
    assert period
    view = Figures(room.archive).view()
    return draw_up(room.archive, view, period, Slice(unit="H19"), room.settings.figures.sync_rate)


def test_the_trail_is_filtered_and_every_look_is_on_it(room: Room, auditor: Browser) -> None:
    room.archive.audit.append("paper.show", "p1", Actor(login="lan", origin="10.0.0.7"), purpose="thử")
    room.archive.audit.append("paper.save", "p1", Actor(login="minh"))
    page = auditor.get("/trail", action="paper").text
    assert page.count('<td class="n no">') == 2
    assert "10.0.0.7" in page
    assert auditor.get("/trail", actor="lan").text.count('<td class="n no">') == 1
    assert auditor.get("/trail", origin="10.0.0.7").text.count('<td class="n no">') == 1
    assert "Không có sự kiện nào" in auditor.get("/trail", actor="lan", since="2099-01-01").text
    assert auditor.get("/trail", actor="lan", until="2099-01-01").text.count('<td class="n no">') == 1
    saved = list(csv.DictReader(io.StringIO(auditor.get("/trail.csv", target="p1").text.lstrip("\ufeff"))))
    assert [row["action"] for row in saved] == ["paper.save", "paper.show"]
    assert saved[1]["purpose"] == "thử"
    assert len(room.events("trail.view")) == 5
    assert [event["target"] for event in room.events("trail.save")] == ["target=p1"]


def test_days_and_numbers_no_database_knows(auditor: Browser) -> None:
    for asked in ({"until": "9999-12-31"}, {"since": "0001-01-01"}, {"before": str(10**20)}):
        assert auditor.get("/trail", **asked).status_code == 422


def test_each_record_keeps_its_own_purpose(room: Room) -> None:
    papers = [room.paper(), room.paper()]
    auditor = room.person("thanh", Role.AUDITOR)
    for paper, purpose in zip(papers, ("khiếu nại 17", "kiểm tra năm"), strict=True):
        auditor.post("/purpose", purpose=purpose, where=f"/papers/{paper.id}")
    for paper in papers:
        auditor.get(f"/papers/{paper.id}")
    assert [event["purpose"] for event in room.events("paper.view")] == ["khiếu nại 17", "kiểm tra năm"]
    assert [event["target"] for event in room.events("purpose")] == [paper.id for paper in papers]


def test_a_units_auditor_sees_its_own_peoples_events(room: Room) -> None:
    room.person("lan", Role.CLERK, "H10.15")
    room.person("xa", Role.CLERK, "H10.16")
    for login in ("lan", "xa", "sohoa"):
        room.archive.audit.append("paper.show", f"of {login}", Actor(login=login))
    page = room.person("thanh", Role.AUDITOR, "H10.15").get("/trail", action="paper.show").text
    assert "of lan" in page
    assert "of xa" not in page
    assert "of sohoa" not in page


def test_a_long_trail_is_read_page_by_page(room: Room, auditor: Browser) -> None:
    for number in range(130):
        room.archive.audit.append("many", str(number))
    page = auditor.get("/trail", action="many").text
    older = re.search(r'href="(/trail\?[^"]*before=\d+)"', page)
    assert older
    rest = auditor.get(older[1].replace("&amp;", "&")).text
    assert page.count('<td class="n no">') + rest.count('<td class="n no">') == 130


def test_nothing_an_auditor_may_do_changes_a_record(room: Room, auditor: Browser) -> None:
    paper = Hall(room).paper("marital_status_certificate", State.VERIFIED, "H19.30", full_name="Lê Văn Bình")
    own = {"audit", "session", "report", "inspection", "inspected", "seal", "account"}
    tables = [t for t in Base.metadata.sorted_tables if t.name not in own]

    def content() -> dict[str, list[object]]:
        with room.archive.database.session() as session:
            return {t.name: sorted(map(repr, session.execute(select(t)).all())) for t in tables}  # type: ignore[misc]

    def objects() -> set[str]:
        written = ("audit/", "reports/", "inspections/")
        return {key for key in room.archive.store.keys() if not key.startswith(written)}  # noqa: SIM118

    rows, kept, tried = content(), objects(), 0
    for method, route, action in routes(room):
        if action and may(Role.AUDITOR, action) and route.path not in ("/sign-out", "/password"):
            path = path_of(route).replace("00000000-0000-0000-0000-000000000000", paper.id)
            form = {**_FORM, "seed": "hạt giống", "size": "3", "asked": "period=2025-Q3"}
            auditor.client.request(
                method, path, data=form if method == "POST" else None, headers={"X-CSRF-Token": auditor.csrf}
            )
            tried += method == "POST"
    assert tried >= 5
    assert content() == rows
    assert objects() == kept


def test_a_report_is_the_same_to_the_byte(room: Room, auditor: Browser) -> None:
    del auditor
    report = report_of(room)
    first, again = files_of(report), files_of(report_of(room))
    assert first == again
    assert all(map(adds_up, report.figures))
    made, twice = make_report(room.archive, report, BY), make_report(room.archive, report, BY)
    assert made == twice
    assert len(reports(room.archive.database)) == 1
    assert (made.id, made.content_sha256) in {(e["target"], e["detail"].split()[1])
                                              for e in room.events("report.make")}  # fmt: skip


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
    better = one.model_copy(update={"rate": one.rate.model_copy(update={"numerator": one.rate.denominator})})
    assert not adds_up(better)
    assert content_of(report.model_copy(update={"figures": (better, *rest)})) != content_of(report)


def test_the_spreadsheet_holds_formulas_that_give_the_figures(room: Room, auditor: Browser) -> None:
    del auditor
    report = report_of(room)
    content = files_of(report)["xlsx"]
    live = openpyxl.load_workbook(io.BytesIO(content))
    cached = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    assert live.sheetnames == ["Chỉ số", "Theo đơn vị", "Theo đơn vị cũ", "Theo lĩnh vực", "Theo thủ tục",
                               "Theo kênh", "Hồ sơ chưa được tính", "Cách tính"]  # fmt: skip
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


def test_an_inspection_is_drawn_again_by_its_seed(room: Room) -> None:
    for _ in range(12):
        room.paper(unit="H19.30")
    first = draw_inspection(room.archive, "xổ số 20/11", 5, "H19", BY)
    assert len(first.papers) == 5
    assert first.population == 12
    assert draw_inspection(room.archive, "xổ số 20/11", 5, "H19", BY) == first
    other = draw_inspection(room.archive, "xổ số 21/11", 5, "H19", BY)
    assert {d.paper_id for d in other.papers} != {d.paper_id for d in first.papers}
    assert draw_inspection(room.archive, "xổ số 20/11", 5, "H55", BY).papers == ()


def test_an_inspection_in_the_browser(room: Room, auditor: Browser, tmp_path: Path) -> None:
    for _ in range(3):
        room.paper(unit="H19.30")
    where = auditor.post("/inspections", seed="xổ số 20/11", size="2").headers["HX-Redirect"]
    page = auditor.get(where).text
    assert "Nguyễn Thị Dung" in page
    image = re.search(r'src="(/papers/[^"]+\.jpg[^"]*)"', page)
    assert image
    assert auditor.get(image[1]).status_code == 200, "its purpose is the inspection"
    auditor.post(f"{where}/papers/1", **{"f.full_name": "wrong", "f.issued_by": "unreadable"})
    again = auditor.post(f"{where}/papers/1", **{"f.full_name": "right"})
    assert again.status_code == 409, "what was said stays"
    auditor.get(where)
    auditor.post(f"{where}/papers/2")
    done = auditor.get(where)
    assert done.headers["location"].endswith("/result")
    (inspection,) = inspections(room.archive.database, "H19")
    outcome = outcome_of(room.archive, inspection)
    assert (outcome.wrong, outcome.fields, outcome.unreadable, outcome.papers_wrong) == (1, 13, 1, 1)
    assert 0 < outcome.lowest < 1 / 2 < outcome.highest < 1, "of three papers two were seen, one is wrong"
    result = auditor.get(f"{where}/result").text
    assert "1 / 13 ô sai" in result
    assert room.events("paper.inspect")[0]["purpose"].startswith("xổ số 20/11")
    assert outcome_of(rebuild(room.archive, tmp_path / "again.sqlite"), inspection) == outcome
    stranger = room.person("xa", Role.AUDITOR, "H55")
    assert stranger.get(where).status_code == 404
    assert stranger.post(f"{where}/papers/2").status_code == 404


def test_an_inspection_of_everything_knows_the_error(room: Room) -> None:
    for _ in range(4):
        room.paper(unit="H19.30")
    inspection = draw_inspection(room.archive, "hạt giống", 10, "H19", BY)
    for number in range(1, 5):
        said = {"full_name": Verdict.WRONG} if number == 1 else {}
        judge_paper(room.archive, inspection, number, said, BY)
    outcome = outcome_of(room.archive, inspection)
    assert outcome.fields == 28
    assert (outcome.lowest, outcome.highest) == (pytest.approx(1 / 4), pytest.approx(1 / 4))


def test_weeks_fields_and_people(archive: Archive, tmp_path: Path) -> None:
    alone = WebSettings(second_person=False)
    room = make_room(archive, Settings(data=tmp_path, web=alone))
    lan, minh = room.person("lan"), room.person("minh")
    papers = [room.paper({"full_name": "Nguyễn Thị Dung", "marital_status": "x"}) for _ in range(3)]
    for paper, person in zip(papers, (lan, lan, minh), strict=True):
        person.get(f"/papers/{paper.id}/review")
        person.answer(paper.id, "full_name", "Nguyễn Thị Dung", revision=1)
        person.answer(paper.id, "marital_status", "Đã kết hôn", revision=1)
        person.post(f"/papers/{paper.id}/hand-in")
        for other in papers:  # the next one, which came to them by itself
            person.post(f"/papers/{other.id}/later")
    today = datetime.now(UTC).date()
    found = statistics(room.archive.database, "H10", today + timedelta(days=1), 3)
    assert len(found.weeks) == 3
    assert sum(week.settled for week in found.weeks) == 3
    week = next(week for week in found.weeks if week.settled)
    assert week.answered == 6
    assert week.minutes is not None
    assert {(f.field, f.kept, f.changed) for f in found.fields} == {
        ("full_name", 3, 0), ("marital_status", 0, 3),
    }  # fmt: skip
    assert [(p.login, p.papers, p.fields) for p in found.people] == [("lan", 2, 4), ("minh", 1, 2)]
    assert week.right == 3
    own = lan.get("/work").text
    assert "<td>lan</td>" in own
    assert "<td>minh</td>" not in own, "a person's figures are theirs"
    head = room.person("hoa", Role.VERIFIER).get("/work").text
    assert "<td>minh</td>" in head
    assert "<td>lan</td>" not in room.person("thanh", Role.AUDITOR).get("/work").text
    stranger = room.person("xa", Role.VERIFIER, "H20")
    assert "<td>lan</td>" not in stranger.get("/work").text
    assert stranger.get("/work", unit="H10").status_code == 404
    assert sum(week.papers for week in statistics(room.archive.database, "H10", AT.date(), 2).weeks) == 3


def test_what_is_on_the_trail_names_nobody(room: Room, auditor: Browser) -> None:
    for path in (
        "/figures",
        "/reports",
        "/work",
        "/inspections",
        "/register/late",
        "/register/unmet",
        "/fixity",
    ):
        assert auditor.get(path).status_code == 200
    with room.archive.database.session() as session:
        assert (session.scalar(select(func.count()).select_from(AuditRow)) or 0) > 3
        assert session.scalar(select(func.count()).select_from(SessionRow))


def test_what_is_lost_is_told_to_the_auditor(room: Room, auditor: Browser) -> None:
    assert "Chưa băm lại lần nào" in auditor.get("/fixity").text
    sweep(room.archive, None)
    assert "Không đối tượng nào hỏng hoặc mất" in auditor.get("/fixity").text
    key = next(key for key in room.archive.store.keys("register/") if key.endswith(".gz"))
    overwrite(room.archive, key, b"harm")
    sweep(room.archive, None)
    page = auditor.get("/fixity").text
    assert "1 đối tượng hỏng hoặc mất, chưa sửa được" in page
    assert key in page
