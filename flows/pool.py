"""Worker processes that open files and read pages. They never import Prefect.

A worker that dies or overstays costs the one job it had: pebble starts another in its place, and
whatever programs it had started end with it. What workers may touch is `flows.sandbox`'s.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import popen_spawn_posix, resource_tracker, spawn
from multiprocessing.context import SpawnContext, SpawnProcess
from threading import Lock
from typing import Any, ClassVar, ParamSpec, TypeVar

import psutil
from pebble import ProcessExpired, ProcessFuture, ProcessPool
from pebble.pool import process as pebble_process
from pebble.pool.base_pool import Task
from pebble.pool.channel import WorkerChannel

from flows.sandbox import end_group, grown, limit_seconds, limit_worker, worker_executable, worker_id
from flows.scratch import scratch_folder
from schemas.errors import TookTooLong, WorkerDied
from schemas.settings import Limits, Settings

P = ParamSpec("P")
R = TypeVar("R")
_JOBS_A_WORKER = 500
"""A worker is replaced after so many jobs: libraries leak."""
_LAUNCHER = ThreadPoolExecutor(1, "launcher")
"""One thread starts all workers and lives as long as we do: for the kernel, the thread is the parent that
they die with."""


class _Launch(popen_spawn_posix.Popen):
    """Starts a worker as its `executable`, and notes its id."""

    def _launch(self, process_obj: Any) -> None:
        _LAUNCHER.submit(self._launch_as, process_obj).result()
        process_obj.leaders.add(self.pid)

    def _launch_as(self, process_obj: Any) -> None:
        resource_tracker.ensure_running()  # ours, outside the sandbox
        before = spawn.get_executable()
        spawn.set_executable(process_obj.executable)
        try:
            super()._launch(process_obj)  # type: ignore[misc]
        finally:
            spawn.set_executable(before)


class _Worker(SpawnProcess):
    executable = ""
    leaders: ClassVar[set[int]] = set()

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802  (multiprocessing's own name)
        return _Launch(process_obj)

    def __getstate__(self) -> dict[str, Any]:
        """What the worker gets to see of itself."""
        return {k: v for k, v in self.__dict__.items() if k not in ("executable", "leaders")}


class _Context(SpawnContext):
    """Starts processes as `executable`; their ids are kept in `leaders`."""

    def __init__(self, executable: str, leaders: set[int]) -> None:
        super().__init__()
        self._executable, self._leaders = executable, leaders

    def Process(self, *args: Any, **kwargs: Any) -> _Worker:  # type: ignore[override]  # noqa: N802
        made = _Worker(*args, **kwargs)
        made.executable, made.leaders = self._executable, self._leaders  # type: ignore[misc]
        return made


class Job:
    """A job under way in the pool."""

    def __init__(
        self, begin: Callable[[], ProcessFuture[Any]], subject: str, sweep: Callable[[], None]
    ) -> None:
        self._begin = begin
        self._future = begin()
        self._subject = subject
        self._sweep = sweep

    def result(self) -> Any:
        """What the job returned. Raises what it raised, `TookTooLong` or `WorkerDied`."""
        try:
            try:
                return self._future.result()
            except BrokenProcessPool:  # an idle worker was killed: not this job's fault
                self._future = self._begin()
                return self._future.result()
        except TimeoutError as error:
            self._sweep()
            raise TookTooLong(self._subject) from error
        except (ProcessExpired, CancelledError, BrokenProcessPool) as error:
            self._sweep()
            raise WorkerDied(self._subject) from error


class WorkerPool:
    """`settings.processes` workers with limits on memory and time, started as `executable`."""

    def __init__(self, settings: Settings, executable: str) -> None:
        self._settings, self._executable = settings, executable
        self._lock = Lock()
        self._leaders: set[int] = set()
        self._pool = self._open()

    def _open(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self._settings.processes, max_tasks=_JOBS_A_WORKER,
            initializer=_begin, initargs=(self._settings.limits,),
            context=_Context(self._executable, self._leaders),
        )  # fmt: skip

    def submit(self, subject: str, job: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Job:
        """Queue `job`; `subject` names it in errors. Files that it opens lie in the scratch folder."""
        timeout = self._settings.limits.page_timeout_seconds

        def begin() -> ProcessFuture[Any]:
            with self._lock:
                try:
                    return self._pool.schedule(_do, args=(timeout, job, args, kwargs), timeout=timeout)
                except RuntimeError:  # broken, when an idle worker was killed
                    self._pool.stop()  # type: ignore[no-untyped-call]
                    self._pool.join()  # it ends the workers that are left
                    self._pool = self._open()
                    return self._pool.schedule(_do, args=(timeout, job, args, kwargs), timeout=timeout)

        return Job(begin, subject, self._sweep)

    def close(self, *, wait: bool = True) -> None:
        """End the workers; what has not begun is dropped."""
        if wait:
            self._pool.close()  # type: ignore[no-untyped-call]
        else:
            self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()
        self._sweep()

    def _sweep(self) -> None:
        """End the programs of workers that are gone."""
        with self._lock:
            gone = {pid for pid in self._leaders if not psutil.pid_exists(pid)}
            self._leaders -= gone
        for pid in gone:
            end_group(pid)


@contextmanager
def worker_pool(settings: Settings) -> Iterator[WorkerPool]:
    """A pool that is ended at the end, at once when an exception flies through.

    Raises `ProgramMissing` when the settings require a sandbox and this machine has none.
    """
    with scratch_folder() as scratch:
        pool = WorkerPool(settings, worker_executable(settings, scratch))
        try:
            yield pool
        except BaseException:
            pool.close(wait=False)
            raise
        pool.close()


def _begin(limits: Limits) -> None:
    """In the worker, once. In its namespace it has another id than the one pebble knows it by."""
    limit_worker(limits)
    known = worker_id()
    os.getpid = lambda: known
    jobs = pebble_process.worker_get_next_task

    def until_grown(channel: WorkerChannel, max_tasks: int) -> Iterator[Task]:
        for task in jobs(channel, max_tasks):
            yield task
            if grown(limits):  # what a large page left behind would be missing for the next
                return

    pebble_process.worker_get_next_task = until_grown
    import cv2

    cv2.setNumThreads(1)


def _do(seconds: int, job: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]) -> R:
    """In the worker, for each job: its own CPU seconds."""
    limit_seconds(seconds)
    return job(*args, **kwargs)
