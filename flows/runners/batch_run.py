"""Running the path from a terminal: files in, batch digitised, balance out."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flows.orchestrator.server import prefect_server, running_api
from flows.orchestrator.settings import use_prefect
from flows.pipeline.arrangements import find_sheets
from flows.pipeline.intake import take_in
from flows.pipeline.reading import PageResult, read_stack
from flows.runtime import Runtime, open_runtime
from schemas.batch import Balance, Batch, Receipt
from schemas.errors import SohoaError
from schemas.settings import Settings
from storage.files.scan_folders import Offered, count_left_alone, find_files
from storage.views.outside import note_listing, with_outside

_RETRIED = ("engine_failed", "worker_died", "took_too_long", "gave_up")


@dataclass(frozen=True)
class Watcher:
    """Who is told what happens; called from several threads."""

    received: Callable[[Receipt], None]
    page: Callable[[PageResult], None]
    begin: Callable[[Batch, int], None]
    """A batch and how many of its pages wait."""
    left: Callable[[str], None] = lambda _: None
    """A file that still lies where it lay: it changed meanwhile, cannot be read, or cannot be moved."""
    away: Callable[[SohoaError], None] = lambda _: None
    """The folder that is watched cannot be opened just now."""


def digitise_paths(settings: Settings, paths: Sequence[Path], batch: Batch, watcher: Watcher) -> Balance:
    """Take in everything below `paths` and digitise it as `batch`."""
    with orchestrated(settings) as run:
        archive = run.runtime.archive
        batch = archive.open_batch(batch)
        offered = find_files(paths)
        note_listing(archive, batch.id, [item.name for item in offered], count_left_alone(paths))
        for _, receipt in receive(run.runtime, batch, offered):
            watcher.received(receipt)
        return run.digitise(batch, watcher)


def resume(settings: Settings, watcher: Watcher) -> list[Balance]:
    """Go on with every batch that has waiting pages, and try failed pages once more."""
    with orchestrated(settings) as run:
        ledger = run.runtime.archive.ledger
        for batch in ledger.batches():
            ledger.retry(batch.id, _RETRIED)
        return [run.digitise(batch, watcher) for batch in ledger.unfinished()]


def receive(runtime: Runtime, batch: Batch, offered: Sequence[Offered]) -> Iterator[tuple[Offered, Receipt]]:
    """Take in `offered`; each is safe when it is yielded."""
    yield from take_in(runtime.archive, runtime.pool, runtime.settings, batch, offered)


class Run:
    """A workshop with Prefect beside it, which may still be starting."""

    def __init__(self, runtime: Runtime, ready: Callable[[], None]) -> None:
        self.runtime = runtime
        self._ready = ready

    def digitise(self, batch: Batch, watcher: Watcher) -> Balance:
        """Run the flow on `batch`; pages are read already while Prefect wakes up."""
        runtime = self.runtime
        stacks = runtime.archive.ledger.waiting_stacks(batch.id)
        before = runtime.archive.ledger.balance(batch)
        watcher.begin(batch, before.pages_waiting)
        if not stacks:
            return with_outside(runtime.archive, before)
        runtime.report = watcher.page
        ahead = _Ahead(runtime, batch, stacks)
        self._ready()
        from flows.digitise import digitise

        ahead.end()
        return with_outside(runtime.archive, digitise(batch.id, batch.name))


class _Ahead(threading.Thread):
    """Reads pages while Prefect is imported and its server starts; the flow finds them read."""

    def __init__(self, runtime: Runtime, batch: Batch, stacks: Sequence[str]) -> None:
        super().__init__(name="ahead")
        self._shop, self._batch, self._stacks = runtime, batch, stacks
        self._enough = threading.Event()
        self.start()

    def end(self) -> None:
        """Begin no further page, and return when those begun are kept."""
        self._enough.set()
        self.join()

    def run(self) -> None:
        """Read until told to end; an error is left to the flow, which meets it again."""
        runtime = self._shop
        try:
            for stack in self._stacks:
                sheets = find_sheets(runtime.archive, self._batch.id, stack).here
                pages = read_stack(runtime.archive, runtime.pool, runtime.settings, sheets, self._enough)
                for page in pages:
                    runtime.report(page)
        except SohoaError:
            return


@contextmanager
def orchestrated(settings: Settings) -> Iterator[Run]:
    """A workshop and the Prefect API of `sohoa up`, or one of our own for this command."""
    url = settings.prefect_url or running_api(settings.data)
    if url:
        use_prefect(settings, url)
        with open_runtime(settings) as runtime:
            yield Run(runtime, lambda: None)
    else:
        with prefect_server(settings.data) as server, open_runtime(settings) as runtime:
            use_prefect(settings, server.url)
            yield Run(runtime, server.wait)
