"""Reading a stack: each page under its reading key, asked of the store before any engine."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

from flows.workers.jobs import page_of, read_file_page
from flows.workers.pool import Job, WorkerPool
from schemas.arrangement import Leaf
from schemas.base.clock import now
from schemas.base.ids import sha256_of
from schemas.batch import Receipt, Refusal
from schemas.errors import BadInput, DamagedPage, EngineFailed, ReadingFailed
from schemas.page import PageText, Reading
from schemas.paper import PageRef
from schemas.settings import EngineName, Settings
from storage import keys
from storage.archive.archive import Archive
from storage.logs import log_event

_TRIES = 3
"""How often a page is tried when its engine ends early."""
_AHEAD = 3
"""Pages begun a worker before the first is waited for: no worker idles, memory stays bounded."""


@dataclass(frozen=True)
class PageResult:
    """A page of a stack: read, or refused with the reason."""

    page: PageRef
    name: str
    reading: Reading | None
    refusal: Refusal | None = None

    @property
    def warning(self) -> Refusal | None:
        """Why a person has to look at the page's image: not read, or broken in its file."""
        if self.reading and self.reading.page.damaged:
            error = DamagedPage(self.name)
            return Refusal(code=error.code, message=error.message)
        return self.refusal


@cache
def engine_key(engines: tuple[EngineName, ...]) -> str:
    """What a reading depends on besides the page: engines, models, preparation. Hex SHA-256."""
    from ocr.engines.registry import open_engines
    from ocr.page import READING_VERSION
    from ocr.recognition.voting import weights_digest

    names = [engine.name for engine in open_engines(engines)]
    return sha256_of("|".join([*names, weights_digest(), READING_VERSION]).encode())


def reading_key(leaf: Leaf, settings: Settings) -> str:
    """Same key, same result: a page is never read twice under it."""
    parts = [leaf.scan, leaf.page_number, engine_key(settings.engines), settings.jpeg_quality]
    if leaf.turned_degrees is not None:
        parts.append(leaf.turned_degrees)
    return sha256_of("|".join(map(str, parts)).encode())


def read_stack(
    archive: Archive,
    pool: WorkerPool,
    settings: Settings,
    sheets: Sequence[tuple[Leaf, Receipt]],
    stop: Event | None = None,
) -> Iterator[PageResult]:
    """Pages in order, each with the file that brought it, yielded when it is read and kept.

    Once `stop` is set no further page is begun, and the stream ends early. Raises only what no page
    is to blame for: `EnvironmentFaulty`, `StoreFailed`.
    """
    todo = deque(sheets)
    begun: deque[tuple[PageRef, Receipt, str, Reading | _Attempts]] = deque()
    with TemporaryDirectory(prefix="sohoa-") as folder:
        copies = _Copies(archive, Path(folder))
        while todo or begun:
            while todo and len(begun) < _AHEAD * settings.processes and not _is_set(stop):
                leaf, receipt = todo.popleft()
                page = PageRef(
                    scan=leaf.scan, page_number=leaf.page_number, reading_key=reading_key(leaf, settings)
                )
                name = f"{receipt.name}, {page.page_number}"
                begun.append((page, receipt, name, _begin(archive, pool, settings, page, leaf, name, copies)))
            if not begun:
                return
            page, receipt, name, started = begun.popleft()
            if isinstance(started, Reading):
                archive.ledger.note_known(receipt, page, started)
                yield PageResult(page, name, started)
            else:
                yield _finish(archive, receipt, page, name, started)


def _is_set(stop: Event | None) -> bool:
    return stop is not None and stop.is_set()


class _Copies:
    """The stack's scans as files that workers can open, fetched when the first page needs one."""

    def __init__(self, archive: Archive, folder: Path) -> None:
        self._archive = archive
        self._folder = folder

    def file(self, scan: str) -> Path:
        """Path of a copy whose bytes were checked against their hash."""
        file = self._folder / scan
        if not file.exists():
            file.write_bytes(self._archive.store.get(keys.scan(scan)))
        return file


class _Attempts:
    """A page's job, begun again when its engine ends early."""

    def __init__(self, begin: Callable[[], Job], page_number: int, name: str) -> None:
        self._begin, self._page_number, self._name = begin, page_number, name
        self._job = begin()

    def result(self) -> tuple[PageText, bytes, float]:
        for attempt in range(1, _TRIES + 1):
            try:
                text, view, seconds, _ = page_of(self._job, self._page_number, self._name)
            except EngineFailed:
                if attempt == _TRIES:
                    raise
                self._job = self._begin()
            else:
                return text, view, seconds
        raise AssertionError(_TRIES)


def _begin(
    archive: Archive,
    pool: WorkerPool,
    settings: Settings,
    page: PageRef,
    leaf: Leaf,
    name: str,
    copies: _Copies,
) -> Reading | _Attempts:
    known = archive.reading(page)
    if known:
        return known
    file = copies.file(page.scan)
    how = (leaf.turned_degrees, settings.engines, settings.jpeg_quality, settings.limits, name)
    begin = partial(pool.submit, name, read_file_page, file, page.page_number, *how)
    return _Attempts(begin, page.page_number, name)


def _finish(archive: Archive, receipt: Receipt, page: PageRef, name: str, started: _Attempts) -> PageResult:
    try:
        text, view, seconds = started.result()
    except (BadInput, ReadingFailed) as error:
        _log(receipt, page, error.code)
        return PageResult(page, name, None, Refusal(code=error.code, message=error.message))
    _log(receipt, page, "read", seconds)
    reading = Reading(page=text, view_sha256=sha256_of(view), read_at=now(), seconds=seconds)
    kept = archive.put_reading(page, reading, view)
    archive.ledger.note_reading(receipt, page, kept)
    return PageResult(page, name, kept)


def _log(receipt: Receipt, page: PageRef, outcome: str, seconds: float | None = None) -> None:
    log_event(
        "page.read",
        batch=receipt.batch_id,
        receipt=receipt.id,
        page=page.page_number,
        seconds=round(seconds, 3) if seconds is not None else None,
        outcome=outcome,
    )
