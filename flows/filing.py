"""Filing: a stack's read pages become dossiers and papers, written as records, PDF/A and ALTO."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from flows.arranged import Sheets, find_sheets, group_pages
from flows.pool import Job, WorkerPool
from flows.reading import PageResult, read_stack
from flows.understanding import understand
from flows.work import write_paper
from ocr.heads import count_heads
from ocr.separators import looks_like_separator
from rules.numbers import check_dossier_code
from rules.review import state_after_reading
from schemas.arrangement import LaidDossier, Place
from schemas.batch import Batch, Outcome
from schemas.catalogue import document_types
from schemas.errors import BadInput, NotOnRecord
from schemas.ids import derive_id
from schemas.language import Bilingual
from schemas.page import PageText, Reading
from schemas.paper import Dossier, Extract, PageRef, Paper, Problem, State
from schemas.separator import Separator, is_damaged_separator, read_separator
from schemas.settings import Settings
from storage import keys
from storage.archive import Archive
from storage.claims import Claim
from storage.entries import FiledPaper, PageState
from storage.ledger import now
from storage.receipts import stack_receipts, superseded_receipts
from storage.reindex import page_states, paper_text, rescanned, superseded_pages
from storage.search import searched_text


@dataclass
class _Part:
    """One dossier: consecutive pages between two separator sheets, or what a person made of some."""

    separator: PageResult | None = None
    says: Separator | None = None
    handed_in: list[Place] = field(default_factory=list)
    """The pages between the separators, wherever a person laid them since."""
    pages: list[PageResult] = field(default_factory=list)
    id: str = ""
    laid: LaidDossier | None = None

    @property
    def was_made(self) -> bool:
        """Whether it is one because a person said so."""
        return not self.handed_in and self.separator is None

    @property
    def was_joined(self) -> bool:
        """Whether a person laid all of it elsewhere, and it is no dossier any more."""
        return self.laid is not None and not self.laid.leaves and not self.pages


@dataclass(frozen=True)
class Filed:
    """What became of a stack."""

    stack: str
    pages: int
    papers: tuple[Paper, ...]
    refused: tuple[PageResult, ...]


def file_stack(
    archive: Archive, pool: WorkerPool, settings: Settings, batch: Batch, stack: str,
    report: Callable[[PageResult], None], claim: Claim | None = None,
) -> Filed:  # fmt: skip
    """Read what is unread of `stack`, file its papers, and settle it in the ledger at once.

    May be killed anywhere and run again: objects are named by what they hold, and the ledger
    learns of them in one transaction after they were flushed. Raises `RecordChanged` when `claim` is
    not ours any more: another worker has the stack, and nothing was entered.
    """
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
    for part in _parts_of(batch.id, stack, sheets, results):
        dossier, papers = _file_part(archive, pool, settings, batch, stack, part)
        if not part.was_joined:
            dossiers.append((dossier, archive.put_dossier(dossier)))
        filed += papers
        states += page_states(dossier, stack, [paper.paper for paper in papers])
    archive.store.flush()
    archive.ledger.settle(stack, states, dossiers, filed, claim)
    return Filed(
        stack=stack, pages=len(results), papers=tuple(paper.paper for paper in filed),
        refused=tuple(result for result in results if result.refusal),
    )  # fmt: skip


def _parts_of(batch_id: str, stack: str, sheets: Sheets, results: Sequence[PageResult]) -> list[_Part]:
    """Dossiers of a stack: those between separators, and those that people made.

    Their ids count the separators of what was handed in, so that they stay whatever people lay elsewhere.
    """
    by_place = {result.page.place: result for result in results}
    parts = _split_at_separators(sheets.handed_in, by_place)
    for number, part in enumerate(parts, 1):
        part.id = derive_id("dossier", batch_id, stack, number)
    known = {part.id for part in parts}
    parts += [_Part(id=made) for made, laid in sheets.laid.items() if made not in known and laid.leaves]
    homes = sheets.homes
    for part in parts:
        part.laid = sheets.laid.get(part.id)
        laid = [leaf.place for leaf in part.laid.leaves] if part.laid else []
        left = [place for place in part.handed_in if homes.get(place, part.id) == part.id]
        places = dict.fromkeys([*laid, *left])
        part.pages = [by_place[place] for place in places if place in by_place]
    return parts


def _split_at_separators(handed_in: Sequence[Place], by_place: Mapping[Place, PageResult]) -> list[_Part]:
    """Dossiers as they were handed in; pages before the first separator are one of their own."""
    parts: list[_Part] = [_Part()]
    for place in handed_in:
        result = by_place.get(place)
        says = _separator_on(result.reading) if result else None
        if says:
            parts.append(_Part(result, says))
        else:
            parts[-1].handed_in.append(place)
    return [part for part in parts if part.separator or part.handed_in]


def _separator_on(reading: Reading | None) -> Separator | None:
    found = (read_separator(code.text) for code in reading.page.codes) if reading else iter(())
    return next((separator for separator in found if separator), None)


def _file_part(
    archive: Archive, pool: WorkerPool, settings: Settings, batch: Batch, stack: str, part: _Part
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
            stack, write_paper, tuple(page for page, _ in own), tuple(view for _, view in own), title,
            pages[0][0].page.scan, paper.read_at,
        )  # fmt: skip
        jobs.append((paper, [page.text for page, _ in own], job))
    for paper, page_texts, job in jobs:
        pdf, alto = job.result()
        kept = archive.put_paper(paper, pdf, alto)
        exact, folded = searched_text(kept, page_texts)
        papers.append(FiledPaper(paper=kept, exact=exact, folded=folded))
    papers.sort(key=lambda filed: _first_place(filed.paper, read))
    return _dossier(batch, stack, part, [filed.paper for filed in papers]), papers


def _settled_before(archive: Archive, paper: Paper, part: _Part) -> Paper | None:
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


def _paper(part: _Part, extract: Extract, pages: Sequence[tuple[PageResult, Reading]]) -> Paper:
    """The paper's record; its page numbers count within the paper."""
    read_at = max(reading.read_at for _, reading in pages)
    document_type = document_types()[extract.document_type]
    within = {position: number for number, position in enumerate(extract.pages, 1)}
    fields = {
        name: value.model_copy(update={"page_number": within[value.page_number]})
        for name, value in extract.fields.items()
    }
    doubtful = any(reading.page.damaged or count_heads(reading.page) > 1 for _, reading in pages)
    state = State.NEEDS_REVIEW if doubtful else state_after_reading(document_type, fields)
    refs = tuple(result.page for result, _ in pages)
    return Paper(
        id=_paper_id(part, refs), revision=1, dossier_id=part.id,
        document_type=extract.document_type, confidence=extract.confidence, pages=refs,
        fields=fields, state=state, read_at=read_at,
        pdf_key="", pdf_sha256="", alto_key="", alto_sha256="",
    )  # fmt: skip


