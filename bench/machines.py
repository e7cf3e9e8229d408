"""Three "hosts" in network namespaces: services, worker a, worker b. How fast, and what a lost one costs.

    python -m bench.machines [PAGES]

Needs root (`ip netns`). Workers are `sohoa work`, one process each, on a Prefect work pool; services are
PostgreSQL, SeaweedFS and a Prefect server. Rates are of pages between the first and the last one read, so
that the start of programs is not in them. In the same run: one worker, two workers, one box with two
processes; then one of two is cut off from the network while it works, comes back and is killed.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import text

from bench.faults import end_state
from bench.hosts import NETS, SERVICES, cut, forward, network
from bench.postgres import create_database, postgres
from samples.dossiers import write_batch
from samples.drawing.damage import Level
from schemas.settings import load_settings
from storage.opening import open_archive

_HARM_AFTER_SECONDS = 8.0
_CUT_SECONDS = 60.0


def serve(root: Path) -> None:
    """In the services' namespace: start everything, tell where, wait until the input ends."""
    from bench.s3_proxy import proxy
    from flows.orchestrator.server import prefect_server
    from flows.orchestrator.settings import own_password
    from storage.objects.seaweedfs import embedded

    (root / "services").mkdir()
    with (
        postgres(root / "services" / "postgres") as port,
        embedded(root / "services") as address,
        ExitStack() as stack,
        prefect_server(root / "services") as prefect,
    ):
        prefect.wait()
        between = stack.enter_context(proxy(address, 0))  # in the clear: the certificate is for loopback
        s3 = int(between.address.split(":")[1])
        for net in NETS.values():
            for number in (port, s3, prefect.port):
                threading.Thread(target=forward, args=(f"{net}.1", number), daemon=True).start()
        told = {
            "sql": port,
            "s3": s3,
            "prefect": prefect.port,
            "password": own_password(root / "services"),
            "access": address.access_key,
            "secret": address.secret_key,
        }
        for name in ("one", "two", "box", "cut", "calm"):
            create_database(port, name)
        (root / "services.json").write_text(json.dumps(told))
        sys.stdin.read()


def intake(scans: Path, name: str) -> None:
    """In the services' namespace: everything taken in, nothing read."""
    from flows.pipeline.intake import new_batch, take_in
    from flows.workers.pool import worker_pool
    from storage.files.scan_folders import find_files

    settings = load_settings()
    with open_archive(settings) as archive, worker_pool(settings) as pool:
        batch = archive.open_batch(new_batch(name, "H10"))
        for _ in take_in(archive, pool, settings, batch, find_files([scans])):
            pass


def rate(name: str) -> None:
    """In the services' namespace: wait until all is read; pages a minute, and the end state, as JSON."""
    deadline = time.monotonic() + 1800
    with open_archive(load_settings()) as archive:
        batch = archive.ledger.batch(name)
        while archive.ledger.balance(batch).pages_waiting and time.monotonic() < deadline:
            time.sleep(0.5)
        with archive.database.session() as session:
            pages, first, last = session.execute(
                text("SELECT count(*), min(read_at), max(read_at) FROM page")
            ).one()
            holders = session.scalar(text("SELECT count(*) FROM stack"))
        seconds = (last - first).total_seconds()
        state = end_state(archive, name)
        papers = sorted(map(str, state["papers"].items()))
        told = {"pages": pages, "a_minute": 60 * (pages - 1) / seconds, "left": holders, "papers": papers}
        print(json.dumps(told | {"balance": state["balance"]}))


