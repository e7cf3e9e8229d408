"""The database rebuilt from the object store alone: batches, pages, dossiers, papers, audit."""

import re
from collections.abc import Iterator

from schemas.acceptance_sample import Sample
from schemas.base.ids import sha256_of
from schemas.base.model import Frozen
from schemas.batch import Arrival, Batch, Receipt
from schemas.paper import Dossier, Paper
from schemas.subject import Link, Revocation, Undone
from schemas.submission import AnyUse, Submission
from storage import keys
from storage.archive.archive import Archive
from storage.preservation.rebuild_audit import enter_evidence
from storage.queues.stacks import reconcile
from storage.records.acceptance_samples import enter_sample
from storage.records.arrangements import arrangements, enter_arrangement, laid_dossier
from storage.records.arrivals import enter_arrivals
from storage.records.identity_links import enter_link, enter_revocation
from storage.records.papers import page_states, paper_text, rescanned, superseded_pages
from storage.records.submissions import enter_submission, enter_undone, enter_use

_BATCH = re.compile(r"^batches/[^/]+/batch\.json$")
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
        batches=len(batches),
        files=len(receipts),
        dossiers=dossiers,
        papers=papers,
        reuses=reuses,
        registered=registered,
        events=_enter_events(archive),
    )


def _enter_dossier(
    archive: Archive, dossier: Dossier, revision: int, stacks: dict[tuple[str, str], str]
) -> int:
    latest = dict(_latest_of(archive, dossier))
    papers = [archive.get_record(latest[i], Paper) for i in dossier.papers if i in latest]
    papers = [paper for paper in papers if paper.dossier_id == dossier.id]  # others went to another dossier
    first = next(iter([*dossier.pages, *([dossier.separator] if dossier.separator else [])]), None)
    stack = dossier.stack or (stacks.get((dossier.batch_id, first.scan), "") if first else "")
    archive.ledger.settle(
        stack,
        page_states(dossier, stack, papers),
        [(dossier, revision)],
        [paper_text(archive, paper) for paper in papers],
    )
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
