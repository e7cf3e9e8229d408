"""The object store on a real S3 server: write-once, checked, told when it is away."""

import threading
import time

import pytest
import urllib3

from schemas.store_errors import ObjectAltered, ObjectExists, ObjectMissing, StoreUnavailable
from storage.objects.s3_client import READY
from storage.objects.seaweedfs import Address, embedded
from storage.objects.store import ObjectStore
from storage.opening import embedded_store


def test_what_was_put_is_got(store: ObjectStore) -> None:
    digest = store.put("papers/hồ sơ/r1.json", b"{}", "application/json")
    assert store.get("papers/hồ sơ/r1.json") == b"{}"
    assert store.digest("papers/hồ sơ/r1.json") == digest
    assert list(store.keys("papers/")) == ["papers/hồ sơ/r1.json"]
    assert store.exists("papers/hồ sơ/r1.json")
    assert not store.exists("papers/other")


def test_keys_are_write_once(store: ObjectStore) -> None:
    store.put("a", b"one")
    store.put("a", b"one")
    with pytest.raises(ObjectExists):
        store.put("a", b"two")
    assert store.get("a") == b"one"


def test_each_bucket_answers_for_what_was_put_into_it(store: ObjectStore) -> None:
    beside = store.beside("copy")
    beside.prepare()
    store.put("a", b"one")
    beside.prove()
    store.prove()
    store.put("gone", b"two")
    store.sdk.remove_object(store.bucket, "gone")
    beside.prove()
    with pytest.raises(ObjectMissing):
        store.prove()
    beside.sdk.remove_object(beside.bucket, READY)
    beside.sdk.remove_bucket(beside.bucket)


def test_large_objects_are_write_once_too(store: ObjectStore) -> None:
    big = bytes(12 * 1024**2)
    store.put("big", big)
    with pytest.raises(ObjectExists):
        store.put("big", big + b"1")
    assert len(store.get("big")) == len(big)


def test_one_of_many_writers_wins(store: ObjectStore) -> None:
    won: list[int] = []

    def write(number: int) -> None:
        try:
            store.put("race", str(number).encode())
        except ObjectExists:
            return
        won.append(number)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert store.get("race") == str(won[0]).encode()


def test_altered_bytes_are_found(store: ObjectStore) -> None:
    store.put("scans/x", b"original")
    client = store._client
    client.remove_object(store.bucket, "scans/x")
    import io

    client.put_object(store.bucket, "scans/x", io.BytesIO(b"Original"), 8, metadata={"sha256": "0" * 64})
    with pytest.raises(ObjectAltered):
        store.get("scans/x")


def test_missing_object(store: ObjectStore) -> None:
    with pytest.raises(ObjectMissing):
        store.get("nowhere")


def test_store_away_is_noticed_quickly() -> None:
    away = ObjectStore("127.0.0.1:1", "a", "b", "bucket", secure=False)
    begun = time.monotonic()
    with pytest.raises(StoreUnavailable):
        away.put("a", b"b")
    assert time.monotonic() - begun < 8


def test_embedded_store_keeps_its_objects_and_is_shared(tmp_path_factory: pytest.TempPathFactory) -> None:
    data = tmp_path_factory.mktemp("embedded")
    with embedded(data) as owner:
        _bucket(owner).put("a", b"kept")
        with embedded(data) as guest:
            assert guest == owner
            assert _bucket(guest).get("a") == b"kept"
    with embedded(data) as again:
        assert again.pid != owner.pid
        assert _bucket(again).get("a") == b"kept"
    assert (data / "run" / "credentials.json").stat().st_mode & 0o077 == 0


def test_embedded_store_answers_only_with_credentials(store_address: Address) -> None:
    known, unknown = (
        urllib3.PoolManager(ca_certs=store_address.ca_file, retries=False),
        urllib3.PoolManager(retries=False),
    )
    assert known.request("GET", f"https://{store_address.endpoint}/").status == 403
    with pytest.raises(urllib3.exceptions.SSLError):  # nobody vouches for it but our own authority
        unknown.request("GET", f"https://{store_address.endpoint}/")


def _bucket(address: Address) -> ObjectStore:
    store = embedded_store(address, "kept")
    for _ in range(100):
        try:
            store.prepare()
        except StoreUnavailable:
            time.sleep(0.1)
        else:
            break
    return store
