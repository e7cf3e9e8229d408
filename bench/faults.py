"""Random faults while two workers take in, read, file, review: nothing acknowledged is ever lost.

    python -m bench.faults [FAULTS] [PAGES] [SEED]

Real SeaweedFS behind a proxy that misbehaves, real PostgreSQL, real processes killed. After every fault the
invariants are checked on the store and the database themselves; at the end of each run of PAGES the
papers are compared with an undisturbed run, and a further run must change nothing.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import text

from bench.postgres import create_database, postgres
from bench.replayed import replaying
from bench.s3_proxy import Harm, Proxy, proxy
from samples.damage import Level
from samples.dossiers import PAINTERS, write_dossier
from storage import keys
from storage.archive import Archive
from storage.audit import AuditTrail
from storage.database import Database
from storage.ledger import Ledger
from storage.objects import ObjectStore
from storage.seals import check_trail
from storage.seaweedfs import Address, embedded

_WORKERS = 2
_END_SECONDS = 600
_CHANGING = ("read_at", "settled_at", "pdf_sha256", "revision", "pdf_key", "alto_key")


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
        while len(self.workers) < _WORKERS:
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


Fault = Callable[[World], None]


def _harm(harm: Harm, share: float) -> Fault:
    def fault(world: World) -> None:
        world.proxy.share, world.proxy.harm = share, harm
        time.sleep(world.random.uniform(0.2, 1.5))
        world.proxy.harm = Harm.NONE

    return fault


def _kill_store(world: World) -> None:
    """The server's process is killed; it comes back in a moment."""
    os.kill(world.address.pid, signal.SIGKILL)
    time.sleep(world.random.uniform(0.1, 1.0))


def _terminate_sql(world: World) -> None:
    """All connections of the database are ended, as a restart does."""
    with world.database.engine.connect() as connection:
        connection.execute(text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ))  # fmt: skip


def _lock_sql(world: World) -> None:
    """Somebody holds the tables for a while."""
    with world.database.engine.begin() as connection:
        connection.execute(text("LOCK TABLE page, paper, stack IN ACCESS EXCLUSIVE MODE"))
        time.sleep(world.random.uniform(0.3, 2.0))


def _fill_scratch(world: World) -> None:
    """No space left where scans are copied to."""
    ballast = Path(world.environment["TMPDIR"]) / "ballast"
    with suppress(OSError), ballast.open("wb") as out:
        while True:
            out.write(b"\0" * 1_000_000)
    time.sleep(world.random.uniform(0.3, 1.5))
    ballast.unlink()


def _jump_clock(world: World) -> None:
    """The clock of the workers' machine goes ahead or back; some hours for a moment, ten minutes for good.

    S3 refuses signatures that are more than a quarter of an hour off, so that nothing can be done meanwhile.
    """
    clock = Path(world.environment["CLOCK"])
    clock.write_text(f"{world.random.choice((-26, -2, 2, 26))}")
    time.sleep(world.random.uniform(0.5, 2.0))
    clock.write_text(f"{world.random.choice((-0.15, 0, 0.15))}")


def _kill_engine(world: World) -> None:
    """The recognition programs under way are killed."""
    subprocess.run(["pkill", "-9", "-f", str(world.root / "replayed")], check=False)


def _lose_leases(world: World) -> None:
    """Every claim ends at once: those who had one go on, and others take it."""
    with world.database.session() as session:
        session.execute(
            text(
                "UPDATE stack SET until = now() - interval '1 second', holder = 'x:1:y' "
                "WHERE until IS NOT NULL"
            )
        )


