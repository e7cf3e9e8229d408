"""Losses: objects that were not what they had been, on record for ever, and what made them good."""

from datetime import UTC, datetime

from sqlalchemy import func, select, update

from schemas.audit_event import Event
from schemas.base.ids import derive_id
from schemas.fixity import Damage, Loss, Repair
from storage.archive.archive import Archive
from storage.database.engine import Database
from storage.database.tables.audit import LossRow
from storage.database.upserts import insert_missing


def open_losses(database: Database) -> list[Loss]:
    """Losses that nothing made good yet."""
    query = select(LossRow.record).where(LossRow.repaired_at.is_(None)).order_by(LossRow.found_at)
    with database.session() as session:
        return [Loss.model_validate(record) for record in session.scalars(query)]


def count_losses(database: Database) -> tuple[int, int]:
    """All that were ever found, and those made good."""
    with database.session() as session:
        return (
            session.scalar(select(func.count()).select_from(LossRow)) or 0,
            session.scalar(select(func.count(LossRow.repaired_at))) or 0,
        )


def enter_loss(database: Database, loss: Loss) -> None:
    """Enter a loss; entering it again changes nothing."""
    row = {"id": loss.id, "key": loss.key, "found_at": loss.found_at, "record": loss.model_dump(mode="json")}
    with database.session() as session:
        insert_missing(session, LossRow, [row])


def enter_repair(database: Database, repair: Repair) -> None:
    """Enter that a loss was made good."""
    with database.session() as session:
        session.execute(update(LossRow).where(LossRow.id == repair.loss_id).values(repaired_at=repair.at))


def note_loss(archive: Archive, key: str, expected: str, found: str) -> Loss:
    """The record of a loss, written once; lost again after a repair, it is another loss."""
    repairs = select(func.count()).where(LossRow.key == key, LossRow.repaired_at.is_not(None))
    with archive.database.session() as session:
        times = session.scalar(repairs) or 0
    loss = Loss(
        id=derive_id("loss", key, expected, found, times),
        key=key,
        damage=Damage.ALTERED if found else Damage.MISSING,
        expected=expected,
        found=found,
        found_at=datetime.now(UTC),
    )
    return archive.commit(loss, Event(action="fixity.loss", target=key, detail=loss.damage))


def close_losses(archive: Archive, sound: list[str], source: str) -> None:
    """Write for every open loss of these keys that it is made good: from a second store, or by hand."""
    query = select(LossRow.id).where(LossRow.key.in_(sound), LossRow.repaired_at.is_(None))
    with archive.database.session() as session:
        ids = session.scalars(query).all()
    for loss_id in ids:
        archive.commit(Repair(loss_id=loss_id, at=datetime.now(UTC), source=source))
