"""An office to measure in: `sohoa up` on a fresh data folder, people with accounts, a browser."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

_CHROMIUM = "/usr/bin/chromium"
_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
_PEOPLE = {
    "lan": "clerk",
    "minh": "clerk",
    "hoa": "verifier",
    "sep": "admin",
    "mai": "official",
    "thanh": "auditor",
}


@contextmanager
def office(data: Path) -> Iterator[str]:
    """`sohoa up` on a data folder, with people who can sign in; where the desk is."""
    ports = [free_port() for _ in range(2)]
    environment = {**os.environ, "SOHOA_DATA": str(data), "SOHOA_LANGUAGE": "vi"}
    sohoa = [sys.executable, "-m", "cli.main"]
    for login, role in _PEOPLE.items():
        made = subprocess.run(
            [*sohoa, "account", "add", login, "--role", role, "--unit", "H10"],
            env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        (data / f"{login}.password").write_text(made.stdout.split(" / ")[1].strip())
    with (data / "up.log").open("w") as log:
        process = subprocess.Popen(
            [*sohoa, "up", "--port", str(ports[0]), "--web-port", str(ports[1])],
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
    deadline = time.monotonic() + 120
    while text not in log.read_text():
        if time.monotonic() > deadline:
            raise TimeoutError(log.read_text())
        time.sleep(0.2)
