"""Seen from outside: health, readiness, Prometheus text, the operator's page, OpenTelemetry."""

import http.server
import os
import subprocess
import sys
import threading
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families
from room import Room, make_room
from starlette.testclient import TestClient
from trail_signing import SIGNING

from schemas.account import Role
from schemas.batch import Outcome, Refusal
from schemas.confidence import calibration
from schemas.errors import GaveUp
from schemas.settings import Settings, TelemetrySettings
from storage.archive.archive import Archive
from storage.archive.audit_trail import AuditTrail
from storage.database.engine import Database
from storage.objects.store import ObjectStore
from storage.opening import make_archive
from storage.queues.stacks import Claims
from storage.records.papers import page_states
from storage.views.operation import operation


def test_figures_follow_what_happens(room: Room) -> None:
    paper = room.paper({"full_name": "A"})
    room.paper()
    found = operation(room.archive.database)
    assert found.pages == {"waiting": 0, "read": 1, "needs_person": 1, "rejected": 0}
    assert (found.review, found.hours[-1], found.pages_a_minute) == (1, 2, 0.2)
    assert found.review_seconds > 0
    claims = Claims(room.archive.database)
    claim = claims.take()
    assert claim
    assert operation(room.archive.database).workers == {claims.holder: 1}
    dossier = room.archive.ledger.dossier(paper.dossier_id)
    (page,) = page_states(dossier, room.archive.ledger.stack_of(dossier.id), [paper])
    waiting = page.with_changes(outcome=Outcome.WAITING)
    room.archive.ledger.record_filing("", [waiting], [], [])
    error = GaveUp(claim.stack)
    room.archive.ledger.set_aside(claim, Refusal(code=error.code, message=error.message))
    found = operation(room.archive.database)
    assert [(one.stack, one.pages) for one in found.set_aside] == [("xấp 1", 1)]
    assert found.refusals == {"gave_up": 1}
    boss = room.person("boss", Role.ADMIN)
    page = boss.get("/operation").text
    assert "xấp 1" in page
    assert "Nguyễn" not in page
    effect = calibration().effect(0.005, 0.02)
    assert effect
    assert f"người xem {100 * effect.papers_seen:.0f} trong 100 tờ" in page
    assert "accepted_paper_error" in page
    assert boss.post(f"/operation/{found.set_aside[0].batch_id}/again").status_code == 204
    assert operation(room.archive.database).pages["waiting"] == 1
    assert room.events("batch.retry")
    assert boss.post(f"/operation/{found.set_aside[0].batch_id}/again").status_code == 404


def test_prometheus_is_told_with_the_token_alone(lite_archive: Archive, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, telemetry=TelemetrySettings(token="token-cua-prometheus"))
    room = make_room(lite_archive, settings)
    room.paper({"full_name": "A"})
    client = room.stranger().client
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer sai"}).status_code == 404
    answer = client.get("/metrics", headers={"Authorization": "Bearer token-cua-prometheus"})
    assert answer.status_code == 200
    families = {f.name: f for f in text_string_to_metric_families(answer.text)}
    assert families["sohoa_review_papers"].samples[0].value == 1
    assert {s.labels["part"]: s.value for s in families["sohoa_up"].samples} == {
        "database": 1,
        "store": 1,
        "trail": 1,
    }
    calls = families["sohoa_call_seconds"].samples
    assert any(s.labels.get("part") == "sql" and s.value > 0 for s in calls)
    assert any(s.labels.get("call") == "put" and s.value > 0 for s in calls)
    assert "Nguyễn" not in answer.text
    open_room = make_room(lite_archive, Settings(data=tmp_path))
    assert open_room.stranger().client.get("/metrics").status_code == 404, "an address that is not ours"
    here = TestClient(open_room.app, base_url="http://desk", client=("127.0.0.1", 5))
    assert here.get("/metrics").status_code == 404, "another user of this machine is on this machine, too"


def test_ready_names_what_does_not_answer(room: Room, tmp_path: Path) -> None:
    assert room.stranger().client.get("/health").json() == {"status": "ok"}
    assert room.stranger().client.get("/ready").json() == {"database": "ok", "store": "ok", "trail": "ok"}
    away = ObjectStore("127.0.0.1:9", "a", "b", "sohoa", secure=False)
    database = Database(f"sqlite:///{tmp_path / 'lite.sqlite'}")
    database.prepare()
    broken = make_archive(away, database, AuditTrail(away, database, SIGNING))
    answer = make_room(broken, Settings(data=tmp_path)).stranger().client.get("/ready")
    assert answer.status_code == 503
    assert answer.json() == {"database": "ok", "store": "store_unavailable", "trail": "ok"}
    database.close()


def test_open_telemetry_is_sent_where_the_settings_say(tmp_path: Path) -> None:
    """A real collector's door: OTLP over HTTP."""
    taken: list[tuple[str, bytes]] = []

    class Collector(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        subprocess.run(
            [sys.executable, "-m", "cli.main", "balance", "--data", str(tmp_path / "d")],
            check=True,
            env={**os.environ, "SOHOA_TELEMETRY__ENDPOINT": url, "SOHOA_TELEMETRY__EVERY_SECONDS": "1"},
            capture_output=True,
        )
        server.shutdown()
    told = dict(taken)
    assert set(told) == {"/v1/traces", "/v1/metrics"}
    assert b"store." in told["/v1/traces"]
    assert b"sohoa.call.duration" in told["/v1/metrics"]
