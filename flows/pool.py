"""Worker processes that open files and read pages. They never import Prefect.

A worker that dies or overstays costs the one job it had: pebble starts another in its place.
"""

import multiprocessing
import os
import resource
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from threading import Lock
from typing import Any, ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from flows.scratch import scratch_folder
from schemas.errors import TookTooLong, WorkerDied
from schemas.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")
_JOBS_A_WORKER = 500
"""A worker is replaced after so many jobs: libraries leak."""


class Job:
    """A job under way in the pool."""

    def __init__(self, future: ProcessFuture[Any], subject: str) -> None:
        self._future = future
        self._subject = subject

    def result(self) -> Any:
        """What the job returned. Raises what it raised, `TookTooLong` or `WorkerDied`."""
        try:
            return self._future.result()
        except TimeoutError as error:
            raise TookTooLong(self._subject) from error
        except (ProcessExpired, CancelledError) as error:
            raise WorkerDied(self._subject) from error


class WorkerPool:
    """`settings.processes` workers with limits on memory and time."""

    def __init__(self, settings: Settings) -> None:
        self._timeout = settings.limits.page_timeout_seconds
        self._lock = Lock()
        self._pool = ProcessPool(
            max_workers=settings.processes, max_tasks=_JOBS_A_WORKER,
            initializer=_limit_worker, initargs=(settings.limits.worker_memory_bytes,),
            context=multiprocessing.get_context("spawn"),
        )  # fmt: skip

    def submit(self, subject: str, job: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Job:
        """Queue `job`; `subject` names what it is about in errors."""
        with self._lock:
            future = self._pool.schedule(job, args=args, kwargs=kwargs, timeout=self._timeout)
        return Job(future, subject)

    def close(self, *, wait: bool = True) -> None:
        """End the workers; what has not begun is dropped."""
        if wait:
            self._pool.close()  # type: ignore[no-untyped-call]
        else:
            self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


@contextmanager
def worker_pool(settings: Settings) -> Iterator[WorkerPool]:
    """A pool that is ended at the end, at once when an exception flies through."""
    with scratch_folder():
        pool = WorkerPool(settings)
        try:
            yield pool
        except BaseException:
            pool.close(wait=False)
            raise
        pool.close()


def _limit_worker(memory_bytes: int) -> None:
    """In the worker: bounded memory, no core dumps, Ctrl-C left to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.environ["OMP_THREAD_LIMIT"] = "1"
    import cv2

    cv2.setNumThreads(1)
