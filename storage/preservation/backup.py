"""Backups (sao lưu): a folder of runs, each adding what is new, encrypted to age recipients.

    000001/objects-0001.tar.age   objects by their keys, as they were stored
    000001/furniture.json.age     what the store does not hold: accounts, tokens, drafts, the seal key
    000001/index.gz               keys and SHA-256 of what this run added: tells the next run what is new
    000001/manifest.json          hashes of these files and of the manifest before, signed with the seal key

Objects are written once, so a run is a listing and a copy of what no index names yet. Records are listed
before what they refer to is copied: whatever happens meanwhile, no record in a run lacks its objects.
Only who holds the identity can read it; the machine that makes backups needs the public key alone.
"""

import fcntl
import gzip
import io
import json
import os
import shutil
import tarfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from tempfile import mkdtemp
from typing import IO

import pyrage

from schemas.backup import Manifest, Part, SignedManifest
from schemas.base.ids import sha256_of
from schemas.environment_errors import SettingWrong, write_error
from schemas.store_errors import BackupDamaged, ObjectAltered, ObjectMissing
from storage import keys
from storage.archive.archive import Archive
from storage.audit.signed_records import is_signed, manifest_bytes
from storage.audit.signing_key import Signer
from storage.audit.witnesses import Witness
from storage.preservation.local_state import furniture

MANIFEST, INDEX, FURNITURE = "manifest.json", "index.gz", "furniture.json.age"
_PART_BYTES = 512 * 1024**2
_CHUNK = 1024**2
_REFERRING = (
    keys.UNDONE,
    keys.SEALS,
    keys.AUDIT,
    keys.REPORTS,
    keys.INSPECTIONS,
    keys.SUBMISSIONS,
    keys.LINKS,
    keys.REVOCATIONS,
    keys.DOSSIERS,
)
"""What names other objects, whatever refers before what it refers to; papers come after these."""


