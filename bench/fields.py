"""Types, fields and their confidence on seeds, fonts and layouts that nothing was made on."""

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from random import Random
from statistics import mean, median

from bench.accuracy import FONTS
from bench.papers import Job, ReadPaper, read_papers, scan_and_read
from bench.tables import Table
from ocr.extraction.splitting import split_papers
from samples.dossiers import LAYOUTS, PAINTERS, UNSEEN_LAYOUTS, draw_mixed_dossier
from samples.drawing.damage import Level
from schemas.catalogue import document_types
from schemas.confidence import calibration
from schemas.page import PageText
from schemas.paper import FieldValue

SEEDS = range(980, 984)
_BINS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0)
_ERRORS = (0.005, 0.001)
Judged = tuple[float, bool]
"""A value's confidence, and whether it is right."""


def measure_fields() -> Iterator[Table]:
    """Fields by type and level, what is accepted without a person, the reliability of confidence."""
    jobs = [
        Job(kind, layout, seed, FONTS, level)
        for level in Level
        for kind in sorted(PAINTERS)
        for layout in (*LAYOUTS.get(kind, ("",)), *UNSEEN_LAYOUTS.get(kind, ()))
        for seed in SEEDS
    ]
    papers = list(read_papers(jobs))
    yield _by_type(papers)
    yield _accepted(papers)
    yield _reliability(papers)
    yield _cost(papers)
    yield measure_splitting()


def _by_type(papers: Sequence[ReadPaper]) -> Table:
    rows = []
    for level in Level:
        of_level = [paper for paper in papers if paper.job.level is level]
        kinds = sorted({paper.job.kind for paper in of_level})
        rows += [_scores(f"{level}, {kind}", [p for p in of_level if p.job.kind == kind]) for kind in kinds]
        unseen = [p for p in of_level if p.job.layout in UNSEEN_LAYOUTS.get(p.job.kind, ())]
        rows.append(_scores(f"{level}, layouts nothing was made on", unseen))
        rows.append(_scores(f"**{level}, all**", of_level))
    return Table(
        title=f"Fields by type (seeds {SEEDS.start}-{SEEDS.stop - 1}, font set {FONTS})",
        heads=(
            "",
            "type told",
            "precision",
            "recall",
            "F1",
            "exact rate of `*` fields",
            "absent left out",
            "fields",
        ),
        rows=tuple(rows),
    )


def _scores(name: str, papers: Sequence[ReadPaper]) -> tuple[str, ...]:
    right = wrong = missed = 0
    starred: list[bool] = []
    absent: list[bool] = []
    for paper in papers:
        for field, rule in document_types()[paper.job.kind].fields.items():
            true, read = paper.true.get(field), paper.fields.get(field)
            shown = read is not None and read.value is not None
            if true is None:
                absent.append(not shown)
                wrong += shown
                continue
            is_right = paper.is_right(field)
            right, wrong, missed = right + is_right, wrong + (shown and not is_right), missed + (not is_right)
            if rule.required:
                starred.append(is_right)
    precision, recall = _share(right, right + wrong), _share(right, right + missed)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 1.0
    told = _share(sum(paper.is_told for paper in papers), len(papers))
    rates = (
        told,
        precision,
        recall,
        f1,
        _share(sum(starred), len(starred)),
        _share(sum(absent), len(absent)),
    )
    return name, *(f"{rate:.3f}" for rate in rates), str(right + missed)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _judged(papers: Sequence[ReadPaper]) -> Iterator[tuple[ReadPaper, str, FieldValue]]:
    for paper in papers:
        for name, value in paper.fields.items():
            if value.value is not None:
                yield paper, name, value


def _accepted(papers: Sequence[ReadPaper]) -> Table:
    """Of all fields on the papers, the share accepted without a person, and of those the wrong."""
    rows = []
    for level in Level:
        of_level = [paper for paper in papers if paper.job.level is level]
        kinds = sorted({paper.job.kind for paper in of_level if paper.true})
        for kind in (*kinds, ""):
            own = [paper for paper in of_level if kind in ("", paper.job.kind)]
            cells = [cell for error in _ERRORS for cell in _acceptance(own, error)]
            rows.append((f"{level}, {kind}" if kind else f"**{level}, all**", *cells))
    heads = [head for e in _ERRORS for head in (f"accepted at {e:.1%}", "of them wrong")]
    return Table(
        title="Accepted without a person, by `accepted_field_error`", heads=("", *heads), rows=tuple(rows)
    )


