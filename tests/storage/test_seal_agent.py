"""The seal key with another user: what the service may have signed, and what it may not."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from room import overwrite
from sqlalchemy import delete

from schemas.environment_errors import SettingWrong
from schemas.seal import SignedSeal
from schemas.settings import SealSettings, Settings
from schemas.signing_errors import SignerUnavailable
from schemas.store_errors import ObjectAltered
from storage import keys
from storage.archive.archive import Archive
from storage.audit.seal_agent import AgentServer, SealAgent
from storage.audit.seals import last_seal, seal
from storage.audit.signer import seal_key
from storage.audit.signing_key import KeyInFile, read_key
from storage.audit.verification import check_trail
from storage.audit.verify_trail import flaws
from storage.database.tables.audit import SealRow, WrittenRow
from storage.preservation.backup import back_up, manifests
from storage.preservation.restore import new_identity


@contextmanager
def _agent(folder: Path, uid: int = os.getuid()) -> Iterator[Path]:
    folder.mkdir(exist_ok=True)
    with AgentServer(folder / "s", folder, uid) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield folder / "s"
        finally:
            server.shutdown()
            thread.join()


def _forget_last_seal(archive: Archive) -> SignedSeal:
    """As if the service had lost, or somebody removed, what the last seal left in store and database."""
    last = last_seal(archive.database)
    assert last
    overwrite(archive, keys.seal(last.seal.number), None)
    overwrite(archive, keys.sealed_events(last.seal.number), None)
    with archive.database.session() as session:
        session.execute(delete(SealRow).where(SealRow.number == last.seal.number))
        session.execute(delete(WrittenRow))
    return last


def test_it_seals_day_after_day_and_signs_backups(lite_archive: Archive, tmp_path: Path) -> None:
    with _agent(tmp_path / "agent") as address:
        signer = seal_key(Settings(data=tmp_path / "data", seal=SealSettings(socket=address)))
        for number in range(3):
            lite_archive.audit.append("a", f"{number}")
            assert seal(lite_archive, signer, datetime.now(UTC))
        assert not list(check_trail(lite_archive, signer.public.hex()))
        back_up(lite_archive, tmp_path / "usb", [new_identity()[1]], signer, b"")
        assert [run.key for run in manifests(tmp_path / "usb")] == [signer.public.hex()]
    assert not (tmp_path / "data").exists(), "the service holds no key"
    with _agent(tmp_path / "agent") as address:
        assert SealAgent(address).public == signer.public, "it is kept"
    with pytest.raises(SignerUnavailable):
        SealAgent(address)


def test_what_was_sealed_is_not_sealed_otherwise(lite_archive: Archive, tmp_path: Path) -> None:
    with _agent(tmp_path / "agent") as address:
        signer = SealAgent(address)
        for number in range(4):
            lite_archive.audit.append("a", f"{number}")
            seal(lite_archive, signer, datetime.now(UTC))
        first, last = lite_archive.store.get(keys.seal(1)), last_seal(lite_archive.database)
        assert last
        for made in (
            SignedSeal.model_validate_json(first).seal,
            last.seal.with_changes(previous="0" * 64),
            last.seal.with_changes(number=9),
            last.seal.with_changes(number=5, first=3, last=9, sealed_at=datetime.now(UTC)),
        ):
            with pytest.raises(SignerUnavailable):
                signer.seal(made)
        old = datetime.now(UTC) - timedelta(days=3)
        lite_archive.audit.append("a", "late")
        with pytest.raises(SignerUnavailable):
            seal(lite_archive, signer, old)
        assert seal(lite_archive, signer, datetime.now(UTC))


def test_killed_between_signing_and_keeping(lite_archive: Archive, tmp_path: Path) -> None:
    """The agent signed, the service never wrote it: the same seal is given again."""
    with _agent(tmp_path / "agent") as address:
        signer = SealAgent(address)
        lite_archive.audit.append("a", "1")
        seal(lite_archive, signer, datetime.now(UTC))
        lost = _forget_last_seal(lite_archive)
        lite_archive.audit.append("a", "2")
        assert seal(lite_archive, signer, datetime.now(UTC)) == lost.seal
        again = seal(lite_archive, signer, datetime.now(UTC))
        assert again
        assert again.first == lost.seal.last + 1
        assert not list(check_trail(lite_archive, signer.public.hex()))


def test_a_last_stretch_that_was_rewritten_is_not_sealed(lite_archive: Archive, tmp_path: Path) -> None:
    with _agent(tmp_path / "agent") as address:
        signer = SealAgent(address)
        lite_archive.audit.append("a", "1")
        lite_archive.audit.append("a", "2")
        seal(lite_archive, signer, datetime.now(UTC))
        _forget_last_seal(lite_archive)
        honest = lite_archive.audit.own_event(lite_archive.store.get(keys.audit(2)), 2)
        assert honest
        otherwise = honest.with_changes(target="3", signature="")
        signature = lite_archive.audit.signing.sign(2, otherwise.unsigned)
        overwrite(lite_archive, keys.audit(2), otherwise.with_changes(signature=signature).content)
        overwrite(lite_archive, keys.audit(3), None)
        with lite_archive.database.session() as session:
            session.execute(delete(WrittenRow))
        with pytest.raises(ObjectAltered):
            seal(lite_archive, signer, datetime.now(UTC))


def test_only_the_service_is_answered(tmp_path: Path) -> None:
    """Whoever else may open the socket: the kernel says who he is."""
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents:
        if parent.owner() == "root" and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o011)
    with _agent(tmp_path / "agent", uid=65534) as address:
        address.chmod(0o666)
        (tmp_path / "agent").chmod(0o755)
        assert _asked_by(65533, address) == b""
        assert _asked_by(65534, address).startswith(b"{")
        assert (tmp_path / "agent" / "seal.pem").stat().st_mode & 0o077 == 0


def _asked_by(uid: int, address: Path) -> bytes:
    """What another user of the machine is answered: a child becomes him, and asks."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.setuid(uid)
            with socket.socket(socket.AF_UNIX) as caller:
                caller.connect(str(address))
                caller.sendall(b"{}\n")
                os.write(writing, caller.recv(9999))
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as answers:
        return answers.read()


