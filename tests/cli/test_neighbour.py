"""Whatever we start listens only to whoever proves who they are.

The neighbour is somebody else on the same machine: the user `nobody`. This file, run as a program, is them.
"""

import errno
import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx
import psutil
import pytest
from commandline import SOHOA
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from schemas.settings import Settings
from storage.archive import open_archive
from storage.certificates import make_certificates
from storage.seaweedfs import weed_binary

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")

_NOBODY = 65534
_START_SECONDS = 120
_KEY, _CONTENT = f"giay-khai-sinh-{token_hex(6)}", f"noi-dung-{token_hex(12)}"
_EVIL, _ANY = "http://evil.example", "00000000-0000-0000-0000-000000000000"
_METHODS = ("GET", "PUT", "POST", "DELETE")
_PATHS = {
    "weed": (
        "/",
        "/sohoa",
        "/sohoa?list-type=2",
        "/sohoa?versions",
        f"/sohoa/{_KEY}",
        "/sohoa/x",
        "/buckets",
        "/?Action=ListUsers&Version=2010-05-08",
        "/?Action=GetCallerIdentity&Version=2011-06-15",
        "/dir/status",
        "/dir/assign",
        "/dir/lookup?volumeId=1",
        "/col/delete?collection=sohoa",
        "/vol/status",
        "/vol/grow?count=1",
        "/cluster/status",
        "/submit",
        "/status",
        "/healthz",
        "/1,01",
        "/ui/index.html",
        "/stats/counter",
        "/buckets/",
        "/buckets/sohoa/?limit=10",
        f"/buckets/sohoa/{_KEY}",
        "/api/config",
        "/metrics",
        "/debug/pprof/heap",
    ),
    "flows.prefect_server": (
        "/api/deployments/",
        "/api/deployments/filter",
        "/api/work_pools/",
        "/api/work_pools/filter",
        "/api/work_pools/sohoa",
        "/api/flows/",
        "/api/flows/filter",
        "/api/flow_runs/",
        "/api/flow_runs/filter",
        "/api/block_documents/filter",
        "/api/variables/filter",
        "/api/automations/",
        "/api/events",
        "/api/logs/filter",
        "/api/admin/settings",
        "/api/admin/version",
        "/api/admin/database/clear",
        "/api/csrf-token?client=x",
        "/api/health",
        "/api/ready",
        "/docs",
        "/openapi.json",
        "/ui-settings",
    ),
    "cli.main": (
        "/",
        "/metrics",
        "/batches",
        "/accounts",
        "/trail.csv",
        "/figures/all.csv",
        "/search",
        "/operation",
        "/uploads",
        "/health",
        "/ready",
        "/sign-in",
        "/static/desk.css",
        "/api/v1/procedures",
        "/api/v1/people/search",
        "/api/v1/openapi.json",
    ),
}
"""What would list, read, write, delete or run something, by the program that listens."""
_PUBLIC = {
    "cli.main": {
        "/health",
        "/ready",
        "/sign-in",
        "/static/desk.css",
        "/api/v1/openapi.json",
    },
    "flows.prefect_server": {
        "/api/health",
        "/api/ready",
    },
    "weed": {"/status", "/healthz"},  # empty, and of S3 alone
}
"""What anybody may GET, by the program that answers."""
_STREAMS = (
    "/events/in",
    "/events/out",
    "/logs/out",
    "/task_runs/subscriptions/scheduled",
    "/work_pools/sohoa/workers/connect",
)
_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0"
"""How an HTTP/2 client begins (RFC 9113, 3.4): whoever wants to speak on sends settings back."""


class Answer(NamedTuple):
    """What came back; status 0: nothing."""

    status: int
    headers: dict[str, str]
    body: str


class Doors(NamedTuple):
    """Where a tree of processes listens."""

    ports: dict[int, str]
    """And the program behind each: a module of ours, or `weed`."""
    paths: set[str]
    """Of Unix sockets."""


