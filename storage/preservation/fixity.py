"""Fixity (OAIS; ISO 14721): every object hashed again, slice by slice; what is lost is told, and repaired.

An object is held to the hash it had when it was written (`storage.database.digests`), so that a forged hash
beside it does not help; scans and views are held to their own names besides. With a second store every
object is copied there, and comes back from there.
"""

import gzip
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from schemas.account import Actor
from schemas.audit_event import Event
from schemas.base.ids import sha256_of
from schemas.fixity import Damage, Loss, Sweep
from schemas.logs import LogLevel
from schemas.store_errors import ObjectExists, ObjectMissing
from storage import keys
from storage.archive.archive import Archive
from storage.archive.receipts import batch_receipts
from storage.database.digests import Digests, named_digest
from storage.database.engine import Database
from storage.database.leases import held
from storage.database.tables.audit import DigestRow, SweepRow
from storage.database.upserts import insert_missing
from storage.logs import log_event
from storage.objects.store import ObjectStore
from storage.records.losses import close_losses, note_loss

_SLICE = 500


@dataclass
class _Tally:
    """What a sweep has seen so far."""

    objects: int = 0
    size: int = 0
    copied: int = 0
    repaired: int = 0
    losses: list[Loss] = field(default_factory=list)


def sweep(
    archive: Archive, second: ObjectStore | None, *, seconds: float = 0, by: Actor | None = None
) -> Sweep | None:
    """Hash the next slice of the store, as much as fits into `seconds` (0: all of it, from the beginning).

    Ends with a record in the store and an event on the trail, whatever it found. None when another is at it.
    """
    with held(archive.database, "fixity") as mine:
        return _sweep(archive, second, seconds, by) if mine else None


def _sweep(archive: Archive, second: ObjectStore | None, seconds: float, by: Actor | None) -> Sweep:
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
    made = Sweep(
        number=before.number + 1 if before else 1,
        after=after,
        last=cursor,
        begun_at=begun,
        ended_at=datetime.now(UTC),
        objects=tally.objects,
        bytes=tally.size,
        copied=tally.copied,
        losses=tuple(loss.id for loss in tally.losses),
        repaired=tally.repaired,
    )
    log_event(
        "fixity.sweep",
        level=LogLevel.ERROR if tally.losses else LogLevel.INFO,
        objects=tally.objects,
        bytes=tally.size,
        lost=len(tally.losses),
        repaired=tally.repaired,
        seconds=round((made.ended_at - made.begun_at).total_seconds(), 3),
    )
    detail = f"{tally.objects} objects, {len(tally.losses)} lost, {tally.repaired} repaired"
    return _keep_sweep(archive, made, detail, by)


def _keep_sweep(archive: Archive, made: Sweep, detail: str, by: Actor | None) -> Sweep:
    """Keep a sweep under its number, or the next that is free: one may have been killed before its row."""
    while True:
        event = Event(action="fixity.sweep", target=f"{made.number}", detail=detail)
        try:
            return archive.commit(made, event, by, new=True)
        except ObjectExists:
            enter_sweep(archive.database, archive.get_record(keys.sweep(made.number), Sweep))
            made = made.with_changes(number=made.number + 1)


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
    hashed, stored = {}, {}
    for key in found:
        try:
            content, stored[key] = archive.store.read(key)
        except ObjectMissing:  # gone since it was listed
            continue
        hashed[key] = sha256_of(content)
        tally.size += len(content)
    tally.objects += len(hashed)
    with archive.database.session() as session:
        known = _known(session, *between)
    written = Digests(archive.database).written(key for key in hashed if key not in known)
    fresh = {
        key: named_digest(key) or written.get(key) or stored[key] or hashed[key]
        for key in hashed
        if key not in known
    }
    _remember(archive, fresh)
    Digests(archive.database).taken_over(written)
    expected = {**known, **fresh}
    sound = [key for key in hashed if hashed[key] == expected[key]]
    tally.copied += _copy(archive.store, second, {key: expected[key] for key in sound}) if second else 0
    close_losses(archive, sound, "")
    for key in sorted(expected.keys() - set(sound)):
        now = _digest_now(archive.store, key)
        if now != expected[key]:
            loss = note_loss(archive, key, expected[key], now)
            tally.losses.append(loss)
            tally.repaired += _repair(archive, second, loss)


def _digest_now(store: ObjectStore, key: str) -> str:
    """The hash an object has at this moment, looked at once more before it is called lost; empty: missing."""
    try:
        return sha256_of(store.read(key)[0])
    except ObjectMissing:
        return ""


def _remember(archive: Archive, fresh: dict[str, str]) -> None:
    """Keep the hashes of objects seen for the first time: in the store, then in SQL."""
    if not fresh:
        return
    lines = "".join(f"{digest} {key}\n" for key, digest in sorted(fresh.items())).encode()
    archive.store.put(keys.digests(sha256_of(lines)), gzip.compress(lines, 6, mtime=0), "application/gzip")
    archive.store.flush()
    rows: list[dict[str, object]] = [{"key": key, "digest": digest} for key, digest in fresh.items()]
    with archive.database.session() as session:
        insert_missing(session, DigestRow, rows)


def _copy(store: ObjectStore, second: ObjectStore, sound: dict[str, str]) -> int:
    """Bring objects to the second store, none but as they should be; how many it lacked."""
    copied = 0
    for key, digest in sound.items():
        if not second.exists(key):
            content = store.read(key)[0]
            if sha256_of(content) == digest:
                second.put(key, content)
                copied += 1
    second.flush()
    return copied


def _known(session: Session, after: str, last: str) -> dict[str, str]:
    query = select(DigestRow.key, DigestRow.digest).where(DigestRow.key > after)
    if last:
        query = query.where(DigestRow.key <= last)
    return dict(session.execute(query).tuples().all())


def _repair(archive: Archive, second: ObjectStore | None, loss: Loss) -> bool:
    """Keep the damaged bytes, and put a good copy in their place if there is one."""
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
    archive.store.flush()
    close_losses(archive, [loss.key], second.endpoint)
    archive.audit.append("fixity.repair", loss.key)
    return True


def missing_objects(archive: Archive) -> Iterator[str]:
    """Keys that the ledger knows and the store lacks: lost before any sweep saw them."""
    for batch in archive.ledger.batches():
        for receipt in batch_receipts(archive.database, batch.id):
            if receipt.sha256 and not archive.store.exists(keys.scan(receipt.sha256)):
                yield keys.scan(receipt.sha256)
        for dossier in archive.ledger.dossiers(batch.id):
            for paper in archive.ledger.papers(dossier):
                wanted = [paper.pdf_key, paper.alto_key, keys.paper(paper.id, paper.revision)]
                wanted += [keys.text(page) for page in paper.pages]
                yield from (key for key in wanted if not archive.store.exists(key))