def _acceptance(papers: Sequence[ReadPaper], error: float) -> tuple[str, str]:
    least = calibration().field.threshold(error)
    there = sum(value is not None for paper in papers for value in paper.true.values())
    taken = [
        paper.is_right(name)
        for paper, name, value in _judged(papers)
        if value.confidence >= least and not value.problems
    ]
    wrong = len(taken) - sum(taken)
    return f"{_share(len(taken), there):.1%}", f"{_share(wrong, len(taken)):.2%} ({wrong})"


def _reliability(papers: Sequence[ReadPaper]) -> Table:
    """Confidence against the rate that is right, in bins; ECE is the mean gap by fields."""
    rows = []
    gaps: Mapping[str, list[float]] = defaultdict(list)
    judged = {
        level: [(v.confidence, p.is_right(n)) for p, n, v in _judged(papers) if p.job.level is level]
        for level in Level
    }
    for low, high in pairwise(_BINS):
        cells = []
        for level, pairs in judged.items():
            inside = [pair for pair in pairs if low <= pair[0] < high or pair[0] == high == 1.0]
            cells.append(_bin(inside))
            gaps[level].append(abs(sum(c for c, _ in inside) - sum(r for _, r in inside)))
        rows.append((f"{low:.2f}-{high:.2f}", *cells))
    errors = (f"{sum(gaps[level]) / max(len(judged[level]), 1):.4f}" for level in Level)
    return Table(
        title="Reliability: mean confidence → right (fields)",
        heads=("confidence", *Level),
        rows=(*rows, ("**ECE**", *errors)),
    )


def _bin(pairs: Sequence[Judged]) -> str:
    if not pairs:
        return "–"
    return f"{mean(c for c, _ in pairs):.3f} → {mean(r for _, r in pairs):.3f} ({len(pairs)})"


def _cost(papers: Sequence[ReadPaper]) -> Table:
    rows = []
    for level in Level:
        own = [paper for paper in papers if paper.job.level is level]
        pages = sum(paper.pages for paper in own)
        fields, looks = sum(p.field_seconds for p in own), sum(p.look_seconds for p in own)
        middle = median(1000 * p.field_seconds / p.pages for p in own)
        rows.append((level, f"{1000 * fields / pages:.0f}", f"{middle:.0f}", f"{1000 * looks / pages:.0f}"))
    return Table(
        title="CPU ms a page after recognition",
        heads=("", "split, find, check: mean", "median", "second looks: mean"),
        rows=tuple(rows),
    )


def measure_splitting() -> Table:
    """Pages of mixed dossiers put to the right paper, and papers to the right type."""
    rows = []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for level in Level:
            counts = list(pool.map(_split, [(seed, level) for seed in range(990, 998)]))
            pages, right, papers, told = (sum(column) for column in zip(*counts, strict=True))
            rows.append((level, f"{right / pages:.4f}", str(pages), f"{told / papers:.4f}", str(papers)))
    return Table(
        title="Mixed dossiers (seeds 990-997): pages in the right paper, papers of the right type",
        heads=("", "pages right", "pages", "type right", "papers"),
        rows=tuple(rows),
    )


def _split(job: tuple[int, Level]) -> tuple[int, int, int, int]:
    """Pages, pages in their own paper with its type, papers, papers whole and of their type."""
    seed, level = job
    rng = Random(f"mixed-{seed}-{level}")
    pages: list[tuple[PageText, bytes]] = []
    wanted: list[tuple[str, tuple[int, ...]]] = []
    for paper in draw_mixed_dossier(seed, FONTS):
        at = len(pages) + 1
        for page in paper.pages:
            pages.append(scan_and_read(page, level, rng, len(pages) + 1))
        if paper.document_type != "blank":
            wanted.append((paper.document_type, tuple(range(at, len(pages) + 1))))
    found = [(e.document_type, e.pages) for e in split_papers([page for page, _ in pages])]
    blanks = {n for n, (page, _) in enumerate(pages, 1) if page.blank}
    owner = {page: paper for paper in found for page in paper[1]}
    right = sum(
        owner.get(n, ("", ()))[0] == kind and set(owner[n][1]) - blanks == set(own)
        for kind, own in wanted
        for n in own
    )
    whole = sum(paper in found for paper in wanted)
    return sum(len(own) for _, own in wanted), right, len(wanted), whole
