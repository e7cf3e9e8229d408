"""The database rebuilt from the object store alone, kind by kind."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import select

from schemas.account import Actor
from schemas.base.ids import sha256_of
from schemas.base.model import Frozen
from schemas.batch import Receipt
from schemas.paper import Dossier, Paper
from storage import keys
from storage.archive.archive import Archive, RecordKind
from storage.archive.receipts import batch_receipts
from storage.database.tables.trail import AuditRow
from storage.preservation.fixity import enter_digests
from storage.queues.stacks import reconcile
from storage.records.arrangements import arrangements, enter_arrangement, laid_dossier
from storage.records.papers import page_states, paper_text, rescanned, superseded_pages
from storage.register.imports import enter_segment

_AT_ONCE = 500
"""Records read before they are entered together."""
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

    Kinds are entered in the order of their table, dossiers with the last revisions of their papers in
    between; records that no event tells of, for their writer was interrupted, are told of last. Raises
    `ObjectAltered` at the first record whose bytes are not those written.
    """
    kinds = [kind for kind in dict.fromkeys(archive.kinds.values()) if kind.rebuilt]
    before = [kind for kind in kinds if kind.folder == keys.BATCHES]
    counts = {kind.name: enter_kind(archive, kind) for kind in before}
    dossiers, papers = _enter_dossiers(archive)
    counts |= {kind.name: enter_kind(archive, kind) for kind in kinds if kind not in before}
    _enter_left(archive)
    reconcile(archive.database)
    for key in archive.store.keys(keys.DIGESTS):
        enter_digests(archive, key)
    segments = (key for key in archive.store.keys(keys.REGISTER) if key.endswith(".json.gz"))
    registered = sum(enter_segment(archive, key) for key in segments)
    events = _enter_events(archive)
    return Reindexed(
        batches=counts["batch"],
        files=counts["receipt"],
        dossiers=dossiers,
        papers=papers,
        reuses=counts["use"],
        registered=registered,
        events=events + tell_untold(archive),
    )


def enter_kind(archive: Archive, kind: RecordKind[Any]) -> int:
    """Enter every record of a kind that the store holds; how many."""
    entered = 0
    names = (key for key in archive.store.keys(kind.folder) if kind.pattern.fullmatch(key))
    while records := [kind.read(archive, key) for key in islice(names, _AT_ONCE)]:
        kind.index(archive, records)
        entered += len(records)
    return entered


def tell_untold(archive: Archive) -> int:
    """Append an event for each record that none tells of; how many.

    Looked at are records made since events name their records: those of earlier versions are not told of so.
    """
    told, since = _told_records(archive)
    untold = 0
    for kind in dict.fromkeys(archive.kinds.values()) if since else ():
        for key in archive.store.keys(kind.folder) if kind.moment else ():
            if kind.pattern.fullmatch(key) and key not in told:
                made = getattr(kind.read(archive, key), kind.moment)
                # Compared in UTC: a forged record may give its moment without a zone.
                if since and made and made.astimezone(UTC) >= since.astimezone(UTC):
                    archive.audit.append("record.recover", key, Actor(login="sohoa"), record=key)
                    untold += 1
    return untold


def _told_records(archive: Archive) -> tuple[set[str], datetime | None]:
    """Keys of the records that events name, and the moment of the first such event."""
    query = select(AuditRow.at, AuditRow.record).order_by(AuditRow.number)
    told: set[str] = set()
    since = None
    with archive.database.session() as session:
        for at, event in session.execute(query.execution_options(yield_per=1000)).tuples():
            if event.get("record"):
                since = since or at
                told.add(event["record"])
    return told, since


def _enter_dossiers(archive: Archive) -> tuple[int, int]:
    """The last revisions of dossiers and of their papers, as people laid them; how many of each."""
    laid = list(arrangements(archive, archive.store.keys(keys.BATCHES)))
    for act in laid:
        enter_arrangement(archive.database, act)
    stacks = {
        (receipt.batch_id, receipt.scan.sha256): receipt.stack
        for receipt in _receipts(archive)
        if receipt.scan and not receipt.linked_to
    }
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
    for act in laid:
        if (act.batch_id, act.number) in unfiled:
            enter_arrangement(archive.database, act)
    return dossiers, papers


def _receipts(archive: Archive) -> list[Receipt]:
    return [r for batch in archive.ledger.batches() for r in batch_receipts(archive.database, batch.id)]


def _enter_left(archive: Archive) -> None:
    """Pages for which others stand: scanned again, or of a file that has grown."""
    receipts = _receipts(archive)
    grown = {r.supersedes for r in receipts if r.supersedes}
    left = [rescanned(r, r.replaces) for r in receipts if r.replaces]
    left += [page for r in receipts if r.id in grown for page in superseded_pages(r)]
    archive.ledger.record_filing("", left, [], [])


def _enter_dossier(
    archive: Archive, dossier: Dossier, revision: int, stacks: dict[tuple[str, str], str]
) -> int:
    latest = dict(_latest_of(archive, dossier))
    papers = [archive.get_record(latest[i], Paper) for i in dossier.papers if i in latest]
    papers = [paper for paper in papers if paper.dossier_id == dossier.id]  # others went to another dossier
    first = next(iter([*dossier.pages, *([dossier.separator] if dossier.separator else [])]), None)
    stack = dossier.stack or (stacks.get((dossier.batch_id, first.scan), "") if first else "")
    archive.ledger.record_filing(
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


def _enter_events(archive: Archive) -> int:
    numbers = list(archive.store.keys(keys.AUDIT))
    for key in numbers:
        content = archive.store.get(key)
        event = archive.audit.own_event(content, keys.number_in(key, keys.AUDIT) or 0)
        if event:  # what none of us wrote is left where it is; `check_trail` names it
            archive.audit.index(event, sha256_of(content))
    return len(numbers)
