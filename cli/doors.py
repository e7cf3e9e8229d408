"""What of ours listens on this machine, what it demands, and which of our files others could open."""

import os
import stat
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import httpx
import psutil

from schemas.base.model import Frozen
from schemas.settings import Settings

_SECONDS = 5.0
_OTHERS = 0o077
_STORE = "weed"
_PREFECT = "flows.orchestrator.server"
_DESK = ("up", "serve")


class Door(Frozen):
    """A TCP port that a process of ours listens on."""

    port: int
    address: str
    name: str
    proof: str
    """What it demands of whoever knocks."""
    on_this_host: bool
    """Whether nobody on the network reaches it."""


def doors(settings: Settings) -> list[Door]:
    """Ports of our processes, by number: the store's, Prefect's, the desk's; of this user."""
    open_doors: dict[int, Door] = {}
    for process in psutil.process_iter():
        try:
            if process.uids().real != os.getuid():
                continue
            command = process.cmdline()
            listening = process.net_connections("tcp") if _is_ours(command, settings) else []
        except psutil.Error:  # it ended meanwhile
            continue
        for connection in listening:
            if connection.status == psutil.CONN_LISTEN:
                address, port = connection.laddr
                name, proof = _kind_of(command, port, settings)
                open_doors[port] = Door(
                    port=port,
                    address=address,
                    name=name,
                    proof=proof,
                    on_this_host=ip_address(address).is_loopback,
                )
    return [open_doors[port] for port in sorted(open_doors)]


def _is_ours(command: list[str], settings: Settings) -> bool:
    if _PREFECT in command:
        return True
    if command and Path(command[0]).name == _STORE:
        return any(str(settings.data) in word for word in command)
    named = any(Path(word).name == "sohoa" or word == "cli.main" for word in command[:3])
    return named and any(word in command for word in _DESK)


def _kind_of(command: list[str], port: int, settings: Settings) -> tuple[str, str]:
    """What listens there, and what it demands."""
    if _PREFECT in command:
        return "Prefect", "the password in prefect/password"
    if Path(command[0]).name != _STORE:
        return "desk", f"an account, over {'TLS' if settings.web.tls_certificate else 'the TLS of its proxy'}"
    ends = f"port={port}", f"grpc={port}"
    flag = next((word for word in command if word.endswith(ends)), "")
    role = flag.lstrip("-").partition("=")[0].replace(".port.grpc", " (gRPC)").replace(".port", "")
    if role == "s3":
        return "store: s3", "requests signed with its password, over TLS"
    return f"store: {role}", "a certificate of the data folder"


def open_to_others(settings: Settings) -> Iterator[tuple[Path, str]]:
    """Files and folders of ours that another user of this machine could open, and their modes."""
    data = settings.data
    keys = [settings.seal.key_file, settings.trail.key_file, settings.store.key_file]
    looked_at = [data, *(data.glob("*") if data.is_dir() else ()), *(data / "keys").glob("*")]
    for path in [*looked_at, *(key for key in keys if key)]:
        try:
            status = path.lstat()
        except OSError:
            continue
        below = path.is_relative_to(data) and path != data
        sheltered = below and not data.stat().st_mode & _OTHERS
        if status.st_mode & _OTHERS and not stat.S_ISLNK(status.st_mode) and not sheltered:
            yield path, oct(stat.S_IMODE(status.st_mode))


def answers_strangers(url: str) -> bool:
    """Whether the Prefect server at `url` tells who has no password of its deployments."""
    try:
        answer = httpx.post(
            f"{url.rstrip('/')}/deployments/filter", json={"limit": 1}, timeout=_SECONDS, trust_env=False
        )
    except (httpx.HTTPError, httpx.InvalidURL):
        return False
    return answer.is_success