FAULTS: dict[str, Fault] = {
    "kill -9 of a worker": lambda world: world.kill(1),
    "kill -9 of all workers": lambda world: world.kill(_WORKERS),
    "kill -9 of the store": _kill_store,
    "kill -9 of engines": _kill_engine,
    "SQL connections ended": _terminate_sql,
    "SQL tables locked": _lock_sql,
    "claims lost": _lose_leases,
    "scratch full": _fill_scratch,
    "clock jumps": _jump_clock,
    **{f"store {harm}": _harm(harm, share) for harm, share in (
        (Harm.SLOW, 0.5), (Harm.BUSY, 0.5), (Harm.FULL, 0.5), (Harm.CUT, 0.5), (Harm.LIE, 0.1),
        (Harm.LOST_ANSWER, 0.3), (Harm.TWICE, 0.5), (Harm.AWAY, 1.0),
    )},
}  # fmt: skip


def broken_invariants(world: World) -> Iterator[str]:
    """What does not hold now, asked of the store and the database themselves."""
    archive = world.archive
    for batch in archive.ledger.batches():
        if not archive.ledger.balance(batch).adds_up:
            yield f"balance of {batch.name} does not add up"
    now = {}
    for key in archive.store.keys(""):
        if not key.startswith((".", keys.AUDIT)):
            known = world.seen.get(key)
            now[key] = known or archive.store.digest(key)
    for key in world.seen.keys() - now.keys():
        yield f"{key} is gone"
    world.seen.update(now)
    for line in world.acks.read_text().splitlines() if world.acks.exists() else []:
        for key in filter(None, json.loads(line)):
            if key not in now and not (key.startswith(keys.AUDIT) and archive.store.exists(key)):
                yield f"{key} was acknowledged and is not there"


def altered(world: World) -> Iterator[str]:
    """Every object's bytes hashed again, and against what was seen first; the trail walked."""
    for key, digest in world.seen.items():
        if world.archive.store.digest(key) != digest:
            yield f"{key} was overwritten"
        world.archive.store.get(key)
    world.archive.audit.put_back()
    yield from (f"{where}: {what}" for where, what in check_trail(world.archive))


def end_state(archive: Archive, name: str) -> dict[str, Any]:
    """The batch's balance and its papers' values, without times."""
    batch = archive.ledger.batch(name)
    papers = {}
    for dossier in archive.ledger.dossiers(batch.id):
        for at, paper in enumerate(archive.ledger.papers(dossier)):
            plain = paper.model_dump(mode="json")
            values = {n: (f["value"], f["raw"], f["needs_review"]) for n, f in plain["fields"].items()}
            pages = [page["page_number"] for page in plain["pages"]]
            papers[dossier.name, at] = plain["document_type"], values, pages, plain["state"]
    balance = archive.ledger.balance(batch).model_dump(mode="json")
    return {"papers": papers, "balance": {k: v for k, v in balance.items() if k != "batch"}}


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
        between = stack.enter_context(proxy(address.endpoint, seed))
        database = Database(url)
        stack.callback(database.close)
        database.prepare()
        made = World(
            root, scans, address, between, port, database, _archive(address, database),
            {
                **os.environ, **replaying(root / "replayed"),
                "SOHOA_DATA": str(root / "data"), "SOHOA_DATABASE_URL": url, "SOHOA_PROCESSES": "1",
                "SOHOA_STORE__ENDPOINT": between.address, "SOHOA_STORE__ACCESS_KEY": address.access_key,
                "SOHOA_STORE__SECRET_KEY": address.secret_key, "SOHOA_STORE__SECURE": "false",
                "TMPDIR": str(scratch), "CLOCK": str(clock),
            },
            random,
        )  # fmt: skip
        made.revive = lambda: _revive(made, store_stack)  # type: ignore[attr-defined]
        try:
            yield made
        finally:
            made.kill(_WORKERS)


def _archive(address: Address, database: Database) -> Archive:
    store = ObjectStore(
        address.endpoint, address.access_key, address.secret_key, "sohoa", secure=False, on_this_host=False
    )
    store.prepare()
    return Archive(store, database, Ledger(database), AuditTrail(store, database))


def _revive(made: World, store_stack: ExitStack) -> None:
    """Start the store again if it was killed."""
    try:
        os.kill(made.address.pid, 0)
        made.archive.store.is_there()
    except Exception:  # noqa: BLE001  (whatever: it is started anew)
        store_stack.close()
        made.address = store_stack.enter_context(embedded(made.root / "store"))
        made.proxy.target = made.address.endpoint
        deadline = time.monotonic() + 30
        while True:
            try:
                made.archive = _archive(made.address, made.database)
            except Exception:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
            else:
                return


