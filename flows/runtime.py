"""What tasks work with: the archive, claims on its stacks and the worker pool, opened once a process.

Prefect hands tasks references only; they take the workshop from here. A worker's process that was
started for a flow run opens its own.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flows.pipeline.reading import PageResult
from flows.workers.pool import WorkerPool, worker_pool
from schemas.settings import Settings, load_settings
from storage.archive.archive import Archive
from storage.opening import open_archive
from storage.queues.stacks import Claims, claiming


def _ignore(_: PageResult) -> None:
    """Report to nobody."""


@dataclass
class Runtime:
    """Archive, workers, settings, and who wants to hear of each page."""

    settings: Settings
    archive: Archive
    pool: WorkerPool
    claims: Claims
    report: Callable[[PageResult], None] = _ignore
    stop: threading.Event = field(default_factory=threading.Event)
    """Set to let running tasks end after the stack they are at."""
    reconcile_at: float = 0.0
    """When (`time.monotonic`) the queue is next compared with the pages."""
    given_up: set[str] = field(default_factory=set)
    """Papers whose PDF could not be renewed since the workshop was opened."""


_open: list[Runtime] = []


@contextmanager
def open_runtime(settings: Settings) -> Iterator[Runtime]:
    """Open the workshop of this process; within the block `current_runtime` finds it."""
    with (
        open_archive(settings) as archive,
        claiming(archive.database) as claims,
        worker_pool(settings) as pool,
    ):
        runtime = Runtime(settings, archive, pool, claims)
        _open.append(runtime)
        try:
            yield runtime
        finally:
            _open.remove(runtime)


@contextmanager
def current_runtime() -> Iterator[Runtime]:
    """The open workshop, or one opened for the block from the environment's settings."""
    if _open:
        yield _open[-1]
    else:
        with open_runtime(load_settings()) as runtime:
            yield runtime
