"""Role × action, held against every route: nobody gets where the table does not let them."""

import pytest
from room import Room
from routes import FORM, path_of, routes

from rules.access.permissions import ALLOWED, Action, may, sees_unit
from schemas.account import Role


def test_the_table_speaks_of_every_action_and_role() -> None:
    assert set(ALLOWED) == set(Action)
    for role in Role:
        assert may(role, Action.BE_HERE)
    assert not any(may(Role.AUDITOR, a) for a in (Action.TAKE_IN, Action.REVIEW, Action.SEE_NAMES))
    keeps = (Action.BE_HERE, Action.KEEP_ACCOUNTS, Action.OPERATE)
    assert not any(may(Role.ADMIN, a) for a in Action if a not in keeps)


@pytest.mark.parametrize("role", Role)
def test_every_route_lets_in_whom_the_table_names_and_nobody_else(room: Room, role: Role) -> None:
    seen = 0
    person = room.person(f"{role}-1", role)
    for method, route, action in routes(room):
        if action is None or route.path == "/sign-out":
            continue
        answer = person.client.request(
            method,
            path_of(route),
            data=FORM if method == "POST" else None,
            headers={"X-CSRF-Token": person.csrf, "Tus-Resumable": "1.0.0"},
        )
        refused = answer.status_code == 403
        assert refused != may(role, action), (method, route.path, answer.status_code)
        assert answer.status_code < 500, (method, route.path)
        seen += 1
    assert seen > 45


def test_strangers_get_nowhere(room: Room) -> None:
    for method, route, action in routes(room):
        if action is not None:
            answer = room.stranger().client.request(
                method, path_of(route), data=FORM if method == "POST" else None
            )
            where = answer.headers.get("location", "")
            assert where.startswith("/sign-in") or answer.status_code == 401, (method, route.path)


def test_nothing_is_written_without_the_sessions_own_token(room: Room) -> None:
    person = room.person("lan", Role.VERIFIER)
    for method, route, action in routes(room):
        if method in ("POST", "PATCH", "DELETE") and action is not None:
            for headers in ({}, {"X-CSRF-Token": "wrong"}):
                answer = person.client.request(method, path_of(route), data=FORM, headers=headers)
                assert answer.status_code == 403, (method, route.path)
    other = person.client.post(
        "/language/en", headers={"X-CSRF-Token": person.csrf, "Sec-Fetch-Site": "cross-site"}
    )
    assert other.status_code == 403, "another site, even with the token"
    assert person.get("/batches").status_code == 200


def test_a_unit_sees_itself_and_what_is_below() -> None:
    assert sees_unit("H10", "H10")
    assert sees_unit("H10", "H10.15")
    assert not sees_unit("H10", "H101")
    assert not sees_unit("H10.15", "H10")


def test_the_same_bytes_in_another_office_open_no_door(room: Room) -> None:
    """An official finds papers of the whole province; raw scans are the office's that handed them in."""
    ours, theirs = room.paper(unit="H10.1"), room.paper(unit="H10.2")
    scan = theirs.pages[0].scan
    official = room.person("thu", Role.OFFICIAL, unit="H10.1")
    for path in (f"/scans/{scan}/1.jpg", f"/scans/{scan}/1/small.jpg"):
        assert official.get(path).status_code == 404
    assert official.get(f"/scans/{ours.pages[0].scan}/1.jpg").status_code == 200
    assert official.get(f"/scans/{ours.pages[0].scan}/0.jpg").status_code == 422


def test_two_units_see_their_own_work_only(room: Room) -> None:
    ours, theirs = room.paper({"full_name": "A"}), room.paper({"full_name": "Lê Văn Bình"}, unit="H20")
    person = room.person("lan")
    for path in (
        f"/papers/{theirs.id}",
        f"/papers/{theirs.id}/review",
        f"/papers/{theirs.id}/pages/1.jpg",
        f"/papers/{theirs.id}/ink/full_name.jpg",
        f"/papers/{theirs.id}/pdf",
        f"/dossiers/{theirs.dossier_id}/arrange",
        f"/batches/{room.batch('H20').id}",
        f"/batches/{room.batch('H20').id}/balance",
        f"/scans/{theirs.pages[0].scan}/1.jpg",
        f"/scans/{theirs.pages[0].scan}/1/small.jpg",
    ):
        assert person.get(path).status_code == 404, path
    assert person.get(f"/papers/{ours.id}").status_code == 200
    assert (
        person.post(
            f"/papers/{theirs.id}/answers", field="full_name", answer="kept", text="x", revision="1"
        ).status_code
        == 404
    )
    assert person.post("/batches", name="x", unit="H20").status_code == 403
    assert "Lê Văn Bình" not in person.get("/search", q="binh").text
    assert person.get("/review").text.count('<td class="n">1</td>') == 2
    above = room.person("hoa", Role.VERIFIER, unit="H20.1")
    assert above.get(f"/papers/{theirs.id}").status_code == 404
