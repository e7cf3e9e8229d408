"""Whatever we start listens only to whoever proves who they are.

The neighbour is somebody else on the same machine: the user `nobody`.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import pytest
from doors_tried import CONTENT, KEY, METHODS, PATHS, PUBLIC
from neighbour import NOBODY, Answer, as_nobody, ask, knock, speak_http2
from running import Doors, Running, start, wait_for

from schemas.settings import Settings
from storage.objects.certificates import make_certificates
from storage.objects.seaweedfs import weed_binary
from storage.opening import open_archive

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")

_EVIL = "http://evil.example"


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
        assert set(_look_around(reading).ports.values()) == {"weed", "flows.orchestrator.server"}


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
            assert answer.status >= 400 or answer.headers["location"].startswith("/sign-in"), url
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
