"""Restoring (phục hồi): the runs of a backup put into an archive, and the database built from them."""

import io
import json
import os
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pyrage

from schemas.backup import Manifest, Restored
from schemas.base.ids import sha256_of
from schemas.base.model import Frozen
from schemas.environment_errors import SettingWrong
from schemas.store_errors import BackupDamaged
from storage import keys
from storage.archive.archive import Archive
from storage.archive.trail_key import TrailKeys, new_keys, read_keys
from storage.audit.events import last_event
from storage.audit.seals import lock_again
from storage.audit.verification import check_trail
from storage.preservation.backup import FURNITURE, INDEX, check_part, index_of, manifests, run_folder
from storage.preservation.local_state import put_back
from storage.preservation.rebuild import reindex

_CHUNK = 1024**2


class Keys(Frozen):
    """What a backup holds for `keys/`: the seal key (PEM), and the lines of the trail's keys."""

    seal_pem: bytes
    trail: TrailKeys


def restore(archive: Archive, folder: Path, identity: str, seal_key: str) -> tuple[Restored, Keys]:
    """Put everything into `archive` and index it; also the keys that the backup holds.

    `seal_key` is the public key that the backup must be signed with, 64 hex digits: anybody can make a backup
    that is whole, and accounts and keys are taken from it. What is there already stays, so that an
    interrupted restore is run again. Raises `BackupDamaged`,
    `SettingWrong` for an identity that is none or not the right one, `ObjectExists` when the archive
    holds something else under a key.
    """
    try:
        lines = [line for line in identity.splitlines() if line.strip() and not line.startswith("#")]
        own = pyrage.x25519.Identity.from_str("".join(lines).strip())
    except pyrage.IdentityError as error:
        raise SettingWrong("backup identity", "AGE-SECRET-KEY-1…") from error
    runs = manifests(folder)
    if not runs:
        raise BackupDamaged(str(folder), "no backup in it")
    if seal_key.strip().lower() != runs[0].key:
        raise BackupDamaged(str(folder), f"signed with {runs[0].key[:16]}…")
    objects = sum(_restore_run(archive, run_folder(folder, one), one, own) for one in runs)
    _refuse_others(archive)
    rest = json.loads(_read(run_folder(folder, runs[-1]) / FURNITURE, own))
    archive.audit.signing = _trail_keys(archive, rest)
    reindex(archive)
    lock_again(archive)
    rows = put_back(archive.database, rest)
    damaged = tuple(f"{where}: {what}" for where, what in check_trail(archive, runs[-1].key))
    archive.audit.append("backup.restore", f"{runs[-1].number}", detail=f"{objects}")
    return Restored(runs=len(runs), objects=objects, rows=rows, damaged=damaged), Keys(
        seal_pem=rest["seal_pem"].encode(), trail=archive.audit.signing
    )


def _trail_keys(archive: Archive, rest: dict[str, Any]) -> TrailKeys:
    """The keys its events are signed with; in a backup of a version that signed none, those from now on."""
    if "trail_keys" in rest:
        return read_keys(rest["trail_keys"])
    numbers = (keys.number_in(name, keys.AUDIT) for name in archive.store.keys(keys.AUDIT))
    return new_keys(max((number for number in numbers if number), default=0) + 1)


def _restore_run(archive: Archive, run: Path, manifest: Manifest, own: pyrage.x25519.Identity) -> int:
    files = {part.name: check_part(run, part) for part in manifest.parts}
    expected = index_of(run) if INDEX in files else {}
    for name in sorted(name for name in files if name.startswith("objects-")):
        with _decrypted(files[name], own) as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
            for member in tar:
                source = tar.extractfile(member)
                content = source.read() if source else b""
                if sha256_of(content) != expected.pop(member.name, ""):
                    raise BackupDamaged(str(files[name]), member.name)
                archive.store.put(member.name, content)
        archive.store.flush()
    if expected:
        raise BackupDamaged(str(run), f"{len(expected)} objects missing")
    return manifest.objects


def _refuse_others(archive: Archive) -> None:
    """A database that knows what the backup does not would say of lost files that they are there."""
    unknown = [b for b in archive.ledger.batches() if not archive.store.exists(keys.batch(b.id))]
    if unknown or not archive.store.exists(keys.audit(max(last_event(archive.database), 1))):
        raise SettingWrong("database_url", f"{archive.database.name} holds other batches: name an empty one")


@contextmanager
def _decrypted(file: Path, own: pyrage.x25519.Identity) -> Iterator[IO[bytes]]:
    """The file in the clear, as a stream; nothing of it is written down."""
    failed: list[BaseException] = []
    reading, writing = os.pipe()

    def decrypt(target: IO[bytes]) -> None:
        try:
            with target, file.open("rb") as source:
                pyrage.decrypt_io(source, target, [own])
        except BaseException as error:  # noqa: BLE001  (told below, in the thread that asked)
            failed.append(error)

    thread = threading.Thread(target=decrypt, args=(os.fdopen(writing, "wb"),))
    thread.start()
    try:
        with os.fdopen(reading, "rb") as stream:
            yield stream
            while stream.read(_CHUNK):  # the end of a tar is not the end of the file
                pass
    except (tarfile.TarError, OSError) as error:
        thread.join()
        raise _told(file, failed[0] if failed else error) from error
    finally:
        thread.join()
    if failed:
        raise _told(file, failed[0])


def _read(file: Path, own: pyrage.x25519.Identity) -> bytes:
    out = io.BytesIO()
    try:
        with file.open("rb") as source:
            pyrage.decrypt_io(source, out, [own])
    except (pyrage.DecryptError, OSError) as error:
        raise _told(file, error) from error
    return out.getvalue()


def _told(file: Path, error: BaseException) -> Exception:
    if isinstance(error, pyrage.DecryptError):
        return SettingWrong("backup identity", f"{error}")
    return BackupDamaged(str(file), f"{error}"[:80])


def new_identity() -> tuple[str, str]:
    """A new identity (secret, to be kept elsewhere) and the recipient (public) that backups are made for."""
    made: Any = pyrage.x25519.Identity.generate()
    return str(made), str(made.to_public())
