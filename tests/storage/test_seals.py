"""The trail is sealed, and whatever is done to it afterwards is found and named."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from room import overwrite, rebuild
from sqlalchemy import delete

from schemas.errors import ObjectAltered, SettingWrong
from schemas.settings import SealSettings, Settings
from storage import keys, verify_trail
from storage.archive import Archive
from storage.auditing_tables import SealRow
from storage.seals import (
    check_trail,
    enter_seal,
    export_trail,
    last_seal,
    locking_store,
    seal,
    seal_key,
    seal_when_due,
)
from storage.tables import AuditRow
from storage.verify_trail import flaws

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = KEY.public_key().public_bytes_raw().hex()
NOW = datetime(2026, 11, 22, 17, 5, tzinfo=UTC)


def busy(archive: Archive, events: int, seals: int) -> None:
    """Some days at the desk: `events` in all, sealed every so often and at the end."""
    for number in range(events):
        archive.audit.append("paper.view", f"p{number}", purpose="Kiểm tra", detail=f"r{number}")
        if number % (events // seals) == 0:
            seal(archive, KEY, NOW)
    seal(archive, KEY, NOW)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory, store_address) -> Path:  # type: ignore[no-untyped-def]
    """A sealed trail of 60 events, exported."""
    from storage.audit import AuditTrail
    from storage.database import Database
    from storage.ledger import Ledger
    from storage.objects import ObjectStore

    store = ObjectStore(store_address.endpoint, store_address.access_key, store_address.secret_key,
                        "test-sealed", secure=False, on_this_host=True)  # fmt: skip
    store.prepare()
    folder = tmp_path_factory.mktemp("trail")
    database = Database(f"sqlite:///{folder / 'a.sqlite'}")
    database.prepare()
    archive = Archive(store, database, Ledger(database), AuditTrail(store, database))
    busy(archive, 60, 2)
    export_trail(archive, folder)
    return folder


def lines_of(folder: Path) -> tuple[list[bytes], list[bytes]]:
    return tuple((folder / n).read_bytes().splitlines() for n in ("events.jsonl", "seals.jsonl"))  # type: ignore[return-value]


def test_the_program_is_short_and_stands_alone(exported: Path) -> None:
    program = exported / "verify_trail.py"
    assert len(program.read_text().splitlines()) < 100
    run = subprocess.run([sys.executable, "-I", "-S", str(program), str(exported), PUBLIC],
                         capture_output=True, text=True, check=True)  # fmt: skip
    assert run.stdout.startswith("flaws: 0\nlast seal: {")
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()
    run = subprocess.run([sys.executable, "-I", "-S", str(program), str(exported), other],
                         capture_output=True, text=True, check=False)  # fmt: skip
    assert run.returncode == 1
    assert "seal 1: forged" in run.stdout


def test_its_signatures_are_those_of_a_known_library() -> None:
    chance = Random(4)
    for length in range(0, 200, 7):
        message = chance.randbytes(length)
        signature = KEY.sign(message)
        public = KEY.public_key().public_bytes_raw()
        assert verify_trail.is_signed(public, message, signature)
        place = chance.randrange(64)
        forged = signature[:place] + bytes([signature[place] ^ 1]) + signature[place + 1 :]
        try:
            assert not verify_trail.is_signed(public, message, forged)
        except ValueError:
            continue
        assert not verify_trail.is_signed(public, message + b"x", signature)


def test_a_thousand_harms_are_found_and_named(exported: Path) -> None:
    events, seals = lines_of(exported)
    assert not list(flaws(events, seals, PUBLIC))
    chance = Random(7)
    for trial in range(1000):
        harmed, stamped, touched = list(events), list(seals), set[str]()
        kind = ("byte", "remove", "swap", "double", "seal byte", "seal gone", "cut")[trial % 7]
        at = chance.randrange(len(events))
        if kind == "byte":
            place = chance.randrange(len(events[at]))
            other = chance.choice([b for b in range(32, 127) if b != events[at][place]])
            harmed[at] = events[at][:place] + bytes([other]) + events[at][place + 1 :]
            touched = {f"event {at + 1}"}
        elif kind == "remove":
            del harmed[at]
            touched = {f"event {at + 1}"}
        elif kind == "swap":
            to = chance.choice([n for n in range(len(events)) if n != at])
            harmed[at], harmed[to] = harmed[to], harmed[at]
            touched = {f"event {at + 1}", f"event {to + 1}"}
        elif kind == "double":
            harmed.insert(at, events[at])
            touched = {f"event {at + 1}"}
        elif kind == "cut":
            harmed = harmed[:at]
            touched = {f"event {len(events)}"}
        elif kind == "seal byte":
            at %= len(seals)
            place = chance.randrange(len(seals[at]))
            stamped[at] = seals[at][:place] + bytes([seals[at][place] ^ 1]) + seals[at][place + 1 :]
            touched = {f"seal {at + 1}"}
        else:
            at = chance.randrange(len(seals) - 1)
            del stamped[at]
            touched = {f"seal {at + 1}"}
        named = {where for where, _ in flaws(harmed, stamped, PUBLIC)}
        assert touched <= named, (trial, kind, at, touched, named)


@pytest.mark.parametrize("number", [3, 8])
@pytest.mark.parametrize("harm", ["alter", "remove"])
def test_events_in_the_store(lite_archive: Archive, number: int, harm: str) -> None:
    for n in range(8):
        lite_archive.audit.append("paper.view", f"p{n}")
    assert not list(check_trail(lite_archive))
    content = lite_archive.store.get(keys.audit(number))
    overwrite(lite_archive, keys.audit(number),
              content.replace(b"paper.view", b"paper.show") if harm == "alter" else None)  # fmt: skip
    named = dict(check_trail(lite_archive))
    assert f"event {number}" in named, "also the last one, which no other event names: the index has its hash"


def test_seals_in_the_store_are_held_to_their_locked_copies(lite_archive: Archive) -> None:
    busy(lite_archive, 6, 2)
    assert locking_store(lite_archive.store), "the embedded server enforces locks"
    assert not list(check_trail(lite_archive, PUBLIC))
    signed = last_seal(lite_archive.database)
    assert signed
    assert signed.seal.locked_until
    assert signed.seal.locked_until > NOW + timedelta(days=365), "12 months at least"
    thief = Ed25519PrivateKey.generate()
    mine = signed.seal.model_copy(update={"key": thief.public_key().public_bytes_raw().hex()})
    forged = signed.model_copy(update={
        "seal": mine,
        "signature": thief.sign(verify_trail.canonical_bytes(mine.model_dump(mode="json"))).hex(),
    })  # fmt: skip
    overwrite(lite_archive, keys.seal(signed.seal.number), forged.line)
    wheres = [where for where, _ in check_trail(lite_archive)]
    assert f"seal {signed.seal.number}" in wheres, "whatever key it names"
    overwrite(lite_archive, keys.seal(signed.seal.number), None)
    assert f"seal {signed.seal.number}" in dict(check_trail(lite_archive))


def test_a_locked_object_cannot_be_deleted(lite_archive: Archive) -> None:
    locks = locking_store(lite_archive.store)
    assert locks
    locks.put("x", b"x", locked_until=datetime.now(UTC) + timedelta(minutes=1))
    (version,) = list(locks._client.list_objects(locks.bucket, "x", include_version=True))
    from minio.error import S3Error

    with pytest.raises(S3Error):
        locks._client.remove_object(locks.bucket, "x", version_id=version.version_id)
    plain = lite_archive.store.beside("plain")
    plain.prepare()
    assert not plain.enforces_lock(), "probed, not assumed"


def test_sealed_once_a_day(lite_archive: Archive) -> None:
    lite_archive.audit.append("a", "x")
    first = seal_when_due(lite_archive, KEY, NOW)
    assert first
    assert seal_when_due(lite_archive, KEY, NOW + timedelta(hours=3)) is None
    again = seal_when_due(lite_archive, KEY, NOW + timedelta(hours=25))
    assert again
    assert (again.number, again.first) == (2, first.last + 1)
    assert lite_archive.store.keys(keys.SEALS)


def test_a_killed_sealer_is_finished_by_the_next(lite_archive: Archive) -> None:
    lite_archive.audit.append("a", "x")
    seal(lite_archive, KEY, NOW)
    with lite_archive.database.session() as session:
        session.execute(delete(SealRow))
    lite_archive.audit.append("a", "y")
    made = seal(lite_archive, KEY, NOW)
    assert made
    assert made.number == 2
    assert not list(check_trail(lite_archive, PUBLIC))
    signed = last_seal(lite_archive.database)
    assert signed
    enter_seal(lite_archive.database, signed)


def test_seals_are_back_from_the_store_alone(lite_archive: Archive, tmp_path: Path) -> None:
    busy(lite_archive, 5, 2)
    again = rebuild(lite_archive, tmp_path / "again.sqlite")
    assert last_seal(again.database) == last_seal(lite_archive.database)
    assert not list(check_trail(again, PUBLIC))


def test_the_key_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    first, again = (seal_key(settings).public_key().public_bytes_raw() for _ in range(2))
    assert first == again
    file = tmp_path / "keys" / "seal.pem"
    assert file.stat().st_mode & 0o077 == 0
    (tmp_path / "other.pem").write_text("no key")
    with pytest.raises(SettingWrong):
        seal_key(Settings(data=tmp_path, seal=SealSettings(key_file=tmp_path / "other.pem")))


def test_an_export_with_nothing_sealed_or_forged_beyond_the_seals_is_flawed(exported: Path) -> None:
    events, seals = lines_of(exported)
    assert ("event 60", "not sealed: the last seal closes event 0") not in set(flaws(events, seals, PUBLIC))
    assert list(flaws(events, [], PUBLIC)), "no seal at all"
    assert list(flaws(events, seals[:-1], PUBLIC)), "the last one gone"


@pytest.mark.parametrize(
    ("events", "seals"),
    [(b'{"number":1e999,"previous":"x"}', b""), (b"[" * 100_000, b""), (b"{}", b"[]"), (b"\xff", b"\xff"),
     (b"null", b'{"seal":{"key":"","number":[],"last":{}},"signature":""}')],
)  # fmt: skip
def test_what_makes_no_sense_is_a_flaw_and_no_crash(events: bytes, seals: bytes) -> None:
    assert list(flaws([events], [seals], PUBLIC))
    assert list(flaws([events], [seals]))


def test_a_seal_is_written_in_one_way_only(exported: Path) -> None:
    events, seals = lines_of(exported)
    loud = seals[0][:-40] + seals[0][-40:].upper()
    more = seals[0][:-1] + b',"note":"checked"}'
    long = seals[0][:-2] + b"00" * 3000 + seals[0][-2:]
    for forged in (loud, more, long):
        assert "seal 1" in {where for where, _ in flaws(events, [forged, *seals[1:]], PUBLIC)}


def test_the_index_is_held_against_the_store(lite_archive: Archive) -> None:
    for number in range(6):
        lite_archive.audit.append("paper.view", f"p{number}")
    with lite_archive.database.session() as session:
        session.execute(delete(AuditRow).where(AuditRow.number == 2))
        row = session.get(AuditRow, 4)
        assert row
        row.record = {**row.record, "actor": "innocent"}
        row.actor = "innocent"
        other = session.get(AuditRow, 5)
        assert other
        other.target = "p9"
    assert {where for where, _ in check_trail(lite_archive)} == {"event 2", "event 4", "event 5"}


def test_a_hidden_or_covered_lock_is_seen_through(lite_archive: Archive) -> None:
    busy(lite_archive, 6, 2)
    locks = lite_archive.store.beside("seals")
    signed = last_seal(lite_archive.database)
    assert signed
    number = signed.seal.number
    thief = Ed25519PrivateKey.generate()
    mine = signed.seal.model_copy(update={"key": thief.public_key().public_bytes_raw().hex()})
    forged = signed.model_copy(update={
        "seal": mine,
        "signature": thief.sign(verify_trail.canonical_bytes(mine.model_dump(mode="json"))).hex(),
    })  # fmt: skip
    locks._client.remove_object(locks.bucket, keys.seal(number))  # leaves a marker over the locked version
    overwrite(lite_archive, keys.seal(number), None)
    with lite_archive.database.session() as session:
        session.execute(delete(SealRow).where(SealRow.number == number))
    assert f"seal {number}" in dict(check_trail(lite_archive, PUBLIC))
    overwrite(lite_archive, keys.seal(number), forged.line)
    with pytest.raises(ObjectAltered):
        seal(lite_archive, KEY, NOW)
    assert f"seal {number}" in dict(check_trail(lite_archive, PUBLIC))


def test_another_machine_without_the_key_seals_nothing(lite_archive: Archive) -> None:
    busy(lite_archive, 4, 2)
    lite_archive.audit.append("a", "x")
    with pytest.raises(SettingWrong):
        seal(lite_archive, Ed25519PrivateKey.generate(), NOW)


def test_nothing_is_wrong_while_people_work(lite_archive: Archive) -> None:
    busy(lite_archive, 6, 2)
    found = []
    for number, flaw in enumerate(check_trail(lite_archive, PUBLIC)):
        lite_archive.audit.append("a", f"{number}")
        found.append(flaw)
    lite_archive.audit.append("a", "more")
    assert found == []
    stray = lite_archive.store
    stray.put("audit/x.json", b"not an event")
    assert [where for where, _ in check_trail(lite_archive, PUBLIC)], "a stray object is told, not a crash"
