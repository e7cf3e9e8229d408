"""Filing: a stack's read pages become dossiers and papers, written as records, PDF/A and ALTO."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from flows.pipeline.arrangements import find_sheets, group_pages
from flows.pipeline.dossier_problems import find_dossier_problems
from flows.pipeline.extraction import understand
from flows.pipeline.parts import Part, parts_of
from flows.pipeline.reading import PageResult, read_stack
from flows.workers.jobs import write_paper
from flows.workers.pool import Job, WorkerPool
from ocr.extraction.paper_heads import count_heads
from rules.fields.numbers import check_dossier_code
from rules.review.triage import state_after_reading
from schemas.base.clock import now
from schemas.base.ids import derive_id
from schemas.batch import Batch, Outcome
from schemas.catalogue import document_types
from schemas.claim import Claim
from schemas.errors import BadInput, NotOnRecord
from schemas.filing import FiledPaper, PageState
from schemas.page import Reading
from schemas.paper import Dossier, Extract, PageRef, Paper, State
from schemas.settings import Settings
from storage import keys
from storage.archive.archive import Archive
from storage.archive.receipts import stack_receipts, superseded_receipts
from storage.index.paper_search import searched_text
from storage.logs import log_event
from storage.records.papers import page_states, paper_text, rescanned, superseded_pages


@dataclass(frozen=True)
class Filed:
    """What became of a stack."""

    stack: str
    pages: int
    papers: tuple[Paper, ...]
    refused: tuple[PageResult, ...]


def file_stack(
    archive: Archive,
    pool: WorkerPool,
    settings: Settings,
    batch: Batch,
    stack: str,
    report: Callable[[PageResult], None],
    claim: Claim | None = None,
) -> Filed:
    """Read what is unread of `stack`, file its papers, and settle it in the ledger at once.

    May be killed anywhere and run again: objects are named by what they hold, and the ledger
    learns of them in one transaction after they were flushed. Raises `ClaimLost` when `claim` is
    not ours any more: another worker has the stack, and nothing was entered.
    """
    begun = time.monotonic()
    receipts = stack_receipts(archive.database, batch.id, stack)
    sheets = find_sheets(archive, batch.id, stack)
    results = []
    for result in read_stack(archive, pool, settings, sheets.here):
        report(result)
        results.append(result)
    dossiers: list[tuple[Dossier, int]] = []
    filed: list[FiledPaper] = []
    states = [_refused(batch, stack, result) for result in results if result.refusal]
    states += [rescanned(receipt, receipt.replaces) for receipt in receipts if receipt.replaces]
    for grown in superseded_receipts(archive.database, batch.id, stack):
        states += superseded_pages(grown)
    for part in parts_of(batch.id, stack, sheets, results):
        dossier, papers = _file_part(archive, pool, settings, batch, stack, part)
        if not part.was_joined:
            dossiers.append((dossier, archive.put_dossier(dossier)))
        filed += papers
        states += page_states(dossier, stack, [paper.paper for paper in papers])
    archive.store.flush()
    archive.ledger.record_filing(stack, states, dossiers, filed, claim)
    log_event(
        "stack.filed",
        batch=batch.id,
        dossiers=len(dossiers),
        papers=len(filed),
        pages=len(results),
        refused=sum(result.refusal is not None for result in results),
        seconds=round(time.monotonic() - begun, 3),
    )
    return Filed(
        stack=stack,
        pages=len(results),
        papers=tuple(paper.paper for paper in filed),
        refused=tuple(result for result in results if result.refusal),
    )


def _file_part(
    archive: Archive, pool: WorkerPool, settings: Settings, batch: Batch, stack: str, part: Part
) -> tuple[Dossier, list[FiledPaper]]:
    read = [(result, result.reading) for result in part.pages if result.reading]
    seen = [(reading.page, archive.store.get(keys.view(reading.view_sha256))) for _, reading in read]
    today = max((reading.read_at for _, reading in read), default=now()).date()
    blank = {result.page.place for result, reading in read if reading.page.blank}
    groups = group_pages(part.laid, [result.page for result, _ in read], blank) if part.laid else None
    jobs: list[tuple[Paper, list[str], Job]] = []
    papers = []
    for extract in understand(pool, settings, stack, seen, today, groups):
        pages = [read[at - 1] for at in extract.pages]
        own = [seen[at - 1] for at in extract.pages]
        paper = _paper(part, extract, pages)
        settled = _settled_before(archive, paper, part)
        if settled:
            papers.append(paper_text(archive, settled))
            continue
        title = document_types()[extract.document_type].title.vi
        job = pool.submit(
            stack,
            write_paper,
            tuple(page for page, _ in own),
            tuple(view for _, view in own),
            title,
            pages[0][0].page.scan,
            paper.read_at,
        )
        jobs.append((paper, [page.text for page, _ in own], job))
    for paper, page_texts, job in jobs:
        pdf, alto = job.result()
        kept = archive.put_paper(paper, pdf, alto)
        exact, folded = searched_text(kept, page_texts)
        papers.append(FiledPaper(paper=kept, exact=exact, folded=folded))
    papers.sort(key=lambda filed: _first_place(filed.paper, read))
    return _dossier(batch, stack, part, [filed.paper for filed in papers]), papers


def _settled_before(archive: Archive, paper: Paper, part: Part) -> Paper | None:
    """The paper as a person left it, when its pages and type are still those; it is not read anew.

    What a person took apart and put together again is what it was, though the ledger had forgotten it.
    """
    known: Paper | None
    try:
        known = archive.ledger.paper(paper.id)
    except NotOnRecord:
        known = archive.latest_paper(paper.id) if part.laid else None
    if known is None or not known.settled_by:
        return None
    if known.pages != paper.pages or known.document_type != paper.document_type:
        return None
    return known if known.dossier_id == part.id else archive.put_in_dossier(known, part.id)


def _first_place(paper: Paper, read: Sequence[tuple[PageResult, Reading]]) -> int:
    return [result.page for result, _ in read].index(paper.pages[0])


def _paper(part: Part, extract: Extract, pages: Sequence[tuple[PageResult, Reading]]) -> Paper:
    """The paper's record; its page numbers count within the paper."""
    read_at = max(reading.read_at for _, reading in pages)
    document_type = document_types()[extract.document_type]
    within = {position: number for number, position in enumerate(extract.pages, 1)}
    fields = {
        name: value.with_changes(page_number=within[value.page_number])
        for name, value in extract.fields.items()
    }
    doubtful = any(reading.page.damaged or count_heads(reading.page) > 1 for _, reading in pages)
    state = State.NEEDS_REVIEW if doubtful else state_after_reading(document_type, fields)
    refs = tuple(result.page for result, _ in pages)
    return Paper(
        id=_paper_id(part, refs),
        revision=1,
        dossier_id=part.id,
        document_type=extract.document_type,
        confidence=extract.confidence,
        pages=refs,
        fields=fields,
        marks=tuple(mark.with_changes(page_number=within[mark.page_number]) for mark in extract.marks),
        state=state,
        read_at=read_at,
        pdf_key="",
        pdf_sha256="",
        alto_key="",
        alto_sha256="",
    )


