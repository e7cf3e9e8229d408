"""From read pages to understood papers: split, looked at twice, checked against each other."""

from collections.abc import Sequence
from datetime import date

from flows.workers.jobs import fields_of, look_at_paper
from flows.workers.pool import Job, WorkerPool
from ocr.extraction.splitting import read_group, split_papers
from rules.review.triage import review_dossier
from schemas.errors import ReadingFailed
from schemas.page import PageText
from schemas.paper import Extract
from schemas.settings import Settings

Seen = tuple[PageText, bytes]
"""A read page and its view image."""
Group = tuple[tuple[int, ...], str | None]
"""Positions of a paper's pages in order, and its type if a person told it."""


def understand(
    pool: WorkerPool,
    settings: Settings,
    name: str,
    seen: Sequence[Seen],
    today: date,
    groups: Sequence[Group] | None = None,
) -> list[Extract]:
    """Papers of one dossier, with problems, confidence and what a person must see.

    Positions count from 1 in `seen`. `groups` are papers as a person laid them; without, pages are
    split by what they say. A second look that fails leaves the first reading as it is.
    """
    pages = [page for page, _ in seen]
    if groups is None:
        extracts = split_papers(pages)
    else:
        extracts = tuple(read_group(pages, positions, kind) for positions, kind in groups)
    jobs = [
        pool.submit(
            name,
            look_at_paper,
            extract,
            tuple(seen[at - 1] for at in extract.pages),
            settings.engines,
            settings.limits,
        )
        for extract in extracts
    ]
    looked = [_looked(job, extract, name) for job, extract in zip(jobs, extracts, strict=True)]
    return review_dossier(looked, settings.accepted_field_error, settings.accepted_paper_error, today)


def _looked(job: Job, extract: Extract, name: str) -> Extract:
    try:
        fields = fields_of(job, extract, name)
    except ReadingFailed:
        return extract
    return extract.with_changes(fields=fields)
