"""Pages a minute of the whole path, every output stored, beside bare Tesseract on the same pages."""

import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from bench.readers import read_bare, read_ocrmypdf
from bench.tables import Table
from samples.dossiers import write_batch
from samples.drawing.damage import Level

_FEW = 12
SOHOA = [sys.executable, "-m", "cli.main"]


def measure_speed(dossiers: int) -> Table:
    """Digitise `dossiers` office-quality dossiers, then read their pages with bare Tesseract."""
    processes = os.cpu_count() or 1
    with TemporaryDirectory(prefix="sohoa-bench-") as folder:
        root = Path(folder)
        scans = root / "scans"
        for _ in write_batch(scans, seeds=range(300, 300 + dossiers), levels=(Level.OFFICE,)):
            pass
        whole, first, pages, peak = _digitise(scans, root / "data")
        images = _page_images(scans, root / "pages")
        begun = time.monotonic()
        with ProcessPoolExecutor(processes) as pool:
            list(pool.map(read_bare, images))
        bare = time.monotonic() - begun
        few = images[:: max(len(images) // _FEW, 1)]
        begun = time.monotonic()
        with ProcessPoolExecutor(processes) as pool:
            list(pool.map(read_ocrmypdf, few))
        peer = 60 * len(few) / (time.monotonic() - begun)
        cold = _first_page(scans, root / "cold")
        warm = _first_page_while_up(scans, root / "warm")
    ours, theirs = 60 * pages / whole, 60 * len(images) / bare
    steady = 60 * (pages - 1) / (whole - first)
    return Table(
        title=f"Speed: {pages} office pages (200 dpi), {processes} processes",
        heads=("", "seconds", "pages/min", "of bare"),
        rows=(
            ("bare `tesseract -l vie`", f"{bare:.1f}", f"{theirs:.1f}", "1"),
            (
                f"OCRmyPDF, deskew, clean, rotate ({len(few)} of the pages)",
                "",
                f"{peer:.1f}",
                f"{peer / theirs:.2f}",
            ),
            ("whole path, whole command", f"{whole:.1f}", f"{ours:.1f}", f"{ours / theirs:.2f}"),
            (
                "whole path, from the first page on",
                f"{whole - first:.1f}",
                f"{steady:.1f}",
                f"{steady / theirs:.2f}",
            ),
            ("first page read, cold", f"{cold:.1f}", "", ""),
            ("first page read, `sohoa up` running", f"{warm:.1f}", "", ""),
            ("peak memory of all processes, MB", f"{peak / 1e6:.0f}", "", ""),
        ),
    )


def _digitise(scans: Path, data: Path) -> tuple[float, float, int, int]:
    """Seconds of the whole command, seconds to the first page, pages, peak bytes (PSS)."""
    begun = time.monotonic()
    process = subprocess.Popen(
        [*SOHOA, "digitise", str(scans), "--json", "--data", str(data)], stdout=subprocess.PIPE, text=True
    )
    peak = _PeakMemory(process.pid)
    output, _ = process.communicate()
    whole = time.monotonic() - begun
    (balance,) = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    return whole, float(balance["first_page_seconds"]), int(balance["pages"]), peak.end()


class _PeakMemory(threading.Thread):
    """Largest sum of the proportional set sizes of a process and all it started."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._root = psutil.Process(pid)
        self._enough = threading.Event()
        self._peak = 0
        self.start()

    def end(self) -> int:
        """Stop looking; bytes."""
        self._enough.set()
        self.join()
        return self._peak

    def run(self) -> None:
        """Look twice a second."""
        while not self._enough.wait(0.5):
            total = 0
            try:
                for process in [self._root, *self._root.children(recursive=True)]:
                    total += process.memory_full_info().pss
            except psutil.Error:
                continue
            self._peak = max(self._peak, total)


def _page_images(scans: Path, folder: Path) -> list[Path]:
    folder.mkdir()
    for file in sorted(scans.glob("*.pdf")):
        subprocess.run(["pdftoppm", "-r", "200", "-png", file, folder / file.stem], check=True)
    return sorted(folder.glob("*.png"))


def _first_page(scans: Path, data: Path) -> float:
    one = min(scans.glob("*.pdf"))
    run = subprocess.run(
        [*SOHOA, "digitise", str(one), "--json", "--data", str(data)],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(json.loads(run.stdout.splitlines()[-1])["first_page_seconds"])


def _first_page_while_up(scans: Path, data: Path) -> float:
    up = subprocess.Popen([*SOHOA, "up", "--port", "4277", "--data", str(data)], stdout=subprocess.DEVNULL)
    try:
        while not (data / "run" / "prefect.json").exists() and up.poll() is None:
            time.sleep(0.2)
        time.sleep(5)  # the worker settles
        return _first_page(scans, data)
    finally:
        up.terminate()
        up.wait(60)