def _paper_id(part: Part, pages: Sequence[PageRef]) -> str:
    """A paper that was laid in another dossier whole is still the same paper."""
    places = tuple(page.place for page in pages)
    laid = part.laid.papers if part.laid else ()
    same = (one.paper_id for one in laid if tuple(leaf.place for leaf in one.pages) == places)
    names = (f"{scan}/{number}" for scan, number in places)
    return next(filter(None, same), None) or derive_id("paper", part.id, *names)


def _dossier(batch: Batch, stack: str, part: Part, papers: Sequence[Paper]) -> Dossier:
    code = part.says.dossier_code if part.says else _code_on_papers(papers)
    name = part.laid.name if part.laid else ""
    if name:
        code = code_of_folder(name) or code
    elif not part.was_made:
        code = code or code_of_folder(stack)
    expected = part.says.pages_expected if part.says else None
    read = [(result.page, result.reading) for result in part.pages if result.reading]
    return Dossier(
        id=part.id,
        batch_id=batch.id,
        stack=stack,
        name=name or code or stack,
        code=code,
        unit=batch.unit,
        pages_expected=expected,
        pages=tuple(page for page, _ in read),
        separator=part.separator.page if part.separator else None,
        blanks=tuple(page for page, reading in read if reading.page.blank),
        papers=tuple(paper.id for paper in papers),
        problems=tuple(find_dossier_problems(part, expected)),
        arrangement=part.laid.number if part.laid else 0,
        set_aside=tuple(page for page, _ in read if part.laid and page.place in part.laid.aside),
    )


def code_of_folder(stack: str) -> str | None:
    """The code that the folder or file is named by, if it is named so."""
    name = PurePath(stack).name
    return next((said for said in (name, PurePath(name).stem) if not check_dossier_code(said)), None)


def _code_on_papers(papers: Sequence[Paper]) -> str | None:
    """The code of the receipt slip, if it is surely read and has the prescribed structure."""
    for paper in papers:
        field = paper.fields.get("dossier_code")
        if field and isinstance(field.value, str) and not field.needs_review:
            return None if check_dossier_code(field.value) else field.value
    return None


def _refused(batch: Batch, stack: str, result: PageResult) -> PageState:
    refusal = result.refusal
    rejected = refusal is not None and refusal.code in {kind.code for kind in BadInput.__subclasses__()}
    return PageState(
        batch_id=batch.id,
        stack=stack,
        scan=result.page.scan,
        page_number=result.page.page_number,
        refusal=refusal,
        outcome=Outcome.REJECTED if rejected else Outcome.NEEDS_PERSON,
    )
