"""Backups and restoring: incremental, encrypted, whole or not at all; drilled on a real store."""

import io
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from room import PASSWORD, Room, make_room, overwrite
from sqlalchemy import select
from trail_signing import SIGNING

from schemas.account import Role
from schemas.base.ids import sha256_of
from schemas.environment_errors import SettingWrong
from schemas.settings import Settings
from schemas.store_errors import BackupDamaged
from storage.access.accounts import Accounts
from storage.access.api_tokens import Programs
from storage.archive.archive import Archive
from storage.archive.audit_trail import AuditTrail
from storage.audit.seals import seal
from storage.audit.signer import seal_key, seal_pem
from storage.audit.signing_key import KeyInFile
from storage.audit.verification import check_trail
from storage.database.engine import Database
from storage.database.tables.papers import PaperRow
from storage.objects.seaweedfs import Address
from storage.opening import embedded_store, make_archive
from storage.preservation.backup import back_up, manifests
from storage.preservation.restore import new_identity, restore

SECRET, PUBLIC = new_identity()


@pytest.fixture
def room(lite_archive: Archive, tmp_path: Path) -> Room:
    """An archive with papers, people, a sealed trail."""
    made = make_room(lite_archive, Settings(data=tmp_path / "data"))
    for _ in range(3):
        made.paper({"full_name": "Nguyễn Thị Dung"})
    made.person("lan", Role.VERIFIER)
    seal(made.archive, seal_key(made.settings), datetime.now(UTC))
    return made


