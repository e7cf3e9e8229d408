"""Dossiers as people laid them: one record for each act, and what the ledger makes of it.

An act is one write-once object of the batch, so that no crash leaves a page in two dossiers or in none.
Each names the arrangement that it was made upon: whoever was slower is told, and nothing is overwritten.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from schemas.account import Actor
from schemas.arrangement import Arrangement, DossierArrangement, LaidDossier, Leaf
from schemas.audit_event import Event
from schemas.batch import Outcome
from schemas.paper import Dossier, State
from schemas.request_errors import RecordChanged, ScanThereAlready
from schemas.store_errors import ObjectExists
from storage import keys
from storage.archive.archive import Archive
from storage.database.engine import Database
from storage.database.tables.intake import BatchRow, PageRow
from storage.database.tables.papers import DossierRow, LaidRow, PaperRow
from storage.index.rows import remove_dossier
from storage.queues.stacks import enter_stacks, refuse_filing

_FIRST = 10_001
"""Numbers below are those of earlier versions, which counted the arrangements of each dossier."""


def lay(archive: Archive, wanted: Arrangement, by: Actor | None = None) -> Arrangement:
    """Keep what a person laid, and let the dossiers be filed again; the arrangement with its number.

    Raises `RecordChanged` when one of its dossiers was laid anew since `wanted.before`,
    `ScanThereAlready` when a page goes to a stack that has its bytes already.
    """
    _refuse_twins(archive, wanted)
    while True:
        number = _catch_up(archive, wanted.batch_id) + 1
        for before in wanted.before:
            latest = laid_dossier(archive, before.dossier_id)
            if (latest.number if latest else 0) != before.number:
                raise RecordChanged(before.name or before.dossier_id[:8])
        numbered = _numbered(wanted, number)
        try:
            return archive.commit(numbered, _events(numbered), by, new=True)
        except ObjectExists:  # somebody laid other dossiers of the batch in the same moment
            continue


def _events(arrangement: Arrangement) -> list[Event]:
    """Each dossier of the act is on the trail."""
    action = "dossier.arrange" if arrangement.undoes is None else "dossier.undo_arrangement"
    return [
        Event(action=action, target=laid.dossier_id, detail=f"{arrangement.number}")
        for laid in arrangement.dossiers
    ]


def taken_back(arrangement: Arrangement, by: str) -> Arrangement:
    """The act that undoes `arrangement`: its dossiers as they lay before it."""
    now_in = {
        (leaf.whence or laid.stack, leaf.place): laid.stack
        for laid in arrangement.dossiers
        for leaf in laid.leaves
    }

    def back_to(stack: str) -> Callable[[Leaf], tuple[Leaf]]:
        def back(leaf: Leaf) -> tuple[Leaf]:
            here = now_in[(stack, leaf.place)]
            return (leaf.with_changes(whence="" if here == stack else here),)

        return back

    earlier = tuple(laid.with_leaves(back_to(laid.stack)) for laid in arrangement.before)
    kept = {laid.dossier_id for laid in earlier}
    made = tuple(
        LaidDossier(dossier_id=laid.dossier_id, stack=laid.stack, name=laid.name, papers=())
        for laid in arrangement.dossiers
        if laid.dossier_id not in kept
    )
    return Arrangement(
        batch_id=arrangement.batch_id,
        by=by,
        at=datetime.now(UTC),
        dossiers=(*earlier, *made),
        before=arrangement.dossiers,
        undoes=arrangement.number,
    )


def last_arrangement(archive: Archive, dossier_id: str) -> Arrangement | None:
    """The act that laid the dossier last, if it can be taken back."""
    with archive.database.session() as session:
        row = session.get(LaidRow, dossier_id)
        place = (row.batch_id, row.number) if row else None
    return archive.get_record(keys.arrangement(*place), Arrangement) if place else None


def last_of_batch(archive: Archive, batch_id: str) -> Arrangement | None:
    """What a person laid last in the batch."""
    query = select(func.max(LaidRow.number)).where(LaidRow.batch_id == batch_id)
    with archive.database.session() as session:
        number = session.scalar(query)
    return archive.get_record(keys.arrangement(batch_id, number), Arrangement) if number else None


def laid_dossier(archive: Archive, dossier_id: str) -> LaidDossier | None:
    """How a person last laid the pages of the dossier, if one did."""
    with archive.database.session() as session:
        row = session.get(LaidRow, dossier_id)
        if row is not None:
            return LaidDossier.model_validate(row.record)
    names = list(archive.store.keys(keys.dossier_arrangements(dossier_id)))
    return archive.get_record(names[-1], DossierArrangement) if names else None


def laid_in_stack(archive: Archive, batch_id: str, stack: str) -> dict[str, LaidDossier]:
    """How people last laid the dossiers of a stack, by dossier; also those that are none any more."""
    query = select(LaidRow.record).where(LaidRow.batch_id == batch_id, LaidRow.stack == stack)
    with archive.database.session() as session:
        laid = [LaidDossier.model_validate(record) for record in session.scalars(query)]
    by_id = {one.dossier_id: one for one in laid}
    for dossier_id in archive.ledger.stack_dossiers(batch_id, stack):
        earlier = None if dossier_id in by_id else laid_dossier(archive, dossier_id)
        if earlier:
            by_id[dossier_id] = earlier
    return by_id


def arrangements(archive: Archive, batch_keys: Iterable[str]) -> Iterator[Arrangement]:
    """What people laid in some batches, in the order of time, from the names of the batches' objects."""
    for name in batch_keys:  # in the order of numbers within each batch
        if "/arrangements/" in name:
            yield archive.get_record(name, Arrangement)


