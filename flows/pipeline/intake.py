"""Intake: files copied, hashed, kept and entered before anything happens to their sources."""

import errno
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from flows.workers.jobs import inspect_file, scan_of
from flows.workers.pool import WorkerPool
from schemas.base.clock import now
from schemas.base.ids import derive_id, receipt_id, sha256_of
from schemas.batch import Batch, Receipt, Refusal, Scan
from schemas.environment_errors import write_error
from schemas.errors import BadInput, ReadingFailed, SohoaError
from schemas.file_errors import EmptyFile, ForbiddenFile, NotAFile, TooLarge, UnreadableFile
from schemas.settings import Settings
from storage import keys
from storage.archive.archive import Archive
from storage.archive.receipts import receipt_of
from storage.files.scan_folders import Offered, Signature, signature_of
from storage.logs import log_event
from storage.records.arrivals import waiting_arrivals
from storage.records.handing_in import placed

_AT_ONCE = 32
"""Files taken in between two flushes."""
_NO_FILE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENXIO, errno.ENODEV)
"""What opening says of links, sockets, devices, and of what is there no more."""


def take_in(
    archive: Archive, pool: WorkerPool, settings: Settings, batch: Batch, offered: Sequence[Offered]
) -> Iterator[tuple[Offered, Receipt]]:
    """Take in `offered`, yielding each with its receipt once it is safe: objects and rows flushed.

    Bad files get a receipt with a refusal and never stop the rest. Raises only what no file is to
    blame for: `StoreFailed`, `EnvironmentFaulty`.
    """
    offered = placed(archive, batch, offered)
    for start in range(0, len(offered), _AT_ONCE):
        chunk = offered[start : start + _AT_ONCE]
        with TemporaryDirectory(prefix="sohoa-") as folder:
            read, receipts = _take_chunk(archive, pool, settings, batch, chunk, Path(folder))
        for item, receipt in zip(read, archive.put_receipts(receipts), strict=True):
            _log(receipt)
            yield item, receipt


def _log(receipt: Receipt) -> None:
    outcome = receipt.refusal.code if receipt.refusal else "linked" if receipt.linked_to else "received"
    pages = receipt.scan.page_count if receipt.scan else None
    log_event("file.received", batch=receipt.batch_id, receipt=receipt.id, pages=pages, outcome=outcome)


def take_arrivals(
    archive: Archive, pool: WorkerPool, settings: Settings, batch: Batch
) -> Iterator[tuple[Offered, Receipt]]:
    """Take in what was handed in for `batch` through the browser: it lies in the store already."""
    arrivals = waiting_arrivals(archive, batch.id)
    for start in range(0, len(arrivals), _AT_ONCE):
        with TemporaryDirectory(prefix="sohoa-") as folder:
            offered = []
            for at, arrival in enumerate(arrivals[start : start + _AT_ONCE]):
                file = Path(folder) / f"{at}"
                write_copy(file, archive.store.get(keys.scan(arrival.sha256)))
                offered.append(
                    Offered(file, arrival.name, arrival.stack, arrival.position, arrival.replaces, arrival.id)
                )
            yield from take_in(archive, pool, settings, batch, offered)


def new_batch(
    name: str, unit: str, pages_expected: int | None = None, dossiers_expected: int | None = None
) -> Batch:
    """A batch; the same name in the same unit is the same batch, however often it is begun."""
    return Batch(
        id=derive_id("batch", unit, name),
        name=name,
        unit=unit,
        created_at=now(),
        pages_expected=pages_expected,
        dossiers_expected=dossiers_expected,
    )


