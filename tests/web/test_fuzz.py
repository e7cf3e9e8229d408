"""Whatever a browser or an attacker sends: an answer in words, never a crash, never somebody else's data."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from room import Room, make_room
from schemathesis.checks import not_a_server_error
from trail_signing import SIGNING

from schemas.account import Role
from schemas.program import Scope
from schemas.settings import Settings
from schemas.subject import identity_of
from storage.access.api_tokens import Programs
from storage.archive.audit_trail import AuditTrail
from storage.database.engine import Database
from storage.objects.seaweedfs import Address
from storage.opening import embedded_store, make_archive

_SECRET = "Lê Văn Bí Mật"


@pytest.fixture(scope="module")
def fuzzed(store_address: Address, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """A room with papers of two units, which is thrown away afterwards."""
    folder = tmp_path_factory.mktemp("fuzz")
    store = embedded_store(store_address, "fuzzed-desk")
    store.prepare()
    database = Database(f"sqlite:///{folder / 'ledger.sqlite'}")
    database.prepare()
    archive = make_archive(store, database, AuditTrail(store, database, SIGNING))
    web = Settings(data=folder).web.with_changes(requests_per_minute=10**9)
    room = make_room(archive, Settings(data=folder, web=web))
    for _ in range(3):
        room.paper({"full_name": "Nguyễn Thị Dung"})
    room.paper({"full_name": _SECRET}, unit="H20")
    yield room
    database.close()


@pytest.mark.parametrize("role", [Role.VERIFIER, Role.OFFICIAL, Role.ADMIN])
def test_no_request_makes_the_desk_stumble_or_leak(fuzzed: Room, role: Role) -> None:
    person = fuzzed.person(f"{role}", role)
    ours = fuzzed.archive.ledger.dossiers(fuzzed.batch().id)
    known = [ours[0].id, ours[0].papers[0], fuzzed.batch().id, identity_of("001190012345"), "1", "pdf", "vi"]
    fuzzed.app.openapi_schema = None
    headers = {"X-CSRF-Token": person.csrf, "Tus-Resumable": "1.0.0"}
    count, seen = fuzz(fuzzed.app, fuzzed.app.openapi(), known, headers, dict(person.client.cookies))
    assert count > 40
    assert 200 in seen
    assert seen & {403, 404, 422}
    assert person.get("/password").status_code in (200, 303)


def test_no_request_makes_the_api_stumble_or_leak(fuzzed: Room) -> None:
    _, secret = Programs(fuzzed.archive.database).add("fuzz", "H10", Scope, None)
    ours = fuzzed.archive.ledger.dossiers(fuzzed.batch().id)
    client = fuzzed.stranger().client
    document = client.get("/api/v1/openapi.json").json()
    document["servers"] = [{"url": "/api/v1"}]
    headers = {"Authorization": f"Bearer {secret}", "X-Purpose": "fuzz", "Idempotency-Key": "fuzz-fuzz"}
    count, seen = fuzz(fuzzed.app, document, [ours[0].papers[0], "H10-261122-0001", "pdf", "1"], headers, {})
    assert count >= 14
    assert 200 in seen
    assert seen <= {200, 201, 400, 401, 403, 404, 405, 406, 409, 422}


def fuzz(
    app: FastAPI, document: dict[str, Any], known: list[str], headers: dict[str, str], cookies: dict[str, str]
) -> tuple[int, set[int]]:
    """Send made-up requests to every operation; how many there are, and the statuses seen."""
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path":
                    parameter["examples"] = {str(n): {"value": value} for n, value in enumerate(known)}
            if "/sign-out" in path or "/events" in path:
                operation["deprecated"] = True
    schema = schemathesis.openapi.from_dict(document).exclude(deprecated=True)
    schema.app = app
    seen: set[int] = set()

    def answers(case: schemathesis.Case) -> None:
        response = case.call(headers=headers, cookies=cookies)
        case.validate_response(response, checks=[not_a_server_error])
        assert _SECRET.encode() not in response.content
        seen.add(response.status_code)

    count = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        strategy = operation.as_strategy()
        run = settings(
            max_examples=8,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )(given(case=strategy)(answers))
        run()
        count += 1
    return count, seen


def test_the_descriptions_of_routes_are_not_served(fuzzed: Room) -> None:
    for path in ("/openapi.json", "/docs", "/redoc"):
        assert fuzzed.stranger().get(path).status_code == 404
