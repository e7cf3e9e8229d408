"""Many small documents through the whole path with a recorded engine: is the last as cheap as the first.

    python -m bench.documents [DOCUMENTS]

Each document is one small page with bytes of its own; `tesseract` answers from a recording, so that what is
measured is everything but recognition: opening, preparing, objects, rows, PDF/A, Prefect.
"""

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import psutil

from bench.replayed import replaying
from samples.dossiers import PAINTERS, write_dossier
from samples.drawing.damage import Level

_SEEDS = 5


def write_documents(folder: Path, count: int) -> None:
    """`count` PDFs of one page, no two of the same bytes."""
    drawn = []
    for seed in range(_SEEDS):
        file = folder / f"seed-{seed}.pdf"
        write_dossier(
            [PAINTERS["receipt_slip"](Random(seed), "a", "qr")], file, name="x", level=Level.CLEAN, seed=seed
        )
        drawn.append(file.read_bytes())
        file.unlink()
        (folder / f"seed-{seed}.truth.json").unlink(missing_ok=True)
    for number in range(count):
        part = folder / f"{number // 500:04}"
        part.mkdir(exist_ok=True)
        (part / f"{number:06}.pdf").write_bytes(drawn[number % _SEEDS] + f"\n% {number}".encode())


def _sizes(data: Path) -> tuple[int, int, int]:
    """Bytes of our database, of Prefect's, of the store."""

    def of(pattern: str) -> int:
        return sum(file.stat().st_size for file in data.glob(pattern) if file.is_file())

    return of("ledger.sqlite*"), of("prefect/*.db*"), of("objects/**/*.dat")


def _rows(data: Path) -> int:
    with sqlite3.connect(f"file:{data / 'ledger.sqlite'}?mode=ro", uri=True) as connection:
        return int(connection.execute("SELECT count(*) FROM paper").fetchone()[0])


def main() -> None:
    """Read all of them in batches of a tenth, and print what a document cost in each."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with TemporaryDirectory(prefix="sohoa-documents-") as folder:
        root, data = Path(folder), Path(folder) / "data"
        environment = {**os.environ, **replaying(root / "replayed"), "SOHOA_DATA": str(data)}
        sohoa = [sys.executable, "-m", "cli.main", "digitise"]
        (root / "warm").mkdir()
        write_documents(root / "warm", _SEEDS)
        subprocess.run(
            [*sohoa, str(root / "warm"), "--batch", "warm", "--json"],
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        print("| documents | ms each | SQL KB each | Prefect KB each | store KB each | memory MB |")
        print("|---:|---:|---:|---:|---:|---:|")
        step = max(count // 10, 1)
        for at in range(0, count, step):
            scans = root / f"scans-{at}"
            scans.mkdir()
            write_documents(scans, step)
            for file in scans.rglob("*.pdf"):
                with file.open("ab") as out:
                    out.write(f" {at}".encode())
            before, rows, begun = _sizes(data), _rows(data), time.perf_counter()
            peak = _run([*sohoa, str(scans), "--batch", f"lô {at}", "--json"], environment)
            seconds, made = time.perf_counter() - begun, _rows(data) - rows
            each = [
                (after - earlier) / 1000 / made for after, earlier in zip(_sizes(data), before, strict=True)
            ]
            told = " | ".join(f"{one:.1f}" for one in each)
            print(f"| {at + made:,} | {1000 * seconds / made:.0f} | {told} | {peak / 1e6:.0f} |", flush=True)


def _run(command: list[str], environment: dict[str, str]) -> int:
    """Peak memory of the command and all its children, in bytes."""
    process, peak = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL), 0
    while process.poll() is None:
        try:
            family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
            peak = max(peak, sum(one.memory_info().rss for one in family if "weed" not in one.name()))
        except psutil.Error:
            pass
        time.sleep(0.5)
    return peak


if __name__ == "__main__":
    main()
