"""A year of an office, a province, a country, hour by hour, from measured costs: what is needed.

    python -m bench.scale

Costs are those of `docs/benchmarks.md` on the machine described there; arrivals follow office hours, with
a tenth of the days at three times the load. For each size the least number of worker cores is looked for
that keeps the oldest stack under a working day, then what store, database and people have to bear.
"""

from dataclasses import dataclass
from random import Random

_HOURS = 365 * 24
_OFFICE = range(8, 17)
_BUSY_DAYS, _BUSY_TIMES = 0.1, 3.0
_WAIT_HOURS = 9.0
_PAGES_A_PAPER = 2.2
_UTILISATION = 0.85


@dataclass(frozen=True)
class Cost:
    """Of one page or paper; what was measured and what is assumed is told in `docs/scaling.md`."""

    core_seconds: float = 1.21
    """A page: opened, read, filed, written (99.2 pages a minute on two cores)."""
    puts: float = 5.3
    """Objects a page."""
    stored_kb: float = 1269.0
    """A page: scan, view, text, PDF, ALTO."""
    sql_kb: float = 26.0
    """A page: rows and indexes."""
    sql_ms: float = 10.0
    """A page: time of the database. Assumed."""
    prefect_runs: float = 1 / 35
    """Task runs a page (16 stacks each)."""
    prefect_ms: float = 41.0
    prefect_kb: float = 16.7
    doubtful: float = 0.74
    """Papers with a field for a person."""
    person_seconds: float = 10.0
    """Such a paper, on the keyboard. Assumed."""


@dataclass(frozen=True)
class Capacity:
    """What one of each can do."""

    store_puts: float = 212.0
    """A second, one SeaweedFS server with fsync."""
    sql_ms: float = 1000.0
    """Of one PostgreSQL core a second."""
    prefect_ms: float = 1000.0
    desk_hours: float = 6.5
    """A person's of a working day, at the desk."""


def arrivals(pages: float, seed: int = 1) -> list[float]:
    """Pages that are handed in in each hour of a year."""
    rng = Random(seed)
    weights = []
    for day in range(365):
        busy = _BUSY_TIMES if rng.random() < _BUSY_DAYS else 1.0
        weekday = day % 7 < 5
        weights += [busy if weekday and hour in _OFFICE else 0.0 for hour in range(24)]
    whole = sum(weights)
    return [pages * weight / whole for weight in weights]


def longest_wait(handed_in: list[float], an_hour: float) -> tuple[float, float]:
    """Hours that the oldest page waits at worst, and the longest queue, when so many are read an hour."""
    queue, wait, longest = 0.0, 0.0, 0.0
    for pages in handed_in:
        queue = max(queue + pages - an_hour, 0.0)
        longest = max(longest, queue)
        wait = max(wait, queue / an_hour)
    return wait, longest


def cores_for(handed_in: list[float], cost: Cost) -> int:
    """Least worker cores with which no page waits longer than a working day."""
    one = 3600 / cost.core_seconds * _UTILISATION
    cores = max(int(sum(handed_in) / _HOURS / one), 1)
    while longest_wait(handed_in, cores * one)[0] > _WAIT_HOURS:
        cores += max(cores // 50, 1)
    return cores


def year(pages: int, cost: Cost, capacity: Capacity) -> list[tuple[str, str]]:
    """What a year of so many pages needs."""
    handed_in = arrivals(pages)
    cores = cores_for(handed_in, cost)
    an_hour = cores * 3600 / cost.core_seconds * _UTILISATION
    wait, queue = longest_wait(handed_in, an_hour)
    a_second = min(max(handed_in), an_hour) / 3600
    puts, sql = a_second * cost.puts, a_second * cost.sql_ms
    prefect = a_second * cost.prefect_runs * cost.prefect_ms
    papers = pages / _PAGES_A_PAPER
    desks = papers * cost.doubtful * cost.person_seconds / 3600 / (capacity.desk_hours * 250)
    load = {
        "worker cores": a_second * cost.core_seconds / cores,
        "store": puts / capacity.store_puts,
        "database": sql / capacity.sql_ms,
        "Prefect": prefect / capacity.prefect_ms,
    }
    first = max((name for name in load if name != "worker cores"), key=lambda name: load[name])
    return [
        ("pages a year", f"{pages:,}"),
        ("at the peak, pages a second", f"{a_second:.2f}"),
        ("worker cores", f"{cores:,}"),
        ("longest queue, pages", f"{queue:,.0f}"),
        ("longest wait, hours", f"{wait:.1f}"),
        ("store: TB a year", f"{pages * cost.stored_kb / 1e9:,.2f}"),
        ("store: objects a year", f"{pages * cost.puts:,.0f}"),
        ("store: puts a second at the peak (of one server)", f"{puts:.1f} ({100 * load['store']:.0f} %)"),
        ("database: GB a year", f"{pages * cost.sql_kb / 1e6:,.1f}"),
        ("database: of one core at the peak", f"{100 * load['database']:.0f} %"),
        ("Prefect: of one core at the peak", f"{100 * load['Prefect']:.1f} %"),
        ("Prefect: GB a year", f"{pages * cost.prefect_runs * cost.prefect_kb / 1e6:.1f}"),
        ("people at the desk, full time", f"{desks:,.1f}"),
        ("gives first, after cores", first),
        ("dearest", "people" if desks > cores / 8 else "cores"),
    ]


def main() -> None:
    """A table: a column a size."""
    sizes = (10_000, 1_000_000, 10_000_000, 100_000_000)
    columns = [year(size, Cost(), Capacity()) for size in sizes]
    for at, (name, _) in enumerate(columns[0]):
        print(f"| {name} | " + " | ".join(column[at][1] for column in columns) + " |")
        if not at:
            print("|---|" + "---:|" * len(sizes))


if __name__ == "__main__":
    main()
