"""A Prefect server as a child of ours: with its UI for `sohoa up`, without for one command.

The parent holds the child's standard input; when the parent ends, however it ends, the input ends
and the child goes too. The parent opens the port, so that requests wait instead of failing.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.prefect_home import prefect_settings
from schemas.errors import EngineFailed
from storage.children import end_child

_START_SECONDS = 120
_STOP_SECONDS = 6.0
_GRACE_SECONDS = 4.0


class PrefectServer:
    """A starting or running server; `url` is its API."""

    def __init__(self, data: Path, port: int = 0) -> None:
        listener = socket.create_server(("127.0.0.1", port), backlog=128)
        self.port: int = listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/api"
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")},
            **prefect_settings(data),
            "PREFECT_UI_ENABLED": "true" if port else "false",
            "PREFECT_UI_API_URL": self.url,
            "PREFECT__SERVER_FINAL": "1",
        }
        if not port:
            environment["PREFECT__SERVER_EPHEMERAL"] = "1"
        log_file = data / "prefect" / "server.log"
        with listener, log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flows.prefect_server", str(listener.fileno())],
                stdin=subprocess.PIPE, stdout=log, stderr=log, pass_fds=[listener.fileno()],
                start_new_session=True, env=environment,
            )  # fmt: skip

    def wait(self) -> None:
        """Return when the server answers. Raises `EngineFailed` when it does not come up."""
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                left = max(deadline - time.monotonic(), 1)
                with urllib.request.urlopen(f"{self.url}/health", timeout=left):  # noqa: S310
                    return
            except OSError as error:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise EngineFailed("prefect", "see prefect/server.log") from error
                time.sleep(0.1)

    def close(self) -> None:
        """End the server."""
        if self.process.stdin:
            self.process.stdin.close()
        end_child(self.process, _STOP_SECONDS, ask=False)


@contextmanager
def prefect_server(data: Path, port: int = 0) -> Iterator[PrefectServer]:
    """A server that ends with the block; it starts while the block goes on."""
    server = PrefectServer(data, port)
    try:
        yield server
    finally:
        server.close()


def running_api(data: Path) -> str:
    """API of the server that `sohoa up` runs for `data`, or an empty string."""
    file = data / "run" / "prefect.url"
    try:
        url = file.read_text()
        with urllib.request.urlopen(f"{url}/health", timeout=2):  # noqa: S310
            return url
    except (OSError, ValueError):
        return ""


def _end_with_parent() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_SECONDS)
    os._exit(1)


def _serve(descriptor: int) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    import uvicorn
    from prefect.server.api.server import create_app

    config = uvicorn.Config(
        create_app, factory=True, log_level="error", lifespan="on", timeout_graceful_shutdown=1
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
