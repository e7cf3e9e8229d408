"""Every object is hashed again: what is altered or lost is named, kept on record, and repaired."""

import gzip
from pathlib import Path
from random import Random

import pytest
from room import Room, overwrite, rebuild
from sqlalchemy import delete

from schemas.fixity import Damage, Loss, Sweep
from schemas.settings import Settings
from storage import keys
from storage.archive.archive import Archive
from storage.database.leases import take_lease
from storage.database.tables.audit import DigestRow, SweepRow
from storage.objects.store import ObjectStore
from storage.preservation.fixity import last_sweep, missing_objects, sweep
from storage.records.losses import count_losses, open_losses
from web.app import make_app


@pytest.fixture
def filled(lite_archive: Archive, tmp_path: Path) -> Archive:
    """An archive with three papers."""
    settings = Settings(data=tmp_path)
    room = Room(lite_archive, settings, make_app(settings, lite_archive))
    for name in ("A", "B", "C"):
        room.paper({"full_name": name})
    return lite_archive


def swept(archive: Archive, second: ObjectStore | None, *, seconds: float = 0) -> Sweep:
    """A slice hashed again."""
    done = sweep(archive, second, seconds=seconds)
    assert done
    return done


def objects(archive: Archive) -> list[str]:
    return [key for key in archive.store.keys() if not key.startswith(".")]  # noqa: SIM118


def test_nothing_wrong_with_what_nobody_touched(filled: Archive) -> None:
    count = len(objects(filled))
    done = swept(filled, None)
    assert (done.objects, done.losses, done.last) == (count, (), "")
    again = swept(filled, None)
    assert again.number == 2
    assert again.losses == ()


def test_any_object_altered_or_removed_is_named(filled: Archive) -> None:
    swept(filled, None)
    chance = Random(3)
    for trial in range(16):
        key = chance.choice([k for k in objects(filled) if not k.startswith(("fixity/", "audit/"))])
        content, _ = filled.store.read(key)
        harm = b"" if trial % 4 == 0 else bytearray(content)
        if harm:
            place = chance.randrange(len(harm))
            harm[place] ^= 1 << chance.randrange(8)
        overwrite(filled, key, bytes(harm) if harm else None)
        done = swept(filled, None)
        (loss,) = [one for one in open_losses(filled.database) if one.key == key]
        assert loss.damage is (Damage.MISSING if not harm else Damage.ALTERED)
        assert loss.id in done.losses
        overwrite(filled, key, content)
        assert swept(filled, None).losses == (), "put back as it was"
        assert open_losses(filled.database) == []


def test_a_forgery_before_the_first_sweep_is_seen_where_names_are_hashes(filled: Archive) -> None:
    view = next(key for key in objects(filled) if key.startswith("views/"))
    filled.store.flush()
    overwrite(filled, view, b"another picture")
    assert [loss.key for loss in open_losses(filled.database)] == []
    swept(filled, None)
    assert [loss.key for loss in open_losses(filled.database)] == [view]


