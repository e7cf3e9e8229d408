"""PDF and ALTO made anew after people corrected a value: the text layer says what the record says."""

from flows.workers.jobs import write_paper
from flows.workers.pool import WorkerPool
from schemas.audit_event import Event
from schemas.catalogue import document_types
from schemas.errors import ReadingFailed
from schemas.paper import Paper
from schemas.store_errors import ObjectExists
from storage import keys
from storage.archive.archive import Archive
from storage.records.papers import catch_up, paper_pages
from storage.views.corrections import stale_papers

_AT_ONCE = 50


def renew_papers(archive: Archive, pool: WorkerPool, given_up: set[str]) -> int:
    """Renew what lags behind; how many papers. Killed anywhere and run again it comes to the same end.

    A paper whose PDF cannot be made goes into `given_up`, is left as it is, and stops nothing.
    """
    renewed = 0
    for paper in stale_papers(archive.database, _AT_ONCE, given_up):
        try:
            _renew(archive, pool, paper)
        except ReadingFailed:
            given_up.add(paper.id)
        else:
            renewed += 1
    return renewed


def _renew(archive: Archive, pool: WorkerPool, paper: Paper) -> None:
    readings = [reading for page in paper.pages if (reading := archive.reading(page))]
    views = tuple(archive.store.get(keys.view(reading.view_sha256)) for reading in readings)
    title = document_types()[paper.document_type].title.vi
    job = pool.submit(
        paper.id,
        write_paper,
        tuple(paper_pages(archive, paper)),
        views,
        title,
        paper.pages[0].scan,
        paper.settled_at or paper.read_at,
    )
    pdf, alto = job.result()
    try:
        renewed = archive.put_revision(paper, paper.revision + 1, pdf, alto)
    except ObjectExists:  # a person settled it again meanwhile; that revision is renewed next
        catch_up(archive, paper)
        return
    told = f"r{paper.revision}→r{renewed.revision}"
    archive.commit(renewed, Event(action="paper.renew", target=paper.id, detail=told))
