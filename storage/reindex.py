"""The database rebuilt from the object store alone: batches, pages, dossiers, papers, audit."""

import re
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.typed import shown
from schemas.batch import Arrival, Batch, Outcome, PagePlace, Receipt, Refusal
from schemas.catalogue import document_types
from schemas.corrected_text import corrected_page
from schemas.frozen import Frozen
from schemas.ids import sha256_of
from schemas.language import Bilingual
from schemas.page import PageText
from schemas.paper import Dossier, PageRef, Paper, State
from schemas.subject import Link, Revocation, Undone
from schemas.submission import AnyUse, Submission
from storage import keys
from storage.archive import Archive
from storage.arrangements import arrangements, enter_arrangement, laid_dossier
from storage.arrivals import enter_arrivals
from storage.claims import reconcile
from storage.entries import FiledPaper, PageState, set_page, set_paper
from storage.evidence import enter_evidence
from storage.proofs import enter_link, enter_revocation
from storage.samples import Sample, enter_sample
from storage.search import searched_text
from storage.submissions import enter_submission, enter_undone, enter_use
from storage.tables import DossierRow, PaperRow

_BATCH = re.compile(r"^batches/[^/]+/batch\.json$")
_OUTCOMES = {
    State.NEEDS_REVIEW: Outcome.NEEDS_PERSON,
    State.RESCAN: Outcome.NEEDS_PERSON,
    State.REJECTED: Outcome.REJECTED,
}
_SET_ASIDE = Refusal(
    code="not_ours",
    message=Bilingual(vi="Không phải giấy tờ của hồ sơ: đã để riêng.", en="Not of this dossier: set aside."),
)
_RESCANNED = Refusal(
    code="rescanned",
    message=Bilingual(
        vi="Đã quét lại: trang mới thay trang này.", en="Scanned again: a new page stands for it."
    ),
)
_SUPERSEDED = Refusal(
    code="superseded",
    message=Bilingual(
        vi="Tệp đã thay đổi sau khi nhận: bản mới thay bản này.",
        en="The file changed after it was taken: a newer version stands for it.",
    ),
)
_REVISION = re.compile(r"^(?P<of>[^/]+/[^/]+)/r(?P<n>\d+)\.json$")


class Reindexed(Frozen):
    """How many of each were entered."""

    batches: int
    files: int
    dossiers: int
    papers: int
    reuses: int
    registered: int
    events: int


def reindex(archive: Archive) -> Reindexed:
    """Enter everything the store holds; what is in the database already stays as it is.

    Raises `ObjectAltered` at the first record whose bytes are not those written.
    """
    names = list(archive.store.keys(keys.BATCHES))
    batches = [archive.get_record(name, Batch) for name in names if _BATCH.match(name)]
    for batch in batches:
        archive.ledger.add_batch(batch)
    receipts = [archive.get_record(n, Receipt) for n in names if "/receipts/" in n]
    enter_arrivals(archive, [archive.get_record(n, Arrival) for n in names if "/arrivals/" in n])
    archive.ledger.add_receipts(receipts)
    for name in names:
        if "/samples/" in name and not name.endswith(".result.json"):
            enter_sample(archive, archive.get_record(name, Sample))
    stacks = {(r.batch_id, r.scan.sha256): r.stack for r in receipts if r.scan and not r.linked_to}
    laid = list(arrangements(archive, names))
    for one in laid:
        enter_arrangement(archive.database, one)
    dossiers = papers = 0
    unfiled: set[tuple[str, int]] = set()
    for key, revision in _latest(archive, keys.DOSSIERS):
        dossier = archive.get_record(key, Dossier)
        latest = laid_dossier(archive, dossier.id)
        if latest and not latest.leaves:  # it was joined to another
            continue
        papers += _enter_dossier(archive, dossier, revision, stacks)
        dossiers += 1
        if latest and latest.number != dossier.arrangement:  # laid anew, and not filed again since
            unfiled.add((dossier.batch_id, latest.number))
            archive.ledger.wait_again(dossier)
    for one in laid:
        if (one.batch_id, one.number) in unfiled:
            enter_arrangement(archive.database, one)
    reuses = _enter_counter(archive)
    grown = {r.supersedes for r in receipts if r.supersedes}
    left = [rescanned(r, r.replaces) for r in receipts if r.replaces]
    left += [page for r in receipts if r.id in grown for page in superseded_pages(r)]
    archive.ledger.settle("", left, [], [])
    reconcile(archive.database)
    registered = enter_evidence(archive)
    return Reindexed(
        batches=len(batches), files=len(receipts), dossiers=dossiers, papers=papers,
        reuses=reuses, registered=registered, events=_enter_events(archive),
    )  # fmt: skip


def paper_text(archive: Archive, paper: Paper) -> FiledPaper:
    """`paper` with what search looks at, from its pages as people left them."""
    exact, folded = searched_text(paper, [page.text for page in paper_pages(archive, paper)])
    return FiledPaper(paper=paper, exact=exact, folded=folded)


def paper_pages(archive: Archive, paper: Paper) -> list[PageText]:
    """The pages of a paper as read, with what people corrected."""
    rules = document_types()[paper.document_type].fields
    said = [
        (shown(rules[name].kind, field.value), field) for name, field in paper.fields.items() if name in rules
    ]
    readings = [archive.reading(page) for page in paper.pages]
    return [corrected_page(r.page, n, said) for n, r in enumerate(readings, 1) if r]


