"""The API of one-stop software: scopes, idempotency, and what it never says."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, tzinfo
from typing import Any

import pytest
import urllib3
from counter import DUNG, Hall
from starlette.testclient import TestClient

from schemas.program import Scope
from schemas.subject import identity_of
from storage.access.api_tokens import Programs
from storage.objects.seaweedfs import Address


class Software:
    """One-stop software with a token."""

    def __init__(self, hall: Hall, *scopes: Scope, unit: str = "H10.15", name: str = "") -> None:
        programs = Programs(hall.archive.database)
        self.name = name or f"mc-{len(programs.all())}"
        self.program, self.secret = programs.add(self.name, unit, scopes, None)
        self.client = TestClient(hall.room.app, base_url="http://desk")
        self.count = 0

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(
            f"/api/v1{path}", headers={**self._known(), "X-Purpose": "hồ sơ".encode(), **headers}
        )

    def post(self, path: str, body: object, key: str = "") -> Any:
        self.count += 1
        headers = {**self._known(), "Idempotency-Key": key or f"key-{self.count:06d}"}
        return self.client.post(f"/api/v1{path}", json=body, headers=headers)

    def _known(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}", "X-Official": "thu"}


MARRIAGE = {"procedure": "1.000894", "parties": {"applicant": DUNG}}


def test_a_dossier_from_search_to_the_portals_record(hall: Hall) -> None:
    hall.card()
    held = hall.status()
    software = Software(hall, *Scope)
    (person,) = software.post("/people/search", {"query": "nguyen thi dung"}).json()
    assert (person["name"], person["number"], person["identity"]) == (
        "Nguyễn Thị Dung",
        DUNG,
        identity_of(DUNG),
    )
    (paper,) = software.post(
        "/papers/search", {"query": "XNTTHN", "document_type": held.document_type}
    ).json()
    assert paper["paper"] == held.id
    asked = software.post("/completeness", MARRIAGE).json()
    assert asked["to_bring"] == []
    assert asked["usable"]["marital_status"] == held.id
    status = next(a for a in asked["answer"]["components"] if a["component"]["id"] == "marital_status")
    assert status["why"][0]["basis"]
    assert software.get(f"/papers/{held.id}").json()["revision"] == held.revision
    assert software.get(f"/papers/{held.id}/pdf").content == b"%PDF"
    assert software.get(f"/papers/{held.id}/pages/1.jpg").headers["content-type"] == "image/jpeg"
    code = "H10.15-261122-0009"
    assert software.post("/submissions", {**MARRIAGE, "code": code}).status_code == 201
    use = {"component": "marital_status", "paper": held.id}
    first = software.post(f"/submissions/{code}/uses", use, key="the-same-key")
    again = software.post(f"/submissions/{code}/uses", use, key="the-same-key")
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    assert (
        software.post(f"/submissions/{code}/uses", {**use, "component": "x"}, key="the-same-key").status_code
        == 409
    )
    looked = software.post(
        f"/submissions/{code}/uses", {"component": "partner_marital_status", "result": {"n": 1}}
    )
    assert looked.status_code == 201
    record = software.get(f"/submissions/{code}/exchange").json()
    served = {part["MaThanhPhanHoSo"]: part for part in record["TaiLieuNop"]}
    assert (record["MaHoSo"], record["MaTTHC"], record["SoGiayToChuHoSo"]) == (code, "1.000894", DUNG)
    assert record["HoSoCoThanhPhanSoHoa"] == 1
    assert len(record["NgayTiepNhan"]) == 14
    assert served["marital_status"]["DuocTaiSuDung"] == 2
    assert served["marital_status"]["MaKetQuaThayThe"] == "KQ.G15.000038"
    assert served["marital_status"]["TepDinhKemId"] == held.id
    assert served["application_form"]["DuocTaiSuDung"] == 0
    assert all(part["DuocLayTuKhoDMQG"] == 0 for part in served.values())
    (event,) = software.get(f"/papers/{held.id}/uses/").json()
    assert event["by"] == f"api:{software.name}:thu"
    undone = software.post(f"/submissions/{code}/uses/{event['id']}/undo", {"reason": "nhầm"})
    assert undone.status_code == 201
    asked_for = {"component": "marital_status", "reason": "inaccurate", "note": "sai tên"}
    assert software.post(f"/submissions/{code}/asked", asked_for).status_code == 201
    assert software.post(f"/submissions/{code}/asked", {**asked_for, "reason": "because"}).status_code == 422
    kinds = [use["kind"] for use in software.get(f"/submissions/{code}/uses").json()]
    assert sorted(kinds) == ["asked", "data"]


def test_each_scope_opens_its_own_routes_and_no_other(hall: Hall) -> None:
    hall.card()
    held = hall.status()
    calls: dict[Scope, list[tuple[str, object]]] = {
        Scope.SEARCH: [("/people/search", {"query": "dung"}), ("/papers/search", {"query": "a"})],
        Scope.CHECK: [("/procedures", None), ("/completeness", MARRIAGE), ("/submissions/x", None)],
        Scope.FETCH: [
            (f"/papers/{held.id}", None),
            (f"/papers/{held.id}/pdf", None),
            (f"/papers/{held.id}/pages/1.jpg", None),
            (f"/papers/{held.id}/uses/", None),
        ],
        Scope.REUSE: [
            ("/submissions", MARRIAGE),
            ("/submissions/x/uses", {"component": "c"}),
            ("/submissions/x/asked", {"component": "c", "reason": "not_found"}),
        ],
    }
    for own in calls:
        software = Software(hall, own)
        for scope, asked in calls.items():
            for path, body in asked:
                answer = software.post(path, body) if body else software.get(path)
                assert (answer.status_code == 403) == (scope is not own), (own, path, answer.status_code)
    every = sum(map(len, calls.values()))
    assert len(hall.room.events("api.refused")) == (len(calls) - 1) * every


def test_what_is_refused_leaks_nothing_and_is_on_the_trail(hall: Hall) -> None:
    hall.card()
    held = hall.status()
    elsewhere = Software(hall, *Scope, unit="H20.1")
    for answer in (
        elsewhere.get(f"/papers/{held.id}"),
        elsewhere.get(f"/papers/{held.id}/pdf"),
        elsewhere.post("/completeness", {**MARRIAGE, "parties": {"applicant": identity_of(DUNG)}}),
        elsewhere.post("/completeness", {**MARRIAGE, "parties": {"applicant": "Nguyễn Thị Dung"}}),
    ):
        assert answer.status_code == 404
        assert not {"Dung", DUNG, "Xuân"} & set(answer.text.replace('"', " ").split())
    assert elsewhere.post("/people/search", {"query": DUNG}).json() == []
    assert elsewhere.post("/completeness", MARRIAGE).json()["usable"] == {}, "as of somebody unknown"
    narrow = Software(hall, Scope.SEARCH)
    (masked,) = narrow.post("/people/search", {"query": DUNG}).json()
    assert masked["name"] == "N••••• T•• D•••"
    assert masked["number"] == "001•••••••••"
    refused = narrow.post("/completeness", MARRIAGE)
    assert refused.status_code == 403
    assert DUNG not in refused.text
    (event,) = hall.room.events("api.refused")
    assert event["actor"] == f"api:{narrow.name}:thu"
    wrong = narrow.post("/people/search", {"query": DUNG, "limit": "Nguyễn Thị Dung"})
    assert wrong.status_code == 422
    assert "Dung" not in wrong.text
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Basic {narrow.secret}"}):
        answer = narrow.client.post("/api/v1/people/search", json={"query": "a"}, headers=headers)
        assert answer.status_code == 401
    Programs(hall.archive.database).revoke(narrow.name)
    assert narrow.post("/people/search", {"query": "a"}).status_code == 401
    for event in hall.room.events("search"):
        assert DUNG not in json.dumps(event)


def test_values_are_for_those_who_may_fetch_and_names_for_those_who_may_see_them(hall: Hall) -> None:
    hall.card()
    held = hall.status()
    whole = Software(hall, *Scope)
    code = "H10.15-261122-0021"
    whole.post(
        "/submissions", {"procedure": "1.000894", "parties": {"applicant": "0011 9001 2345"}, "code": code}
    )
    whole.post(f"/submissions/{code}/uses", {"component": "marital_status", "paper": held.id})
    assert DUNG in whole.get(f"/submissions/{code}/uses").text
    narrow = Software(hall, Scope.CHECK)
    for path in ("uses", "exchange", ""):
        answer = narrow.get(f"/submissions/{code}/{path}".rstrip("/"))
        assert answer.status_code == 200
        assert DUNG not in answer.text
        assert "Nguyễn Thị Dung" not in answer.text
    assert hall.room.events("submission.view")
    assert (
        narrow.post("/completeness", {**MARRIAGE, "parties": {"applicant": "999999999999"}}).json()["usable"]
        == {}
    )
    assert narrow.post("/completeness", {**MARRIAGE, "parties": {"applicant": "12"}}).status_code == 404


def test_a_token_that_has_run_out_is_good_for_nothing(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = Programs(hall.archive.database)
    _, secret = programs.add("một ngày", "H10", [Scope.SEARCH], 1)
    assert programs.find(secret)

    class Tomorrow(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) + timedelta(days=1, seconds=1)

    monkeypatch.setattr("storage.access.api_tokens.datetime", Tomorrow)
    assert programs.find(secret) is None


def test_of_two_requests_at_once_under_one_key_one_is_done(hall: Hall) -> None:
    hall.card()
    software = Software(hall, *Scope)
    with ThreadPoolExecutor(6) as pool:
        calls = [pool.submit(software.post, "/submissions", MARRIAGE, key="one-for-all") for _ in range(6)]
        answers = [call.result() for call in calls]
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert len(hall.room.events("submission.open")) == 1
    refused = software.post("/submissions", {**MARRIAGE, "code": "x"}, key="a-key-to-try-again")
    assert refused.status_code == 400
    assert software.post("/submissions", MARRIAGE, key="a-key-to-try-again").status_code == 201


def test_without_a_purpose_no_record_and_without_a_key_no_change(hall: Hall) -> None:
    hall.card()
    held = hall.status()
    software = Software(hall, *Scope)
    known = {"Authorization": f"Bearer {software.secret}"}
    assert software.client.get(f"/api/v1/papers/{held.id}", headers=known).status_code == 422
    assert software.client.post("/api/v1/submissions", json=MARRIAGE, headers=known).status_code == 400
    assert software.client.get("/api/v1/openapi.json").json()["info"]["version"] == "1"


def test_a_link_is_for_one_file_and_a_minute(hall: Hall, store_address: Address) -> None:
    http = urllib3.PoolManager(ca_certs=store_address.ca_file)
    held = hall.status()
    software = Software(hall, Scope.FETCH)
    headers = {**software._known(), "X-Purpose": "hồ sơ".encode()}
    link = f"/api/v1/papers/{held.id}/pdf/link"
    assert software.client.post(link, headers=software._known()).status_code == 422, "a purpose"
    told = software.client.post(link, headers=headers).json()
    assert told["seconds"] == 60
    assert "X-Amz-Expires=60" in told["url"]
    answer = http.request("GET", told["url"])
    assert answer.data == hall.archive.store.get(held.pdf_key)
    assert answer.headers["content-disposition"].startswith("attachment")
    other = told["url"].replace("r1.pdf", "r1.json")
    assert http.request("GET", other).status == 403
    assert [event["target"] for event in hall.room.events("paper.link")] == [held.id]
    stranger = Software(hall, Scope.SEARCH)
    refused = stranger.client.post(link, headers={**stranger._known(), "X-Purpose": "hồ sơ".encode()})
    assert refused.status_code == 403
