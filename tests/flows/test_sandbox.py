"""Foreign files are opened where nothing can be reached from. Real namespaces, real limits."""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from flows.workers import sandbox
from flows.workers.pool import WorkerPool, worker_pool
from schemas.environment_errors import ProgramMissing
from schemas.errors import TookTooLong, WorkerDied
from schemas.settings import Limits, Sandbox, SealSettings, Settings
from storage.objects.seaweedfs import Address

_SECRET = "bi-mat-" + secrets.token_hex(8)


@pytest.fixture
def kept_in(tmp_path: Path) -> Settings:
    """A data folder with a secret in it; small limits."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "credentials.json").write_text(_SECRET)
    limits = Limits(page_timeout_seconds=3, worker_memory_bytes=2 * 1024**3, worker_file_bytes=1_000_000)
    return Settings(data=data, processes=1, limits=limits, sandbox=Sandbox.REQUIRED)


@pytest.fixture
def jailed(kept_in: Settings) -> Iterator[WorkerPool]:
    with worker_pool(kept_in) as pool:
        yield pool


def _say(pool: WorkerPool, command: str) -> str:
    """What a program that a worker starts can tell."""
    return str(pool.submit_as(str, "lệnh", subprocess.getoutput, command).result())


def test_no_settings_and_no_credentials(
    jailed: WorkerPool, kept_in: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOHOA_STORE__SECRET_KEY", _SECRET)
    assert "SOHOA" not in _say(jailed, "env")
    with pytest.raises(WorkerDied, match="FileNotFoundError"):
        jailed.submit_as(str, "tệp", Path.read_text, kept_in.data / "credentials.json").result()
    seen = _say(
        jailed, f"cat /proc/{os.getpid()}/environ; cat /etc/passwd; ls /root /home /var; cat /proc/1/environ"
    )
    assert _SECRET not in seen
    assert "root:x" not in seen


def test_no_network(jailed: WorkerPool, store_address: Address) -> None:
    host, port = store_address.endpoint.split(":")
    socket.create_connection((host, int(port)), 5).close()  # we can; a worker cannot
    with pytest.raises(WorkerDied, match=r"OSError|ConnectionRefusedError"):
        jailed.submit_as(None, "mạng", socket.create_connection, (host, int(port)), 5).result()


def test_nothing_can_be_written_but_its_own(jailed: WorkerPool, tmp_path: Path) -> None:
    for place in (tmp_path / "x", Path(__file__).parent / "x", Path("/usr/x"), Path("/etc/x")):
        with contextlib.suppress(WorkerDied):  # read-only, or written where nobody else ever looks
            jailed.submit_as(int, "ghi", Path.write_text, place, "x").result()
        assert not place.exists()
    assert jailed.submit_as(int, "ghi", Path.write_text, Path("/tmp/own"), "abc").result() == 3  # noqa: S108
    assert not Path("/tmp/own").exists()  # noqa: S108


def test_a_bomb_costs_one_job(jailed: WorkerPool) -> None:
    with pytest.raises(WorkerDied, match="MemoryError"):
        jailed.submit_as(bytes, "bom", bytes, 3 * 1024**3).result()
    assert "File too large" in _say(jailed, "head -c 2000000 /dev/zero > /tmp/big || echo 'File too large'")
    assert jailed.submit_as(int, "sau đó", abs, -7).result() == 7


def test_what_overstays_ends_with_all_it_started(jailed: WorkerPool) -> None:
    marker = f"4242.{secrets.randbelow(10**9)}"
    begun = time.monotonic()
    with pytest.raises(TookTooLong):
        jailed.submit_as(str, "treo", subprocess.getoutput, f"sleep {marker} & sleep {marker}").result()
    assert time.monotonic() - begun < 12
    _wait_until_gone(marker)
    assert jailed.submit_as(int, "sau đó", abs, -7).result() == 7


def test_cpu_seconds_are_counted(kept_in: Settings) -> None:
    quick = kept_in.with_changes(limits=kept_in.limits.with_changes(page_timeout_seconds=2))
    with worker_pool(quick) as pool, pytest.raises((WorkerDied, TookTooLong)):
        pool.submit_as(int, "quay", pow, 7**300_000, 7**300_000, 11**400_000).result()


def test_without_namespaces_it_says_so(
    kept_in: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sandbox, "sandbox_program", str)
    monkeypatch.setenv("SOHOA_STORE__SECRET_KEY", _SECRET)
    with pytest.raises(ProgramMissing):
        sandbox.worker_command(kept_in, tmp_path)
    with worker_pool(kept_in.with_changes(sandbox=Sandbox.AUTO)) as pool:
        assert "SOHOA" not in _say(pool, "env")  # settings are kept from it all the same
        with pytest.raises(WorkerDied, match="MemoryError"):
            pool.submit_as(bytes, "bom", bytes, 3 * 1024**3).result()


def _wait_until_gone(marker: str) -> None:
    for _ in range(50):
        left = []
        for process in psutil.process_iter(["cmdline"]):
            with contextlib.suppress(psutil.Error):
                if marker in " ".join(process.info["cmdline"] or ()):
                    left.append(process)
        if not left:
            return
        time.sleep(0.1)
    pytest.fail(f"still there: {left}")


def test_an_idle_worker_that_is_killed_costs_nothing(jailed: WorkerPool) -> None:
    assert jailed.submit_as(int, "trước", abs, -1).result() == 1
    for pid in jailed.process_ids:
        os.kill(pid, signal.SIGKILL)
    time.sleep(0.5)
    assert jailed.submit_as(int, "sau đó", abs, -7).result() == 7


def test_workers_outlive_the_thread_that_asked_first(jailed: WorkerPool) -> None:
    asks = threading.Thread(target=lambda: jailed.submit_as(int, "đầu", abs, -1).result())
    asks.start()
    asks.join()
    (first,) = jailed.process_ids
    time.sleep(0.3)
    jailed.submit_as(int, "sau", abs, -1).result()
    assert jailed.process_ids == (first,), "the same worker"


def test_a_worker_that_grew_is_replaced(jailed: WorkerPool) -> None:
    jailed.submit_as(int, "trước", abs, -1).result()
    before = jailed.process_ids
    jailed.submit_as(None, "lớn lên", exec, "import builtins; builtins.held = bytes(1_500_000_000)").result()
    jailed.submit_as(int, "sau đó", abs, -1).result()
    assert jailed.process_ids
    assert jailed.process_ids != before


def test_where_it_was_started_is_not_seen(tmp_path: Path) -> None:
    """`sohoa up` typed in one's home, where keys lie; or started at the root, as systemd does."""
    (tmp_path / "sohoa.identity").write_text(_SECRET)
    code = (
        "import subprocess, sys\nfrom flows.workers.pool import worker_pool\n"
        "from schemas.settings import Settings\n"
        "if __name__ == '__main__':\n"
        "    with worker_pool(Settings(data=sys.argv[1], processes=1, sandbox='required')) as pool:\n"
        "        run = ['sh', '-c', 'cat sohoa.identity 2>/dev/null; ls -a ' + sys.argv[2]]\n"
        "        print(pool.submit_as(str, 'x', subprocess.getoutput, run[2]).result())\n"
    )
    for here in (tmp_path, Path("/")):
        run = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "data"), str(here)],
            cwd=here,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": str(Path(sandbox.__file__).parents[2])},
        )
        assert run.returncode == 0, run.stderr
        assert _SECRET not in run.stdout
        assert "sohoa.identity" not in run.stdout


def test_nothing_but_its_tmp_can_be_filled(jailed: WorkerPool, kept_in: Settings) -> None:
    for place in ("/x", f"{kept_in.data}/x", "/usr/x"):
        assert "cannot" in _say(jailed, f"head -c 3000000 /dev/zero > {place} || echo cannot"), place


def test_data_and_keys_below_a_readable_folder_are_hidden(
    kept_in: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "seal.pem").write_text(_SECRET)
    (tmp_path / "module.py").write_text("readable")
    named = kept_in.with_changes(seal=SealSettings(key_file=tmp_path / "seal.pem"))
    with worker_pool(named) as pool:
        seen = _say(pool, f"cat {tmp_path}/module.py {tmp_path}/seal.pem {kept_in.data}/*")
    assert "readable" in seen
    assert _SECRET not in seen
