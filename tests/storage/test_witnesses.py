"""Who has every key of the box writes the trail anew; what others outside kept tells so."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from room import overwrite
from sealed import KEY, PUBLIC, busy
from sqlalchemy import delete
from time_authority import time_authority

from schemas.audit_event import AuditEvent
from schemas.backup import TrailHead
from schemas.environment_errors import SettingWrong
from schemas.settings import SealSettings
from storage import keys
from storage.archive.archive import Archive
from storage.audit.seals import seal
from storage.audit.timestamps import check_stamps, stamp_last_seal
from storage.audit.verification import check_trail, export_trail
from storage.audit.verify_trail import flaws
from storage.audit.witnesses import read_witness
from storage.database.tables.audit import SealRow, WrittenRow
from storage.database.tables.trail import AuditRow
from storage.preservation.backup import back_up, witnesses_in
from storage.preservation.restore import new_identity


def _rewrite(archive: Archive, number: int) -> None:
    """The attack: with the keys of the box all events from `number` on are made anew, one of them otherwise.

    Chain, signatures, seals, index and locked copies fit together again.
    """
    last = archive.audit.head()
    assert last
    records = [
        AuditEvent.model_validate_json(archive.store.get(keys.audit(at))) for at in range(1, last.number + 1)
    ]
    for name in [*archive.store.keys(keys.AUDIT), *archive.store.keys(keys.SEALS)]:
        overwrite(archive, name, None)
    with archive.database.session() as session:
        for table in (AuditRow, SealRow, WrittenRow):
            session.execute(delete(table))
    archive.audit._last = None
    for record in records:
        if record.action != "audit.seal":
            purpose = "Khác" if record.number == number else record.purpose
            archive.audit.append(record.action, record.target, purpose=purpose, detail=record.detail)
    seal(archive, KEY, datetime.now(UTC))


@pytest.fixture
def weak(lite_archive: Archive, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """A store that locks nothing, as most offices' first box."""
    monkeypatch.setattr("storage.audit.seals.locking_store", lambda _: None)
    monkeypatch.setattr("storage.audit.verification.locking_store", lambda _: None)
    busy(lite_archive, 12, 3)
    return lite_archive


def test_a_backup_elsewhere_knows_it_otherwise(weak: Archive, tmp_path: Path) -> None:
    back_up(weak, tmp_path / "usb", [new_identity()[1]], KEY, b"")
    witnesses = witnesses_in(tmp_path / "usb")
    assert [known.number for known in witnesses] == [16], "the last event before the run"
    assert not list(check_trail(weak, PUBLIC, witnesses))
    _rewrite(weak, 5)
    assert not list(check_trail(weak, PUBLIC)), "on the box alone it fits together: nobody could tell"
    assert [where for where, _ in check_trail(weak, PUBLIC, witnesses)] == ["event 16"]


def test_what_was_printed_knows_it_otherwise(weak: Archive, tmp_path: Path) -> None:
    head = weak.audit.head()
    assert head
    printed = head.printed
    assert len(printed) < 40, "it is typed again by hand"
    witness = read_witness(printed)
    assert head.sha256.startswith(witness.head)
    assert not list(check_trail(weak, PUBLIC, [witness]))
    _rewrite(weak, 5)
    assert dict(check_trail(weak, PUBLIC, [witness]))[f"event {head.number}"].startswith(
        ("rewritten", "miss")
    )
    export_trail(weak, tmp_path)
    events, seals = ((tmp_path / name).read_bytes().splitlines() for name in ("events.jsonl", "seals.jsonl"))
    assert not list(flaws(events, seals, PUBLIC))


@pytest.mark.parametrize(
    "text", ["", "12", "12:ab", "0:" + "a" * 20, "x:" + "a" * 20, "3:" + "g" * 20, "3:" + "a" * 65]
)
def test_what_is_no_witness_is_told(text: str) -> None:
    with pytest.raises(SettingWrong):
        read_witness(text)


def test_what_is_printed_is_read_again() -> None:
    head = TrailHead(number=7, sha256="0123456789abcdef" * 4)
    assert head.printed == "7: 0123 4567 89ab cdef 0123 4567"
    assert read_witness(head.printed.upper()).head == head.sha256[:24]


def test_an_authority_knows_the_day(weak: Archive, tmp_path: Path) -> None:
    with time_authority(tmp_path / "tsa") as (url, authority):
        settings = SealSettings(timestamp_url=url, timestamp_ca=authority)
        assert check_stamps(weak, settings) == ([], None), "no witness yet"
        weak.audit.append("a", "b")
        seal(weak, KEY, datetime.now(UTC))
        assert stamp_last_seal(weak, settings)
        assert not stamp_last_seal(weak, settings), "once"
        told, stamped = check_stamps(weak, settings)
        assert told == []
        assert stamped
        assert abs(stamped.at - datetime.now(UTC)) < timedelta(minutes=2)
        key = keys.stamp(stamped.seal)
        real = weak.store.get(key)
        overwrite(weak, key, real[:-1] + bytes([real[-1] ^ 1]))
        with weak.database.session() as session:
            session.execute(delete(WrittenRow))
        assert [where for where, _ in check_stamps(weak, settings)[0]] == [f"stamp {stamped.seal}"]
        overwrite(weak, key, real)
        weak.audit.append("a", "c")
        seal(weak, KEY, datetime.now(UTC) - timedelta(days=9))
        assert stamp_last_seal(weak, settings)
        told, still = check_stamps(weak, settings)
        assert [where for where, _ in told] == [f"seal {stamped.seal + 1}"], "said to be of an earlier day"
        assert still == stamped


def test_an_authority_that_is_away_or_another_s_stops_nothing(weak: Archive, tmp_path: Path) -> None:
    with time_authority(tmp_path / "tsa") as (url, authority), time_authority(tmp_path / "b") as (_, other):
        assert not stamp_last_seal(weak, SealSettings(timestamp_url=url, timestamp_ca=other))
        assert not stamp_last_seal(weak, SealSettings(timestamp_url=url))
    assert not stamp_last_seal(weak, SealSettings(timestamp_url=url, timestamp_ca=authority))
    assert not list(weak.store.keys(keys.STAMPS))
    with pytest.raises(SettingWrong):
        stamp_last_seal(weak, SealSettings(timestamp_url=url, timestamp_ca=tmp_path / "none"))
