"""Figures in the browser: each number opens exactly its dossiers, within the visitor's units."""

import csv
import re

import pytest
from counter import Hall
from golden_register import GOLDEN
from room import Browser, Room

from schemas.account import Role
from schemas.paper import State


def figures_on(page: str) -> list[tuple[str, int]]:
    """Links of the page to lists of dossiers, with the number they are written on."""
    found = re.findall(r'href="(/figures/(?:counted|lacking|all)[^"]*)"[^>]*>(?:<strong>)?([\d.]+)<', page)
    found += re.findall(r'href="(/figures/lacking[^"]*)">[^<]*</a> \(([\d.]+)\)', page)
    return [(where.replace("&amp;", "&"), int(number.replace(".", ""))) for where, number in found]


@pytest.mark.parametrize(
    ("by", "indicator"),
    [("unit", "2.1"), ("former", "4.2"), ("field", "in_force"), ("procedure", "3.6"), ("channel", "4.3")],
)
def test_every_figure_opens_as_many_dossiers_as_it_says(auditor: Browser, by: str, indicator: str) -> None:
    links = figures_on(auditor.get("/figures", period="2025-Q3", show=indicator, by=by).text)
    assert len(links) > 20
    for where, number in links:
        title = re.search(r"<h1>[^<]*· ([\d.]+) hồ sơ</h1>", auditor.get(where).text)
        assert title, where
        assert int(title[1].replace(".", "")) == number, where


def test_the_list_is_the_one_worked_out_by_hand(auditor: Browser) -> None:
    saved = auditor.get("/figures/lacking.csv", period="2025-Q3", show="2.1", unit="H19.31")
    listed = {line.split(",")[0] for line in saved.text.lstrip("\ufeff").splitlines()[1:]}
    with (GOLDEN / "expected.csv").open(encoding="utf-8") as file:
        wanted = {r["code"] for r in csv.DictReader(file) if r["late_cause"] and r["unit_today"] == "H19.31"}
    assert listed == wanted
    assert wanted


def test_rates_are_written_as_vietnamese_offices_write_them(auditor: Browser) -> None:
    page = auditor.get("/figures", period="2025-Q3", unit="H19.31").text
    assert "28,13 %" in page
    assert "40,63 %" in page
    assert "Quý III/2025" in page
    assert auditor.get("/figures", period="2025-07", unit="H19.31").status_code == 200


def test_nothing_of_other_provinces(auditor: Browser, room: Room) -> None:
    assert auditor.get("/figures", unit="H55").status_code == 404
    assert auditor.get("/figures/all", period="2025-Q3", unit="H55.12").status_code == 404
    other = room.person("xa", Role.AUDITOR, "H55.12")
    assert other.get("/register/H10-250703-0001").status_code == 404
    page = other.get("/figures", period="2025-Q3", show="4.2")
    assert figures_on(page.text)[0][1] < 30
    assert other.get("/figures", period="2025-07").text.count("N/A") >= 9


def test_what_makes_no_sense_is_refused(auditor: Browser) -> None:
    assert auditor.get("/figures", period="2025-Q9").status_code == 404
    assert auditor.get("/figures", show="9.9").status_code == 404
    assert auditor.get("/figures/lacking", cause="nothing").status_code == 404
    assert auditor.get("/figures", unit="../x").status_code == 422


def test_a_dossier_says_why_it_counts_and_why_not(auditor: Browser, room: Room) -> None:
    page = auditor.get("/register/H10.17-250922-0001").text
    assert "2.1" in page
    assert "được tính" in page
    assert len(room.events("register.view")) == 1
    assert auditor.get("/register/H10-250703-9999").status_code == 404


def test_late_dossiers_and_the_letter_of_apology(auditor: Browser, room: Room) -> None:
    page = auditor.get("/register/late").text
    code = re.findall(r'/register/([A-Z0-9.]+-\d{6}-\d+)"', page)[0]
    assert "/apology" not in page, "an auditor answers nobody"
    assert auditor.get(f"/register/{code}/apology").status_code == 403
    official = room.person("mai", Role.OFFICIAL, "H19")
    letter = official.get(f"/register/{code}/apology", on="2026-12-01").text
    assert "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ" in letter
    assert "01/12/2026" in letter
    assert code in letter
    done = official.get("/register/H10-250703-0001/apology")
    assert done.status_code == 404, "it is finished"


def test_leftovers_are_listed_on_both_sides(auditor: Browser, room: Room) -> None:
    room.paper(unit="H19.30")
    page = auditor.get("/register/unmet").text
    assert "Đã số hóa, sổ không có: 1 hồ sơ" in page
    assert re.search(r"Sổ có, chưa số hóa ở đây: \d{3} hồ sơ", page)


def test_every_look_is_on_the_trail_without_anybody_named(auditor: Browser, room: Room) -> None:
    auditor.get("/figures", period="2025-Q3", show="2.1")
    auditor.get("/figures/lacking", period="2025-Q3", show="2.1", cause="late")
    auditor.get("/figures/lacking.csv", period="2025-Q3", show="2.1")
    (seen,), (listed,), (saved,) = (room.events(f"figures.{what}") for what in ("view", "list", "save"))
    assert seen["detail"] == "2025-Q3 2.1 unit"
    assert listed["detail"] == "2025-Q3 2.1 lacking late"
    assert saved["actor"] == "thanh"


def test_an_auditor_opens_a_record_only_for_a_purpose(room: Room) -> None:
    paper = Hall(room).paper("marital_status_certificate", State.VERIFIED, "H10.16", full_name="Lê Văn Bình")
    other = Hall(room).paper("marital_status_certificate", State.VERIFIED, "H10.16", full_name="Lê Văn Cả")
    auditor = room.person("thanh", Role.AUDITOR)
    asked = auditor.get(f"/papers/{paper.id}").text
    assert "Mở giấy tờ này để làm gì?" in asked
    assert "Lê Văn Bình" not in asked
    for path in ("pages/1.jpg", "pages/1/tiny.jpg", "ink/full_name.jpg", "pdf", "json"):
        assert auditor.get(f"/papers/{paper.id}/{path}").status_code == 404, path
    auditor.post("/purpose", purpose="Kiểm tra mẫu", where=f"/papers/{paper.id}")
    assert "Lê Văn Bình" in auditor.get(f"/papers/{paper.id}").text
    assert "Lê Văn Cả" not in auditor.get(f"/papers/{other.id}").text, "each record needs its own"
    assert [event["purpose"] for event in room.events("paper.view")] == ["Kiểm tra mẫu"]
