"""The desk served on loopback, until it is told to stop."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import uvicorn

from schemas.environment_errors import SettingWrong
from schemas.errors import SohoaError
from schemas.settings import Settings
from storage.archive.archive import Archive
from web.app import make_app
from web.core.context import AppState

_LET_GO_SECONDS = 2
"""How long open event streams may hold the end up."""

_LOOK_SECONDS = 0.02


@contextmanager
def serve_desk(settings: Settings, archive: Archive) -> Iterator[str]:
    """Serve the desk in a thread; its address. Raises `SettingWrong` when the port is taken."""
    app = make_app(settings, archive)
    config = uvicorn.Config(
        app,
        host=settings.web.host,
        port=settings.web.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=_LET_GO_SECONDS,
        server_header=False,
        proxy_headers=False,
        ssl_certfile=settings.web.tls_certificate,
        ssl_keyfile=settings.web.tls_key,
    )
    try:
        config.load()
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise SettingWrong("web.tls_certificate", type(error).__name__) from error
    server = uvicorn.Server(config)
    listener = _listen(settings.web.host, settings.web.port)
    thread = threading.Thread(target=server.run, args=([listener],), name="desk")
    thread.start()
    warm = threading.Thread(target=_look_ahead, args=(app.state.app_state,), name="figures")
    warm.start()
    while not server.started and thread.is_alive():
        time.sleep(_LOOK_SECONDS)
    try:
        host, port = listener.getsockname()[:2]
        scheme = "https" if settings.web.tls_certificate else "http"
        yield settings.web.public_url or f"{scheme}://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join()
        warm.join()


def _look_ahead(app_state: AppState) -> None:
    """Read the register before the first auditor asks: a million dossiers take some seconds."""
    with suppress(SohoaError):  # whoever asks meets the same, and is told
        app_state.figures.view()


def _listen(host: str, port: int) -> socket.socket:
    """A socket that says it is TCP: only then does asyncio send small answers at once."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise SettingWrong(f"web {host}:{port}", error.strerror or "") from error
    return listener