def test_slices_go_round(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.preservation.fixity._SLICE", 4)
    whole, seen = len(objects(filled)), 0
    while True:
        done = swept(filled, None, seconds=1e-9)
        seen += done.objects
        if not done.last:
            break
        assert done.objects == 4
    assert seen >= whole
    following = swept(filled, None, seconds=1e-9)
    assert following.after == ""
    assert following.objects == 4


def test_repaired_from_the_second_store_and_never_forgotten(filled: Archive, tmp_path: Path) -> None:
    second = filled.store.beside("copy")
    second.prepare()
    assert swept(filled, second).copied == len(objects(filled)) - 3, "all but the sweep's own records"
    key = next(key for key in objects(filled) if key.startswith("papers/"))
    good = filled.store.get(key)
    overwrite(filled, key, b"harm")
    done = swept(filled, second)
    assert (len(done.losses), done.repaired) == (1, 1)
    assert filled.store.get(key) == good
    assert open_losses(filled.database) == []
    (loss_id,) = done.losses
    assert filled.store.get(keys.damaged(loss_id)) == b"harm"
    first = filled.store.get(keys.loss(loss_id))
    overwrite(filled, key, b"harm")
    again = swept(filled, second)
    assert again.losses != done.losses, "lost again is another loss"
    assert filled.store.get(keys.loss(loss_id)) == first
    assert count_losses(filled.database) == (2, 2)
    rebuilt = rebuild(filled, tmp_path / "again.sqlite")
    assert count_losses(rebuilt.database) == (2, 2)
    assert last_sweep(rebuilt.database) == last_sweep(filled.database)
    empty_second(second)


def empty_second(second: ObjectStore) -> None:
    """The server has room for so many buckets only."""
    for key in list(second.keys()):
        second._client.remove_object(second.bucket, key)
    second._client.remove_bucket(second.bucket)


def test_a_copy_that_is_damaged_itself_repairs_nothing(filled: Archive) -> None:
    second = filled.store.beside("copy")
    second.prepare()
    swept(filled, second)
    key = next(key for key in objects(filled) if key.startswith("papers/"))
    for store in (filled.store, second):
        store._client.remove_object(store.bucket, key)
    second.put(key, b"also wrong")
    done = swept(filled, second)
    assert (len(done.losses), done.repaired) == (1, 0)
    (loss,) = open_losses(filled.database)
    assert isinstance(loss, Loss)
    assert loss.damage is Damage.MISSING
    empty_second(second)


def test_hashes_of_the_first_look_are_kept_in_the_store(filled: Archive, tmp_path: Path) -> None:
    swept(filled, None)
    (kept,) = filled.store.keys(keys.DIGESTS)
    lines = gzip.decompress(filled.store.get(kept)).decode().splitlines()
    key = next(key for key in objects(filled) if key.startswith("papers/") and key.endswith(".json"))
    assert any(line.endswith(f" {key}") for line in lines)
    overwrite(filled, key, filled.store.get(key).replace(b"{", b"{ ", 1))
    archive = rebuild(filled, tmp_path / "again.sqlite")
    swept(archive, None)
    assert [loss.key for loss in open_losses(archive.database)] == [key]


def test_what_the_ledger_knows_and_the_store_lost_before_any_swept(filled: Archive) -> None:
    scan = next(key for key in objects(filled) if key.startswith("papers/"))
    overwrite(filled, scan, None)
    assert scan in list(missing_objects(filled))


def test_put_back_by_hand_closes_the_loss(filled: Archive) -> None:
    swept(filled, None)
    key = next(key for key in objects(filled) if key.startswith("papers/"))
    good = filled.store.get(key)
    overwrite(filled, key, b"harm")
    swept(filled, None)
    overwrite(filled, key, None)
    swept(filled, None)
    assert len(open_losses(filled.database)) == 2, "altered, then lost"
    filled.store.put(key, good)
    swept(filled, None)
    assert open_losses(filled.database) == []
    assert count_losses(filled.database) == (2, 2)


def test_an_altered_object_never_reaches_the_second_store(filled: Archive) -> None:
    swept(filled, None)
    key = next(key for key in objects(filled) if key.startswith("papers/"))
    overwrite(filled, key, b"harm")
    second = filled.store.beside("copy")
    second.prepare()
    done = swept(filled, second)
    assert len(done.losses) == 1
    assert not second.exists(key)
    empty_second(second)


def test_a_sweep_killed_at_its_end_is_done_again(filled: Archive) -> None:
    swept(filled, None)
    with filled.database.session() as session:
        session.execute(delete(SweepRow))
        session.execute(delete(DigestRow))
    again = swept(filled, None)
    assert again.number == 2
    assert again.losses == ()
    assert last_sweep(filled.database) == again


def test_one_sweep_at_a_time(filled: Archive) -> None:
    with filled.database.session() as session:
        assert take_lease(session, "fixity", "another:1", 60)
    assert sweep(filled, None) is None
