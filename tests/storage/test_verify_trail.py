"""The program that checks an exported trail by itself: what was done to it is found and named."""

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sealed import PRIVATE, PUBLIC, busy
from trail_signing import SIGNING

from storage.audit import verify_trail
from storage.audit.verification import export_trail
from storage.audit.verify_trail import flaws
from storage.opening import embedded_store, make_archive


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory, store_address) -> Path:  # type: ignore[no-untyped-def]
    """A sealed trail of 60 events, exported."""
    from storage.archive.audit_trail import AuditTrail
    from storage.database.engine import Database

    store = embedded_store(store_address, "test-sealed")
    store.prepare()
    folder = tmp_path_factory.mktemp("trail")
    database = Database(f"sqlite:///{folder / 'a.sqlite'}")
    database.prepare()
    archive = make_archive(store, database, AuditTrail(store, database, SIGNING))
    busy(archive, 60, 2)
    export_trail(archive, folder)
    return folder


def lines_of(folder: Path) -> tuple[list[bytes], list[bytes]]:
    return tuple((folder / n).read_bytes().splitlines() for n in ("events.jsonl", "seals.jsonl"))  # type: ignore[return-value]


def test_the_program_is_short_and_stands_alone(exported: Path) -> None:
    program = exported / "verify_trail.py"
    assert len(program.read_text().splitlines()) < 180
    run = subprocess.run(
        [sys.executable, "-I", "-S", str(program), str(exported), PUBLIC],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.startswith("flaws: 0\nlast seal: {")
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()
    run = subprocess.run(
        [sys.executable, "-I", "-S", str(program), str(exported), other],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "seal 1: forged" in run.stdout


def test_its_signatures_are_those_of_a_known_library() -> None:
    chance = Random(4)
    for length in range(0, 200, 7):
        message = chance.randbytes(length)
        signature = PRIVATE.sign(message)
        public = PRIVATE.public_key().public_bytes_raw()
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


def test_an_export_with_nothing_sealed_or_forged_beyond_the_seals_is_flawed(exported: Path) -> None:
    events, seals = lines_of(exported)
    assert ("event 60", "not sealed: the last seal closes event 0") not in set(flaws(events, seals, PUBLIC))
    assert list(flaws(events, [], PUBLIC)), "no seal at all"
    assert list(flaws(events, seals[:-1], PUBLIC)), "the last one gone"


@pytest.mark.parametrize(
    ("events", "seals"),
    [
        (b'{"number":1e999,"previous":"x"}', b""),
        (b"[" * 100_000, b""),
        (b"{}", b"[]"),
        (b"\xff", b"\xff"),
        (b"null", b'{"seal":{"key":"","number":[],"last":{}},"signature":""}'),
    ],
)
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
