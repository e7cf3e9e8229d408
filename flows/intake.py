"""Intake: files copied, hashed, kept and entered before anything happens to their sources.

A folder inside the named folder is a dossier's stack; a multi-page file lying directly in it is
one too; single images lying directly in it are one stack together.
"""

import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from flows.pool import WorkerPool
from flows.work import inspect_file
from schemas.batch import Batch, Receipt, Refusal, Scan
from schemas.errors import (
    BadInput,
    DiskFull,
    EmptyFile,
    ForbiddenFile,
    NotAFile,
    ReadingFailed,
    SohoaError,
    TooLarge,
)
from schemas.ids import derive_id, sha256_of
from schemas.settings import Settings
from schemas.vietnamese import nfc
from storage import keys
from storage.archive import Archive
from storage.ledger import now

_IMAGES = (".jpg", ".jpeg", ".png")
_OURS = (".truth.json",)
_AT_ONCE = 32
"""Files taken in between two flushes."""


@dataclass(frozen=True)
class Offered:
    """A file found where the clerk pointed."""

    file: Path
    name: str
    """Path below the named folder, NFC, control characters replaced: data, never opened."""
    stack: str
    position: int


def find_files(paths: Sequence[Path]) -> list[Offered]:
    """Everything below `paths` that is not hidden, in natural order, put into stacks."""
    offered: list[tuple[Path, str, str]] = []
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            offered += [(f, _name(f, path.parent), _stack(f, path)) for f in _walk(path)]
        else:
            offered.append((path, _name(path, path.parent), _name(path, path.parent)))
    found: list[Offered] = []
    positions: dict[str, int] = {}
    for file, name, stack in sorted(offered, key=lambda item: (_natural(item[2]), _natural(item[1]))):
        positions[stack] = positions.get(stack, 0) + 1
        found.append(Offered(file, name, stack, positions[stack]))
    return found


def take_in(
    archive: Archive, pool: WorkerPool, settings: Settings, batch: Batch, offered: Sequence[Offered]
) -> Iterator[tuple[Offered, Receipt]]:
    """Take in `offered`, yielding each with its receipt once it is safe: objects and rows flushed.

    Bad files get a receipt with a refusal and never stop the rest. Raises only what no file is to
    blame for: `StoreFailed`, `EnvironmentFaulty`.
    """
    for start in range(0, len(offered), _AT_ONCE):
        chunk = offered[start : start + _AT_ONCE]
        with TemporaryDirectory(prefix="sohoa-") as folder:
            receipts = _take_chunk(archive, pool, settings, batch, chunk, Path(folder))
        yield from zip(chunk, archive.put_receipts(receipts), strict=True)


def new_batch(name: str, unit: str) -> Batch:
    """A batch; the same name in the same unit is the same batch, however often it is begun."""
    return Batch(id=derive_id("batch", unit, name), name=name, unit=unit, created_at=now())


def _take_chunk(
    archive: Archive, pool: WorkerPool, settings: Settings, batch: Batch,
    chunk: Sequence[Offered], folder: Path,
) -> list[Receipt]:  # fmt: skip
    taken: list[tuple[Offered, str, Callable[[], Scan]]] = []
    for at, item in enumerate(chunk):
        try:
            content = read_source(item, settings.limits.max_bytes)
        except BadInput as error:
            taken.append((item, "", _raising(error)))
            continue
        digest = sha256_of(content)
        copy = folder / f"{at}"
        _write_copy(copy, content)
        job = pool.submit(item.name, inspect_file, copy, digest, settings.limits, item.name)
        archive.store.put(keys.scan(digest), content)
        taken.append((item, digest, job.result))
    receipts: list[Receipt] = []
    for item, digest, result in taken:
        receipts.append(_receipt(archive, batch, item, digest, _outcome(result), receipts))
    return receipts


def _raising(error: BadInput) -> Callable[[], Scan]:
    def result() -> Scan:
        raise error

    return result


def _outcome(result: Callable[[], Scan]) -> Scan | SohoaError:
    try:
        return result()
    except (BadInput, ReadingFailed) as error:
        return error


def _receipt(
    archive: Archive, batch: Batch, item: Offered, digest: str, outcome: Scan | SohoaError,
    before: Sequence[Receipt],
) -> Receipt:  # fmt: skip
    receipt = Receipt(
        id=derive_id("receipt", batch.id, item.name, digest), batch_id=batch.id, stack=item.stack,
        position=item.position, name=item.name, received_at=now(),
        sha256=digest or None,
    )  # fmt: skip
    if isinstance(outcome, SohoaError):
        refusal = Refusal(code=outcome.code, message=outcome.message)
        return receipt.model_copy(update={"refusal": refusal})
    same = [r for r in before if r.sha256 == digest and not r.linked_to and not r.refusal]
    first = same[0] if same else archive.ledger.receipt_of(digest)
    linked = first.id if first and first.id != receipt.id else None
    return receipt.model_copy(update={"scan": outcome, "linked_to": linked})


def read_source(item: Offered, max_bytes: int) -> bytes:
    """The bytes of a regular file, never following a link, never waiting on a pipe.

    Raises `NotAFile`, `ForbiddenFile`, `TooLarge`, `EmptyFile`.
    """
    try:
        descriptor = os.open(item.file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except PermissionError as error:
        raise ForbiddenFile(item.name) from error
    except OSError as error:
        raise NotAFile(item.name, error.strerror or "") from error
    with os.fdopen(descriptor, "rb") as source:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode):
            raise NotAFile(item.name)
        if facts.st_size > max_bytes:
            raise TooLarge(item.name, f"{facts.st_size} > {max_bytes} bytes")
        content = source.read(max_bytes + 1)
    if not content:
        raise EmptyFile(item.name)
    return content


def _write_copy(copy: Path, content: bytes) -> None:
    try:
        copy.write_bytes(content)
    except OSError as error:
        raise DiskFull(str(copy.parent), error.strerror or "") from error


def _walk(folder: Path) -> Iterator[Path]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        hidden = entry.name.startswith(".") and not entry.name.startswith("..")
        if hidden or entry.name.endswith(_OURS):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path))
        else:
            yield Path(entry.path)


def _stack(file: Path, named: Path) -> str:
    below = file.relative_to(named)
    if len(below.parts) > 1:
        return _name(named / below.parts[0], named.parent)
    if file.suffix.lower() in _IMAGES:
        return _name(named, named.parent)
    return _name(file, named.parent)


def clean_name(name: str) -> str:
    """A file's name as data: NFC, no control characters, bytes that are not UTF-8 spelled out."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return nfc("".join(c if c.isprintable() else " " for c in text)) or "?"


def _name(file: Path, root: Path) -> str:
    return clean_name(str(file.relative_to(root)))


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """Sort key under which `page 2` comes before `page 10`."""
    return tuple(
        (int(part), "") if part.isdecimal() else (0, part.lower())
        for part in re.split(r"(\d+)", text)
        if part
    )
