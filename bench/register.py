"""A register of up to a million dossiers: its import, the dashboard, the lists behind its figures.

`python -m bench.register 10000,100000,1000000 postgresql 60`: sizes, kind of database, requests. Each size is
imported by the command people use, into a fresh archive; the pages are asked for through the application
with slices drawn at random, the whole province and all years among them.
"""

import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from random import Random

from fastapi.testclient import TestClient

from bench.postgres import create_database, postgres
from bench.tables import Table
from samples.register import draw_register, draw_units
from schemas.account import Role
from schemas.settings import Settings, WebSettings
from storage.access.accounts import Accounts, new_account
from storage.opening import open_archive
from web.app import make_app

SEED = 7
_PASSWORD = "một câu dễ nhớ lắm"
_SINCE, _DAYS = datetime(2024, 11, 20), 730  # noqa: DTZ001  (local time, as exports have it)
_PERIODS = ("2026", "2026-H1", "2026-Q3", "2026-10", "2025", "2025-Q2", "2025-07")
_SHOWN = ("4.1", "4.2", "4.3", "2.1", "3.6", "in_force")


def main() -> None:
    """Print the table."""
    sizes = [int(size) for size in (sys.argv[1] if len(sys.argv) > 1 else "10000,100000").split(",")]
    kind = sys.argv[2] if len(sys.argv) > 2 else "postgresql"
    requests = int(sys.argv[3]) if len(sys.argv) > 3 else 60
    with tempfile.TemporaryDirectory() as folder, _database(kind, Path(folder)) as url_of:
        rows = tuple(_measure(Path(folder), size, url_of(size), requests) for size in sizes)
    heads = (
        "dossiers",
        "rows/s",
        "import MB",
        "again rows/s",
        "first view s",
        "board p50 ms",
        "board p95 ms",
        "list p50 ms",
        "list p95 ms",
    )
    print(Table(f"The register on {kind}", heads, rows).markdown)


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[Callable[[int], str]]:
    if kind == "sqlite":
        yield lambda size: f"sqlite:///{folder / f'{size}.sqlite'}"
        return
    with postgres(folder / "postgres") as port:
        yield lambda size: create_database(port, f"register_{size}")


def _measure(folder: Path, size: int, url: str, requests: int) -> tuple[str, ...]:
    data = folder / str(size)
    data.mkdir()
    write_csv(data / "units.csv", draw_units())
    write_csv(data / "register.csv", draw_register(size, SEED, _SINCE, _DAYS))
    environment = {**os.environ, "SOHOA_DATA": str(data / "data"), "SOHOA_DATABASE_URL": url}
    _run(environment, "register", "units", str(data / "units.csv"))
    took, memory = _run(environment, "register", "import", str(data / "register.csv"), "--json")
    again, _ = _run(environment, "register", "import", str(data / "register.csv"), "--json")
    settings = Settings(data=data / "data", database_url=url, web=WebSettings(requests_per_minute=1_000_000))
    with open_archive(settings) as archive:
        account = new_account("thanh", "Thanh", "H19", Role.AUDITOR)
        Accounts(archive.database).add(account, _PASSWORD)
        client = TestClient(make_app(settings, archive), base_url="http://desk", follow_redirects=False)
        client.post("/sign-in", data={"login": "thanh", "password": _PASSWORD})
        first = _timed(client, "/figures")
        boards, lists = zip(*(_ask(client, n) for n in range(requests)), strict=True)
    (data / "register.csv").unlink()
    return (
        f"{size:,}",
        f"{size / took:,.0f}",
        f"{memory:,.0f}",
        f"{size / again:,.0f}",
        f"{first / 1000:.2f}",
        *(f"{value:.0f}" for found in (boards, lists) for value in (statistics.median(found), _p95(found))),
    )


def _ask(client: TestClient, number: int) -> tuple[float, float]:
    """Milliseconds of a dashboard and of a list behind it, for a slice drawn at random."""
    rng = Random(number)
    asked = {
        "period": rng.choice(_PERIODS),
        "show": rng.choice(_SHOWN),
        "by": rng.choice(("unit", "former", "field", "procedure", "channel")),
        "unit": rng.choice(("", "", "H19.30", "H19.23")),
        "field": rng.choice(("", "", "Hộ tịch", "Đất đai")),
        "channel": rng.choice((0, 0, 2)),
    }
    which = rng.choice(("lacking", "counted", "all"))
    return _timed(client, "/figures", **asked), _timed(client, f"/figures/{which}", **asked)


def _timed(client: TestClient, path: str, **asked: object) -> float:
    begun = time.perf_counter()
    answer = client.get(path, params={name: str(value) for name, value in asked.items()})
    assert answer.status_code == 200, answer.text
    return (time.perf_counter() - begun) * 1000


def _run(environment: dict[str, str], *arguments: str) -> tuple[float, float]:
    """Seconds and peak megabytes of a command."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", *arguments], env=environment, stdout=subprocess.PIPE
    )
    said = process.stdout.read() if process.stdout else b""
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, said
    if "import" in arguments:
        assert json.loads(said)["refused"] == 0
    return time.perf_counter() - begun, usage.ru_maxrss / 1024


def write_csv(file: Path, rows: Iterable[dict[str, str]]) -> None:
    """Rows under the headings of the first."""
    rows = iter(rows)
    first = next(rows)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(first))
        writer.writeheader()
        writer.writerow(first)
        writer.writerows(rows)


def _p95(found: Iterable[float]) -> float:
    return statistics.quantiles(found, n=20)[-1]


if __name__ == "__main__":
    main()
