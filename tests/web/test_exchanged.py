"""What was exchanged in the store, with a hash that fits beside it, is served to nobody."""

from pathlib import Path

import pytest
from room import Room, make_room, overwrite

from schemas.account import Role
from schemas.base.ids import sha256_of
from schemas.settings import Settings
from schemas.store_errors import ObjectAltered, ObjectExists
from storage import keys
from storage.archive.archive import Archive
from storage.database.digests import Digests
from storage.objects.encryption import Envelope
from storage.objects.seaweedfs import Address
from storage.objects.store import ObjectStore
from storage.opening import embedded_store
from storage.preservation.fixity import sweep
from storage.records.losses import open_losses


@pytest.mark.parametrize("swept", [False, True])
@pytest.mark.parametrize("kind", ["pdf", "alto", "json", "view", "text"])
def test_an_exchanged_paper_is_told_and_not_served(room: Room, kind: str, *, swept: bool) -> None:
    paper, other = room.paper(), room.paper()
    room.archive.store.flush()
    if swept:
        sweep(room.archive, None)
    reading = room.archive.reading(paper.pages[0])
    assert reading
    names = {
        "pdf": (paper.pdf_key, other.pdf_key),
        "alto": (paper.alto_key, other.alto_key),
        "json": (keys.paper(paper.id, 1), keys.paper(other.id, 1)),
        "view": (keys.view(reading.view_sha256), ""),
        "text": (keys.text(paper.pages[0]), keys.text(other.pages[0])),
    }
    key, instead = names[kind]
    overwrite(room.archive, key, room.archive.store.get(instead) + b" " if instead else b"another picture")
    desk = make_room(room.archive, room.settings)  # nothing is remembered
    mai = desk.person("mai", Role.OFFICIAL)
    where = {"view": "pages/1.jpg", "text": "pages/1.jpg"}.get(kind, kind)
    answer = mai.get(f"/papers/{paper.id}/{where}")
    assert answer.status_code == 500
    assert key in answer.text
    assert room.events("fixity.loss")
    assert [loss.key for loss in open_losses(room.archive.database)] == [key]
    assert mai.get(f"/papers/{paper.id}/{where}").status_code == 500
    assert len(room.events("fixity.loss")) <= 2


def test_a_key_that_somebody_took_before_us_with_our_hash_beside_it_is_no_copy(
    lite_archive: Archive,
) -> None:
    content = b"what was scanned"
    overwrite_with_metadata(lite_archive.store, keys.scan(sha256_of(content)), b"x", sha256_of(content))
    with pytest.raises(ObjectExists):
        lite_archive.store.put_scan(content)


def overwrite_with_metadata(store: ObjectStore, key: str, content: bytes, digest: str) -> None:
    import io

    store._client.put_object(
        store.bucket, key, io.BytesIO(content), len(content), metadata={"sha256": digest}
    )


def test_a_sweep_holds_fresh_objects_to_what_was_written(lite_archive: Archive) -> None:
    lite_archive.store.put("reports/a", b"true")
    lite_archive.store.flush()
    known = Digests(lite_archive.database)
    assert known.written(["reports/a"])
    overwrite(lite_archive, "reports/a", b"false")
    done = sweep(lite_archive, None)
    assert done
    assert len(done.losses) == 1, "it is not adopted as it stands"
    assert not known.written(["reports/a"]), "the sweep keeps it from now on"
    assert known.expected("reports/a") == sha256_of(b"true")


def test_what_lies_in_the_clear_where_an_envelope_should_be_is_refused(
    lite_archive: Archive, store_address: Address, tmp_path: Path
) -> None:
    closed = embedded_store(store_address, lite_archive.store.bucket, envelope=Envelope(bytes(32)))
    closed.put("a", b"true")
    overwrite(lite_archive, "a", b"false, in the clear, with its hash beside it")
    with pytest.raises(ObjectAltered):
        closed.get("a")
    room = make_room(lite_archive, Settings(data=tmp_path))
    before = room.paper()
    room.archive.store.flush()
    closed.digests = lite_archive.store.digests
    assert closed.get(keys.paper(before.id, 1)), "from before the envelope, and known elsewhere"