def _paper_id(part: _Part, pages: Sequence[PageRef]) -> str:
    """A paper that was laid in another dossier whole is still the same paper."""
    places = tuple(page.place for page in pages)
    laid = part.laid.papers if part.laid else ()
    same = (one.paper_id for one in laid if tuple(leaf.place for leaf in one.pages) == places)
    names = (f"{scan}/{number}" for scan, number in places)
    return next(filter(None, same), None) or derive_id("paper", part.id, *names)


def _dossier(batch: Batch, stack: str, part: _Part, papers: Sequence[Paper]) -> Dossier:
    code = part.says.dossier_code if part.says else _code_on_papers(papers)
    name = part.laid.name if part.laid else ""
    if name:
        code = code_of_folder(name) or code
    elif not part.was_made:
        code = code or code_of_folder(stack)
    expected = part.says.pages_expected if part.says else None
    read = [(result.page, result.reading) for result in part.pages if result.reading]
    return Dossier(
        id=part.id, batch_id=batch.id, stack=stack, name=name or code or stack, code=code, unit=batch.unit,
        pages_expected=expected,
        pages=tuple(page for page, _ in read),
        separator=part.separator.page if part.separator else None,
        blanks=tuple(page for page, reading in read if reading.page.blank),
        papers=tuple(paper.id for paper in papers),
        problems=tuple(_dossier_problems(part, expected)),
        arrangement=part.laid.number if part.laid else 0,
        set_aside=tuple(page for page, _ in read if part.laid and page.place in part.laid.aside),
    )  # fmt: skip


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


def _dossier_problems(part: _Part, expected: int | None) -> list[Problem]:
    problems = [
        Problem(code=result.warning.code, message=result.warning.message)
        for result in part.pages
        if result.warning
    ]
    problems += [
        _damaged_separator(result)
        for result in part.pages
        if result.reading and _is_damaged_separator(result.reading.page)
    ]
    problems += [
        several_papers(result.name)
        for result in part.pages
        if result.reading and count_heads(result.reading.page) > 1
    ]
    if expected is not None and expected != len(part.pages):
        problems.append(
            Problem(
                code="page_count",
                message=Bilingual(
                    vi=f"Tờ phân cách ghi {expected} trang, quét được {len(part.pages)} trang.",
                    en=f"The separator says {expected} pages, {len(part.pages)} were scanned.",
                ),
            )
        )
    return problems


def _is_damaged_separator(page: PageText) -> bool:
    """A separator sheet whose code cannot be read or does not check."""
    return looks_like_separator(page) or any(is_damaged_separator(code.text) for code in page.codes)


def several_papers(name: str) -> Problem:
    """A page on which more than one paper begins: whose the second is nobody has read."""
    return Problem(
        code="several_papers",
        message=Bilingual(
            vi=f"{name}: trên một trang có nhiều giấy tờ; hãy quét riêng từng giấy.",
            en=f"{name}: several papers on one page; scan each by itself.",
        ),
    )


def _damaged_separator(result: PageResult) -> Problem:
    return Problem(
        code="separator_damaged",
        message=Bilingual(
            vi=f"{result.name}: mã tờ phân cách bị hỏng; hãy xem lại chỗ chia hồ sơ.",
            en=f"{result.name}: the separator's code is damaged; check the split.",
        ),
    )


def _refused(batch: Batch, stack: str, result: PageResult) -> PageState:
    refusal = result.refusal
    rejected = refusal is not None and refusal.code in {kind.code for kind in BadInput.__subclasses__()}
    return PageState(
        batch_id=batch.id, stack=stack, scan=result.page.scan, page_number=result.page.page_number,
        refusal=refusal, outcome=Outcome.REJECTED if rejected else Outcome.NEEDS_PERSON,
    )  # fmt: skip