@pytest.fixture
def empty(store_address: Address, tmp_path: Path) -> Iterator[Archive]:
    """Another machine: an empty bucket, an empty database."""
    bucket = f"empty-{os.urandom(6).hex()}"
    store = embedded_store(store_address, bucket)
    store.prepare()
    database = Database(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    database.prepare()
    yield make_archive(store, database, AuditTrail(store, database, SIGNING))
    database.close()


def _back_up(room: Room, folder: Path) -> int:
    key, pem = seal_key(room.settings), seal_pem(room.settings)
    return back_up(room.archive, folder, [PUBLIC], key, pem).objects


def _objects(archive: Archive) -> dict[str, bytes]:
    keys = [key for key in archive.store.keys("") if not key.startswith((".ready", ".lock"))]
    return {key: archive.store.get(key) for key in keys}


def _papers(archive: Archive) -> dict[str, object]:
    with archive.database.session() as session:
        return {row.id: (row.record, row.state, row.folded) for row in session.scalars(select(PaperRow))}


def test_everything_is_back_on_an_empty_machine(room: Room, empty: Archive, tmp_path: Path) -> None:
    """Store and database lost, the backup alone left."""
    Programs(room.archive.database).add("một cửa", "H10", [], None)
    before, papers = _objects(room.archive), _papers(room.archive)
    _back_up(room, tmp_path / "backups")
    done, kept = restore(empty, tmp_path / "backups", SECRET, _own_key(room))
    after = _objects(empty)
    told = f"audit/{len([key for key in before if key.startswith('audit/')]) + 1:012d}.json"
    assert json.loads(after.pop(told))["action"] == "backup.restore"
    assert after == before
    assert _papers(empty) == papers
    assert done.damaged == ()
    assert not list(check_trail(empty, seal_key(room.settings).public.hex()))
    assert kept.seal_pem == seal_pem(room.settings)
    assert kept.trail == room.archive.audit.signing
    assert Accounts(empty.database).sign_in("lan", PASSWORD).role is Role.VERIFIER
    again, _ = restore(empty, tmp_path / "backups", SECRET, _own_key(room))
    assert again.damaged == ()
    assert _papers(empty) == papers


def test_a_run_adds_what_is_new(room: Room, empty: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    first = _back_up(room, folder)
    assert first >= 20
    assert 1 <= _back_up(room, folder) <= 3, "the event of the run before"
    room.paper({"full_name": "Lê Văn Tám"})
    third = _back_up(room, folder)
    assert third < first / 2
    done, _ = restore(empty, folder, SECRET, _own_key(room))
    assert done.runs == 3
    assert len(_papers(empty)) == 4


def _own_key(room: Room) -> str:
    return seal_key(room.settings).public.hex()


def test_nobody_reads_it_without_the_identity(room: Room, empty: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    room.archive.store.put_scan("Nguyễn Thị Dung 001190012345".encode() * 50)
    _back_up(room, folder)
    for file in folder.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert "Nguyễn".encode() not in content
            assert b"001190012345" not in content
            assert b"PRIVATE KEY" not in content
    with pytest.raises(SettingWrong):
        restore(empty, folder, new_identity()[0], _own_key(room))
    with pytest.raises(SettingWrong):
        restore(empty, folder, "AGE-SECRET-KEY-1NONSENSE", _own_key(room))
    assert _papers(empty) == {}


def test_the_age_program_itself_can_read_it(room: Room, tmp_path: Path) -> None:
    """What is kept for years must not need this program: age and tar are enough."""
    _back_up(room, tmp_path / "backups")
    (tmp_path / "id").write_text(SECRET)
    part = tmp_path / "backups/000001/objects-0001.tar.age"
    listed = subprocess.run(
        ["sh", "-c", f"age -d -i {tmp_path / 'id'} {part} | tar -t"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "audit/000000000001.json" in listed.stdout.splitlines()


@pytest.mark.parametrize("harm", ["cut", "flip", "swap", "forget", "forge"])
def test_a_damaged_backup_is_told(room: Room, empty: Archive, tmp_path: Path, harm: str) -> None:
    folder = tmp_path / "backups"
    _back_up(room, folder)
    room.paper({"full_name": "Lê Văn Tám"})
    _back_up(room, folder)
    part = folder / "000001/objects-0001.tar.age"
    content = bytearray(part.read_bytes())
    if harm == "cut":
        part.write_bytes(content[: len(content) // 2])
    elif harm == "flip":
        content[len(content) // 2] ^= 1
        part.write_bytes(content)
    elif harm == "swap":
        shutil.copy(folder / "000002/objects-0001.tar.age", part)
    elif harm == "forget":
        shutil.rmtree(folder / "000001")
    else:
        manifest = folder / "000002/manifest.json"
        told = json.loads(manifest.read_text())
        told["manifest"]["objects"] = 1
        manifest.write_text(json.dumps(told))
    with pytest.raises(BackupDamaged):
        restore(empty, folder, SECRET, _own_key(room))


def test_an_index_that_was_altered_hides_nothing_from_the_next_run(room: Room, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    _back_up(room, folder)
    index = folder / "000001/index.gz"
    index.write_bytes(index.read_bytes()[:-9])
    with pytest.raises(BackupDamaged):
        _back_up(room, folder)


def test_a_run_cut_short_leaves_no_run(room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "backups"

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("storage.preservation.backup._keep", fail)
    with pytest.raises(KeyboardInterrupt):
        _back_up(room, folder)
    assert manifests(folder) == []
    assert [file.name for file in folder.iterdir()] == [".lock"]
    monkeypatch.undo()
    assert _back_up(room, folder) >= 20


def test_a_recipient_that_is_none_is_told(room: Room, tmp_path: Path) -> None:
    with pytest.raises(SettingWrong):
        back_up(room.archive, tmp_path / "b", ["age1nonsense"], seal_key(room.settings), b"")
    with pytest.raises(pyrage.IdentityError):
        pyrage.x25519.Identity.from_str("x")


def test_another_seal_key_is_told_before_anything_is_written(room: Room, tmp_path: Path) -> None:
    _back_up(room, tmp_path / "b")
    other = Ed25519PrivateKey.generate()
    with pytest.raises(SettingWrong):
        back_up(room.archive, tmp_path / "b", [PUBLIC], KeyInFile(other), b"")
    assert len(manifests(tmp_path / "b")) == 1


def test_what_is_damaged_stops_no_backup_and_comes_later(room: Room, empty: Archive, tmp_path: Path) -> None:
    room.archive.store.put_scan(b"sound")
    key = f"scans/{sha256_of(b'sound')}"
    room.archive.store.flush()
    overwrite(room.archive, key, None)
    overwrite_bytes(room.archive, key)
    pem = seal_pem(room.settings)
    made = back_up(room.archive, tmp_path / "b", [PUBLIC], seal_key(room.settings), pem)
    assert made.damaged == (key,)
    room.archive.store.replace(key, b"sound")
    assert back_up(room.archive, tmp_path / "b", [PUBLIC], seal_key(room.settings), pem).damaged == ()
    restore(empty, tmp_path / "b", SECRET, _own_key(room))
    assert empty.store.get(key) == b"sound"


def overwrite_bytes(archive: Archive, key: str) -> None:
    archive.store._client.put_object(
        archive.store.bucket, key, io.BytesIO(b"rotten"), 6, metadata={"sha256": sha256_of(b"sound")}
    )


def test_a_desk_that_was_opened_already_gives_way(room: Room, empty: Archive, tmp_path: Path) -> None:
    _back_up(room, tmp_path / "b")
    Accounts(empty.database).add_first()
    restore(empty, tmp_path / "b", SECRET, _own_key(room))
    assert [account.login for account in Accounts(empty.database).all()] == ["lan"]


def test_a_database_that_knows_more_than_the_backup_is_refused(
    room: Room, empty: Archive, tmp_path: Path
) -> None:
    _back_up(room, tmp_path / "b")
    batch = room.batch(name="sau đó")
    empty.ledger.add_batch(batch)
    with pytest.raises(SettingWrong):
        restore(empty, tmp_path / "b", SECRET, _own_key(room))


def test_whose_signature_is_meant_must_be_said(room: Room, empty: Archive, tmp_path: Path) -> None:
    _back_up(room, tmp_path / "b")
    with pytest.raises(BackupDamaged):
        restore(empty, tmp_path / "b", SECRET, "00" * 32)
    own = seal_key(room.settings).public.hex()
    assert restore(empty, tmp_path / "b", SECRET, own)[0].damaged == ()


def test_a_backup_that_somebody_else_made_whole_is_not_taken_for_ours(
    room: Room, empty: Archive, tmp_path: Path
) -> None:
    """Their accounts and their keys would be ours from then on."""
    theirs = Ed25519PrivateKey.generate()
    pem = theirs.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    Accounts(room.archive.database).add_first()
    back_up(room.archive, tmp_path / "b", [PUBLIC], KeyInFile(theirs), pem)
    before = Accounts(empty.database).all()
    with pytest.raises(BackupDamaged):
        restore(empty, tmp_path / "b", SECRET, _own_key(room))
    assert Accounts(empty.database).all() == before
