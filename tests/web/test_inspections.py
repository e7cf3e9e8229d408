"""Inspections: drawn by a seed, judged beside the image, and what they prove."""

import re
from pathlib import Path

import pytest
from room import Browser, Room, rebuild

from application.inspection import draw_inspection, judge_paper, outcome_of
from schemas.account import Actor, Role
from schemas.inspection import Verdict
from storage.records.inspections import inspections

BY = Actor(login="thanh")


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
