"""The role auditor: each record for a purpose, and nothing that changes one."""

from counter import Hall
from room import Browser, Room
from routes import FORM, path_of, routes
from sqlalchemy import select

from rules.access.permissions import may
from schemas.account import Role
from schemas.paper import State
from storage.database.tables.base import Base


def test_each_record_keeps_its_own_purpose(room: Room) -> None:
    papers = [room.paper(), room.paper()]
    auditor = room.person("thanh", Role.AUDITOR)
    for paper, purpose in zip(papers, ("khiếu nại 17", "kiểm tra năm"), strict=True):
        auditor.post("/purpose", purpose=purpose, where=f"/papers/{paper.id}")
    for paper in papers:
        auditor.get(f"/papers/{paper.id}")
    assert [event["purpose"] for event in room.events("paper.view")] == ["khiếu nại 17", "kiểm tra năm"]
    assert [event["target"] for event in room.events("purpose")] == [paper.id for paper in papers]


def test_nothing_an_auditor_may_do_changes_a_record(room: Room, auditor: Browser) -> None:
    paper = Hall(room).paper("marital_status_certificate", State.VERIFIED, "H19.30", full_name="Lê Văn Bình")
    own = {"audit", "session", "report", "inspection", "inspected", "seal", "account", "written_digest"}
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
            form = {**FORM, "seed": "hạt giống", "size": "3", "asked": "period=2025-Q3"}
            auditor.client.request(
                method, path, data=form if method == "POST" else None, headers={"X-CSRF-Token": auditor.csrf}
            )
            tried += method == "POST"
    assert tried >= 5
    assert content() == rows
    assert objects() == kept
