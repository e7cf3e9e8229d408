"""Where the CPU time of a page goes, step by step, every output made."""

import io
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import img2pdf

from bench.accuracy import FONTS, draw_pages
from bench.readers import BOTH, cpu_seconds
from bench.tables import Table
from ocr.engines.registry import open_engines
from ocr.engines.tesseract import Tesseract
from ocr.engines.trueocr import TrueOcr
from ocr.page import read_page
from ocr.sources.files import open_page
from schemas.batch import MediaType
from schemas.settings import Limits

SEEDS = range(920, 923)
_STEPS = {
    "blank?": "ocr.page.is_blank",
    "which way up": "ocr.page._rotation",
    "preparation": "ocr.page.prepare",
    "recognition, without the engines": "ocr.page.recognise",
    "view set straight": "ocr.page.turn",
    "codes": "ocr.page.find_codes",
    "quality": "ocr.page.judge_quality",
    "marks": "ocr.page.find_marks",
    "order": "ocr.page.reading_order",
    "view as JPEG": "ocr.page._jpeg",
}


def measure_page_steps() -> Table:
    """CPU milliseconds a page on office pages, one process."""
    spent: dict[str, float] = defaultdict(float)
    with TemporaryDirectory(prefix="sohoa-bench-") as folder, ExitStack() as stack:
        draw_pages(Path(folder), SEEDS, FONTS)
        files = sorted(Path(folder).glob("office-*.png"))
        for file in files:
            file.with_suffix(".pdf").write_bytes(img2pdf.convert(_jpeg(file)))
        _work(files[0])
        for name, path in _STEPS.items():
            stack.enter_context(_timed(spent, name, path))
        stack.enter_context(_timed_method(spent, "trueocr", TrueOcr))
        stack.enter_context(_timed_method(spent, "Tesseract", Tesseract))
        begun = cpu_seconds()
        for file in files:
            _work(file, spent)
        total = cpu_seconds() - begun
    spent["recognition, without the engines"] -= spent["trueocr"] + spent["Tesseract"]
    spent["everything else"] = total - sum(spent.values())
    rows = [(name, f"{1000 * seconds / len(files):.0f}") for name, seconds in spent.items()]
    rows.append(("**together**", f"{1000 * total / len(files):.0f}"))
    return Table(
        title=f"CPU time of a page by step ({len(files)} office pages, without store and Prefect)",
        heads=("step", "CPU ms a page"),
        rows=tuple(rows),
    )


def _work(file: Path, spent: dict[str, float] | None = None) -> None:
    from ocr.output.alto import make_alto
    from ocr.output.pdfa import make_pdf

    spent = defaultdict(float) if spent is None else spent
    begun = cpu_seconds()
    image = open_page(file.with_suffix(".pdf"), MediaType.PDF, 1, Limits(), file.name)
    spent["opening"] += cpu_seconds() - begun
    page, view = read_page(image, 1, open_engines(BOTH), 120)
    begun = cpu_seconds()
    make_pdf([page], [view], title="x", at=datetime(2026, 1, 1, tzinfo=UTC))
    spent["PDF/A"] += cpu_seconds() - begun
    begun = cpu_seconds()
    make_alto([page], source="x")
    spent["ALTO"] += cpu_seconds() - begun


def _timed(spent: dict[str, float], name: str, path: str) -> Any:
    module, function = path.rsplit(".", 1)
    return patch(path, _watch(spent, name, getattr(import_module(module), function)))


def _timed_method(spent: dict[str, float], name: str, engine: type) -> Any:
    return patch.object(engine, "read", _watch(spent, name, engine.read))  # type: ignore[attr-defined]


def _watch(spent: dict[str, float], name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def watched(*args: Any, **kwargs: Any) -> Any:
        begun = cpu_seconds()
        result = function(*args, **kwargs)
        spent[name] += cpu_seconds() - begun
        return result

    return watched


def _jpeg(file: Path) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    image = Image.open(file)
    image.save(out, "JPEG", quality=80, dpi=image.info["dpi"])
    return out.getvalue()