class Site:
    """The services, and commands run at one of the hosts."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.told = json.loads((root / "services.json").read_text())

    def environment(self, host: str, database: str) -> dict[str, str]:
        """Settings of a machine, as an operator would write them."""
        at = f"{NETS[host]}.1" if host in NETS else "127.0.0.1"
        told = self.told
        return {
            **os.environ,
            "SOHOA_DATA": str(self.root / f"{host}-{database}"),
            "SOHOA_PROCESSES": "1",
            "SOHOA_DATABASE_URL": f"postgresql+psycopg://sohoa@{at}:{told['sql']}/{database}",
            "SOHOA_STORE__ENDPOINT": f"{at}:{told['s3']}",
            "SOHOA_STORE__SECURE": "false",
            "SOHOA_STORE__ACCESS_KEY": told["access"],
            "SOHOA_STORE__SECRET_KEY": told["secret"],
            "SOHOA_STORE__BUCKET": f"b-{database}",
            "SOHOA_PREFECT_URL": f"http://{at}:{told['prefect']}/api",
            "SOHOA_PREFECT_PASSWORD": told["password"],
            "SOHOA_SEAL__KEY_FILE": str(self.root / "seal.pem"),
        }

    def run(self, host: str, environment: Mapping[str, str], *words: str) -> str:
        """A command at a host, to its end."""
        name = f"so-{host}" if host in NETS else SERVICES
        return subprocess.run(
            ["ip", "netns", "exec", name, sys.executable, *words],
            env=dict(environment),
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout

    @contextmanager
    def worker(self, host: str, database: str) -> Iterator[subprocess.Popen[bytes]]:
        """`sohoa work` at a host."""
        with (self.root / f"{host}-{database}.log").open("wb") as log:
            process = subprocess.Popen(
                ["ip", "netns", "exec", f"so-{host}", sys.executable, "-m", "cli.main", "work"],
                env=self.environment(host, database),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                _kill_all(process.pid)

    def measure(self, database: str, hosts: str) -> dict[str, object]:
        """A batch read by the workers of these hosts: its rate and end state."""
        services = self.environment("services", database)
        self.run("services", services, "-m", "bench.machines", "intake", str(self.root / "scans"), "lô")
        with suppress(IndexError), self.worker(hosts[0], database):
            if len(hosts) > 1:
                with self.worker(hosts[1], database):
                    return self._rate(services)
            return self._rate(services)
        raise AssertionError(hosts)

    def _rate(self, services: Mapping[str, str]) -> dict[str, object]:
        told: dict[str, object] = json.loads(
            self.run("services", services, "-m", "bench.machines", "rate", "lô")
        )
        return told

    def box(self) -> dict[str, object]:
        """One box with two processes on the same services, without a worker pool."""
        services = {**self.environment("services", "box"), "SOHOA_PROCESSES": "2"}
        del services["SOHOA_PREFECT_URL"], services["SOHOA_PREFECT_PASSWORD"]
        words = ("digitise", str(self.root / "scans"), "--batch", "lô", "--unit", "H10", "--json")
        self.run("services", services, "-m", "cli.main", *words)
        return self._rate(services)

    def cut_off(self) -> dict[str, object]:
        """Two workers; one loses the network while it works, finds it again, and is killed."""
        services = self.environment("services", "cut")
        self.run("services", services, "-m", "bench.machines", "intake", str(self.root / "scans"), "lô")
        with self.worker("a", "cut") as lost, self.worker("b", "cut"):
            _wait_for_pages(self, services, 3)
            time.sleep(_HARM_AFTER_SECONDS)
            cut("a", off=True)
            time.sleep(_CUT_SECONDS)
            cut("a", off=False)
            time.sleep(_HARM_AFTER_SECONDS)
            _kill_all(lost.pid)
            return self._rate(services)


def _wait_for_pages(site: Site, services: Mapping[str, str], count: int) -> None:
    while int(site.run("services", services, "-m", "bench.machines", "read")) < count:
        time.sleep(1)


def _kill_all(pid: int) -> None:
    import psutil

    with suppress(psutil.NoSuchProcess):
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        for one in family:
            with suppress(psutil.NoSuchProcess):
                one.kill()


def count_read() -> None:
    """In the services' namespace: how many pages are read."""
    with open_archive(load_settings()) as archive, archive.database.session() as session:
        print(session.scalar(text("SELECT count(*) FROM page WHERE read_at IS NOT NULL")))


def main() -> None:
    """All of it."""
    if len(sys.argv) > 2 or sys.argv[1:] == ["read"]:
        word, *rest = sys.argv[1:]
        {
            "serve": lambda: serve(Path(rest[0])),
            "intake": lambda: intake(Path(rest[0]), rest[1]),
            "rate": lambda: rate(rest[0]),
            "read": count_read,
        }[word]()
        return
    dossiers = (int(sys.argv[1]) if len(sys.argv) > 1 else 60) // 5
    with TemporaryDirectory(prefix="sohoa-machines-") as folder, network():
        root = Path(folder)
        for _ in write_batch(root / "scans", seeds=range(100, 100 + dossiers), levels=(Level.OFFICE,)):
            pass
        services = subprocess.Popen(
            ["ip", "netns", "exec", SERVICES, sys.executable, "-m", "bench.machines", "serve", folder],
            stdin=subprocess.PIPE,
        )
        try:
            while not (root / "services.json").exists():
                time.sleep(0.5)
                assert services.poll() is None
            site = Site(root)
            told = {
                "one worker": site.measure("one", "a"),
                "two workers": site.measure("two", "ab"),
                "one box, two processes": site.box(),
                "two, one cut off and killed": site.cut_off(),
            }
        finally:
            assert services.stdin
            services.stdin.close()
            services.wait(60)
        first = told["one worker"]
        for name, one in told.items():
            same = (one["papers"], one["balance"]) == (first["papers"], first["balance"])
            print(
                f"{name:28} {one['pages']} pages, {one['a_minute']:6.1f} a minute, same end state: {same}, "
                f"left in the queue: {one['left']}"
            )
        rates = {name: float(str(one["a_minute"])) for name, one in told.items()}
        second = rates["two workers"] / rates["one worker"]
        beside = 100 * (rates["two workers"] / rates["one box, two processes"] - 1)
        print(f"second worker: × {second:.2f}; two workers against one box: {beside:+.1f} %")


if __name__ == "__main__":
    main()
