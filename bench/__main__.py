"""`make bench`: every measurement in one run, printed and written to `docs/benchmarks.md`."""

import argparse
import os
import platform
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.ablation import measure_steps
from bench.accuracy import measure_pages, measure_samples
from bench.fields import measure_fields
from bench.forms import measure_forms
from bench.images import measure_images
from bench.readers import BOTH
from bench.speed import measure_speed
from bench.steps import measure_page_steps
from bench.tables import Table
from bench.views import measure_views
from ocr.engines.registry import open_engines

_REPORT = Path(__file__).parent.parent / "docs" / "benchmarks.md"
_DOCLING = (
    "Docling is not among the readers: none of the packages of its offline engines brings a model that "
    "knows the Vietnamese letters; the models that do are fetched from the network at run time.\n"
)


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--dossiers", type=int, default=16, help="dossiers of the speed run")
    parser.add_argument("--pages", type=Path, action="append", default=[], help="images with .txt beside")
    wanted = parser.parse_args()
    report = _head()
    for table in _measure(wanted.dossiers, wanted.pages):
        print(table.markdown, flush=True)
        report += "\n" + table.markdown
        _REPORT.write_text(report, "utf-8")


def _measure(dossiers: int, folders: list[Path]) -> Iterator[Table]:
    yield measure_speed(dossiers)
    yield measure_page_steps()
    yield from measure_fields()
    yield from measure_forms()
    yield from measure_samples()
    for folder in folders:
        yield from measure_pages(folder)
    yield measure_images()
    yield measure_views()
    yield measure_steps()


def _head() -> str:
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    engines = ", ".join(engine.name for engine in open_engines(BOTH))
    names = ("opencv-python-headless", "ocrmypdf", "onnxruntime")
    packages = ", ".join(f"{name} {version(name)}" for name in names)
    return (
        f"# Benchmarks\n\nMade by `make bench` (`python -m bench {' '.join(sys.argv[1:])}`) "
        f"on {datetime.now(UTC):%Y-%m-%d}: {machine}, {engines}, "
        f"{packages}. Persons and papers are made up.\nAll readers read the same pages, set upright, in the "
        "same run: bare Tesseract is `tesseract -l vie`, OCRmyPDF runs with `--deskew --clean "
        "--rotate-pages`.\n" + _DOCLING
    )


if __name__ == "__main__":
    main()
