"""Statistics of the work, and whose figures a person sees."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from room import AT, make_room

from schemas.account import Role
from schemas.settings import Settings, WebSettings
from storage.archive.archive import Archive
from storage.views.statistics import statistics


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
        ("full_name", 3, 0),
        ("marital_status", 0, 3),
    }
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
