"""An office to measure in: `sohoa up` on a fresh data folder, people with accounts, a browser."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from schemas.account import Role
from schemas.settings import Settings
from storage.access.accounts import Accounts, new_account
from storage.opening import open_archive

_CHROMIUM = "/usr/bin/chromium"
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PEOPLE = {
    "lan": Role.CLERK,
    "minh": Role.CLERK,
    "hoa": Role.VERIFIER,
    "sep": Role.ADMIN,
    "mai": Role.OFFICIAL,
    "thanh": Role.AUDITOR,
}


@contextmanager
def office(data: Path, **settings: str) -> Iterator[str]:
    """`sohoa up` on a data folder, with people who can sign in; where the desk is.

    `settings` are those of its environment, such as `SOHOA_ENGINES`.
    """
    ports = [free_port() for _ in range(2)]
    environment = {**os.environ, "SOHOA_DATA": str(data), "SOHOA_LANGUAGE": "vi", **settings}
    _let_in(data)
    with (data / "up.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli.main", "up", "--port", str(ports[0]), "--web-port", str(ports[1])],
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            where = f"http://127.0.0.1:{ports[1]}"
            _wait_for(data / "up.log", where)
            yield where
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def _let_in(data: Path) -> None:
    """Accounts for the people; the password of each in a file beside."""
    with open_archive(Settings(data=data)) as archive:
        for login, role in _PEOPLE.items():
            account = new_account(login, login, "H10", role).with_changes(must_change_password=True)
            password = secrets.token_urlsafe(12)
            Accounts(archive.database).add(account, password)
            (data / f"{login}.password").write_text(password)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless; in a locale that is there, or it finds no file of a Vietnamese name."""
    here: dict[str, str | float | bool] = {**os.environ, "LC_ALL": "C.UTF-8"}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=list(_FLAGS), env=here)
        try:
            yield browser
        finally:
            browser.close()


def made(folder: Path) -> Path:
    """The folder, which is there now."""
    folder.mkdir(exist_ok=True)
    return folder


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _wait_for(log: Path, text: str) -> None:
    deadline = time.monotonic() + 300
    while text not in log.read_text():
        if time.monotonic() > deadline:
            raise TimeoutError(log.read_text())
        time.sleep(0.2)