class Running(NamedTuple):
    """A command of ours that goes on running."""

    process: psutil.Process
    data: Path

    @property
    def doors(self) -> Doors:
        """As they are now."""
        ports, paths = {}, set()
        for process in (self.process, *self.process.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                words = process.cmdline()
                program = words[words.index("-m") + 1] if "-m" in words else process.name()
                for found in process.net_connections("tcp"):
                    if found.status == psutil.CONN_LISTEN:
                        assert found.laddr.ip == "127.0.0.1"
                        ports[found.laddr.port] = program
                paths |= {str(found.laddr) for found in process.net_connections("unix") if found.laddr}
        return Doors(ports, paths)

    @property
    def store(self) -> dict[str, str]:
        """Address and credentials of its store."""
        return dict(json.loads((self.data / "run/store.json").read_text()))

    @property
    def api(self) -> str:
        """Of its Prefect server."""
        return str(json.loads((self.data / "run/prefect.json").read_text())["url"])

    @property
    def password(self) -> str:
        """`user:password` of its Prefect server."""
        return (self.data / "prefect/password").read_text()


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`sohoa up` of an archive where there is something to steal."""
    data = tmp_path_factory.mktemp("up") / "data"
    with _running(data, "up", "--web-port", "0") as running:
        _wait_for(running, (data / "run/prefect.json").exists)
        with open_archive(Settings(data=data)) as archive:
            archive.store.put(_KEY, _CONTENT.encode())
        yield running


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """The neighbour's own folder, with certificates of an authority of their own."""
    with TemporaryDirectory(dir="/tmp", prefix="neighbour-") as name:
        make_certificates(Path(name), "127.0.0.1")
        for file in (Path(name), *Path(name).iterdir()):
            os.chown(file, _NOBODY, _NOBODY)
        yield Path(name)


def test_a_neighbour_is_answered_nothing(up: Running) -> None:
    _look_around(up)
    with open_archive(Settings(data=up.data)) as archive:
        assert archive.store.get(_KEY) == _CONTENT.encode()


def test_the_desk_alone_answers_a_neighbour_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with _running(data, "serve", "--web-port", "0") as serving:
        _wait_for(serving, lambda: "cli.main" in serving.doors.ports.values())
        assert set(_look_around(serving).ports.values()) == {"weed", "cli.main"}


def test_a_command_answers_a_neighbour_nothing(tmp_path: Path, dossier_file: Path) -> None:
    """While it reads, its store and its Prefect server listen too."""
    data = tmp_path / "data"
    with _running(data, "digitise", str(dossier_file)) as reading:
        _wait_for(reading, (data / "run/store.json").exists)
        assert set(_look_around(reading).ports.values()) == {"weed", "flows.prefect_server"}


def test_the_stores_own_client_needs_its_certificate(up: Running, home: Path) -> None:
    """It lists and reads all, for us; for a neighbour nothing, not with certificates that they made."""
    master, filer = _store_ports(up)
    shell = ("shell", f"-master={_by_rpc(master)}", f"-filer={_by_rpc(filer)}")
    run = up.data / "run"
    ours = _weed(shell, 0, {"TMPDIR": str(home), **_certified(run)})
    assert _KEY in ours
    assert "collection:sohoa" in ours.replace('"', "")
    trusted = shutil.copy(run / "authority.pem", home / "theirs.pem")
    os.chown(trusted, _NOBODY, _NOBODY)
    forged = {**_certified(home), "WEED_GRPC_CA": str(trusted)}
    commands = (
        shell,
        ("filer.cat", f"http://127.0.0.1:{filer}/buckets/sohoa/{_KEY}"),
        ("filer.meta.tail", f"-filer={_by_rpc(filer)}", "-timeAgo=1h"),
        ("backup", f"-master={_by_rpc(master)}", f"-dir={home}", "-volumeId=1"),
    )
    with ThreadPoolExecutor() as threads:
        said = [
            threads.submit(_weed, command, _NOBODY, {"TMPDIR": str(home), **proofs})
            for command in commands
            for proofs in ({}, forged)
        ]
    for one in said:
        assert "sohoa" not in one.result().replace(f"/buckets/sohoa/{_KEY}", "")
        assert _CONTENT not in one.result()
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
    assert not any(_as_nobody(speak_http2, asked))


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
    for (method, url, *_), answer in zip(asked, _as_nobody(ask, asked), strict=True):
        assert answer[0] == 401 or (answer[0] == 403 and method != "GET"), url
    with _prefect(up) as prefect:
        assert "unproven" not in [flow["name"] for flow in prefect.post("/flows/filter", json={}).json()]
    assert not touched.exists()


def test_without_the_password_prefect_tells_no_events(up: Running) -> None:
    """Nor takes any: whoever says the first word on a WebSocket says the password, or it is closed."""
    urls = [up.api.replace("http", "ws", 1) + path for path in _STREAMS]
    told = _as_nobody(open_stream, [[url, up.password, ["prefect"]] for url in urls])
    assert set(told) == {'{"type":"auth_success"}'}
    without = (("", ["prefect"]), ("sohoa:", ["prefect"]), (up.password, []))
    assert not any(_as_nobody(open_stream, [[url, *words] for url in urls for words in without]))


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
        for path in _PATHS[program]
        for method in ("OPTIONS", "GET", "POST")
    ]
    for request, answer in zip(asked, map(Answer._make, _as_nobody(ask, asked)), strict=True):
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


