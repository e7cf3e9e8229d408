"""What runs as long as nobody stops it: `sohoa up`, everything on one box; `sohoa work`, a worker of many."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import FrameType

from flows.orchestrator.server import announced, prefect_server
from flows.orchestrator.settings import POOL, client_settings
from schemas.environment_errors import ServiceFailed, SettingWrong
from schemas.settings import Settings
from storage.archive.archive import Archive
from storage.child_process import end_child
from storage.logs import program_output, rotate_outputs
from storage.opening import open_archive

Desk = Callable[[Archive], AbstractContextManager[str]]
"""Serves the desk while it is open, and says where."""
Tell = Callable[[str, str], None]
"""Told of each part as it is ready: what, where."""
_STOP_SECONDS = 15.0
_LOOK_SECONDS = 1.0
_ROTATE_SECONDS = 60.0


def run_up(settings: Settings, tell: Tell, desk: Desk, port: int = 0) -> None:
    """Object store, Prefect server, worker, dispatcher and the desk, until TERM or Ctrl-C.

    `port` opens Prefect's own page, which asks for the password in `prefect/password`; 0: none.

    Raises `ServiceFailed` when a part ends by itself, `StoreUnavailable` when the store does not
    come up.
    """
    stop = threading.Event()
    _on_signals(stop)  # before any child is started, or an idle worker would ignore TERM
    with open_archive(settings) as archive, prefect_server(settings.data, port) as server:
        tell("store", archive.store.endpoint)
        tell("database", archive.database.name)
        server.wait()
        tell("prefect", server.url.removesuffix("/api"))
        with _at_work(settings, server.url) as parts, desk(archive) as where:
            tell("worker", POOL)
            tell("desk", where)
            with announced(settings.data, server):
                _watch(stop, (*parts, server.process), settings.data)


def run_worker(settings: Settings, tell: Tell) -> None:
    """A Prefect worker and a dispatcher of `settings.prefect_url`, until TERM or Ctrl-C.

    Raises `SettingWrong` when no server is named, `ServiceFailed` when a part ends by itself.
    """
    if not settings.prefect_url:
        raise SettingWrong("SOHOA_PREFECT_URL", "http://…:4200/api")
    stop = threading.Event()
    _on_signals(stop)
    with open_archive(settings) as archive:
        tell("store", archive.store.endpoint)
        tell("database", archive.database.name)
    tell("prefect", settings.prefect_url.removesuffix("/api"))
    with _at_work(settings, settings.prefect_url) as parts:
        tell("worker", POOL)
        _watch(stop, parts, settings.data)


def _watch(stop: threading.Event, parts: tuple[subprocess.Popen[bytes], ...], data: Path) -> None:
    rotate_at = 0.0
    while not stop.wait(_LOOK_SECONDS):
        if time.monotonic() > rotate_at:
            rotate_outputs(data)
            rotate_at = time.monotonic() + _ROTATE_SECONDS
        if any(part.poll() is not None for part in parts):
            raise ServiceFailed("prefect", "a part ended by itself")


@contextmanager
def _at_work(settings: Settings, url: str) -> Iterator[tuple[subprocess.Popen[bytes], ...]]:
    """A Prefect worker and a dispatcher of this machine, the flows deployed before."""
    environment = {
        **os.environ,
        **client_settings(settings, url),
        "SOHOA_DATA": str(settings.data),
    }
    deployed = subprocess.run([sys.executable, "-m", "flows.deployments"], env=environment, check=False)
    if deployed.returncode:
        raise ServiceFailed("prefect", url)
    with _worker(settings, environment) as worker, _dispatcher(settings, environment) as dispatcher:
        yield worker, dispatcher


@contextmanager
def _worker(settings: Settings, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A Prefect worker of our pool, one run at a time; its runs use all cores themselves."""
    with program_output(settings.data, "worker") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "flows.orchestrator.worker"],
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        end_child(process, _STOP_SECONDS)


@contextmanager
def _dispatcher(settings: Settings, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """The process that takes what is handed in at the desk; it ends when its input does."""
    with program_output(settings.data, "dispatcher") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "flows.runners.dispatcher"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        if process.stdin:
            process.stdin.close()
        end_child(process, _STOP_SECONDS, ask=False)


def _on_signals(stop: threading.Event) -> None:
    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