def _take_chunk(
    archive: Archive,
    pool: WorkerPool,
    settings: Settings,
    batch: Batch,
    chunk: Sequence[Offered],
    folder: Path,
) -> tuple[list[Offered], list[Receipt]]:
    """The files as they were read, and their receipts."""
    limits = settings.limits
    taken: list[tuple[Offered, str, Callable[[], Scan]]] = []
    for at, offered in enumerate(chunk):
        try:
            content, signature = read_source(offered, limits.max_bytes)
        except BadInput as error:
            taken.append((replace(offered, signature=signature_now(offered)), "", _raising(error)))
            continue
        item = replace(offered, signature=signature)
        digest = sha256_of(content)
        copy = folder / f"{at}"
        write_copy(copy, content)
        job = pool.submit(item.name, inspect_file, copy, limits, item.name)
        archive.store.put_scan(content)
        taken.append((item, digest, partial(scan_of, job, digest, len(content), limits, item.name)))
    receipts: list[Receipt] = []
    for item, digest, result in taken:
        receipts.append(_receipt(archive, batch, item, digest, _outcome(result), receipts))
    return [item for item, _, _ in taken], receipts


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
    archive: Archive,
    batch: Batch,
    item: Offered,
    digest: str,
    outcome: Scan | SohoaError,
    before: Sequence[Receipt],
) -> Receipt:
    receipt = Receipt(
        id=item.receipt_id or _id_of(batch, item, digest),
        batch_id=batch.id,
        stack=item.stack,
        position=item.position,
        name=item.name,
        received_at=now(),
        sha256=digest or None,
        replaces=item.replaces,
        source=item.source,
        supersedes=_grown_from(item, digest),
    )
    if isinstance(outcome, SohoaError):
        refusal = Refusal(code=outcome.code, message=outcome.message)
        return receipt.with_changes(refusal=refusal)
    here = [r for r in before if (r.stack, r.sha256) == (item.stack, digest)]
    same = [r for r in here if not r.linked_to and not r.refusal]
    first = same[0] if same else receipt_of(archive.database, batch.id, item.stack, digest)
    linked = first.id if first and first.id != receipt.id else None
    return receipt.with_changes(scan=outcome, linked_to=linked)


def _id_of(batch: Batch, item: Offered, digest: str) -> str:
    """A file that is again what it was two versions ago is a version of its own."""
    before = item.earlier
    if before and before.sha256 == digest:
        return before.id
    own = receipt_id(batch.id, item.stack, item.name, digest)
    grown_from = _grown_from(item, digest)
    return derive_id("receipt", own, grown_from) if grown_from else own


def _grown_from(item: Offered, digest: str) -> str | None:
    """The receipt of the same file as it was before; a refused one stays what it was."""
    before = item.earlier
    return before.id if before and before.scan and before.sha256 != digest else None


def signature_now(item: Offered) -> Signature | None:
    """What the file is now; None when it is gone."""
    try:
        facts = item.root.facts(item.parts) if item.root else item.file.lstat()
    except OSError:
        return None
    return signature_of(facts)


class Source(NamedTuple):
    """A file's bytes, and which state of it they are."""

    content: bytes
    signature: Signature


def read_source(item: Offered, max_bytes: int) -> Source:
    """The bytes of a regular file, never following a link, never waiting on a pipe.

    Raises `NotAFile`, `ForbiddenFile`, `UnreadableFile`, `TooLarge`, `EmptyFile`.
    """
    try:
        descriptor = item.open()
    except PermissionError as error:
        raise ForbiddenFile(item.name) from error
    except OSError as error:
        kind = NotAFile if error.errno in _NO_FILE else UnreadableFile
        raise kind(item.name, error.strerror or "") from error
    with os.fdopen(descriptor, "rb") as source:
        try:
            facts = os.fstat(descriptor)
            if not stat.S_ISREG(facts.st_mode):
                raise NotAFile(item.name)
            if facts.st_size > max_bytes:
                raise TooLarge(item.name, f"{facts.st_size} > {max_bytes} bytes")
            content = source.read(max_bytes + 1)
        except OSError as error:
            raise UnreadableFile(item.name, error.strerror or "") from error
    if not content:
        raise EmptyFile(item.name)
    return Source(content, signature_of(facts))


def write_copy(copy: Path, content: bytes) -> None:
    """Write what workers shall open. Raises `DiskFull`."""
    try:
        copy.write_bytes(content)
    except OSError as error:
        raise write_error(str(copy.parent), error) from error
