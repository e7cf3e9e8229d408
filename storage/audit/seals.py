"""Seals (niêm phong) of the audit trail: what happened up to then is signed, and locked where the store can.

A seal closes a stretch of events: its first and last number, the hash of the last one (which holds all
before it), and the seal before. It is signed with the office's Ed25519 key; the stretch lies beside it.
"""

import gzip
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy import select

from schemas.account import Actor
from schemas.base.ids import sha256_of
from schemas.base.timezone import HANOI
from schemas.environment_errors import SettingWrong
from schemas.seal import Seal, SignedSeal
from schemas.store_errors import ObjectAltered, ObjectMissing, StoreUnavailable
from storage import keys
from storage.archive.archive import Archive
from storage.audit.signed_records import is_signed
from storage.audit.signing_key import Signer
from storage.audit.verify_trail import FIRST
from storage.database.engine import Database
from storage.database.leases import held
from storage.database.tables.audit import SealRow
from storage.database.upserts import insert_missing
from storage.objects.store import ObjectStore

KEPT = timedelta(days=366)
"""The trail is kept for 12 months at least (Decree 356/2025/NĐ-CP; nothing here ever deletes it)."""


def seal(
    archive: Archive, key: Signer, now: datetime, by: Actor | None = None, *, next_key: str = ""
) -> Seal | None:
    """Close all events that no seal closes yet; None when there are none, or another is at it.

    A seal that was written before its sealer was killed is finished first. With `next_key` (64 hex digits)
    the office hands over: the seals after this are signed with that. Raises `SettingWrong` for a key that the
    trail is not sealed with, `SignerUnavailable`, `ObjectAltered`.
    """
    with held(archive.database, "seal") as mine:
        return _seal(archive, key, now, by, next_key) if mine else None


def _seal(archive: Archive, key: Signer, now: datetime, by: Actor | None, next_key: str) -> Seal | None:
    before = put_back_events(archive)
    number = before.seal.number + 1 if before else 1
    if before and before.seal.signed_next_by != key.public.hex():
        raise SettingWrong("seal.key_file", f"the trail is sealed with {before.seal.signed_next_by[:16]}…")
    if archive.store.exists(keys.seal(number)):
        _finish(archive, _own_seal(archive, number, key.public))
        return _seal(archive, key, now, by, next_key)
    first = before.seal.last + 1 if before else 1
    heads = [sha256_of(content) for content in _own_events(archive, first)]
    if not heads:
        return None
    draft = Seal(
        number=number,
        first=first,
        last=first + len(heads) - 1,
        head=heads[-1],
        previous=sha256_of(before.seal.canonical) if before else FIRST,
        sealed_at=now,
        key=key.public.hex(),
        locked_until=now + KEPT if locking_store(archive.store) else None,
        next_key=next_key,
    )
    signed = key.seal(draft)
    _check_signed(signed, draft, heads)
    archive.store.put(keys.seal(number), signed.line, "application/json")
    _finish(archive, signed)
    archive.audit.append("audit.seal", f"{number}", by, detail=_told(signed.seal))
    return signed.seal


def _check_signed(signed: SignedSeal, draft: Seal, heads: list[str]) -> None:
    """An agent may return the seal that it signed before a crash: it has to be of these events.

    Raises `ObjectAltered`.
    """
    made = signed.seal
    same = (made.number, made.first, made.previous) == (draft.number, draft.first, draft.previous)
    stretch = made.last - made.first
    if not same or not 0 <= stretch < len(heads) or heads[stretch] != made.head:
        raise ObjectAltered(keys.seal(draft.number), "sealed before, over other events")


def _told(made: Seal) -> str:
    stretch = f"{made.first}–{made.last}"
    return f"{stretch} → {made.next_key}" if made.next_key else stretch


def put_back_events(archive: Archive) -> SignedSeal | None:
    """Set aside what is no event of ours, put again what a power cut took; the last seal.

    Looked at are the events that no seal closes yet.
    """
    before = last_seal(archive.database)
    archive.audit.set_aside_foreign(before.seal.last if before else 0)
    archive.audit.put_back(before.seal.last if before else 0)
    return before


