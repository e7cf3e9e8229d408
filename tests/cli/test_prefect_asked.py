"""Prefect, asked to run something: by a neighbour without its password, and by who stole it."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any

import httpx
import pytest
from neighbour import as_nobody, ask, open_stream
from running import Running

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")

_ANY = "00000000-0000-0000-0000-000000000000"
_STREAMS = (
    "/events/in",
    "/events/out",
    "/logs/out",
    "/task_runs/subscriptions/scheduled",
    "/work_pools/sohoa/workers/connect",
)


def test_without_the_password_prefect_does_nothing(up: Running, tmp_path: Path) -> None:
    touched = tmp_path / "touched"
    theirs = {"name": "unproven", "flow_id": _ANY, "work_pool_name": "sohoa"}
    steps = (
        ("GET", "/csrf-token?client=x", {}),
        ("POST", "/flows/", {"name": "unproven"}),
        ("POST", "/flows/filter", {}),
        ("POST", "/deployments/", {**theirs, "job_variables": {"command": f"touch {touched}"}}),
        ("POST", f"/deployments/{_ANY}/create_flow_run", {}),
        ("POST", "/flow_runs/", {"name": "unproven", "flow_id": _ANY}),
        ("PATCH", "/work_pools/sohoa", {"base_job_template": _template(touched)}),
    )
    proof = {"Prefect-Csrf-Token": "x", "Prefect-Csrf-Client": "x"}
    asked = [
        [method, up.api + path, {**proof, **authority}, json.dumps(body)]
        for authority in ({}, {"Authorization": "Basic c29ob2E6"}, {"Authorization": "Basic "})
        for method, path, body in steps
    ]
    for (method, url, *_), answer in zip(asked, as_nobody(ask, asked), strict=True):
        assert answer[0] == 401 or (answer[0] == 403 and method != "GET"), url
    with _prefect(up) as prefect:
        assert "unproven" not in [flow["name"] for flow in prefect.post("/flows/filter", json={}).json()]
    assert not touched.exists()


def test_without_the_password_prefect_tells_no_events(up: Running) -> None:
    """Nor takes any: whoever says the first word on a WebSocket says the password, or it is closed."""
    urls = [up.api.replace("http", "ws", 1) + path for path in _STREAMS]
    told = as_nobody(open_stream, [[url, up.password, ["prefect"]] for url in urls])
    assert set(told) == {'{"type":"auth_success"}'}
    without = (("", ["prefect"]), ("sohoa:", ["prefect"]), (up.password, []))
    assert not any(as_nobody(open_stream, [[url, *words] for url in urls for words in without]))


def test_who_stole_the_password_runs_no_command(up: Running, tmp_path: Path) -> None:
    """Prefect would: a command of the pool or the deployment, a step before the flow, an entry point."""
    touched = tmp_path / "touched"
    command = f"touch {touched}"
    file = tmp_path / "theirs.py"
    file.write_text(f"import os\nos.system({command!r})\ndef theirs(): pass\n")
    step = {"prefect.deployments.steps.run_shell_script": {"script": command}}
    with _prefect(up) as prefect:
        flows = {name: _post(prefect, "/flows/", {"name": name}).json()["id"] for name in ("theirs", "sweep")}

        def deploy(flow: str, entrypoint: str, **more: object) -> httpx.Response:
            body = {
                "name": token_hex(4),
                "flow_id": flows[flow],
                "work_pool_name": "sohoa",
                "entrypoint": entrypoint,
                "path": str(tmp_path),
                "pull_steps": [step],
                "enforce_parameter_schema": False,
                **more,
            }
            return _post(prefect, "/deployments/", body)

        assert deploy("theirs", "x.py:x", job_variables={"command": command}).status_code == 422
        assert prefect.patch("/work_pools/sohoa", json={"base_job_template": _template(touched)}).is_success
        runs = [
            _start_run(prefect, deployed)
            for deployed in (
                deploy("theirs", "subprocess.getoutput", parameters={"cmd": command}),
                deploy("theirs", "os:system", parameters={"command": command}),
                deploy("theirs", f"{file}:theirs", job_variables={"command": command}),
                deploy("sweep", f"{file}:theirs", job_variables={"command": command}),
            )
        ]
        states = _states_at_the_end(prefect, runs)
    assert not touched.exists()
    assert states == ["Crashed", "Crashed", "Crashed", "Completed"], "at most a flow of ours, once more"


def _template(touched: Path) -> dict[str, Any]:
    """What a pool would have Prefect's own worker do."""
    command = {"type": "string", "default": f"touch {touched}"}
    return {
        "job_configuration": {"command": "{{ command }}", "env": {"PATH": str(touched.parent)}},
        "variables": {"type": "object", "properties": {"command": command}},
    }


@contextmanager
def _prefect(up: Running) -> Iterator[httpx.Client]:
    """The server, spoken to with its password."""
    user, _, word = up.password.partition(":")
    with httpx.Client(base_url=up.api, auth=(user, word), timeout=20) as prefect:
        token = prefect.get("/csrf-token", params={"client": "test"}).json()["token"]
        prefect.headers.update({"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": "test"})
        yield prefect


def _post(prefect: httpx.Client, path: str, body: dict[str, object]) -> httpx.Response:
    """The answer; a server that is busy is asked again."""
    for _ in range(20):
        answer = prefect.post(path, json=body)
        if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
            break
        time.sleep(0.5)
    return answer


def _start_run(prefect: httpx.Client, deployed: httpx.Response) -> str:
    assert deployed.is_success, deployed.text
    path = f"/deployments/{deployed.json()['id']}/create_flow_run"
    started = _post(prefect, path, {"state": {"type": "SCHEDULED"}})
    assert started.is_success, started.text
    return str(started.json()["id"])


def _states_at_the_end(prefect: httpx.Client, runs: list[str]) -> list[str]:
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        states = [prefect.get(f"/flow_runs/{run}").json()["state_name"] for run in runs]
        if set(states) <= {"Completed", "Crashed", "Failed"}:
            break
        time.sleep(0.5)
    return states
