"""`make bench`: every measurement in one run, printed and written to `docs/benchmarks.md`."""

import argparse
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.accuracy import measure_pages, measure_samples
from bench.speed import measure_speed
from ocr.tesseract import Tesseract

_REPORT = Path(__file__).parent.parent / "docs" / "benchmarks.md"


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--dossiers", type=int, default=16, help="dossiers of the speed run")
    parser.add_argument("--pages", type=Path, action="append", default=[], help="images with .txt beside")
    wanted = parser.parse_args()
    tables = [measure_speed(wanted.dossiers), *measure_samples(), *map(measure_pages, wanted.pages)]
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    head = (
        "# Benchmarks\n\nMade by `make bench` on "
        f"{datetime.now(UTC):%Y-%m-%d}: {machine}, {Tesseract().name}, "
        f"OpenCV {version('opencv-python-headless')}, OCRmyPDF {version('ocrmypdf')}. Persons and papers are "
        "made up.\nSohoa and bare Tesseract read the same pages in the same run.\n"
    )
    report = "\n".join([head, *(table.markdown for table in tables)])
    _REPORT.write_text(report, "utf-8")
    print(report)


if __name__ == "__main__":
    main()