@contextmanager
def _running(data: Path, *words: str) -> Iterator[Running]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SOHOA_")}
    with (data.parent / "said").open("w") as said:
        process = subprocess.Popen(
            [*SOHOA, *words], env={**environment, "SOHOA_DATA": str(data)}, stdout=said, stderr=said
        )
    try:
        yield Running(psutil.Process(process.pid), data)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def _wait_for(running: Running, ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not ready():
        assert running.process.is_running()
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _look_around(running: Running) -> Doors:
    """Every door that is open is tried by a neighbour; none opens."""
    doors = running.doors
    assert doors.paths
    assert not [path for path in doors.paths if not path.startswith("/")], "abstract: open to all"
    refused = _as_nobody(knock, sorted(doors.paths))
    assert set(refused) == {"EACCES"}, refused
    asked = [
        [method, f"{scheme}://127.0.0.1:{port}{path}", {"Content-Type": "application/json"}, "{}"]
        for port, program in doors.ports.items()
        for path in _PATHS[program]
        for scheme in ("http", "https")
        for method in _METHODS
    ]
    answers = [Answer(*answer) for answer in _as_nobody(ask, asked)]
    store, answering = running.store, set()
    for (method, url, *_), answer in zip(asked, answers, strict=True):
        path, program = url.split("/", 3)[3], doors.ports[urlsplit(url).port or 0]
        if answer.status:
            answering.add(program)
        if 200 <= answer.status < 300:
            assert method == "GET", url
            assert f"/{path}" in _PUBLIC[program], url
            assert program != "weed" or not answer.body, url
        elif answer.status >= 300:
            assert answer.status >= 400 or answer.headers["location"] == "/sign-in", url
        assert not any(word in answer.body for word in (_CONTENT, store["secret_key"], store["access_key"]))
        assert _KEY in path or _KEY not in answer.body, url
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


def _as_nobody(trick: Callable[[Any], Any], at: list[Any]) -> list[Any]:
    """What a neighbour gets who plays `trick` on each of `at`."""
    run = subprocess.run(
        [sys.executable, __file__, trick.__name__],
        input=json.dumps(at),
        cwd="/",
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return list(json.loads(run.stdout))


def ask(request: tuple[str, str, dict[str, str], str]) -> tuple[int, dict[str, str], str]:
    """An HTTP answer: status, headers, body."""
    method, url, headers, body = request
    where = urlsplit(url)
    target = url.split(where.netloc, 1)[1]
    connection = (
        http.client.HTTPSConnection(where.netloc, timeout=30, context=_trusting())
        if where.scheme == "https"
        else http.client.HTTPConnection(where.netloc, timeout=30)
    )
    try:
        connection.request(method, target, body if method in ("PUT", "POST", "PATCH") else None, headers)
        answer = connection.getresponse()
        told = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, told, answer.read().decode("latin-1")
    except (OSError, http.client.HTTPException):
        return 0, {}, ""
    finally:
        connection.close()


def knock(path: str) -> str:
    """The error of connecting to a Unix socket."""
    with socket.socket(socket.AF_UNIX) as door:
        return errno.errorcode.get(door.connect_ex(path), "")


def speak_http2(at: tuple[Any, ...]) -> str:
    """The beginning of an HTTP/2 answer on a port; in the clear, or by TLS with a certificate and its key."""
    port, *proof = at
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
            if not proof:
                return _first_word(plain)
            context = _trusting()
            context.set_alpn_protocols(["h2"])
            if all(proof):
                context.load_cert_chain(*proof)
            with context.wrap_socket(plain) as connection:
                return _first_word(connection)
    except OSError:
        return ""


def _first_word(connection: socket.socket) -> str:
    connection.sendall(_PREFACE)
    return connection.recv(100).hex()


def open_stream(at: tuple[str, str, list[Subprotocol]]) -> str:
    """The first message of a WebSocket of Prefect's, after a token was sent."""
    url, token, spoken = at
    try:
        with connect(url, subprotocols=spoken or None, open_timeout=10) as stream:
            stream.send(json.dumps({"type": "auth", "token": token}))
            return str(stream.recv(10))
    except (OSError, WebSocketException):
        return ""


def _trusting() -> ssl.SSLContext:
    """Takes any server for whom it says it is."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _become_nobody() -> None:
    """From now on; what Python needs was read before, for it may lie where only root can read."""
    "localhost".encode("idna")
    os.setgroups([])
    os.setgid(_NOBODY)
    os.setuid(_NOBODY)


if __name__ == "__main__":
    _become_nobody()
    with ThreadPoolExecutor(32) as threads:
        json.dump(list(threads.map(globals()[sys.argv[1]], json.load(sys.stdin))), sys.stdout)
