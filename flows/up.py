"""`sohoa up`: object store, Prefect server and worker in the foreground, stopped together."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from flows.prefect_home import POOL, prefect_settings
from flows.prefect_server import prefect_server
from schemas.errors import EngineFailed
from schemas.settings import Settings
from storage.archive import open_archive
from storage.children import end_child

UI_PORT = 4200
_STOP_SECONDS = 15.0
_LOOK_SECONDS = 1.0


def run_up(settings: Settings, tell: Callable[[str, str], None], port: int = UI_PORT) -> None:
    """Run until TERM or Ctrl-C. `tell(what, where)` is called as each part is ready.

    Raises `EngineFailed` when a part ends by itself, `StoreUnavailable` when the store does not
    come up.
    """
    stop = threading.Event()
    _on_signals(stop)  # before any child is started, or an idle worker would ignore TERM
    url_file = settings.data / "run" / "prefect.url"
    with open_archive(settings) as archive, prefect_server(settings.data, port) as server:
        tell("store", archive.store.endpoint)
        tell("database", archive.database.name)
        server.wait()
        tell("prefect", server.url.removesuffix("/api"))
        environment = {
            **os.environ,
            **prefect_settings(settings.data),
            "PREFECT_API_URL": server.url,
            "SOHOA_DATA": str(settings.data),
        }
        subprocess.run([sys.executable, "-m", "flows.deployment"], env=environment, check=True)
        with _worker(environment) as worker:
            tell("worker", POOL)
            url_file.write_text(server.url)
            try:
                while not stop.wait(_LOOK_SECONDS):
                    if worker.poll() is not None or server.process.poll() is not None:
                        raise EngineFailed("prefect", "a part of `sohoa up` ended")
            finally:
                url_file.unlink(missing_ok=True)


@contextmanager
def _worker(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A Prefect worker of our pool, one run at a time; its runs use all cores themselves."""
    process = subprocess.Popen(
        [
            sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL, "--type", "process",
            "--limit", "1", "--install-policy", "never", "--no-create-pool-if-not-found",
        ],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        end_child(process, _STOP_SECONDS)


def _on_signals(stop: threading.Event) -> None:
    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
