"""Fields and types of whole dossiers on seeds and a font set that nobody tuned on."""

import io
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from random import Random
from statistics import mean

import numpy as np
from PIL import Image

from bench.accuracy import FONTS, SEEDS
from bench.readers import BOTH
from bench.tables import Table
from ocr.engines import open_engines
from ocr.image import PageImage
from ocr.page import read_page
from ocr.papers import split_papers
from samples.damage import Level
from samples.dossiers import draw_dossier, encode_page
from samples.scores import FieldScore, compare_papers
from samples.truth import DossierTruth, PaperTruth
from schemas.page import PageText

Scored = tuple[str, bool, FieldScore]
"""Type, whether it was told right, its fields."""


def measure_fields() -> Table:
    """Precision, recall and F1 of fields, by level and type."""
    jobs = [(seed, level) for level in Level for seed in SEEDS]
    fields: dict[tuple[str, str], FieldScore] = defaultdict(FieldScore)
    typed: dict[str, list[bool]] = defaultdict(list)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for level, papers in pool.map(_read_dossier, jobs):
            for kind, right, score in papers:
                fields[level, kind] += score
                typed[level].append(right)
    return Table(
        title=f"Fields on samples (seeds {SEEDS.start}-{SEEDS.stop - 1}, font set {FONTS})",
        heads=("", "precision", "recall", "F1", "fields"),
        rows=tuple(_rows(fields, typed)),
    )


def _read_dossier(job: tuple[int, Level]) -> tuple[str, list[Scored]]:
    seed, level = job
    rng = Random(f"{seed}-{level}")
    pages: list[PageText] = []
    papers: list[PaperTruth] = []
    truths = []
    for paper in draw_dossier(seed, FONTS, blank=False):
        numbers = tuple(range(len(pages) + 1, len(pages) + 1 + len(paper.pages)))
        papers.append(PaperTruth(document_type=paper.document_type, pages=numbers, fields=paper.fields))
        for drawn in paper.pages:
            jpeg, _ = encode_page(drawn, level, rng)
            image = Image.open(io.BytesIO(jpeg))
            scan = PageImage(np.asarray(image.convert("RGB")), round(float(image.info["dpi"][0])))
            pages.append(read_page(scan, len(pages) + 1, open_engines(BOTH), 120)[0])
            truths.append(drawn.truth)
    truth = DossierTruth(name="", level=level, seed=seed, pages=tuple(truths), papers=tuple(papers))
    read = [(e.document_type, e.pages, e.fields) for e in split_papers(pages)]
    return level, [(s.document_type, s.type_right, s.score) for s in compare_papers(truth, read)]


def _rows(
    fields: Mapping[tuple[str, str], FieldScore], typed: Mapping[str, Sequence[bool]]
) -> Iterator[tuple[str, ...]]:
    for level, right in typed.items():
        for (of, kind), score in sorted(fields.items()):
            true = score.right + score.wrong + score.missed
            if of == level and true:
                rates = (score.precision, score.recall, score.f1)
                yield f"{level}, {kind}", *(f"{rate:.3f}" for rate in rates), str(true)
        yield f"{level}, type of the paper", "", f"{mean(right):.3f}", "", str(len(right))
