"""What clerks hand in through the browser, until a worker has opened it: uploads, picked stacks, rescans."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import delete, func, select

from schemas.base.clock import now
from schemas.base.ids import receipt_id
from schemas.batch import Arrival, Batch, PagePlace
from storage.archive.archive import Archive
from storage.database.tables.intake import ArrivalRow, PickupRow
from storage.database.upserts import insert_missing


def hand_in(
    archive: Archive,
    batch: Batch,
    name: str,
    stack: str,
    position: int,
    file: Path,
    replaces: PagePlace | None = None,
) -> Arrival:
    """Keep `file` as part of `batch`. When this returns it is safe: object, record, row.

    The same file handed in again under the same name is the same arrival.
    """
    content = file.read_bytes()
    digest = archive.store.put_scan(content)
    arrival = Arrival(
        id=receipt_id(batch.id, stack, name, digest),
        batch_id=batch.id,
        stack=stack,
        position=position,
        name=name,
        sha256=digest,
        arrived_at=now(),
        replaces=replaces,
    )
    return archive.commit(arrival)


def enter_arrivals(archive: Archive, arrivals: Sequence[Arrival]) -> None:
    """Enter arrivals as waiting; those entered before stay as they are."""
    rows = [
        {"id": a.id, "batch_id": a.batch_id, "waiting": True, "record": a.model_dump(mode="json")}
        for a in arrivals
    ]
    with archive.database.session() as session:
        insert_missing(session, ArrivalRow, rows)


def waiting_arrivals(archive: Archive, batch_id: str) -> list[Arrival]:
    """Files of a batch that no worker has opened yet, in order."""
    query = select(ArrivalRow.record).where(ArrivalRow.batch_id == batch_id, ArrivalRow.waiting.is_(True))
    with archive.database.session() as session:
        found = [Arrival.model_validate(record) for record in session.scalars(query)]
    return sorted(found, key=lambda arrival: (arrival.stack, arrival.position, arrival.name))


def batches_with_arrivals(archive: Archive) -> list[str]:
    """Ids of batches for which something was handed in and waits."""
    with archive.database.session() as session:
        arrived = session.scalars(select(ArrivalRow.batch_id).where(ArrivalRow.waiting.is_(True)).distinct())
        picked = session.scalars(select(PickupRow.batch_id).distinct())
        return sorted({*arrived, *picked})


def count_waiting(archive: Archive, batch_id: str) -> int:
    """Files and stacks of a batch that are handed in and not opened yet."""
    with archive.database.session() as session:
        files = session.scalar(
            select(func.count()).where(ArrivalRow.batch_id == batch_id, ArrivalRow.waiting.is_(True))
        )
        stacks = session.scalar(select(func.count()).where(PickupRow.batch_id == batch_id))
    return (files or 0) + (stacks or 0)


def ask_for_stacks(archive: Archive, batch_id: str, stacks: list[str]) -> None:
    """Stacks of the hot folder that a worker shall take in for the batch."""
    with archive.database.session() as session:
        insert_missing(session, PickupRow, [{"batch_id": batch_id, "stack": stack} for stack in stacks])


def stacks_asked_for(archive: Archive, batch_id: str) -> list[str]:
    """Stacks of the hot folder that are to be taken in."""
    with archive.database.session() as session:
        return list(session.scalars(select(PickupRow.stack).where(PickupRow.batch_id == batch_id)))


def stack_is_in(archive: Archive, batch_id: str, stack: str) -> None:
    """A stack asked for was taken in, or is not there any more."""
    with archive.database.session() as session:
        session.execute(delete(PickupRow).where(PickupRow.batch_id == batch_id, PickupRow.stack == stack))
