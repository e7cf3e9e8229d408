"""The trail as it is written: nobody is shut out of it, and nobody slips anything into it."""

import io
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from room import overwrite, rebuild
from sealed import KEY, NOW, PUBLIC
from sqlalchemy import delete, select
from trail_signing import OTHER, SIGNING

from schemas.audit_event import AuditEvent
from schemas.base.ids import sha256_of
from schemas.environment_errors import SettingWrong
from schemas.settings import Settings, TrailSettings
from schemas.store_errors import StoreUnavailable
from storage import keys
from storage.archive.archive import Archive
from storage.archive.audit_trail import AuditTrail
from storage.archive.trail_key import read_keys, trail_keys
from storage.audit.seals import put_back_events, seal
from storage.audit.verification import check_trail, export_trail
from storage.audit.verify_trail import flaws
from storage.database.tables.trail import AuditRow
from storage.objects.store import ObjectStore


def _another_process(archive: Archive) -> AuditTrail:
    return AuditTrail(archive.store, archive.database, SIGNING)


def _forged(number: int, previous: str, **more: str) -> AuditEvent:
    """An event as somebody writes it who has no key of ours."""
    event = AuditEvent(
        number=number,
        at=datetime.now(UTC),
        actor="admin",
        host="h",
        action="paper.view",
        target="x",
        previous=previous,
        **more,  # type: ignore[arg-type]
    )
    return AuditEvent(**{**event.model_dump(), "signature": OTHER.sign(number, event.unsigned)})


def _put(store: ObjectStore, key: str, content: bytes) -> None:
    """As anybody does who has the store's password."""
    client, metadata = store._client, {"sha256": sha256_of(content)}
    client.put_object(store.bucket, key, io.BytesIO(content), len(content), metadata=metadata)


def _enter(archive: Archive, event: AuditEvent) -> None:
    """As anybody does who has the database's password."""
    row = AuditRow(
        number=event.number,
        at=event.at,
        actor=event.actor,
        action=event.action,
        target=event.target,
        digest=sha256_of(event.content),
        record=event.model_dump(mode="json"),
    )
    with archive.database.session() as session:
        session.add(row)


def test_a_process_that_was_quiet_for_a_thousand_events_goes_on(archive: Archive) -> None:
    quiet, busy = archive.audit, _another_process(archive)
    quiet.append("a", "first")
    for number in range(1000):
        busy.append("b", f"{number}")
    assert quiet.append("a", "second").number == 1002
    assert busy.append("b", "more").number == 1003
    assert not list(check_trail(archive))


def test_it_goes_on_also_when_nothing_of_that_was_indexed(lite_archive: Archive) -> None:
    quiet, busy = lite_archive.audit, _another_process(lite_archive)
    quiet.append("a", "first")
    for number in range(70):
        busy.append("b", f"{number}")
    with lite_archive.database.session() as session:
        session.execute(delete(AuditRow).where(AuditRow.number > 1))
    assert quiet.append("a", "second").number == 72
    assert not list(check_trail(lite_archive)), "and all of it is indexed again"


def test_many_processes_at_once_make_one_chain(archive: Archive) -> None:
    trails = [_another_process(archive) for _ in range(6)]

    def write(trail: AuditTrail) -> None:
        for number in range(15):
            trail.append("a", f"{number}")

    threads = [threading.Thread(target=write, args=(trail,)) for trail in trails]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not list(check_trail(archive))
    with archive.database.session() as session:
        assert len(session.scalars(select(AuditRow.number)).all()) == 90


def test_whoever_has_the_stores_password_adds_nothing(archive: Archive) -> None:
    first = archive.audit.append("a", "1")
    for content in (_forged(2, sha256_of(first.content)).content, b"not an event", first.content):
        number = archive.audit.append("a", "before").number
        _put(archive.store, keys.audit(number + 1), content)
        mine = archive.audit.append("a", "after")
        assert archive.store.get(keys.foreign_event(number + 1, sha256_of(content))) == content, "kept aside"
        assert mine.number > number
    assert not list(check_trail(archive))
    with archive.database.session() as session:
        actions = session.scalars(select(AuditRow.action)).all()
    assert actions.count("audit.foreign") == 3, "and told"
    assert "paper.view" not in actions


def test_what_is_forged_is_never_sealed(lite_archive: Archive) -> None:
    last = lite_archive.audit.append("a", "1")
    _put(lite_archive.store, keys.audit(2), _forged(2, sha256_of(last.content)).content)
    made = seal(lite_archive, KEY, NOW)
    assert made
    assert not list(check_trail(lite_archive, PUBLIC))
    sealed = [lite_archive.store.get(keys.audit(n)) for n in range(1, made.last + 1)]
    assert all(lite_archive.audit.own_event(content, n) for n, content in enumerate(sealed, 1))


