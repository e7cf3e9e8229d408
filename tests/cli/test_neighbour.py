"""Whatever we start listens only to whoever proves who they are.

The neighbour is somebody else on the same machine: the user `nobody`.
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from doors_tried import CONTENT, KEY, METHODS, PATHS, PUBLIC
from neighbour import NOBODY, Answer, as_nobody, ask, knock, open_stream, speak_http2
from running import Doors, Running, start, wait_for

from schemas.settings import Settings
from storage.archive import open_archive
from storage.certificates import make_certificates
from storage.seaweedfs import weed_binary

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")

_EVIL, _ANY = "http://evil.example", "00000000-0000-0000-0000-000000000000"
_STREAMS = (
    "/events/in",
    "/events/out",
    "/logs/out",
    "/task_runs/subscriptions/scheduled",
    "/work_pools/sohoa/workers/connect",
)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`sohoa up` of an archive where there is something to steal."""
    data = tmp_path_factory.mktemp("up") / "data"
    with start(data, "up", "--web-port", "0") as running:
        wait_for(running, (data / "run/prefect.json").exists)
        with open_archive(Settings(data=data)) as archive:
            archive.store.put(KEY, CONTENT.encode())
        yield running


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """The neighbour's own folder, with certificates of an authority of their own."""
    with TemporaryDirectory(dir="/tmp", prefix="neighbour-") as name:
        make_certificates(Path(name), "127.0.0.1")
        for file in (Path(name), *Path(name).iterdir()):
            os.chown(file, NOBODY, NOBODY)
        yield Path(name)


def test_a_neighbour_is_answered_nothing(up: Running) -> None:
    _look_around(up)
    with open_archive(Settings(data=up.data)) as archive:
        assert archive.store.get(KEY) == CONTENT.encode()


def test_the_desk_alone_answers_a_neighbour_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with start(data, "serve", "--web-port", "0") as serving:
        wait_for(serving, lambda: "cli.main" in serving.doors.ports.values())
        assert set(_look_around(serving).ports.values()) == {"weed", "cli.main"}


def test_a_command_answers_a_neighbour_nothing(tmp_path: Path, dossier_file: Path) -> None:
    """While it reads, its store and its Prefect server listen too."""
    data = tmp_path / "data"
    with start(data, "digitise", str(dossier_file)) as reading:
        wait_for(reading, (data / "run/store.json").exists)
        assert set(_look_around(reading).ports.values()) == {"weed", "flows.prefect_server"}


def test_the_stores_own_client_needs_its_certificate(up: Running, home: Path) -> None:
    """It lists and reads all, for us; for a neighbour nothing, not with certificates that they made."""
    master, filer = _store_ports(up)
    shell = ("shell", f"-master={_by_rpc(master)}", f"-filer={_by_rpc(filer)}")
    run = up.data / "run"
    ours = _weed(shell, 0, {"TMPDIR": str(home), **_certified(run)})
    assert KEY in ours
    assert "collection:sohoa" in ours.replace('"', "")
    trusted = shutil.copy(run / "authority.pem", home / "theirs.pem")
    os.chown(trusted, NOBODY, NOBODY)
    forged = {**_certified(home), "WEED_GRPC_CA": str(trusted)}
    commands = (
        shell,
        ("filer.cat", f"http://127.0.0.1:{filer}/buckets/sohoa/{KEY}"),
        ("filer.meta.tail", f"-filer={_by_rpc(filer)}", "-timeAgo=1h"),
        ("backup", f"-master={_by_rpc(master)}", f"-dir={home}", "-volumeId=1"),
    )
    with ThreadPoolExecutor() as threads:
        said = [
            threads.submit(_weed, command, NOBODY, {"TMPDIR": str(home), **proofs})
            for command in commands
            for proofs in ({}, forged)
        ]
    for one in said:
        assert "sohoa" not in one.result().replace(f"/buckets/sohoa/{KEY}", "")
        assert CONTENT not in one.result()
    assert not list(home.glob("*.dat"))


