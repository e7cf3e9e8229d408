"""Where the CPU time of a page goes, step by step, every output made."""

import io
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import img2pdf

from bench.accuracy import FONTS, draw_pages
from bench.readers import BOTH
from bench.tables import Table
from ocr.engines.registry import open_engines
from ocr.page import read_page
from ocr.sources.files import open_page
from schemas.base.stopwatch import Step, cpu_seconds, recorded, step
from schemas.batch import MediaType
from schemas.settings import Limits

SEEDS = range(920, 923)


def measure_page_steps() -> Table:
    """CPU milliseconds a page on office pages, one process; the steps are those of `sohoa read --timings`."""
    spent: Counter[str] = Counter()
    with TemporaryDirectory(prefix="sohoa-bench-") as folder:
        draw_pages(Path(folder), SEEDS, FONTS)
        files = sorted(Path(folder).glob("office-*.png"))
        for file in files:
            file.with_suffix(".pdf").write_bytes(img2pdf.convert(_jpeg(file)))
        _work(files[0])
        for file in files:
            for name, seconds in _work(file).items():
                spent[name] += round(1e6 * seconds)
    rows = [(name, f"{micro / 1000 / len(files):.0f}") for name, micro in spent.items()]
    rows.append(("**together**", f"{spent.total() / 1000 / len(files):.0f}"))
    return Table(
        title=f"CPU time of a page by step ({len(files)} office pages, without store and Prefect)",
        heads=("step", "CPU ms a page"),
        rows=tuple(rows),
    )


def _work(file: Path) -> dict[str, float]:
    """CPU seconds by step of one page and its outputs."""
    from ocr.output.alto import make_alto
    from ocr.output.pdfa import make_pdf

    with recorded(Step.OTHER) as spent:
        with step(Step.OPENING):
            image = open_page(file.with_suffix(".pdf"), MediaType.PDF, 1, Limits(), file.name)
        page, view = read_page(image, 1, open_engines(BOTH), 120)
    begun = cpu_seconds()
    make_pdf([page], [view], title="x", at=datetime(2026, 1, 1, tzinfo=UTC))
    made = cpu_seconds()
    make_alto([page], source="x")
    steps = {str(name): seconds for name, seconds in spent.items()}
    return {**steps, "PDF/A": made - begun, "ALTO": cpu_seconds() - made}


def _jpeg(file: Path) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    image = Image.open(file)
    image.save(out, "JPEG", quality=80, dpi=image.info["dpi"])
    return out.getvalue()
