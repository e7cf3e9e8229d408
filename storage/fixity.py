"""Fixity (OAIS; ISO 14721): every object hashed again, slice by slice; what is lost is told, and repaired.

An object is held to the hash it had when it was first seen here (`DigestRow`), so that a forged hash beside
it does not help; scans and views are held to their own names besides. With a second store every object is
copied there, and comes back from there.
"""

import gzip
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from schemas.account import Actor
from schemas.errors import ObjectMissing
from schemas.frozen import Frozen
from schemas.ids import derive_id, sha256_of
from storage import keys
from storage.archive import Archive
from storage.auditing_tables import DigestRow, LossRow, SweepRow
from storage.database import Database
from storage.inserts import insert_missing
from storage.objects import ObjectStore

_SLICE = 500
_NAMED = (keys.SCANS, keys.VIEWS)
"""Objects whose names are their hashes."""


class Damage(StrEnum):
    """What became of an object."""

    ALTERED = "altered"
    MISSING = "missing"


class Loss(Frozen):
    """An object that is not what it was. Written once; a repair is another record."""

    id: str
    key: str
    damage: Damage
    expected: str
    """SHA-256 it should have."""
    found: str
    """SHA-256 it has; empty when it is missing."""
    found_at: datetime


class Repair(Frozen):
    """A loss made good."""

    loss_id: str
    at: datetime
    source: str


class Sweep(Frozen):
    """One slice: which keys were hashed, and what was wrong."""

    number: int
    after: str
    """The last key of the slice before; empty at the beginning of a round."""
    last: str
    """Its own last key; empty when the round is complete."""
    begun_at: datetime
    ended_at: datetime
    objects: int
    bytes: int
    copied: int
    losses: tuple[str, ...]
    repaired: int


@dataclass
class _Tally:
    """What a sweep has seen so far."""

    objects: int = 0
    size: int = 0
    copied: int = 0
    repaired: int = 0
    losses: list[Loss] = field(default_factory=list)
    fresh: dict[str, str] = field(default_factory=dict)


def sweep(
    archive: Archive, second: ObjectStore | None, *, seconds: float = 0, by: Actor | None = None
) -> Sweep:
    """Hash the next slice of the store, as much as fits into `seconds` (0: all of it, from the beginning).

    Ends with a record in the store and an event on the trail, whatever it found.
    """
    begun, deadline, tally = datetime.now(UTC), time.monotonic() + seconds, _Tally()
    before = last_sweep(archive.database)
    after = cursor = before.last if before and seconds else ""
    while True:
        found = list(islice(_own_keys(archive.store, cursor), _SLICE))
        last = found[-1] if len(found) == _SLICE else ""
        _sweep_keys(archive, second, found, (cursor, last), tally)
        cursor = last
        if not cursor or (seconds and time.monotonic() > deadline):
            break
    number = before.number + 1 if before else 1
    made = Sweep(
        number=number, after=after, last=cursor, begun_at=begun, ended_at=datetime.now(UTC),
        objects=tally.objects, bytes=tally.size, copied=tally.copied,
        losses=tuple(loss.id for loss in tally.losses), repaired=tally.repaired,
    )  # fmt: skip
    lines = "".join(f"{digest} {key}\n" for key, digest in tally.fresh.items())
    archive.store.put(keys.digests(number), gzip.compress(lines.encode(), 6, mtime=0), "application/gzip")
    archive.put_record(keys.sweep(number), made)
    archive.store.flush()
    enter_sweep(archive.database, made)
    detail = f"{tally.objects} objects, {len(tally.losses)} lost, {tally.repaired} repaired"
    archive.audit.append("fixity.sweep", f"{number}", by, detail=detail)
    return made


def last_sweep(database: Database) -> Sweep | None:
    """The newest one."""
    with database.session() as session:
        record = session.scalar(select(SweepRow.record).order_by(SweepRow.number.desc()).limit(1))
    return Sweep.model_validate(record) if record else None


def last_sweeps(database: Database, limit: int) -> list[Sweep]:
    """The newest ones, newest first."""
    with database.session() as session:
        records = session.scalars(select(SweepRow.record).order_by(SweepRow.number.desc()).limit(limit))
        return [Sweep.model_validate(record) for record in records]


def open_losses(database: Database) -> list[Loss]:
    """Losses that nothing made good yet."""
    query = select(LossRow.record).where(LossRow.repaired_at.is_(None)).order_by(LossRow.found_at)
    with database.session() as session:
        return [Loss.model_validate(record) for record in session.scalars(query)]


def count_losses(database: Database) -> tuple[int, int]:
    """All that were ever found, and those made good."""
    with database.session() as session:
        return (session.scalar(select(func.count()).select_from(LossRow)) or 0,
                session.scalar(select(func.count(LossRow.repaired_at))) or 0)  # fmt: skip


def enter_loss(database: Database, loss: Loss) -> None:
    """Enter a loss; entering it again changes nothing."""
    row = {"id": loss.id, "key": loss.key, "found_at": loss.found_at, "record": loss.model_dump(mode="json")}
    with database.session() as session:
        insert_missing(session, LossRow, [row])


