"""The sealed trail looked at: everything that is wrong with it, and the trail to take away."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from schemas.base.ids import sha256_of
from schemas.seal import SignedSeal
from storage import keys
from storage.archive.archive import Archive
from storage.audit.events import check_index, last_event
from storage.audit.seals import last_seal, locking_store, stored_seals
from storage.audit.verify_trail import flaws
from storage.audit.witnesses import Witness, contradictions
from storage.database.engine import Database
from storage.database.tables.audit import SealRow
from storage.objects.store import ObjectStore


def check_trail(
    archive: Archive, key: str = "", witnesses: Sequence[Witness] = ()
) -> Iterator[tuple[str, str]]:
    """Everything that is wrong with the trail in the store: `event 17`, and what.

    Besides the chain and the seals, the index in SQL is held against it, row by row, the locked copies
    against the seals, and what others witnessed. `key` is the public key that is expected. What is written
    meanwhile is left out.
    """
    rows, until = _seal_lines(archive.database), last_event(archive.database)
    copies = _locked_copies(archive.store)
    stored = dict(stored_seals(archive.store))
    seals = {number: line for number, line in stored.items() if number <= max(rows, default=0)}
    digests: dict[int, str] = {}
    foreign: list[int] = []

    def events() -> Iterator[bytes]:
        for name in archive.store.keys(keys.AUDIT):
            number = keys.number_in(name, keys.AUDIT)
            if number is None or number <= until:
                content = archive.store.read(name)[0]
                digests[number or 0] = sha256_of(content)
                if number and archive.audit.own_event(content, number) is None:
                    foreign.append(number)
                yield content

    told = set()
    for where, what in flaws(events(), [seals[number] for number in sorted(seals)], key, closed=False):
        told.add(where)
        yield where, what
    for number in foreign:
        told.add(f"event {number}")
        yield f"event {number}", "not signed by any process of ours"
    for number, what in check_index(archive.database, digests, until):
        if f"event {number}" not in told:
            yield f"event {number}", what
    yield from contradictions(witnesses, digests)
    yield from _check_seals(rows, copies, stored, locks=locking_store(archive.store) is not None)


def _check_seals(
    rows: dict[int, bytes], copies: dict[int, bytes], stored: dict[int, bytes], *, locks: bool
) -> Iterator[tuple[str, str]]:
    """Seals as indexed and as locked against those in the store.

    A copy is demanded as long as it is to be locked, and of a store that `locks`.
    """
    for number, line in rows.items():
        if stored.get(number) != line:
            yield f"seal {number}", "missing, or not the one that was indexed"
        until = SignedSeal.model_validate_json(line).seal.locked_until
        if locks and until and until > datetime.now(UTC) and number not in copies:
            yield f"seal {number}", "its locked copy is missing"
    for number, line in copies.items():
        if stored.get(number) != line:
            yield f"seal {number}", "missing, or not the one that was locked"


def _seal_lines(database: Database) -> dict[int, bytes]:
    with database.session() as session:
        return {
            row.number: SignedSeal.model_validate(row.record).line for row in session.scalars(select(SealRow))
        }


def _locked_copies(store: ObjectStore) -> dict[int, bytes]:
    """Seals as they were locked: the first version of each, whatever was put over it since."""
    beside = store.beside("seals")
    kept = beside.first_versions(keys.SEALS) if beside.is_there() else {}
    numbered = ((keys.number_in(name, keys.SEALS), line) for name, line in kept.items())
    return {number: line for number, line in numbered if number is not None}


def export_trail(archive: Archive, folder: Path) -> tuple[int, int]:
    """Write the sealed trail, the seals and the program that checks both; how many events and seals."""
    folder.mkdir(parents=True, exist_ok=True)
    signed = last_seal(archive.database)
    last = signed.seal.last if signed else 0
    with (folder / "events.jsonl").open("wb") as out:
        for number in range(1, last + 1):
            out.write(archive.store.get(keys.audit(number)) + b"\n")
    number = signed.seal.number if signed else 0
    lines = [line for at, line in sorted(stored_seals(archive.store)) if at <= number]
    (folder / "seals.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    program = Path(__file__).with_name("verify_trail.py")
    (folder / program.name).write_bytes(program.read_bytes())
    return last, len(lines)
