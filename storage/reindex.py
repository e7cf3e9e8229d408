"""The database rebuilt from the object store alone: batches, pages, dossiers, papers, audit."""

import re
from collections.abc import Iterator

from schemas.batch import Batch, Outcome, Receipt
from schemas.frozen import Frozen
from schemas.ids import sha256_of
from schemas.paper import Dossier, Paper, State
from storage import keys
from storage.archive import Archive
from storage.audit import AuditEvent
from storage.ledger import FiledPaper, PageState
from storage.search import searched_text

_BATCH = re.compile(r"^batches/[^/]+/batch\.json$")
_REVISION = re.compile(r"^(?P<of>.+)/r(?P<n>\d+)\.json$")


class Reindexed(Frozen):
    """How many of each were entered."""

    batches: int
    files: int
    dossiers: int
    papers: int
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
    archive.ledger.add_receipts(receipts)
    stacks = {receipt.scan.sha256: receipt.stack for receipt in receipts if receipt.scan}
    dossiers = papers = 0
    for key, revision in _latest(archive, keys.DOSSIERS):
        dossier = archive.get_record(key, Dossier)
        papers += _enter_dossier(archive, dossier, revision, stacks)
        dossiers += 1
    return Reindexed(
        batches=len(batches), files=len(receipts), dossiers=dossiers, papers=papers,
        events=_enter_events(archive),
    )  # fmt: skip


def paper_text(archive: Archive, paper: Paper) -> FiledPaper:
    """`paper` with what search looks at, from its pages' readings."""
    readings = [archive.reading(page) for page in paper.pages]
    exact, folded = searched_text(paper, [r.page.text for r in readings if r])
    return FiledPaper(paper=paper, exact=exact, folded=folded)


def page_states(dossier: Dossier, papers: list[Paper]) -> list[PageState]:
    """Where a dossier's pages are: with a person when their paper is, else read."""
    doubtful = {(p.scan, p.page_number) for paper in papers if paper.state is State.NEEDS_REVIEW
                for p in paper.pages}  # fmt: skip
    blank = {(page.scan, page.page_number) for page in dossier.blanks}
    states = []
    for page in [*dossier.pages, *([dossier.separator] if dossier.separator else [])]:
        place = (page.scan, page.page_number)
        states.append(
            PageState(
                scan=page.scan,
                page_number=page.page_number,
                reading_key=page.reading_key,
                outcome=Outcome.NEEDS_PERSON if place in doubtful else Outcome.READ,
                blank=place in blank or page == dossier.separator,
            )
        )
    return states


def _enter_dossier(archive: Archive, dossier: Dossier, revision: int, stacks: dict[str, str]) -> int:
    latest = dict(_latest_of(archive, dossier))
    papers = [archive.get_record(latest[i], Paper) for i in dossier.papers if i in latest]
    first = next(iter([*dossier.pages, *([dossier.separator] if dossier.separator else [])]), None)
    stack = stacks.get(first.scan, "") if first else ""
    archive.ledger.settle(
        stack, page_states(dossier, papers), [(dossier, revision)],
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


def _enter_events(archive: Archive) -> int:
    numbers = list(archive.store.keys(keys.AUDIT))
    for key in numbers:
        content = archive.store.get(key)
        archive.audit.index(AuditEvent.model_validate_json(content), sha256_of(content))
    return len(numbers)
