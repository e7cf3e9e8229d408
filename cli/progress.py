"""What a clerk sees while files are taken in and pages are read, and what was refused."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import psutil
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cli.terminal import err, escape, say, tell
from flows.pipeline.reading import PageResult
from flows.runners.batch_run import Watcher
from schemas.batch import Batch, Receipt
from schemas.errors import SohoaError


class DigitisingProgress:
    """Counts received files and read pages; shows pages a minute and the time left."""

    def __init__(self, *, quiet: bool) -> None:
        self._lock = Lock()
        self._pages: set[tuple[str, int]] = set()
        self._begun = time.monotonic()
        self.refused: list[Receipt] = []
        self.unread: list[PageResult] = []
        self.first_page_seconds: float | None = None
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(compact=True),
            console=err,
            disable=quiet or not err.is_terminal,
            transient=True,
        )
        self._files = self._progress.add_task(say("Nhận tệp", "Files"), total=None, rate="")
        self._reading = self._progress.add_task(say("Đọc trang", "Pages"), total=0, rate="")

    @contextmanager
    def shown(self) -> Iterator[Watcher]:
        """Show progress for the block."""
        with self._progress:
            yield Watcher(
                received=self._received, page=self._page, begin=self._begin, left=self._left, away=self._away
            )

    def _left(self, name: str) -> None:
        told = say(
            f"{name}: còn nằm lại (vừa thay đổi, không đọc được, hoặc thư mục chỉ đọc)",
            f"{name}: left where it is (it changed just now, cannot be read, or the folder is read-only)",
        )
        err.print(f"· {told}", markup=False)

    def _away(self, error: SohoaError) -> None:
        err.print(f"[yellow]![/] {escape(tell(error.message))}")

    def _received(self, receipt: Receipt) -> None:
        if receipt.refusal:
            self.refused.append(receipt)
        self._progress.advance(self._files)

    def _begin(self, batch: Batch, pages: int) -> None:
        del batch
        total = (self._progress.tasks[self._reading].total or 0) + pages
        self._progress.update(self._reading, total=total)
        self._begun = time.monotonic()

    def _page(self, result: PageResult) -> None:
        with self._lock:
            place = (result.page.scan, result.page.page_number)
            if place in self._pages:
                return
            self._pages.add(place)
            if self.first_page_seconds is None:
                self.first_page_seconds = time.time() - psutil.Process().create_time()
            if result.warning:
                self.unread.append(result)
            minutes = (time.monotonic() - self._begun) / 60
            rate = say(
                f"{len(self._pages) / minutes:.0f} trang/phút",
                f"{len(self._pages) / minutes:.0f} pages/min",
            )
            self._progress.update(self._reading, completed=len(self._pages), rate=rate)


def print_refusals(refused: list[Receipt], unread: list[PageResult]) -> None:
    """What was refused or could not be read, each with what to do."""
    for receipt in refused:
        if receipt.refusal:
            err.print(f"[red]✗[/] {escape(tell(receipt.refusal.message))}")
    for result in unread:
        if result.warning:
            err.print(f"[yellow]![/] {escape(tell(result.warning.message))}")
