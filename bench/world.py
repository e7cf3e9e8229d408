"""What faults happen to: real servers, a proxy between, scans, and workers that are started again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from bench.postgres import create_database, postgres
from bench.replayed import replaying
from bench.s3_proxy import Proxy, proxy
from samples.dossiers import PAINTERS, write_dossier
from samples.drawing.damage import Level
from schemas.settings import Settings
from storage.archive.archive import Archive
from storage.archive.audit_trail import AuditTrail
from storage.archive.trail_key import trail_keys
from storage.database.engine import Database
from storage.objects.seaweedfs import Address, embedded
from storage.opening import embedded_store, make_archive

WORKERS = 2


@dataclass
class World:
    """Everything that faults happen to."""

    root: Path
    scans: Path
    address: Address
    proxy: Proxy
    port: int
    database: Database
    archive: Archive
    environment: dict[str, str]
    random: Random
    batch: str = ""
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)
    """SHA-256 by key of everything that was ever in the store."""

    @property
    def acks(self) -> Path:
        """What was acknowledged."""
        return self.root / "acks.jsonl"

    def start(self) -> None:
        """Have as many workers as there should be."""
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        while len(self.workers) < WORKERS:
            command = [
                sys.executable,
                "-m",
                "bench.fault_worker",
                str(self.scans),
                self.batch,
                str(self.acks),
            ]
            with (self.root / "workers.log").open("ab") as log:
                self.workers.append(
                    subprocess.Popen(
                        command, env=self.environment, stdout=log, stderr=log, start_new_session=True
                    )
                )

    def kill(self, count: int) -> None:
        """SIGKILL to whole workers, with all they started."""
        for worker in self.random.sample(self.workers, min(count, len(self.workers))):
            with suppress(ProcessLookupError):
                os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()

    def is_done(self) -> bool:
        """Whether all workers ended by themselves with nothing left to do."""
        return all(worker.poll() == 0 for worker in self.workers)


@contextmanager
def world(root: Path, pages: int, seed: int) -> Iterator[World]:
    """Servers, scans of so many pages, an archive looked at past the proxy."""
    random = Random(seed)
    scans = root / "scans"
    for number in range(pages // 2):
        rng = Random(number % 10)
        drawn = [
            PAINTERS["marital_status_certificate"](rng, "a", "plain"),
            PAINTERS["receipt_slip"](rng, "a", "qr"),
        ]
        write_dossier(drawn, scans / f"{number:03}.pdf", name="x", level=Level.CLEAN, seed=number % 10)
        (scans / f"{number:03}.truth.json").unlink(missing_ok=True)
    with ExitStack() as stack:
        port = stack.enter_context(postgres(root / "postgres", ["fsync=off"]))
        url = create_database(port, "faults")
        scratch = root / "scratch"
        scratch.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(scratch)], check=True)
        stack.callback(subprocess.run, ["umount", "-l", str(scratch)], check=False)
        clock = root / "clock"
        clock.write_text("0")
        store_stack = ExitStack()
        stack.callback(store_stack.close)
        address = store_stack.enter_context(embedded(root / "store"))
        between = stack.enter_context(proxy(address, seed))
        database = Database(url)
        stack.callback(database.close)
        database.prepare()
        made = World(
            root,
            scans,
            address,
            between,
            port,
            database,
            _archive(address, database, root / "data"),
            {
                **os.environ,
                **replaying(root / "replayed"),
                "SOHOA_DATA": str(root / "data"),
                "SOHOA_DATABASE_URL": url,
                "SOHOA_PROCESSES": "1",
                "SOHOA_STORE__ENDPOINT": between.address,
                "SOHOA_STORE__ACCESS_KEY": address.access_key,
                "SOHOA_STORE__SECRET_KEY": address.secret_key,
                "SOHOA_STORE__SECURE": "false",
                "TMPDIR": str(scratch),
                "CLOCK": str(clock),
            },
            random,
        )
        made.revive = lambda: _revive(made, store_stack)  # type: ignore[attr-defined]
        try:
            yield made
        finally:
            made.kill(WORKERS)


def _archive(address: Address, database: Database, data: Path) -> Archive:
    store = embedded_store(address, "sohoa", on_this_host=False)
    store.prepare()
    trail = AuditTrail(store, database, trail_keys(Settings(data=data), 1))
    return make_archive(store, database, trail)


def _revive(made: World, store_stack: ExitStack) -> None:
    """Start the store again if it was killed."""
    try:
        os.kill(made.address.pid, 0)
        made.archive.store.is_there()
    except Exception:  # noqa: BLE001  (whatever: it is started anew)
        store_stack.close()
        made.address = store_stack.enter_context(embedded(made.root / "store"))
        made.proxy.target, made.proxy.ca_file = made.address.endpoint, made.address.ca_file
        deadline = time.monotonic() + 30
        while True:
            try:
                made.archive = _archive(made.address, made.database, made.root / "data")
            except Exception:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
            else:
                return