def back_up(
    archive: Archive, folder: Path, recipients: Iterable[str], signing: Signer, seal_pem: bytes
) -> Manifest:
    """Add a run to the backups in `folder`; it is there whole or not at all.

    Raises `SettingWrong` for a recipient that is none, `BackupDamaged` when what lies there was altered,
    `DiskFull`, and what the store raises.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            made = _back_up(archive, folder, [_recipient(text) for text in recipients], signing, seal_pem)
    except OSError as error:
        raise write_error(str(folder), error) from error
    archive.audit.append("backup.make", f"{made.number}", detail=f"{made.objects}")
    return made


def _back_up(
    archive: Archive, folder: Path, to: list[pyrage.x25519.Recipient], signing: Signer, seal_pem: bytes
) -> Manifest:
    known, before, own = _known(folder), manifests(folder), signing.public.hex()
    if before and before[0].key != own:
        raise SettingWrong("seal.key_file", f"the backups in {folder} are signed with {before[0].key[:16]}…")
    number = len(before) + 1
    draft = Path(mkdtemp(prefix=f".{number:06}.", dir=folder))
    try:
        rest = furniture(archive.database) | {
            "seal_pem": seal_pem.decode(),
            "trail_keys": archive.audit.signing.lines(),
        }
        head = archive.audit.head()
        added, damaged = _write_objects(archive, draft, known, to)
        with (draft / INDEX).open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as index:
            index.writelines(f"{key}\t{digest}\n".encode() for key, digest, _ in added)
        with (draft / FURNITURE).open("wb") as out:
            pyrage.encrypt_io(io.BytesIO(json.dumps(rest).encode()), out, to)
        made = Manifest(
            number=number,
            made_at=datetime.now(UTC),
            objects=len(added),
            size_bytes=sum(size for _, _, size in added),
            damaged=tuple(damaged),
            parts=tuple(_part(file) for file in sorted(draft.iterdir())),
            previous=sha256_of((_run(folder, number - 1) / MANIFEST).read_bytes()) if before else "",
            key=own,
            trail=head,
        )
        signed = SignedManifest(manifest=made, signature=signing.sign_manifest(made))
        (draft / MANIFEST).write_text(signed.model_dump_json(indent=1))
        _keep(draft, _run(folder, number))
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return made


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else adds a run within the block; what one that was killed left is removed."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for stale in folder.glob(".[0-9]*.*"):
            shutil.rmtree(stale, ignore_errors=True)
        yield


def manifests(folder: Path) -> list[Manifest]:
    """Every run in order, its chain and signatures checked. Raises `BackupDamaged`."""
    found: list[Manifest] = []
    previous = ""
    for run in sorted(folder.glob("[0-9]" * 6)):
        file = run / MANIFEST
        try:
            content = file.read_bytes()
            signed = SignedManifest.model_validate_json(content)
            one = signed.manifest
            over, signature = manifest_bytes(one), bytes.fromhex(signed.signature)
            key = bytes.fromhex(found[0].key if found else one.key)
        except (OSError, ValueError) as error:
            raise BackupDamaged(str(file), type(error).__name__) from error
        if (one.number, one.previous) != (len(found) + 1, previous) or run.name != f"{one.number:06}":
            raise BackupDamaged(str(file), "chain")
        if not is_signed(key, over, signature):
            raise BackupDamaged(str(file), "signature")
        found.append(one)
        previous = sha256_of(content)
    return found


def witnesses_in(folder: Path) -> list[Witness]:
    """What the backups in `folder` say, each run of what was before it. Raises `BackupDamaged`."""
    return [
        Witness(number=run.trail.number, head=run.trail.sha256, source=f"{folder}/{run.number:06}")
        for run in manifests(folder)
        if run.trail
    ]


def check_part(run: Path, part: Part) -> Path:
    """The file of `part`, if it is what the manifest says. Raises `BackupDamaged`."""
    file = run / part.name
    try:
        if _part(file) != part:
            raise BackupDamaged(str(file), "SHA-256")
    except OSError as error:
        raise BackupDamaged(str(file), error.strerror or "") from error
    return file


def run_folder(folder: Path, manifest: Manifest) -> Path:
    """Where a run lies."""
    return _run(folder, manifest.number)


def index_of(run: Path) -> dict[str, str]:
    """SHA-256 by key of what a run added."""
    with gzip.open(run / INDEX, "rt") as lines:
        return dict(line.rstrip("\n").split("\t") for line in lines)


def _known(folder: Path) -> set[str]:
    """Keys that some run holds already."""
    known: set[str] = set()
    for manifest in manifests(folder):
        run = run_folder(folder, manifest)
        for part in manifest.parts:
            if part.name == INDEX:
                check_part(run, part)
        known |= index_of(run).keys()
    return known


def _wanted(archive: Archive, known: set[str]) -> Iterator[str]:
    """Keys to copy: what refers to others as it stands now, then all the rest.

    What is written meanwhile refers to what is copied later, never to what was passed already.
    """
    store = archive.store
    listed = [key for prefix in _REFERRING for key in store.keys(prefix)]
    listed += [key for key in store.keys(keys.PAPERS) if key.endswith(".json")]
    yield from (key for key in listed if key not in known)
    for key in store.keys(""):
        of_before = key.startswith((".", *_REFERRING))
        if not of_before and not (key.startswith(keys.PAPERS) and key.endswith(".json")) and key not in known:
            yield key


def _write_objects(
    archive: Archive, draft: Path, known: set[str], to: list[pyrage.x25519.Recipient]
) -> tuple[list[tuple[str, str, int]], list[str]]:
    """Key, SHA-256 and bytes of each object written; keys of those that are damaged, left for a later run."""
    added: list[tuple[str, str, int]] = []
    damaged: list[str] = []
    wanted, part = _wanted(archive, known), 0
    following = next(wanted, None)
    while following is not None:
        part, held = part + 1, 0
        with _encrypted_tar(draft / f"objects-{part:04}.tar.age", to) as tar:
            while following is not None and held < _PART_BYTES:
                try:
                    content = archive.store.get(following)
                except (ObjectAltered, ObjectMissing):
                    damaged.append(following)
                    following = next(wanted, None)
                    continue
                info = tarfile.TarInfo(following)
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
                added.append((following, sha256_of(content), len(content)))
                held += len(content)
                following = next(wanted, None)
    return added, damaged


@contextmanager
def _encrypted_tar(file: Path, to: list[pyrage.x25519.Recipient]) -> Iterator[tarfile.TarFile]:
    """A tar that is encrypted as it is written; nothing lies in the clear on the way."""
    failed: list[BaseException] = []
    reading, writing = os.pipe()

    def encrypt(source: IO[bytes]) -> None:
        with source:
            try:
                with file.open("wb") as out:
                    pyrage.encrypt_io(source, out, to)
            except BaseException as error:  # noqa: BLE001  (told below, in the thread that asked)
                failed.append(error)

    thread = threading.Thread(target=encrypt, args=(os.fdopen(reading, "rb"),))
    thread.start()
    try:
        with (
            suppress(BrokenPipeError),
            os.fdopen(writing, "wb") as pipe,
            tarfile.open(fileobj=pipe, mode="w|", format=tarfile.PAX_FORMAT, bufsize=_CHUNK) as tar,
        ):
            yield tar
    finally:
        thread.join()
    if failed:
        raise OSError(None, f"{failed[0]}")


def _recipient(text: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError as error:
        raise SettingWrong("backup", f"age1…: {text[:12]}") from error


def _part(file: Path) -> Part:
    with file.open("rb") as source:
        digest = file_digest(source, "sha256").hexdigest()
    return Part(name=file.name, sha256=digest, size_bytes=file.stat().st_size)


def _run(folder: Path, number: int) -> Path:
    return folder / f"{number:06}"


def _keep(draft: Path, run: Path) -> None:
    """Flush, then give the run its name: a machine that loses power keeps all of it or none."""
    os.sync()
    draft.rename(run)
    os.sync()
