"""The trail in the browser: filtered, page by page, and every look on it."""

import csv
import io
import re

from room import Browser, Room, overwrite
from sqlalchemy import func, select

from schemas.account import Actor, Role
from storage.database.tables.accounts import SessionRow
from storage.database.tables.trail import AuditRow
from storage.preservation.fixity import sweep


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


def test_a_provinces_auditor_sees_programs_and_not_another_provinces_people(room: Room) -> None:
    room.person("xa", Role.CLERK, "H20.1")
    for login in ("sohoa", "xa"):
        room.archive.audit.append("paper.show", f"of {login}", Actor(login=login))
    page = room.person("thanh", Role.AUDITOR, "H10").get("/trail", action="paper.show").text
    assert "of sohoa" in page
    assert "of xa" not in page