def page_states(dossier: Dossier, stack: str, papers: list[Paper]) -> list[PageState]:
    """Where a dossier's pages are: with a person or rejected when their paper is, else read."""
    outcomes = {
        page.place: _OUTCOMES.get(paper.state, Outcome.READ) for paper in papers for page in paper.pages
    }
    outcomes |= {page.place: Outcome.REJECTED for page in dossier.set_aside}
    blank = {page.place for page in dossier.blanks}
    return [
        page_state((dossier.batch_id, stack), page, outcomes.get(page.place, Outcome.READ),
                   blank=page.place in blank or page == dossier.separator)
        for page in [*dossier.pages, *([dossier.separator] if dossier.separator else [])]
    ]  # fmt: skip


def page_state(place: tuple[str, str], page: PageRef, outcome: Outcome, *, blank: bool = False) -> PageState:
    """`page` of a batch's stack at `outcome`; one that is rejected was set aside by a person."""
    return PageState(
        batch_id=place[0], stack=place[1], scan=page.scan, page_number=page.page_number,
        reading_key=page.reading_key, outcome=outcome, blank=blank,
        refusal=_SET_ASIDE if outcome is Outcome.REJECTED else None,
    )  # fmt: skip


def enter_paper(session: Session, filed: FiledPaper) -> None:
    """Enter a paper's latest revision, and where its pages are for it."""
    set_paper(session, filed)
    row = session.get_one(DossierRow, filed.paper.dossier_id)
    for page in filed.paper.pages:
        outcome = _OUTCOMES.get(filed.paper.state, Outcome.READ)
        set_page(session, page_state((row.batch_id, row.stack), page, outcome))


def catch_up(archive: Archive, known: Paper) -> None:
    """Enter the revision after `known`, which the ledger lacks: its writer was interrupted."""
    newest = archive.get_record(keys.paper(known.id, known.revision + 1), Paper)
    filed = paper_text(archive, newest)
    with archive.database.session() as session:
        row = session.scalar(select(PaperRow).where(PaperRow.id == known.id))
        if row is not None and row.revision == known.revision:
            enter_paper(session, filed)


def rescanned(receipt: Receipt, place: PagePlace) -> PageState:
    """The page that was scanned again as `receipt`: kept, and no part of any paper any more."""
    return PageState(
        batch_id=receipt.batch_id,
        stack=receipt.stack,
        scan=place.scan,
        page_number=place.page_number,
        outcome=Outcome.REJECTED,
        refusal=_RESCANNED,
    )


def superseded_pages(receipt: Receipt) -> list[PageState]:
    """Pages of a file that has grown since: kept, and no part of any paper any more."""
    numbers = range(1, receipt.scan.page_count + 1) if receipt.scan else ()
    return [
        PageState(
            batch_id=receipt.batch_id,
            stack=receipt.stack,
            scan=receipt.sha256 or "",
            page_number=number,
            outcome=Outcome.REJECTED,
            refusal=_SUPERSEDED,
        )
        for number in numbers
    ]


def _enter_dossier(
    archive: Archive, dossier: Dossier, revision: int, stacks: dict[tuple[str, str], str]
) -> int:
    latest = dict(_latest_of(archive, dossier))
    papers = [archive.get_record(latest[i], Paper) for i in dossier.papers if i in latest]
    papers = [paper for paper in papers if paper.dossier_id == dossier.id]  # others went to another dossier
    first = next(iter([*dossier.pages, *([dossier.separator] if dossier.separator else [])]), None)
    stack = dossier.stack or (stacks.get((dossier.batch_id, first.scan), "") if first else "")
    archive.ledger.settle(
        stack, page_states(dossier, stack, papers), [(dossier, revision)],
        [paper_text(archive, paper) for paper in papers],
    )  # fmt: skip
    return len(papers)


def _latest_of(archive: Archive, dossier: Dossier) -> Iterator[tuple[str, str]]:
    for paper_id in dossier.papers:
        for key, _ in _latest(archive, f"{keys.PAPERS}{paper_id}/"):
            yield paper_id, key


def _latest(archive: Archive, prefix: str) -> Iterator[tuple[str, int]]:
    """Keys of the newest revisions below `prefix`."""
    newest: dict[str, int] = {}
    for key in archive.store.keys(prefix):
        match = _REVISION.match(key)
        if match:
            newest[match["of"]] = max(newest.get(match["of"], 0), int(match["n"]))
    for of, revision in sorted(newest.items()):
        yield f"{of}/r{revision}.json", revision


def _enter_counter(archive: Archive) -> int:
    """What was received and used at the counter, proven and revoked; how many uses."""
    store, database = archive.store, archive.database
    for key in store.keys(keys.LINKS):
        enter_link(database, archive.get_record(key, Link))
    for key in store.keys(keys.REVOCATIONS):
        enter_revocation(database, archive.get_record(key, Revocation))
    names = list(store.keys(keys.SUBMISSIONS))
    for key in names:
        if key.endswith("/submission.json"):
            enter_submission(database, archive.get_record(key, Submission))
    uses = [key for key in names if "/uses/" in key]
    for key in uses:
        enter_use(database, archive.get_record(key, AnyUse).root)
    for key in store.keys(keys.UNDONE):
        enter_undone(database, archive.get_record(key, Undone))
    return len(uses)


def _enter_events(archive: Archive) -> int:
    numbers = list(archive.store.keys(keys.AUDIT))
    for key in numbers:
        content = archive.store.get(key)
        event = archive.audit.own_event(content, keys.number_in(key, keys.AUDIT) or 0)
        if event:  # what none of us wrote is left where it is; `check_trail` names it
            archive.audit.index(event, sha256_of(content))
    return len(numbers)