def enter_arrangement(database: Database, arrangement: Arrangement) -> None:
    """Enter an act: pages go where they were laid, and every dossier of it waits to be filed again."""
    involved = (*arrangement.before, *arrangement.dossiers)
    stacks = sorted({laid.stack for laid in involved})
    with database.session() as session:
        for laid in arrangement.dossiers:
            _enter_dossier(session, arrangement.batch_id, laid)
        for laid in arrangement.dossiers:
            if not laid.leaves:
                remove_dossier(session, laid.dossier_id)
        papers = PaperRow.dossier_id.in_([laid.dossier_id for laid in arrangement.dossiers])
        session.execute(update(PaperRow).where(papers).values(state=State.REREADING))  # nobody's till then
        for stack in stacks:
            enter_stacks(session, [(arrangement.batch_id, stack)])
            refuse_filing(session, arrangement.batch_id, stack)


def _enter_dossier(session: Session, batch_id: str, laid: LaidDossier) -> None:
    record = laid.model_dump(mode="json")
    session.merge(
        LaidRow(
            dossier_id=laid.dossier_id, batch_id=batch_id, stack=laid.stack, number=laid.number, record=record
        )
    )
    if laid.leaves and session.get(DossierRow, laid.dossier_id) is None:
        session.add(_unfiled(session, batch_id, laid))
    session.flush()
    for leaf in laid.leaves:
        session.execute(
            update(PageRow)
            .where(
                PageRow.batch_id == batch_id,
                PageRow.stack == (leaf.whence or laid.stack),
                PageRow.scan == leaf.scan,
                PageRow.page_number == leaf.page_number,
            )
            .values(stack=laid.stack, outcome=Outcome.WAITING, refusal=None)
        )
    for paper in laid.papers:
        if paper.paper_id:
            same = update(PaperRow).where(PaperRow.id == paper.paper_id)
            session.execute(same.values(dossier_id=laid.dossier_id))


def _unfiled(session: Session, batch_id: str, laid: LaidDossier) -> DossierRow:
    """A dossier that a person made, as it is known until it is filed."""
    unit = session.get_one(BatchRow, batch_id).unit
    name = laid.name or laid.stack
    dossier = Dossier(
        id=laid.dossier_id,
        batch_id=batch_id,
        stack=laid.stack,
        name=name,
        unit=unit,
        arrangement=laid.number,
    )
    return DossierRow(
        id=dossier.id,
        revision=0,
        batch_id=batch_id,
        stack=laid.stack,
        unit=unit,
        record=dossier.model_dump(mode="json"),
    )


def _catch_up(archive: Archive, batch_id: str) -> int:
    """Enter what was kept and not entered, for its writer was interrupted; the last number there is."""
    query = select(func.max(LaidRow.number)).where(LaidRow.batch_id == batch_id)
    with archive.database.session() as session:
        number = session.scalar(query) or _FIRST - 1
    while archive.store.exists(keys.arrangement(batch_id, number + 1)):
        number += 1
        enter_arrangement(
            archive.database, archive.get_record(keys.arrangement(batch_id, number), Arrangement)
        )
    return number


def _refuse_twins(archive: Archive, wanted: Arrangement) -> None:
    """Pages are told apart by their bytes within a stack: it cannot have the same twice."""
    leaving = {(leaf.whence, leaf.place) for laid in wanted.dossiers for leaf in laid.leaves if leaf.whence}
    with archive.database.session() as session:
        for laid in wanted.dossiers:
            for leaf in laid.leaves:
                if leaf.whence and (laid.stack, leaf.place) not in leaving:
                    twin = select(PageRow.scan).where(
                        PageRow.batch_id == wanted.batch_id,
                        PageRow.stack == laid.stack,
                        PageRow.scan == leaf.scan,
                        PageRow.page_number == leaf.page_number,
                    )
                    if session.scalar(twin.limit(1)) is not None:
                        raise ScanThereAlready(laid.name or laid.stack)


def _numbered(wanted: Arrangement, number: int) -> Arrangement:
    dossiers = tuple(laid.with_changes(number=number) for laid in wanted.dossiers)
    return wanted.with_changes(number=number, dossiers=dossiers)
