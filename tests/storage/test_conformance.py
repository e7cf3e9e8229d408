"""What is needed of an S3 server, tried on the embedded one; and servers that break a promise are found.

`SOHOA_STORE__ENDPOINT` … in the operator's settings and `sohoa doctor --store` try the same on theirs.
"""

import io
import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from bench.s3_proxy import Harm, proxy
from schemas.environment_errors import SettingWrong
from schemas.errors import StoreFailed
from schemas.settings import Encryption, Settings, StoreSettings
from schemas.store_errors import ObjectAltered, ObjectMissing
from storage.objects.conformance import Check, conform
from storage.objects.encryption import Envelope
from storage.objects.seaweedfs import Address
from storage.objects.store import ObjectStore
from storage.opening import embedded_store, open_archive

KEY = bytes(range(32))


def _store(
    address: Address, *, at: str = "", envelope: Envelope | None = None, sse: bool = False
) -> ObjectStore:
    bucket = f"conform-{uuid.uuid4().hex[:10]}"
    if at:
        made = ObjectStore(at, address.access_key, address.secret_key, bucket, secure=False)
    else:
        made = embedded_store(address, bucket, envelope=envelope, sse=sse, on_this_host=False)
    made.prepare()
    return made


def _tried(store: ObjectStore) -> dict[str, Check]:
    return {check.name: check for check in conform(store)}


def test_the_embedded_server_keeps_every_promise(store_address: Address) -> None:
    store = _store(store_address)
    tried = _tried(store)
    assert {name: check.found for name, check in tried.items() if not check.fine} == {}
    assert len(tried) == 12
    assert list(store.keys(".conformance/")) == [], "nothing is left behind"


@pytest.mark.parametrize(
    ("harm", "broken"),
    [(Harm.LIE, "round trip"), (Harm.CUT, "round trip"), (Harm.BUSY, "write once")],
)
def test_a_server_that_breaks_one_is_told(store_address: Address, harm: Harm, broken: str) -> None:
    with proxy(store_address, 1) as between:
        store = _store(store_address, at=between.address)
        between.harm = harm
        found = []
        for check in conform(store):
            found.append(check)
            if check.name == broken:
                break
        between.harm = Harm.NONE
    assert not found[-1].fine
    assert found[-1].needed


def test_doctor_tries_the_store(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "cli.main", "doctor", "--store", "--data", str(tmp_path / "d")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SOHOA_LANGUAGE": "vi"},
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "✓ one winner" in run.stdout
    assert "✓ object lock" in run.stdout


def test_what_was_acknowledged_and_is_not_there_is_told_at_the_flush(store_address: Address) -> None:
    with proxy(store_address, 1) as between:
        store = _store(store_address, at=between.address)
        between.harm = Harm.LIE
        store.put("a", b"never written")
        between.harm = Harm.NONE
        with pytest.raises(ObjectMissing):
            store.flush()
        store.put("a", b"written")
        store.flush()
        assert store.get("a") == b"written"


@pytest.mark.parametrize("harm", [Harm.CUT, Harm.BUSY, Harm.AWAY])
def test_what_the_server_does_is_ours_to_tell(store_address: Address, harm: Harm) -> None:
    with proxy(store_address, 1) as between:
        store = _store(store_address, at=between.address)
        store.put("a", b"x" * 100_000)
        between.harm = harm
        with pytest.raises(StoreFailed):
            store.get("a")
        between.harm = Harm.NONE
        assert store.get("a") == b"x" * 100_000


def test_a_write_whose_answer_was_lost_is_no_conflict(store_address: Address) -> None:
    with proxy(store_address, 1) as between:
        store = _store(store_address, at=between.address)
        between.harm = Harm.LOST_ANSWER
        with pytest.raises(StoreFailed):
            store.put("a", b"once")
        between.harm = Harm.TWICE
        store.put("a", b"once")
        store.put("b", b"twice delivered")
        between.harm = Harm.NONE
        assert (store.get("a"), store.get("b")) == (b"once", b"twice delivered")


def test_an_envelope_keeps_what_is_stored_from_whoever_has_the_disk(store_address: Address) -> None:
    ours = _store(store_address, envelope=Envelope(KEY))
    text = "Nguyễn Thị Dung 001190012345".encode()
    ours.put("a", text)
    ours.put("b", text)
    assert ours.get("a") == text
    bare = embedded_store(store_address, ours.bucket)
    lies, other = (bare._client.get_object(bare.bucket, key).data for key in ("a", "b"))
    assert text not in lies
    assert b"001190012345" not in lies
    assert lies != other
    wrong = embedded_store(store_address, ours.bucket, envelope=Envelope(bytes(32)))
    for without in (bare, wrong):
        with pytest.raises(SettingWrong):  # never "altered": a sweep would repair what is whole
            without.get("a")
    bare._client.remove_object(bare.bucket, "b")  # somebody moves a's bytes to b

    bare._client.put_object(
        bare.bucket, "b", io.BytesIO(lies), len(lies), metadata={"sha256": ours.digest("a")}
    )
    with pytest.raises(ObjectAltered):
        ours.get("b")


def test_the_server_encrypts_when_asked(store_address: Address) -> None:
    store = _store(store_address, sse=True)
    store.put("a", b"x" * 1000)
    assert store.get("a") == b"x" * 1000
    facts = store._client.stat_object(store.bucket, "a")
    assert any("server-side-encryption" in name.lower() for name in facts.metadata or {})


def test_settings_choose_the_encryption(tmp_path: Path) -> None:
    with (
        pytest.raises(SettingWrong),
        open_archive(Settings(data=tmp_path / "a", store=StoreSettings(encryption=Encryption.ENVELOPE))),
    ):
        pass
    (tmp_path / "key").write_text(KEY.hex())
    chosen = StoreSettings(encryption=Encryption.ENVELOPE, key_file=tmp_path / "key")
    with open_archive(Settings(data=tmp_path / "a", store=chosen)) as archive:
        archive.store.put_scan("Nguyễn Thị Dung".encode() * 100)
        archive.store.flush()
        volumes = b"".join(file.read_bytes() for file in (tmp_path / "a/objects").rglob("*.dat"))
        assert b"SOHOA-E1" in volumes
        assert "Nguyễn Thị Dung".encode() not in volumes