@pytest.mark.parametrize("line", [b"\n", b"{}", b"[]\n", b"\xff\n", b'{"seal": 1}\n', b"x" * 2_000_000])
def test_nonsense_is_not_answered_and_stops_nothing(tmp_path: Path, line: bytes) -> None:
    with _agent(tmp_path / "agent") as address:
        with socket.socket(socket.AF_UNIX) as caller:
            caller.settimeout(10)
            caller.connect(str(address))
            try:
                caller.sendall(line)
                caller.shutdown(socket.SHUT_WR)
                answer = caller.recv(100)
            except (BrokenPipeError, ConnectionResetError):
                answer = b""
        assert answer == b"" or line == b"{}"
        assert SealAgent(address).public


def test_a_key_hands_over_to_the_next(lite_archive: Archive) -> None:
    old, new = (KeyInFile(Ed25519PrivateKey.generate()) for _ in range(2))
    thief = KeyInFile(Ed25519PrivateKey.generate())
    lite_archive.audit.append("a", "1")
    made = seal(lite_archive, old, datetime.now(UTC), next_key=new.public.hex())
    assert made
    lite_archive.audit.append("a", "2")
    for wrong in (old, thief):
        with pytest.raises(SettingWrong):
            seal(lite_archive, wrong, datetime.now(UTC))
    assert seal(lite_archive, new, datetime.now(UTC))
    for published in ("", old.public.hex(), new.public.hex()):
        assert not list(check_trail(lite_archive, published)), "who kept the old key's print, and who the new"
    assert list(check_trail(lite_archive, thief.public.hex()))
    seals = [lite_archive.store.get(keys.seal(number)) for number in (1, 2)]
    events = [lite_archive.store.get(keys.audit(number)) for number in range(1, 5)]
    forged = thief.seal(made.with_changes(key=thief.public.hex()))
    assert list(flaws(events[:1], [forged.line], new.public.hex(), closed=False)), "it names the key only"
    assert list(flaws(events, [forged.line, seals[1]], new.public.hex(), closed=False))


def test_the_key_is_read_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("nothing")
    with pytest.raises(SettingWrong):
        read_key(tmp_path / "x")