def test_no_role_of_the_store_speaks_without_a_certificate_of_ours(up: Running, home: Path) -> None:
    s3 = int(up.store["endpoint"].split(":")[1])
    ports = [port for port, program in up.doors.ports.items() if program == "weed" and port != s3]
    assert len(ports) == 9
    run = up.data / "run"
    for port in ports:
        assert speak_http2([port, str(run / "service.pem"), str(run / "service-key.pem")])
    theirs = [str(home / "service.pem"), str(home / "service-key.pem")]
    asked = [[port, *proof] for port in ports for proof in ([], ["", ""], theirs)]
    assert not any(as_nobody(speak_http2, asked))


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


def test_no_other_site_may_read_an_answer(up: Running) -> None:
    preflight = {"Origin": _EVIL, "Access-Control-Request-Method": "POST"}
    ports = {port: program for port, program in up.doors.ports.items() if program != "weed"}
    assert len(ports) == 2
    asked = [
        [method, f"http://127.0.0.1:{port}{path}", preflight, "{}"]
        for port, program in ports.items()
        for path in PATHS[program]
        for method in ("OPTIONS", "GET", "POST")
    ]
    for request, answer in zip(asked, map(Answer._make, as_nobody(ask, asked)), strict=True):
        assert answer.status, request
        assert answer.headers.get("access-control-allow-origin") not in ("*", _EVIL, "null"), request


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
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        states = [prefect.get(f"/flow_runs/{run}").json()["state_name"] for run in runs]
        if set(states) <= {"Completed", "Crashed", "Failed"}:
            break
        time.sleep(0.5)
    return states


def _look_around(running: Running) -> Doors:
    """Every door that is open is tried by a neighbour; none opens."""
    doors = running.doors
    assert doors.paths
    assert not [path for path in doors.paths if not path.startswith("/")], "abstract: open to all"
    refused = as_nobody(knock, sorted(doors.paths))
    assert set(refused) == {"EACCES"}, refused
    asked = [
        [method, f"{scheme}://127.0.0.1:{port}{path}", {"Content-Type": "application/json"}, "{}"]
        for port, program in doors.ports.items()
        for path in PATHS[program]
        for scheme in ("http", "https")
        for method in METHODS
    ]
    answers = [Answer(*answer) for answer in as_nobody(ask, asked)]
    store, answering = running.store, set()
    for (method, url, *_), answer in zip(asked, answers, strict=True):
        path, program = url.split("/", 3)[3], doors.ports[urlsplit(url).port or 0]
        if answer.status:
            answering.add(program)
        if 200 <= answer.status < 300:
            assert method == "GET", url
            assert f"/{path}" in PUBLIC[program], url
            assert program != "weed" or not answer.body, url
        elif answer.status >= 300:
            assert answer.status >= 400 or answer.headers["location"] == "/sign-in", url
        assert not any(word in answer.body for word in (CONTENT, store["secret_key"], store["access_key"]))
        assert KEY in path or KEY not in answer.body, url
    assert answering == set(doors.ports.values()), "whoever was asked was there"
    return doors


def _store_ports(up: Running) -> tuple[int, int]:
    """Where its client begins: the master's port, the filer's."""
    (words,) = [process.cmdline() for process in up.process.children() if process.name() == "weed"]
    flags = dict(word[1:].split("=", 1) for word in words if "=" in word)
    return int(flags["master.port"]), int(flags["filer.port"])


def _by_rpc(port: int) -> str:
    """A role as the store's own client writes it."""
    return f"127.0.0.1:{port}.{port + 10_000}"


def _certified(folder: Path) -> dict[str, str]:
    """Makes the store's own client show the certificate of `folder`."""
    return {
        "WEED_GRPC_CA": str(folder / "authority.pem"),
        "WEED_GRPC_CLIENT_CERT": str(folder / "service.pem"),
        "WEED_GRPC_CLIENT_KEY": str(folder / "service-key.pem"),
    }


def _weed(command: Sequence[str], user: int, environment: dict[str, str]) -> str:
    """What the store's own client says within some seconds."""
    run = subprocess.run(
        ["timeout", "4", weed_binary(), *command],
        input="fs.ls /buckets/sohoa\nvolume.list\ncollection.list\nexit\n",
        user=user,
        group=user,
        extra_groups=[],
        cwd="/",
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return run.stdout
