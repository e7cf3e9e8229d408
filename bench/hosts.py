"""Three hosts on one machine: network namespaces for the services and two workers, joined by cables.

Needs root (`ip netns`).
"""

import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

NETS = {"a": "10.77.1", "b": "10.77.2"}
"""First three numbers of the addresses on each worker's cable; the services are `.1`."""
SERVICES = "so-svc"


def _ip(*words: str, check: bool = True) -> None:
    subprocess.run(["ip", *words], check=check, capture_output=True)


@contextmanager
def network() -> Iterator[None]:
    """Namespaces for the services and two workers, each worker joined to the services by a cable."""
    names = (SERVICES, "so-a", "so-b")
    try:
        for name in names:
            _ip("netns", "add", name)
            _ip("-n", name, "link", "set", "lo", "up")
        for worker, net in NETS.items():
            here, there = f"so-s{worker}", f"so-w{worker}"
            cable = ("type", "veth", "peer", "name", there, "netns", f"so-{worker}")
            _ip("link", "add", here, "netns", SERVICES, *cable)
            _ip("-n", SERVICES, "addr", "add", f"{net}.1/24", "dev", here)
            _ip("-n", SERVICES, "link", "set", here, "up")
            _ip("-n", f"so-{worker}", "addr", "add", f"{net}.2/24", "dev", there)
            _ip("-n", f"so-{worker}", "link", "set", there, "up")
        yield
    finally:
        for name in names:
            _ip("netns", "del", name, check=False)


def cut(worker: str, *, off: bool) -> None:
    """Pull the worker's cable, or put it in again."""
    _ip("-n", SERVICES, "link", "set", f"so-s{worker}", "down" if off else "up")


def forward(host: str, port: int) -> None:
    """Connections to `host` are passed on to the same port of loopback."""

    def pump(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    listener = socket.create_server((host, port), backlog=128)
    while True:
        taken, _ = listener.accept()
        onward = socket.create_connection(("127.0.0.1", port))
        for ends in ((taken, onward), (onward, taken)):
            threading.Thread(target=pump, args=ends, daemon=True).start()
