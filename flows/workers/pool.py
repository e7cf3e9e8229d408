"""Worker processes that open files and read pages. They never import Prefect.

Each worker has a thread of ours, which starts it, gives it one job at a time over a channel of its own, and
reads the answer as data. A worker that dies, overstays or says what is no answer costs the one job it had:
it is ended with whatever it had started, and another takes its place.
"""

import pickle
import socket
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from queue import SimpleQueue
from secrets import token_hex
from threading import Event, Lock, Thread
from typing import Any, BinaryIO, ParamSpec, TypeVar

from flows.workers.answers import NAME_LETTERS, answer_type, read_answer
from flows.workers.channel import ChannelEnded, receive, send, speaks
from flows.workers.sandbox import end_group, worker_command
from flows.workers.scratch_folder import scratch_folder
from schemas.errors import TookTooLong, WorkerDied
from schemas.logs import LogLevel
from schemas.settings import Limits, Settings
from storage.logs import program_output

P = ParamSpec("P")
R = TypeVar("R")
_JOBS_A_WORKER = 500
"""A worker is replaced after so many jobs: libraries leak."""
_GONE_SECONDS = 5.0


@dataclass
class Job:
    """A job in the pool: waiting, under way or done."""

    subject: str
    kind: Any
    """The type of its value."""
    content: bytes
    """What the worker is sent; made by whoever queues the job, whose values others may be reading."""
    future: Future[Any] = field(default_factory=Future)

    def result(self) -> Any:
        """What the job returned. Raises one of our errors, `TookTooLong` or `WorkerDied` among them."""
        return self.future.result()


class WorkerPool:
    """`settings.processes` workers with limits on memory and time, started by `command`."""

    def __init__(self, settings: Settings, command: list[str], output: BinaryIO | None = None) -> None:
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._stop = Event()
        self._workers = [
            _Worker(command, settings.limits, self._jobs, self._stop, output)
            for _ in range(settings.processes)
        ]
        self._begun, self._lock = False, Lock()

    @property
    def process_ids(self) -> tuple[int, ...]:
        """Of the workers that live now."""
        return tuple(pid for worker in self._workers if (pid := worker.process_id))

    def submit(self, subject: str, job: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Job:
        """Queue `job`, a function of a module; `subject` names it in errors.

        Files that it opens lie in the scratch folder. Raises `TypeError` when it does not say what type it
        returns.
        """
        return self.submit_as(answer_type(job), subject, job, *args, **kwargs)

    def submit_as(
        self, kind: Any, subject: str, job: Callable[P, Any], *args: P.args, **kwargs: P.kwargs
    ) -> Job:
        """As `submit`, for a function whose annotation does not tell the `kind` of its value."""
        with self._lock:
            if not self._begun:
                self._begun = True
                for worker in self._workers:
                    worker.start()
        queued = Job(subject, kind, pickle.dumps((job, args, kwargs, kind)))
        self._jobs.put(queued)
        return queued

    def close(self, *, wait: bool = True) -> None:
        """End the workers; without `wait` what they have in hand, too, and what has not begun is dropped."""
        if not wait:
            self._stop.set()
        for _ in self._workers:
            self._jobs.put(None)
        if self._begun:
            for worker in self._workers:
                if not wait:
                    worker.kill()
                worker.join()


class _Worker(Thread):
    """One worker's thread: for the kernel it is the parent that the worker dies with."""

    def __init__(
        self,
        command: list[str],
        limits: Limits,
        jobs: "SimpleQueue[Job | None]",
        stop: Event,
        output: BinaryIO | None,
    ) -> None:
        super().__init__(name="worker", daemon=True)
        self._command, self._limits, self._jobs, self._stopped = command, limits, jobs, stop
        self._output = output
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._done = 0

    @property
    def process_id(self) -> int | None:
        """Of its process, if it lives."""
        process = self._process
        return process.pid if process and process.poll() is None else None

    def run(self) -> None:
        """Serve jobs until told that there are no more."""
        while (job := self._jobs.get()) is not None:
            if self._stopped.is_set():
                job.future.set_exception(WorkerDied(job.subject))
                continue
            try:
                job.future.set_result(self._serve(job))
            except BaseException as error:  # noqa: BLE001  (raised where the job is waited for)
                job.future.set_exception(error)
        self._end()

    def kill(self) -> None:
        """End the process now, from another thread."""
        process = self._process
        if process:
            end_group(process.pid)

    def _serve(self, job: Job) -> Any:
        name, seconds = token_hex(NAME_LETTERS // 2), float(self._limits.page_timeout_seconds)
        content = name.encode() + job.content
        try:
            channel = self._hand_over(content, seconds)
            answer = receive(channel, self._limits.answer_bytes, seconds)
        except TimeoutError as error:
            self._end()
            raise TookTooLong(job.subject) from error
        except ChannelEnded as error:
            self._end()
            raise WorkerDied(job.subject, str(error)) from error
        try:
            value, last = read_answer(answer, job.kind, name, job.subject)
        except WorkerDied:
            self._end()
            raise
        self._done += 1
        if last or self._done >= _JOBS_A_WORKER:
            self._end()
        return value

    def _hand_over(self, content: bytes, seconds: float) -> socket.socket:
        """Send the job to the worker, to a new one if the one that waited is gone; its channel."""
        channel = self._channel if self.process_id else None
        if channel and not speaks(channel):
            try:
                send(channel, content, seconds)
            except ChannelEnded:  # an idle worker was killed: not this job's fault
                pass
            else:
                return channel
        channel = self._start()
        send(channel, content, seconds)
        return channel

    def _start(self) -> socket.socket:
        """Start the worker anew; its channel."""
        self._end()
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [*self._command, "-m", "flows.workers.job_loop", self._limits.model_dump_json()],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=self._output or subprocess.DEVNULL,
                start_new_session=True,
            )
        self._channel, self._done = ours, 0
        return ours

    def _end(self) -> None:
        """End the worker with all that it started."""
        if self._channel:
            self._channel.close()
            self._channel = None
        if self._process:
            end_group(self._process.pid)
            self._process.wait(_GONE_SECONDS)
            self._process = None


@contextmanager
def worker_pool(settings: Settings) -> Iterator[WorkerPool]:
    """A pool that is ended at the end, at once when an exception flies through.

    Raises `ProgramMissing` when the settings require a sandbox and this machine has none.
    """
    with scratch_folder() as scratch, _output(settings) as output:
        pool = WorkerPool(settings, worker_command(settings, scratch), output)
        try:
            yield pool
        except BaseException:
            pool.close(wait=False)
            raise
        pool.close()


def _output(settings: Settings) -> AbstractContextManager[BinaryIO | None]:
    """Where workers write what they and their programs say; nowhere unless it is asked for."""
    if settings.logs.level != LogLevel.DEBUG:
        return nullcontext()
    return program_output(settings.data, "readers")
