"""The desk under load: server time of its pages with many papers on file, and twenty clerks at once.

`python -m bench.desk [papers] [seconds]`; 100,000 papers and 60 seconds without arguments. Everything is
real but the papers: SQLite, the embedded store, uvicorn on a socket, one browser session a clerk.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from bench.full_archive import fill
from bench.office import free_port
from schemas.account import Role
from schemas.settings import Settings
from storage.access.accounts import Accounts, new_account
from storage.archive.archive import Archive
from storage.audit.verification import check_trail
from storage.opening import open_archive

_CLERKS = 20
_PASSWORD = "một câu dễ nhớ"


def main() -> None:
    """Fill, measure, load; print tables."""
    papers, seconds = (
        int(sys.argv[n]) if len(sys.argv) > n else known for n, known in ((1, 100_000), (2, 60))
    )
    with tempfile.TemporaryDirectory() as folder, open_archive(Settings(data=Path(folder))) as archive:
        begun = time.monotonic()
        fill(archive, papers)
        for n in range(_CLERKS):
            account = new_account(f"p{n}", f"P{n}", "H10", Role.CLERK)
            Accounts(archive.database).add(account, _PASSWORD)
        print(f"{papers:,} papers on file ({time.monotonic() - begun:.0f} s to make them)")
        with _served(folder) as where:
            _measure(where)
            _load(where, archive, seconds)


@contextmanager
def _served(data: str) -> Iterator[str]:
    """`sohoa serve` in a process of its own."""
    port = free_port()
    environment = {
        **os.environ,
        "SOHOA_DATA": data,
        "SOHOA_WEB__SECOND_PERSON": "false",
        "SOHOA_WEB__REQUESTS_PER_MINUTE": "10000000",
    }
    command = [sys.executable, "-m", "cli.main", "serve", "--web-port", str(port)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        assert "http" in process.stdout.readline()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _measure(where: str) -> None:
    """Server time of single requests, nobody else there."""
    clerk = _Clerk(where, "p0")
    times: dict[str, list[float]] = {}
    for _ in range(60):
        clerk.get("/review", times, "queue page")
        paper = clerk.next(times, "claim the next paper")
        begun = time.perf_counter()
        clerk.get(f"/papers/{paper}/review", times, "form")
        clerk.get(f"/papers/{paper}/pages/1.jpg", times, "page image")
        times.setdefault("next paper: form and image", []).append(time.perf_counter() - begun)
        clerk.get(f"/papers/{paper}/ink/full_name.jpg", times, "ink of a field")
        clerk.get(f"/papers/{paper}/pages/1/small.jpg", times, "thumbnail, first")
        clerk.get(f"/papers/{paper}/pages/1/small.jpg", times, "thumbnail, again")
        clerk.answer(paper, times, "last answer: settled, next claimed")
    print("\n| one clerk | p50 ms | p95 ms |\n|---|---:|---:|")
    for name, found in times.items():
        print(f"| {name} | {1000 * statistics.median(found):.0f} | {1000 * _p95(found):.0f} |")


def _load(where: str, archive: Archive, seconds: int) -> None:
    """Twenty clerks settle papers as fast as pages come."""
    clerks = [_Clerk(where, f"p{n}") for n in range(_CLERKS)]
    times: dict[str, list[float]] = {}
    given: Counter[str] = Counter()
    errors: list[str] = []
    over = time.monotonic() + seconds

    def work(clerk: "_Clerk") -> None:
        try:
            paper = clerk.next(times, "claim")
            while time.monotonic() < over and paper:
                given[paper] += 1
                clerk.get(f"/papers/{paper}/review", times, "form")
                clerk.get(f"/papers/{paper}/pages/1.jpg", times, "image")
                clerk.get(f"/papers/{paper}/ink/full_name.jpg", times, "ink")
                time.sleep(1)
                paper = clerk.answer(paper, times, "settle")
        except (requests.RequestException, AssertionError) as error:
            errors.append(repr(error))

    threads = [threading.Thread(target=work, args=(clerk,)) for clerk in clerks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    every = [t for found in times.values() for t in found]
    print(
        f"\n{_CLERKS} clerks, {seconds} s, 1 s of looking at each paper: {len(every)} requests, "
        f"{len(given)} papers, p50 {1000 * statistics.median(every):.0f}, p95 {1000 * _p95(every):.0f} ms, "
        f"errors {len(errors)}, given twice {sum(n > 1 for n in given.values())}, "
        f"flaws of the trail {len(list(check_trail(archive)))}"
    )
    for name, found in times.items():
        print(f"  {name}: p50 {1000 * statistics.median(found):.0f}, p95 {1000 * _p95(found):.0f} ms")
    print(*errors[:3], sep="\n")


class _Clerk:
    """A browser without a screen."""

    def __init__(self, where: str, login: str) -> None:
        self._where, self._session = where, requests.Session()
        self._session.post(f"{where}/sign-in", data={"login": login, "password": _PASSWORD}, timeout=30)
        page = self._session.get(f"{where}/password", timeout=30).text
        self._session.headers.update(
            {"X-CSRF-Token": page.split('data-csrf="')[1].split('"')[0], "HX-Request": "true"}
        )

    def get(self, path: str, times: dict[str, list[float]], name: str) -> None:
        begun = time.perf_counter()
        answer = self._session.get(self._where + path, timeout=60)
        times.setdefault(name, []).append(time.perf_counter() - begun)
        assert answer.status_code == 200, (path, answer.status_code)

    def next(self, times: dict[str, list[float]], name: str) -> str:
        return self._post("/review/next", {}, times, name)

    def answer(self, paper: str, times: dict[str, list[float]], name: str) -> str:
        said = {"field": "full_name", "answer": "changed", "text": "Nguyễn Thị Dung", "revision": "1"}
        return self._post(f"/papers/{paper}/answers", said, times, name)

    def _post(self, path: str, data: dict[str, str], times: dict[str, list[float]], name: str) -> str:
        begun = time.perf_counter()
        answer = self._session.post(self._where + path, data=data, timeout=60)
        times.setdefault(name, []).append(time.perf_counter() - begun)
        assert answer.status_code == 204, (path, answer.status_code, answer.text[-300:])
        where = answer.headers["hx-redirect"]
        return where.split("/")[2] if where.startswith("/papers/") else ""


def _p95(found: list[float]) -> float:
    return sorted(found)[int(0.95 * (len(found) - 1))]


if __name__ == "__main__":
    main()