def test_whoever_has_the_databases_password_adds_nothing(archive: Archive) -> None:
    last = archive.audit.append("a", "1")
    _enter(archive, _forged(2, sha256_of(last.content)))
    _enter(archive, _forged(900, "0" * 64))
    assert {where for where, _ in check_trail(archive)} == {"event 2", "event 900"}
    put_back_events(archive)
    assert list(archive.store.keys(keys.AUDIT)) == [keys.audit(1)], "no row becomes an event"
    mine = _another_process(archive).append("a", "2")
    assert mine.number == 2
    assert mine.previous == sha256_of(last.content)
    with archive.database.session() as session:
        row = session.get(AuditRow, 2)
        assert row
        assert row.target == "2", "its forged row gave way"


def test_a_stored_event_that_was_exchanged_comes_back_from_its_row(lite_archive: Archive) -> None:
    for number in range(4):
        lite_archive.audit.append("a", f"{number}")
    true = lite_archive.store.get(keys.audit(3))
    overwrite(
        lite_archive, keys.audit(3), _forged(3, sha256_of(lite_archive.store.get(keys.audit(2)))).content
    )
    assert "event 3" in {where for where, _ in check_trail(lite_archive)}
    seal(lite_archive, KEY, NOW)
    assert lite_archive.store.get(keys.audit(3)) == true
    assert not list(check_trail(lite_archive, PUBLIC))


def test_a_rebuilt_index_takes_in_nothing_forged(lite_archive: Archive, tmp_path: Path) -> None:
    last = lite_archive.audit.append("a", "1")
    _put(lite_archive.store, keys.audit(2), _forged(2, sha256_of(last.content)).content)
    _put(lite_archive.store, keys.audit(3), b"{}")
    fresh = rebuild(lite_archive, tmp_path / "fresh.sqlite")
    with fresh.database.session() as session:
        assert session.scalars(select(AuditRow.number)).all() == [1]


def test_events_of_versions_that_signed_none_stay_what_they_are(
    lite_archive: Archive, tmp_path: Path
) -> None:
    previous = "0" * 64
    for number in range(1, 6):
        plain = AuditEvent(
            number=number, at=NOW, actor="an", host="h", action="a", target="x", previous=previous
        )
        previous = sha256_of(plain.unsigned)
        assert b"signature" not in plain.content
        lite_archive.store.put(keys.audit(number), plain.content, "application/json")
    trail = AuditTrail(lite_archive.store, lite_archive.database, read_keys(f"{'ab' * 32} 6"))
    later = Archive(lite_archive.store, lite_archive.database, lite_archive.ledger, trail, lite_archive.kinds)
    assert later.audit.append("b", "y").number == 6
    assert not list(check_trail(later))
    seal(later, KEY, NOW)
    assert not list(check_trail(later, PUBLIC))
    late = AuditEvent(number=8, at=NOW, actor="an", host="h", action="a", target="x", previous=previous)
    _put(later.store, keys.audit(8), late.content)
    assert later.audit.append("b", "z").number > 7
    with later.database.session() as session:
        assert "audit.foreign" in session.scalars(select(AuditRow.action)).all(), "too late for one unsigned"
    folder = tmp_path / "out"
    seal(later, KEY, NOW)
    export_trail(later, folder)
    events, seals = ((folder / name).read_bytes().splitlines() for name in ("events.jsonl", "seals.jsonl"))
    assert not list(flaws(events, seals, PUBLIC))


def test_keys_are_made_once_and_may_be_changed(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    first = trail_keys(settings, 17)
    assert first == trail_keys(settings, 99)
    assert first.since == 17
    file = tmp_path / "keys" / "trail.key"
    assert file.stat().st_mode & 0o077 == 0
    file.write_text(file.read_text() + "cd" * 32 + " 40\n")
    both = trail_keys(settings, 1)
    assert both.sign(39, b"x") == first.sign(39, b"x")
    assert both.sign(40, b"x") != first.sign(40, b"x")
    assert both.pseudonym("search", "an") == first.pseudonym("search", "an"), "people stay comparable"
    for wrong in ("", "ab", "zz" * 32, f"{'ab' * 32} 9\n{'cd' * 32} 3"):
        file.write_text(wrong)
        with pytest.raises(SettingWrong):
            trail_keys(Settings(data=tmp_path, trail=TrailSettings(key_file=file)), 1)


def test_a_trail_that_cannot_be_written_says_so(lite_archive: Archive) -> None:
    away = ObjectStore("127.0.0.1:1", "a", "b", "bucket", secure=False)
    trail = AuditTrail(away, lite_archive.database, SIGNING)
    with pytest.raises(StoreUnavailable):
        trail.append("a", "x")
    assert trail.broken == "StoreUnavailable"
    trail.store = lite_archive.store
    trail.append("a", "x")
    assert not trail.broken
