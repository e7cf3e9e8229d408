"""A master key is changed: everything stays readable on the way, and the old key is needed no more."""

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemas.base.ids import sha256_of
from schemas.environment_errors import SettingWrong
from schemas.settings import Encryption, Settings, StoreSettings
from storage.objects.encryption import Envelope, add_master_key, open_envelope
from storage.objects.rekey import Rekeyed, rekey
from storage.objects.seaweedfs import Address
from storage.objects.store import ObjectStore
from storage.opening import embedded_store, open_archive

OLD, NEW = bytes(32), bytes(range(32))


def _store(address: Address, bucket: str, *masters: bytes) -> ObjectStore:
    store = embedded_store(address, bucket, envelope=Envelope(*masters))
    store.prepare()
    return store


def _last(store: ObjectStore) -> Rekeyed:
    return list(rekey(store))[-1]


def test_what_the_old_key_closed_is_opened_by_the_new_alone(store_address: Address) -> None:
    bucket = f"rekey-{secrets.token_hex(6)}"
    old = _store(store_address, bucket, OLD)
    contents = {f"a/{number}": secrets.token_bytes(1000 + number) for number in range(20)}
    for key, content in contents.items():
        old.put(key, content, "image/jpeg")
    both = _store(store_address, bucket, OLD, NEW)
    both.put("b", b"written since")
    steps = rekey(both)
    for _ in range(7):  # interrupted
        next(steps)
    assert {key: both.get(key) for key in contents} == contents
    assert 0 < _last(both).closed_anew < len(contents) + 1, "it goes on where it was"
    assert _last(both) == Rekeyed(objects=len(contents) + 2, closed_anew=0, waiting=0)
    new = _store(store_address, bucket, NEW)
    assert {key: new.get(key) for key in contents} == contents
    assert new.get("b") == b"written since"
    facts = new.sdk.stat_object(bucket, "a/3")
    assert facts.content_type == "image/jpeg"
    assert new.digest("a/3") == sha256_of(contents["a/3"]), "the hash beside is kept"


def test_locked_copies_keep_the_old_key_needed(store_address: Address) -> None:
    bucket = f"rekey-{secrets.token_hex(6)}"
    locks = _store(store_address, bucket, OLD).beside("seals")
    locks.prepare(lockable=True)
    locks.put("seals/1", b"sealed", locked_until=datetime.now(UTC) + timedelta(minutes=1))
    both = _store(store_address, bucket, OLD, NEW)
    assert _last(both).waiting >= 1
    assert both.beside("seals").first_versions("seals/") == {"seals/1": b"sealed"}


def test_a_new_key_goes_to_the_end_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(OLD.hex())
    closed = open_envelope(file).close("a", b"text")
    add_master_key(file)
    assert len(file.read_text().split()) == 2
    assert file.stat().st_mode & 0o077 == 0
    assert open_envelope(file).open("a", closed) == b"text"
    anew = open_envelope(file).close_anew(closed)
    assert anew
    file.write_text(file.read_text().split()[1])
    assert open_envelope(file).open("a", anew) == b"text"
    with pytest.raises(SettingWrong):
        open_envelope(file).open("a", closed)
    with pytest.raises(SettingWrong):
        add_master_key(tmp_path / "none")


def test_without_an_envelope_there_is_nothing_to_wrap(store_address: Address) -> None:
    store = embedded_store(store_address, f"rekey-{secrets.token_hex(6)}")
    with pytest.raises(SettingWrong):
        list(rekey(store))


def test_a_whole_archive_changes_its_key(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(OLD.hex())
    chosen = StoreSettings(encryption=Encryption.ENVELOPE, key_file=file)
    settings = Settings(data=tmp_path / "a", store=chosen)
    with open_archive(settings) as archive:
        scan = archive.store.put_scan(b"a paper")
        archive.audit.append("a", "b")
    add_master_key(file)
    with open_archive(settings) as archive:
        assert _last(archive.store).closed_anew >= 2
    file.write_text(file.read_text().split()[1])
    with open_archive(settings) as archive:
        assert archive.store.get(f"scans/{scan}") == b"a paper"
        assert archive.audit.append("a", "c").number == 2
