"""Drawn papers read as the product reads them, each with its truth: what fields are fitted and scored on."""

import io
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from random import Random

import numpy as np
from PIL import Image
from pydantic import JsonValue

from bench.readers import BOTH
from ocr.engines.registry import open_engines
from ocr.extraction.rereading import look_again
from ocr.extraction.splitting import split_papers
from ocr.page import read_page
from ocr.preprocessing.page_image import PageImage
from rules.review.triage import review_dossier
from samples.dossiers import PAINTERS, encode_page
from samples.drawing.damage import Level
from samples.scores import same_value
from samples.truth import DrawnPage
from schemas.catalogue import document_types
from schemas.page import PageText
from schemas.paper import Extract, FieldValue

TODAY = date(2026, 11, 22)
FIELD_ERROR, PAPER_ERROR = 0.005, 0.02
"""What an office allows unless it sets another."""
_TIMEOUT_SECONDS = 120


@dataclass(frozen=True)
class Job:
    """One paper to draw and read."""

    kind: str
    layout: str
    seed: int
    fonts: str
    level: Level


@dataclass(frozen=True)
class ReadPaper:
    """A drawn paper's true fields, and what was read of it; no fields when its type was not told."""

    job: Job
    true: dict[str, JsonValue]
    found: tuple[str, ...]
    """Types of the papers it was taken for, in order; one when it was told right."""
    extract: Extract | None
    """None when its type was not told."""
    pages: int
    field_seconds: float
    """CPU time of splitting, finding and checking; second looks apart."""
    look_seconds: float

    @property
    def fields(self) -> dict[str, FieldValue]:
        """What was read of it."""
        return self.extract.fields if self.extract else {}

    @property
    def kind(self) -> str:
        """Its type."""
        return self.job.kind

    @property
    def is_told(self) -> bool:
        """One paper, of its type."""
        return self.found == (self.job.kind,)

    @property
    def is_whole(self) -> bool:
        """Everything that stands on it was read right, and nothing else."""
        return self.is_told and all(self.is_right(name) for name in {*self.true, *self.fields})

    def is_right(self, name: str) -> bool:
        """Whether the value read is the paper's; a field the paper does not show has none."""
        value = self.fields[name].value if name in self.fields else None
        true = self.true.get(name)
        if true is None or value is None:
            return true is None and value is None
        return same_value(self.job.kind, name, true, value)


def read_papers(jobs: Sequence[Job]) -> Iterator[ReadPaper]:
    """All of `jobs`, on every core."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(read_paper, jobs, chunksize=2)


def read_paper(job: Job) -> ReadPaper:
    """Draw, damage, read, look again, review."""
    paper = PAINTERS[job.kind](Random(f"{job.kind}-{job.layout}-{job.seed}"), job.fonts, job.layout)
    rng = Random(f"{job.kind}-{job.seed}-{job.level}")
    seen = [scan_and_read(page, job.level, rng, at) for at, page in enumerate(paper.pages, 1)]
    at_split = _cpu()
    extracts = split_papers([page for page, _ in seen])
    at_look = _cpu()
    looked = [look(extract, seen) for extract in extracts]
    at_review = _cpu()
    reviewed = review_dossier(looked, FIELD_ERROR, PAPER_ERROR, TODAY)
    own = [extract for extract in reviewed if extract.document_type == job.kind]
    return ReadPaper(
        job=job,
        true=paper.fields,
        found=tuple(e.document_type for e in extracts),
        extract=own[0] if own else None,
        pages=len(seen),
        look_seconds=at_review - at_look,
        field_seconds=at_look - at_split + _cpu() - at_review,
    )


def scan_and_read(page: DrawnPage, level: Level, rng: Random, number: int) -> tuple[PageText, bytes]:
    """The page damaged, encoded, and read with its view."""
    jpeg, _ = encode_page(page, level, rng)
    image = Image.open(io.BytesIO(jpeg))
    scan = PageImage(np.asarray(image.convert("RGB")), round(float(image.info["dpi"][0])))
    return read_page(scan, number, open_engines(BOTH), _TIMEOUT_SECONDS)


def look(extract: Extract, seen: Sequence[tuple[PageText, bytes]]) -> Extract:
    """The second look at a paper."""
    kind = document_types()[extract.document_type]
    shown = {at: seen[at - 1] for at in extract.pages}
    fields = look_again(kind, extract.fields, shown, open_engines(BOTH), _TIMEOUT_SECONDS)
    return extract.with_changes(fields=fields)


def _cpu() -> float:
    """CPU seconds of this process and the programs it ran."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system
