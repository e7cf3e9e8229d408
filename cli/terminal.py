"""What a person sees: sentences in their language, progress, tables, errors with what to do."""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from typing import NoReturn

import psutil
import typer
from pydantic import BaseModel
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from flows.reading import PageResult
from flows.run import Watcher
from schemas.backup import TrailHead
from schemas.batch import Balance, Batch, Receipt
from schemas.errors import SohoaError
from schemas.language import Bilingual, Language
from schemas.settings import Settings, load_settings
from storage.witnesses import as_printed

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)
_INTERRUPTED = 130
ALTERED = 7
"""Exit status when something stored was altered or lost."""


def say(vi: str, en: str) -> str:
    """The sentence in the language of the settings."""
    return Bilingual(vi=vi, en=en).in_(_language())


def tell(sentence: Bilingual) -> str:
    """A bilingual sentence in the language of the settings."""
    return sentence.in_(_language())


@cache
def _language() -> Language:
    try:
        return load_settings().language
    except SohoaError:
        return Language.VIETNAMESE


def print_json(value: BaseModel | dict[str, object]) -> None:
    """One JSON object on one line of standard output."""
    data = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    sys.stdout.write(json.dumps(data, ensure_ascii=False) + "\n")


@contextmanager
def errors_told() -> Iterator[None]:
    """Tell an expected error in one sentence and leave with its exit status; 130 after Ctrl-C."""
    try:
        yield
    except SohoaError as error:
        err.print(f"[bold red]✗[/] {_escape(tell(error.message))}")
        raise typer.Exit(error.exit_code) from error
    except KeyboardInterrupt as error:
        stopped = say(
            "Đã dừng. Không mất gì: `sohoa resume` làm tiếp.",
            "Stopped. Nothing is lost: `sohoa resume` goes on.",
        )
        err.print(stopped)
        raise typer.Exit(_INTERRUPTED) from error


def tell_missing(paths: Sequence[Path]) -> list[Path]:
    """Those of `paths` that are there; each that is not is told."""
    there = [path for path in paths if path.exists() or path.is_symlink()]
    for path in paths:
        if path not in there:
            err.print(_escape(say(f"✗ Không có {path}", f"✗ There is no {path}")))
    return there


def fail(code: int) -> NoReturn:
    """Leave with `code`."""
    raise typer.Exit(code)


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
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"), TimeRemainingColumn(compact=True),
            console=err, disable=quiet or not err.is_terminal, transient=True,
        )  # fmt: skip
        self._files = self._progress.add_task(say("Nhận tệp", "Files"), total=None, rate="")
        self._reading = self._progress.add_task(say("Đọc trang", "Pages"), total=0, rate="")

    @contextmanager
    def shown(self) -> Iterator[Watcher]:
        """Show progress for the block."""
        with self._progress:
            yield Watcher(received=self._received, page=self._page, begin=self._begin, left=self._left)

    def _left(self, name: str) -> None:
        told = say(
            f"{name}: đã nhận, còn nằm lại (vừa thay đổi, hoặc thư mục chỉ đọc)",
            f"{name}: taken, and left where it is (it changed just now, or the folder is read-only)",
        )
        err.print(f"· {told}", markup=False)

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


def print_balance(balance: Balance) -> None:
    """Where every file and page of a batch is, so that a clerk sees that it adds up."""
    table = Table(title=say(f"Lô {balance.batch.name}", f"Batch {balance.batch.name}"), title_justify="left")
    table.add_column("")
    table.add_column(say("số", "count"), justify="right")
    rows = (
        *_outside_rows(balance),
        (say("Tệp nhận", "Files received"), balance.files),
        (say("  đã lưu", "  taken in"), balance.files_taken),
        (say("  trùng, đã nối", "  same bytes, linked"), balance.files_linked),
        (say("  bị từ chối", "  refused"), balance.files_refused),
        (say("Trang", "Pages"), balance.pages),
        (say("  đọc xong", "  read"), balance.pages_read),
        (say("  cần người xem", "  need a person"), balance.pages_needing_person),
        (say("  bị loại", "  rejected"), balance.pages_rejected),
        (say("  đang chờ", "  waiting"), balance.pages_waiting),
        (say("  (trong đó trang trắng)", "  (of these blank)"), balance.pages_blank),
        (say("Hồ sơ", "Dossiers"), balance.dossiers),
        (say("Giấy tờ", "Papers"), balance.papers),
        (say("  cần người xem", "  need a person"), balance.papers_to_review),
    )
    for name, count in rows:
        table.add_row(name, str(count))
    out.print(table)
    adds_up = balance.adds_up
    mark = "[green]✓[/]" if adds_up else "[bold red]✗[/]"
    fine = say("Khớp: không thiếu tờ nào.", "It adds up: no sheet is missing.")
    wrong = say("KHÔNG khớp:", "It does NOT add up:")
    out.print(f"{mark} {fine if adds_up else wrong}")
    differences = balance.outside.differences if balance.outside else ()
    for difference in differences:
        out.print(f"  [bold red]✗[/] {_escape(tell(difference.message))}")
    if not adds_up and not differences:
        out.print(say("  chạy `sohoa verify`", "  run `sohoa verify`"))


def _outside_rows(balance: Balance) -> list[tuple[str, int]]:
    """What was counted before anything was entered."""
    outside = balance.outside
    if outside is None:
        return []
    rows = [(say("Trang theo chính các tệp", "Pages by the files' own count"), outside.pages)]
    if outside.files_seen:
        rows.insert(0, (say("Tệp nằm trong thư mục", "Files in the folder"), outside.files_seen))
        rows.insert(1, (say("  tệp hệ thống, để yên", "  made by machines, left"), outside.files_left_alone))
    if outside.attachments:
        rows.append((say("  tệp đính kèm bên trong", "  files inside files"), outside.attachments))
    return rows


def print_head(head: TrailHead | None) -> None:
    """The last event of the trail, to be printed and kept elsewhere: it witnesses all before it."""
    if head:
        shown = as_printed(head)
        out.print(say(f"  nhật ký đến sự kiện {shown}", f"  the trail up to event {shown}"), markup=False)


def print_refusals(refused: list[Receipt], unread: list[PageResult]) -> None:
    """What was refused or could not be read, each with what to do."""
    for receipt in refused:
        if receipt.refusal:
            err.print(f"[red]✗[/] {_escape(tell(receipt.refusal.message))}")
    for result in unread:
        if result.warning:
            err.print(f"[yellow]![/] {_escape(tell(result.warning.message))}")


def settings_for(data: Path | None) -> Settings:
    """Settings with the data folder of the command line."""
    return load_settings(data)


def _escape(text: str) -> str:
    """File names are data: brackets in them are no markup."""
    return text.replace("[", r"\[")