def run_batch(here: World, name: str, faults: int, kinds: Counter[str]) -> list[str]:
    """One batch to its end with up to so many faults on the way; what was broken."""
    here.batch = name
    here.acks.unlink(missing_ok=True)
    broken: list[str] = []
    done = 0
    deadline = time.monotonic() + _END_SECONDS + 5 * faults
    here.start()
    while not here.is_done():
        if time.monotonic() > deadline:
            broken.append(f"{name} does not come to an end")
            break
        if done < faults:
            time.sleep(here.random.uniform(0.1, 2.0))
            kind = here.random.choice(sorted(FAULTS))
            FAULTS[kind](here)
            here.revive()  # type: ignore[attr-defined]
            kinds[kind] += 1
            done += 1
            broken += [f"after {kind}: {what}" for what in broken_invariants(here)]
            here.start()
        else:
            time.sleep(0.5)
            if any(worker.poll() not in (None, 0) for worker in here.workers):
                here.start()
    Path(here.environment["CLOCK"]).write_text("0")
    broken += list(broken_invariants(here))
    return broken


def main() -> None:
    """Undisturbed, then disturbed until all faults are spent, then compare."""
    faults = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    pages = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    begun = time.monotonic()
    with TemporaryDirectory(prefix="sohoa-faults-") as folder, world(Path(folder), pages, seed) as here:
        kinds: Counter[str] = Counter()
        broken = run_batch(here, "yên", 0, kinds)
        calm = end_state(here.archive, "yên")
        print(f"{pages} pages undisturbed: {time.monotonic() - begun:.0f} s", flush=True)
        runs = 0
        while kinds.total() < faults:
            runs += 1
            for at, scan in enumerate(sorted(here.scans.glob("*.pdf"))):  # new bytes, same pages
                with scan.open("ab") as out:
                    out.write(f"\n% {runs} {at}".encode())
            broken += run_batch(here, f"bão {runs}", faults - kinds.total(), kinds)
            state = end_state(here.archive, f"bão {runs}")
            if state != calm:
                broken.append(f"run {runs} ended differently: {_differences(calm, state)}")
            broken += list(altered(here))
            before = set(here.archive.store.keys(""))
            broken += run_batch(here, f"bão {runs}", 0, kinds)
            more = [k for k in set(here.archive.store.keys("")) - before
                    if not k.startswith((keys.AUDIT, keys.SUBMISSIONS, "."))]  # fmt: skip
            broken += [f"a second run made {key}" for key in more]
            print(f"run {runs}: {kinds.total()} faults, {here.proxy.harmed} requests harmed, "
                  f"{len(broken)} broken, {time.monotonic() - begun:.0f} s", flush=True)  # fmt: skip
        for kind, count in sorted(kinds.items()):
            print(f"  {count:4} {kind}")
        for what in broken[:20]:
            print(f"✗ {what}")
        print(f"seed {seed}: {kinds.total()} faults over {runs} runs of {pages} pages, "
              f"{len(broken)} invariants broken, {time.monotonic() - begun:.0f} s")  # fmt: skip
        if broken:
            print((Path(folder) / "workers.log").read_text()[-3000:])
            sys.exit(1)


def _differences(calm: dict[str, Any], state: dict[str, Any]) -> str:
    told = [
        f"{k}: {calm['balance'][k]} → {v}" for k, v in state["balance"].items() if calm["balance"][k] != v
    ]
    told += [f"{place}" for place in calm["papers"].keys() ^ state["papers"].keys()][:3]
    told += [f"{place}: {calm['papers'][place]} → {paper}" for place, paper in state["papers"].items()
             if calm["papers"].get(place, paper) != paper][:2]  # fmt: skip
    return "; ".join(told)[:1000]


if __name__ == "__main__":
    main()
