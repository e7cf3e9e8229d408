"""A Prefect server as a child of ours, which answers nobody without the data folder's password.

The parent holds the child's standard input; when the parent ends, however it ends, the input ends
and the child goes too. The parent opens the port, so that requests wait instead of failing.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from flows.orchestrator.settings import server_settings
from schemas.base.model import Frozen
from schemas.environment_errors import ServiceFailed, SettingWrong
from storage.child_process import end_child, follow_parent
from storage.logs import program_output
from storage.private_files import write_private

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]
"""An ASGI application."""
_START_SECONDS = 120
_STOP_SECONDS = 6.0
_GRACE_SECONDS = 4.0


class RunningServer(Frozen):
    """Where a server of ours answers, as other processes of ours find it."""

    url: str
    pid: int

    @property
    def is_ours(self) -> bool:
        """Whether that process lives and listens there: a stranger may have taken its port since."""
        try:
            listening = psutil.Process(self.pid).net_connections("tcp")
        except psutil.Error:  # gone, or another user's
            return False
        port = self.url.removesuffix("/api").rpartition(":")[2]
        return any(c.status == psutil.CONN_LISTEN and str(c.laddr.port) == port for c in listening)


class PrefectServer:
    """A starting or running server; `url` is its API. `port` 0: any, and no page of Prefect's own.

    Raises `SettingWrong` when the port is taken.
    """

    def __init__(self, data: Path, port: int = 0) -> None:
        try:
            listener = socket.create_server(("127.0.0.1", port), backlog=128)
        except OSError as error:
            raise SettingWrong(f"--port {port}", error.strerror or "") from error
        self.port: int = listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/api"
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")},
            **server_settings(data, self.url, page=bool(port)),
            "PREFECT__SERVER_FINAL": "1",
        }
        if not port:
            environment["PREFECT__SERVER_EPHEMERAL"] = "1"
        with listener, program_output(data, "prefect") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flows.orchestrator.server", str(listener.fileno())],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=[listener.fileno()],
                start_new_session=True,
                env=environment,
            )

    def wait(self) -> None:
        """Return when the server answers. Raises `ServiceFailed` when it does not come up."""
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                left = max(deadline - time.monotonic(), 1)
                with urllib.request.urlopen(f"{self.url}/health", timeout=left):  # noqa: S310
                    return
            except OSError as error:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise ServiceFailed("prefect", "see logs/prefect.log") from error
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


@contextmanager
def announced(data: Path, server: PrefectServer) -> Iterator[None]:
    """Within the block other processes of `data` find the server."""
    file = _announcement(data)
    running = RunningServer(url=server.url, pid=server.process.pid)
    write_private(file, running.model_dump_json().encode())
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def running_api(data: Path) -> str:
    """API of the server that `sohoa up` runs for `data`, or an empty string."""
    try:
        running = RunningServer.model_validate_json(_announcement(data).read_bytes())
    except (OSError, ValueError):
        return ""
    return running.url if running.is_ours else ""


def _announcement(data: Path) -> Path:
    return data / "run" / "prefect.json"


def _end() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_SECONDS)
    os._exit(1)


def _api_alone(app: Application) -> Application:
    """`app` without its pages, shown to anybody: only what is below `/api` asks for a password."""

    async def serve(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http" and not scope["path"].startswith("/api/"):
            await send({"type": "http.response.start", "status": 404, "headers": []})
            await send({"type": "http.response.body"})
        else:
            await app(scope, receive, send)

    return serve


def _serve(descriptor: int) -> None:
    follow_parent(_end)
    import uvicorn
    from prefect.server.api.server import create_app

    app: Application = create_app()
    if os.environ["PREFECT_SERVER_UI_ENABLED"] != "true":
        app = _api_alone(app)
    config = uvicorn.Config(app, log_level="error", lifespan="on", timeout_graceful_shutdown=1)
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
