"""The desk served on loopback, until it is told to stop."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from schemas.errors import SettingWrong
from schemas.settings import Settings
from storage.archive import Archive
from web.app import make_app

_LET_GO_SECONDS = 2
"""How long open event streams may hold the end up."""


@contextmanager
def serve_desk(settings: Settings, archive: Archive) -> Iterator[str]:
    """Serve the desk in a thread; its address. Raises `SettingWrong` when the port is taken."""
    config = uvicorn.Config(
        make_app(settings, archive), host=settings.web.host, port=settings.web.port, log_level="warning",
        access_log=False, timeout_graceful_shutdown=_LET_GO_SECONDS, server_header=False,
        proxy_headers=bool(settings.web.public_url),
    )  # fmt: skip
    server = uvicorn.Server(config)
    try:
        listener = config.bind_socket()
    except SystemExit as error:
        raise SettingWrong(f"web.port {settings.web.port}") from error
    thread = threading.Thread(target=server.run, args=([listener],), name="desk")
    thread.start()
    try:
        host, port = listener.getsockname()[:2]
        yield settings.web.public_url or f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join()
