"""The desk under load: server time of its pages with many papers on file, and twenty clerks at once.

`python -m bench.desk [papers] [seconds]`; 100,000 papers and 60 seconds without arguments. Everything is
real but the papers: SQLite, the embedded store, uvicorn on a socket, one browser session a clerk.
"""

import io
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests
from PIL import Image, ImageDraw
from sqlalchemy import insert

from schemas.account import Role
from schemas.batch import Batch
from schemas.ids import derive_id, sha256_of
from schemas.page import Block, Line, PageText, Reading, Word
from schemas.paper import Dossier, FieldValue, PageRef, Paper, State
from schemas.settings import Settings
from storage import keys
from storage.accounts import Accounts, new_account
from storage.archive import Archive, open_archive
from storage.tables import DossierRow, PageRow, PaperRow

_REAL = 1500
"""Papers with objects behind them: those the clerks will be given."""
_OPEN = 20_000
_CLERKS = 20
_BEGUN = datetime(2026, 1, 5, tzinfo=UTC)
_TYPE = "marital_status_certificate"
_VALUES = (
    "15/2019-XNTTHN",
    "UBND phường Xuân Tảo",
    "2020-03-05",
    "Nguyễn Thị Dung",
    "1990-05-17",
    "001190012345",
    "Chưa kết hôn",
)
_NAMES = (
    "certificate_number",
    "issued_by",
    "issued_on",
    "full_name",
    "date_of_birth",
    "personal_id",
    "marital_status",
)


def main() -> None:
    """Fill, measure, load; print tables."""
    papers, seconds = (
        int(sys.argv[n]) if len(sys.argv) > n else known for n, known in ((1, 100_000), (2, 60))
    )
    with tempfile.TemporaryDirectory() as folder, open_archive(Settings(data=Path(folder))) as archive:
        begun = time.monotonic()
        _fill(archive, papers)
        print(f"{papers:,} papers on file ({time.monotonic() - begun:.0f} s to make them)")
        with _served(folder) as where:
            _measure(where)
            _load(where, archive, seconds)


@contextmanager
def _served(data: str) -> Iterator[str]:
    """`sohoa serve` in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    environment = {**os.environ, "SOHOA_DATA": data, "SOHOA_WEB__SECOND_PERSON": "false",
                   "SOHOA_WEB__REQUESTS_PER_MINUTE": "10000000"}  # fmt: skip
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
        f"events {archive.audit.check()}"
    )
    for name, found in times.items():
        print(f"  {name}: p50 {1000 * statistics.median(found):.0f}, p95 {1000 * _p95(found):.0f} ms")
    print(*errors[:3], sep="\n")


class _Clerk:
    """A browser without a screen."""

    def __init__(self, where: str, login: str) -> None:
        self._where, self._session = where, requests.Session()
        self._session.post(
            f"{where}/sign-in", data={"login": login, "password": "một câu dễ nhớ"}, timeout=30
        )
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


def _fill(archive: Archive, count: int) -> None:
    for n in range(_CLERKS):
        account = new_account(f"p{n}", f"P{n}", "H10", Role.CLERK)
        Accounts(archive.database).add(account, "một câu dễ nhớ")
    batches = [
        Batch(id=derive_id("batch", n), name=f"Lô {n}", unit=f"H10.{n % 9}", created_at=_BEGUN)
        for n in range(50)
    ]
    for batch in batches:
        archive.ledger.add_batch(batch)
    view = _view()
    archive.store.put(keys.view(sha256_of(view)), view, "image/jpeg")
    for start in range(0, count, 2000):
        rows = [_rows(archive, batches, n, view) for n in range(start, min(start + 2000, count))]
        with archive.database.session() as session:
            session.execute(insert(DossierRow), [dossier for dossier, _, _ in rows])
            session.execute(insert(PaperRow), [paper for _, paper, _ in rows])
            session.execute(insert(PageRow), [page for _, _, page in rows])


def _rows(
    archive: Archive, batches: list[Batch], n: int, view: bytes
) -> tuple[dict[str, object], dict[str, object], dict[str, object]]:
    batch = batches[n * len(batches) // 100_000 % len(batches)]
    page = PageRef(scan=sha256_of(f"{n}".encode()), page_number=1, reading_key=sha256_of(f"k{n}".encode()))
    is_open = n < _OPEN
    paper = Paper(
        id=derive_id("paper", n),
        revision=1,
        dossier_id=derive_id("dossier", n),
        document_type=_TYPE,
        confidence=1,
        pages=(page,),
        fields={
            name: _field(at, value, is_open and name == "full_name")
            for at, (name, value) in enumerate(zip(_NAMES, _VALUES, strict=True))
        },
        state=State.NEEDS_REVIEW if is_open else State.VERIFIED,
        read_at=_BEGUN + timedelta(seconds=n),
        pdf_key="",
        pdf_sha256="",
        alto_key="",
        alto_sha256="",
    )
    dossier = Dossier(
        id=paper.dossier_id,
        batch_id=batch.id,
        name=f"hồ sơ {n}",
        unit=batch.unit,
        pages=(page,),
        papers=(paper.id,),
    )
    if n < _REAL:
        reading = Reading(page=_text(), view_sha256=sha256_of(view), read_at=paper.read_at)
        archive.put_record(keys.text(page), reading)
        archive.put_record(keys.paper(paper.id, 1), paper)
    words = "\n".join(_VALUES) + f"\n{n}"
    return (
        {
            "id": dossier.id,
            "revision": 1,
            "batch_id": batch.id,
            "stack": dossier.name,
            "code": None,
            "unit": batch.unit,
            "record": dossier.model_dump(mode="json"),
        },
        {
            "id": paper.id,
            "revision": 1,
            "dossier_id": dossier.id,
            "document_type": _TYPE,
            "state": paper.state,
            "unit": batch.unit,
            "batch_id": batch.id,
            "read_at": paper.read_at,
            "doubts": int(is_open),
            "stale": False,
            "record": paper.model_dump(mode="json"),
            "exact": words.lower(),
            "folded": words.lower(),
        },
        {
            "scan": page.scan,
            "page_number": 1,
            "batch_id": batch.id,
            "stack": dossier.name,
            "outcome": "read",
            "blank": False,
            "reasons": "",
        },
    )


def _field(at: int, value: str, doubtful: bool) -> FieldValue:
    box = (200, 300 + 80 * at, 1200, 340 + 80 * at)
    return FieldValue(
        value=value, raw=value, confidence=0.9, page_number=1, box=box, lines=(box,), needs_review=doubtful
    )


def _text() -> PageText:
    lines = tuple(
        Line(words=(Word(text=value, box=(200, 300 + 80 * at, 1200, 340 + 80 * at), confidence=0.9),))
        for at, value in enumerate(_VALUES * 5)
    )
    return PageText(
        page_number=1, width_px=1654, height_px=2339, dpi=200, effective_dpi=200, blocks=(Block(lines=lines),)
    )


def _view() -> bytes:
    sheet = Image.new("RGB", (1654, 2339), "white")
    pen = ImageDraw.Draw(sheet)
    for y in range(200, 2200, 24):
        pen.text((160, y), "Cộng hòa xã hội chủ nghĩa Việt Nam " * 5, fill=(y % 90, 20, 30))
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=85)
    return out.getvalue()


def _p95(found: list[float]) -> float:
    return sorted(found)[int(0.95 * (len(found) - 1))]


if __name__ == "__main__":
    main()
