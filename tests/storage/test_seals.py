"""The trail in the store is sealed, and whatever is done to it afterwards is found and named."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import urllib3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from minio import Minio
from room import overwrite, rebuild
from sealed import KEY, NOW, PUBLIC, busy
from sqlalchemy import delete

from schemas.environment_errors import SettingWrong
from schemas.settings import SealSettings, Settings
from schemas.store_errors import ObjectAltered
from storage import keys
from storage.archive.archive import Archive
from storage.audit import verify_trail
from storage.audit.seals import enter_seal, last_seal, locking_store, seal, seal_when_due
from storage.audit.signer import seal_key
from storage.audit.signing_key import KeyInFile
from storage.audit.verification import check_trail
from storage.database.tables.audit import SealRow
from storage.database.tables.trail import AuditRow
from storage.objects.seaweedfs import Address


@pytest.mark.parametrize("number", [3, 8])
@pytest.mark.parametrize("harm", ["alter", "remove"])
def test_events_in_the_store(lite_archive: Archive, number: int, harm: str) -> None:
    for n in range(8):
        lite_archive.audit.append("paper.view", f"p{n}")
    assert not list(check_trail(lite_archive))
    content = lite_archive.store.get(keys.audit(number))
    overwrite(
        lite_archive,
        keys.audit(number),
        content.replace(b"paper.view", b"paper.show") if harm == "alter" else None,
    )
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
    mine = signed.seal.with_changes(key=thief.public_key().public_bytes_raw().hex())
    forged = signed.with_changes(
        seal=mine, signature=thief.sign(verify_trail.canonical_bytes(mine.model_dump(mode="json"))).hex()
    )
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
    first = seal_when_due(lite_archive, lambda: KEY, NOW)
    assert first
    assert seal_when_due(lite_archive, lambda: KEY, NOW + timedelta(hours=3)) is None
    again = seal_when_due(lite_archive, lambda: KEY, NOW + timedelta(hours=25))
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
    first, again = (seal_key(settings).public for _ in range(2))
    assert first == again
    file = tmp_path / "keys" / "seal.pem"
    assert file.stat().st_mode & 0o077 == 0
    (tmp_path / "other.pem").write_text("no key")
    with pytest.raises(SettingWrong):
        seal_key(Settings(data=tmp_path, seal=SealSettings(key_file=tmp_path / "other.pem")))


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
    mine = signed.seal.with_changes(key=thief.public_key().public_bytes_raw().hex())
    forged = signed.with_changes(
        seal=mine, signature=thief.sign(verify_trail.canonical_bytes(mine.model_dump(mode="json"))).hex()
    )
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
        seal(lite_archive, KeyInFile(Ed25519PrivateKey.generate()), NOW)


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


def test_a_copy_put_over_a_locked_one_does_not_count(lite_archive: Archive, store_address: Address) -> None:
    busy(lite_archive, 6, 2)
    locks, name = lite_archive.store.beside("seals"), keys.seal(1)
    other = lite_archive.store.get(keys.seal(2))
    key = locks._client._provider.retrieve()
    trust = urllib3.PoolManager(ca_certs=store_address.ca_file)
    client = Minio(locks.endpoint, key.access_key, key.secret_key, region="us-east-1", http_client=trust)
    client.put_object(locks.bucket, name, io.BytesIO(other), len(other))  # plainly, over the locked version
    assert locks.read(name)[0] == other
    assert not list(check_trail(lite_archive, PUBLIC)), "the first version is the one that counts"
    overwrite(lite_archive, name, other)
    assert "seal 1" in dict(check_trail(lite_archive, PUBLIC))
