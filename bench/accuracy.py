"""Error rates of text and fields on seeds and a font set that nobody tuned on, beside bare Tesseract."""

import io
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random
from statistics import mean
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from bench.speed import bare_tesseract
from bench.tables import Table
from ocr.engines import open_engines
from ocr.image import PageImage
from ocr.page import read_page
from ocr.papers import split_papers
from samples.damage import Level
from samples.dossiers import draw_dossier, encode_page
from samples.scores import (
    FieldScore,
    character_error_rate,
    compare_papers,
    folded_error_rate,
    word_error_rate,
)
from samples.truth import DossierTruth, PaperTruth
from schemas.page import PageText
from schemas.settings import EngineName

SEEDS = range(900, 906)
FONTS = "b"
ENGINES = open_engines(tuple(EngineName))
Rates = tuple[float, float, float]
"""CER, WER, folded CER."""


def measure_samples() -> list[Table]:
    """Text and fields of drawn dossiers, every level."""
    jobs = [(seed, level) for level in Level for seed in SEEDS]
    texts: dict[tuple[str, str], list[Rates]] = defaultdict(list)
    fields: dict[tuple[str, str], FieldScore] = defaultdict(FieldScore)
    typed: dict[str, list[bool]] = defaultdict(list)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for level, pages, papers in pool.map(_read_dossier, jobs):
            for ours, bare in pages:
                texts[level, "ours"].append(ours)
                texts[level, "bare"].append(bare)
            for kind, right, score in papers:
                fields[level, kind] += score
                typed[level].append(right)
    return [_text_table(texts, f"Text on samples (seeds {SEEDS}, font set {FONTS})"),
            _field_table(fields, typed)]  # fmt: skip


def measure_pages(folder: Path) -> Table:
    """Text of page images in `folder`, each with its truth as `….txt` beside it."""
    images = sorted(file for file in folder.iterdir() if file.suffix in (".jpg", ".png"))
    texts: dict[tuple[str, str], list[Rates]] = defaultdict(list)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for image, (ours, bare) in zip(images, pool.map(_read_page_file, images), strict=True):
            group = image.name.split("-")[0]
            texts[group, "ours"].append(ours)
            texts[group, "bare"].append(bare)
    return _text_table(texts, f"Text on {len(images)} given pages")


def _read_dossier(
    job: tuple[int, Level],
) -> tuple[str, list[tuple[Rates, Rates]], list[tuple[str, bool, FieldScore]]]:
    seed, level = job
    rng = Random(f"{seed}-{level}")
    pages: list[PageText] = []
    rates: list[tuple[Rates, Rates]] = []
    papers: list[PaperTruth] = []
    truths = []
    for paper in draw_dossier(seed, FONTS, blank=False):
        numbers = tuple(range(len(pages) + 1, len(pages) + 1 + len(paper.pages)))
        papers.append(PaperTruth(document_type=paper.document_type, pages=numbers, fields=paper.fields))
        for drawn in paper.pages:
            jpeg, turned = encode_page(drawn, level, rng)
            image = Image.open(io.BytesIO(jpeg))
            dpi = round(float(image.info["dpi"][0]))
            page, _ = read_page(
                PageImage(np.asarray(image.convert("RGB")), dpi), len(pages) + 1, ENGINES, 120
            )
            pages.append(page)
            truths.append(drawn.truth)
            rates.append(
                (_rates(drawn.truth.text, page.text), _rates(drawn.truth.text, _bare(image, turned)))
            )
    truth = DossierTruth(name="", level=level, seed=seed, pages=tuple(truths), papers=tuple(papers))
    read = [(e.document_type, e.pages, e.fields) for e in split_papers(pages)]
    scores = [(s.document_type, s.type_right, s.score) for s in compare_papers(truth, read)]
    return level, rates, scores


def _read_page_file(image: Path) -> tuple[Rates, Rates]:
    truth = image.with_suffix(".txt").read_text("utf-8")
    opened = Image.open(image)
    dpi = round(float(opened.info.get("dpi", (200, 200))[0]))
    page, _ = read_page(PageImage(np.asarray(opened.convert("RGB")), dpi), 1, ENGINES, 120)
    return _rates(truth, page.text), _rates(truth, bare_tesseract(image))


def _bare(image: Image.Image, turned: int) -> str:
    """Bare Tesseract on the page set upright: it would read a turned one as noise."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "page.png"
        image.rotate(turned, expand=True).save(file, dpi=image.info["dpi"])
        return bare_tesseract(file)


def _rates(true: str, read: str) -> Rates:
    return character_error_rate(true, read), word_error_rate(true, read), folded_error_rate(true, read)


def _text_table(texts: dict[tuple[str, str], list[Rates]], title: str) -> Table:
    rows = []
    for group in dict.fromkeys(group for group, _ in texts):
        for who, name in (("bare", "bare Tesseract"), ("ours", "Sohoa")):
            columns = zip(*texts[group, who], strict=True)
            rows.append((f"{group}, {name}", *(f"{100 * mean(c):.2f}" for c in columns)))
    return Table(
        title=title, heads=("mean over pages, %", "CER", "WER", "CER without marks"), rows=tuple(rows)
    )


def _field_table(fields: dict[tuple[str, str], FieldScore], typed: Mapping[str, Sequence[bool]]) -> Table:
    return Table(
        title="Fields on the same samples",
        heads=("", "precision", "recall", "F1", "fields"),
        rows=tuple(_field_rows(fields, typed)),
    )


def _field_rows(
    fields: dict[tuple[str, str], FieldScore], typed: Mapping[str, Sequence[bool]]
) -> Iterator[tuple[str, ...]]:
    for level, right in typed.items():
        for (of, kind), score in sorted(fields.items()):
            true = score.right + score.wrong + score.missed
            if of == level and true:
                rates = (score.precision, score.recall, score.f1)
                yield f"{level}, {kind}", *(f"{rate:.3f}" for rate in rates), str(true)
        yield f"{level}, type of the paper", "", f"{mean(right):.3f}", "", str(len(right))