def enter_repair(database: Database, repair: Repair) -> None:
    """Enter that a loss was made good."""
    with database.session() as session:
        session.execute(update(LossRow).where(LossRow.id == repair.loss_id).values(repaired_at=repair.at))


def enter_sweep(database: Database, made: Sweep) -> None:
    """Enter a sweep; entering it again changes nothing."""
    row = {"number": made.number, "ended_at": made.ended_at, "record": made.model_dump(mode="json")}
    with database.session() as session:
        insert_missing(session, SweepRow, [row])


def enter_digests(archive: Archive, key: str) -> None:
    """Enter what a sweep saw for the first time; what is known already stays as it is."""
    lines = gzip.decompress(archive.store.get(key)).decode().splitlines()
    rows: list[dict[str, object]] = [
        {"key": name, "digest": digest} for digest, _, name in (line.partition(" ") for line in lines)
    ]
    with archive.database.session() as session:
        insert_missing(session, DigestRow, rows)


def _own_keys(store: ObjectStore, after: str) -> Iterator[str]:
    return (key for key in store.keys(after=after) if not key.startswith("."))


def _sweep_keys(
    archive: Archive, second: ObjectStore | None, found: list[str], between: tuple[str, str], tally: _Tally
) -> None:
    """Hash these keys, which are all between two (the second empty: to the end), and see to each loss."""
    hashed: dict[str, str] = {}
    stored: dict[str, str] = {}
    for key in found:
        content, stored[key] = archive.store.read(key)
        hashed[key] = sha256_of(content)
        tally.size += len(content)
        if second and hashed[key] == stored[key] and not second.exists(key):
            second.put(key, content)
            tally.copied += 1
    tally.objects += len(found)
    with archive.database.session() as session:
        known = _known(session, *between)
        fresh = {key: _first_digest(key, stored[key] or hashed[key]) for key in found if key not in known}
        insert_missing(session, DigestRow, [{"key": key, "digest": d} for key, d in fresh.items()])
        wrong = {key: expected for key, expected in {**known, **fresh}.items() if hashed.get(key) != expected}
        losses = [_loss(session, key, expected, hashed.get(key, "")) for key, expected in wrong.items()]
    tally.fresh |= fresh
    tally.losses += losses
    tally.repaired += sum(_see_to(archive, second, loss) for loss in losses)


def _known(session: Session, after: str, last: str) -> dict[str, str]:
    query = select(DigestRow.key, DigestRow.digest).where(DigestRow.key > after)
    if last:
        query = query.where(DigestRow.key <= last)
    return dict(session.execute(query).tuples().all())


def _first_digest(key: str, stored: str) -> str:
    """What an object seen for the first time has to have: the hash it is named by, or was stored with."""
    for prefix in _NAMED:
        if key.startswith(prefix):
            return key.removeprefix(prefix).removesuffix(".jpg")
    return stored


def _loss(session: Session, key: str, expected: str, found: str) -> Loss:
    """The loss of an object; lost again after a repair, it is another loss."""
    repairs = select(func.count()).where(LossRow.key == key, LossRow.repaired_at.is_not(None))
    return Loss(
        id=derive_id("loss", key, expected, found, session.scalar(repairs) or 0), key=key,
        damage=Damage.ALTERED if found else Damage.MISSING, expected=expected, found=found,
        found_at=datetime.now(UTC),
    )  # fmt: skip


def _see_to(archive: Archive, second: ObjectStore | None, loss: Loss) -> bool:
    """Keep the record of a loss and the damaged bytes, then repair it if that can be done."""
    enter_loss(archive.database, archive.keep_first(keys.loss(loss.id), loss))
    archive.audit.append("fixity.loss", loss.key, detail=loss.damage)
    try:
        good = second.read(loss.key)[0] if second else b""
    except ObjectMissing:
        return False
    if second is None or sha256_of(good) != loss.expected:
        return False
    if loss.damage is Damage.ALTERED:
        archive.store.put(keys.damaged(loss.id), archive.store.read(loss.key)[0])
        archive.store.flush()
    archive.store.replace(loss.key, good)
    repair = Repair(loss_id=loss.id, at=datetime.now(UTC), source=second.endpoint)
    archive.keep_first(keys.repair(loss.id), repair)
    archive.store.flush()
    enter_repair(archive.database, repair)
    archive.audit.append("fixity.repair", loss.key)
    return True


def missing_objects(archive: Archive) -> Iterator[str]:
    """Keys that the ledger knows and the store lacks: lost before any sweep saw them."""
    for batch in archive.ledger.batches():
        for receipt in archive.ledger.receipts(batch.id):
            if receipt.sha256 and not archive.store.exists(keys.scan(receipt.sha256)):
                yield keys.scan(receipt.sha256)
        for dossier in archive.ledger.dossiers(batch.id):
            for paper in archive.ledger.papers(dossier):
                wanted = [paper.pdf_key, paper.alto_key, keys.paper(paper.id, paper.revision)]
                wanted += [keys.text(page) for page in paper.pages]
                yield from (key for key in wanted if not archive.store.exists(key))