def _own_seal(archive: Archive, number: int, public: bytes) -> SignedSeal:
    """A seal that was written and not entered. Raises `ObjectAltered` when it is not signed with our key."""
    signed = archive.get_record(keys.seal(number), SignedSeal)
    if not is_signed(public, signed.seal.canonical, bytes.fromhex(signed.signature)):
        raise ObjectAltered(keys.seal(number), "not our seal")
    return signed


def _finish(archive: Archive, signed: SignedSeal) -> None:
    """Keep the stretch that a seal closes, lock both where the server can, and enter the seal."""
    one = signed.seal
    events = [archive.store.get(keys.audit(number)) for number in range(one.first, one.last + 1)]
    content = gzip.compress(b"\n".join([*events, b""]), 6, mtime=0)
    archive.store.put(keys.sealed_events(one.number), content, "application/gzip")
    locks = locking_store(archive.store) if one.locked_until else None
    if locks:
        until = one.locked_until
        locks.put(keys.sealed_events(one.number), content, "application/gzip", locked_until=until)
        locks.put(keys.seal(one.number), signed.line, "application/json", locked_until=until)
        locks.prove()
    archive.store.flush()
    enter_seal(archive.database, signed)


def lock_again(archive: Archive) -> None:
    """Lock copies of seals that came back from a backup, where this store can."""
    locks = locking_store(archive.store)
    for number, line in stored_seals(archive.store) if locks else ():
        until = SignedSeal.model_validate_json(line).seal.locked_until
        closed = keys.sealed_events(number)
        if locks and until and until > datetime.now(UTC) and archive.store.exists(closed):
            events = archive.store.get(closed)
            locks.put(keys.sealed_events(number), events, "application/gzip", locked_until=until)
            locks.put(keys.seal(number), line, "application/json", locked_until=until)
            locks.prove()


def seal_when_due(archive: Archive, key: Callable[[], Signer], now: datetime) -> Seal | None:
    """Close the trail once a day, with the first look after midnight in Hanoi."""
    before = last_seal(archive.database)
    today = now.astimezone(HANOI).date()
    if before and before.seal.sealed_at.astimezone(HANOI).date() >= today:
        return None
    return seal(archive, key(), now)


def enter_seal(database: Database, signed: SignedSeal) -> None:
    """Enter a seal; entering it again changes nothing."""
    row: dict[str, object] = {
        "number": signed.seal.number,
        "last": signed.seal.last,
        "record": signed.model_dump(mode="json"),
    }
    with database.session() as session:
        insert_missing(session, SealRow, [row])


def last_seal(database: Database) -> SignedSeal | None:
    """The newest one."""
    with database.session() as session:
        record = session.scalar(select(SealRow.record).order_by(SealRow.number.desc()).limit(1))
    return SignedSeal.model_validate(record) if record else None


def locking_store(store: ObjectStore) -> ObjectStore | None:
    """The bucket where seals are locked, if this server enforces locks: it is asked to break one."""
    beside = store.beside("seals")
    try:
        beside.prepare(lockable=True)
    except StoreUnavailable:
        return None
    return beside if beside.enforces_lock() else None


def stored_seals(store: ObjectStore) -> Iterator[tuple[int, bytes]]:
    """Number and line of each seal that lies in the store."""
    for name in store.keys(keys.SEALS):
        number = keys.number_in(name, keys.SEALS)
        if number is not None:
            yield number, store.read(name)[0]


def _own_events(archive: Archive, first: int) -> Iterator[bytes]:
    """Events from a number on, as long as there is a next one.

    Raises `ObjectAltered` at what none of us wrote: nothing else is sealed.
    """
    previous = sha256_of(archive.store.get(keys.audit(first - 1))) if first > 1 else FIRST
    for number in count(first):
        try:
            content = archive.store.get(keys.audit(number))
        except ObjectMissing:
            return
        event = archive.audit.own_event(content, number)
        if event is None or event.previous != previous:
            raise ObjectAltered(keys.audit(number), "not written by us")
        previous = sha256_of(content)
        yield content
