"""A command of ours that goes on running, and where it listens."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import psutil
from commandline import SOHOA

_START_SECONDS = 120


class Doors(NamedTuple):
    """Where a tree of processes listens."""

    ports: dict[int, str]
    """And the program behind each: a module of ours, or `weed`."""
    paths: set[str]
    """Of Unix sockets."""


class Running(NamedTuple):
    """A command of ours that goes on running."""

    process: psutil.Process
    data: Path

    @property
    def doors(self) -> Doors:
        """As they are now."""
        ports, paths = {}, set()
        for process in (self.process, *self.process.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                words = process.cmdline()
                program = words[words.index("-m") + 1] if "-m" in words else process.name()
                for found in process.net_connections("tcp"):
                    if found.status == psutil.CONN_LISTEN:
                        assert found.laddr.ip == "127.0.0.1"
                        ports[found.laddr.port] = program
                paths |= {str(found.laddr) for found in process.net_connections("unix") if found.laddr}
        return Doors(ports, paths)

    @property
    def store(self) -> dict[str, str]:
        """Address and credentials of its store."""
        return dict(json.loads((self.data / "run/store.json").read_text()))

    @property
    def api(self) -> str:
        """Of its Prefect server."""
        return str(json.loads((self.data / "run/prefect.json").read_text())["url"])

    @property
    def password(self) -> str:
        """`user:password` of its Prefect server."""
        return (self.data / "prefect/password").read_text()


@contextmanager
def start(data: Path, *words: str) -> Iterator[Running]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SOHOA_")}
    with (data.parent / "said").open("w") as said:
        process = subprocess.Popen(
            [*SOHOA, *words], env={**environment, "SOHOA_DATA": str(data)}, stdout=said, stderr=said
        )
    try:
        yield Running(psutil.Process(process.pid), data)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def wait_for(running: Running, ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not ready():
        assert running.process.is_running()
        assert time.monotonic() < deadline
        time.sleep(0.1)
