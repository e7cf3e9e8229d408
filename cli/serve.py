"""`up`: everything on one box. `serve`: the desk alone. `work`: a worker, one of many."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from cli.options import Data
from cli.terminal import errors_told, out, say, settings_for
from flows.runners.supervisor import run_up, run_worker
from schemas.settings import Settings
from storage.access.accounts import Accounts
from storage.archive.archive import Archive
from storage.opening import open_archive
from web.server import serve_desk

WebPort = Annotated[int | None, typer.Option(help=say("cổng trang web", "port of the desk's page"))]


def up_command(
    port: Annotated[
        int,
        typer.Option(
            help=say(
                "mở trang của Prefect ở cổng này; mật khẩu ở prefect/password; 0: không mở",
                "open Prefect's own page at this port; its password is in prefect/password; 0: none",
            )
        ),
    ] = 0,
    web_port: WebPort = None,
    data: Data = None,
) -> None:
    """Run the object store, the Prefect server, a worker and the desk until Ctrl-C."""
    with errors_told():
        settings = _with_port(settings_for(data), web_port)
        run_up(settings, _tell, lambda archive: _desk(settings, archive), port)
        out.print(say("Đã dừng.", "Stopped."))


def work_command(data: Data = None) -> None:
    """Run a worker of the Prefect server that the settings name, until Ctrl-C."""
    with errors_told():
        run_worker(settings_for(data), _tell)
        out.print(say("Đã dừng.", "Stopped."))


def serve_command(web_port: WebPort = None, data: Data = None) -> None:
    """Run the desk alone; `sohoa up` elsewhere reads what is handed in."""
    with errors_told():
        settings = _with_port(settings_for(data), web_port)
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        with open_archive(settings) as archive, _desk(settings, archive) as where:
            _tell("desk", where)
            stop.wait()
        out.print(say("Đã dừng.", "Stopped."))


@contextmanager
def _desk(settings: Settings, archive: Archive) -> Iterator[str]:
    """The desk; at its first start an administrator is made, whose password is told here, once."""
    first = Accounts(archive.database).add_first()
    with serve_desk(settings, archive) as where:
        if first:
            login, password = first
            told = say("Tài khoản đầu tiên (đổi mật khẩu khi vào):", "First account (change its password):")
            out.print(f"{told} {login} / {password}", markup=False)
        yield where


def _with_port(settings: Settings, web_port: int | None) -> Settings:
    if web_port is None:
        return settings
    return settings.with_changes(web=settings.web.with_changes(port=web_port))


def _tell(what: str, where: str) -> None:
    names = {
        "store": say("Kho đối tượng", "Object store"),
        "database": say("Cơ sở dữ liệu", "Database"),
        "prefect": say("Prefect (cho kỹ thuật)", "Prefect (for engineers)"),
        "worker": say("Máy làm việc", "Worker"),
        "desk": say("Bàn làm việc, mở bằng trình duyệt", "The desk, for a browser"),
    }
    out.print(f"✓ {names[what]}: {where}", markup=False)
