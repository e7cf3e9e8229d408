"""`digitise`, `watch`, `resume`, `balance`: paper in, and where every sheet is."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from cli.balance import print_balance
from cli.options import AsJson, Data
from cli.progress import DigitisingProgress, print_refusals
from cli.terminal import errors_told, fail, out, print_head, print_json, say, settings_for, tell, tell_missing
from flows.pipeline.intake import new_batch
from flows.runners.batch_run import digitise_paths, resume
from flows.runners.hot_folder import watch_folder
from schemas.batch import Balance
from schemas.errors import BadInput
from storage.opening import open_archive
from storage.views.outside import unrecorded, with_outside


def digitise_command(
    paths: Annotated[list[Path], typer.Argument(help=say("tệp hoặc thư mục", "files or folders"))],
    unit: Annotated[str, typer.Option(help=say("mã đơn vị", "unit code"))] = "",
    batch: Annotated[str, typer.Option(help=say("tên lô", "name of the batch"))] = "",
    pages: Annotated[
        int | None, typer.Option(min=0, help=say("số trang đếm tay", "pages counted by hand"))
    ] = None,
    dossiers: Annotated[
        int | None, typer.Option(min=0, help=say("số hồ sơ đếm tay", "dossiers counted by hand"))
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Take in files and folders, read every page, file the papers."""
    with errors_told():
        settings = settings_for(data)
        if len(tell_missing(paths)) < len(paths):
            fail(2)
        name = batch or f"{date.today():%Y-%m-%d} {paths[0].resolve().name}"  # noqa: DTZ011  (the clerk's day)
        progress = DigitisingProgress(quiet=as_json)
        with progress.shown() as watcher:
            wanted = new_batch(name, unit or settings.unit, pages, dossiers)
            balance = digitise_paths(settings, paths, wanted, watcher)
        _close(progress, [balance], as_json=as_json)


def resume_command(data: Data = None, as_json: AsJson = False) -> None:
    """Go on where a run was interrupted, and try failed pages once more."""
    with errors_told():
        progress = DigitisingProgress(quiet=as_json)
        with progress.shown() as watcher:
            balances = resume(settings_for(data), watcher)
        if not balances and not as_json:
            out.print(say("✓ Không còn trang nào đang chờ.", "✓ No page is waiting."))
        _close(progress, balances, as_json=as_json)


def balance_command(
    batch: Annotated[str, typer.Argument(help=say("tên hoặc mã lô", "name or id"))] = "",
    folder: Annotated[
        list[Path] | None,
        typer.Option(
            help=say(
                "so cả tệp trong thư mục này, kể cả done/ và refused/, theo từng byte",
                "hold the files of this folder, also done/ and refused/, against the record by their bytes",
            )
        ),
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Where every file and page of each batch is."""
    with errors_told(), open_archive(settings_for(data)) as archive:
        batches = [archive.ledger.batch(batch)] if batch else archive.ledger.batches()
        balances = [with_outside(archive, archive.ledger.balance(one)) for one in batches]
        for balance in balances:
            if as_json:
                print_json({**balance.model_dump(mode="json"), "adds_up": balance.adds_up})
            else:
                print_balance(balance)
        lost = list(unrecorded(archive, folder)) if folder else []
        for difference in lost:
            if as_json:
                print_json(difference)
            else:
                out.print(f"✗ {tell(difference.message)}", markup=False)
        if not as_json:
            print_head(archive.audit.head())
    if lost or not all(balance.adds_up for balance in balances):
        fail(1)


def watch_command(
    folder: Annotated[Path, typer.Argument(help=say("thư mục nóng", "hot folder"))],
    unit: Annotated[str, typer.Option(help=say("mã đơn vị", "unit code"))] = "",
    once: Annotated[
        bool, typer.Option(help=say("dừng khi thư mục hết tệp", "stop when the folder is empty"))
    ] = False,
    data: Data = None,
) -> None:
    """Take in whatever comes to rest in a folder; taken files move to done/, refused to refused/."""
    with errors_told():
        settings = settings_for(data)
        out.print(say(f"Đang theo dõi {folder} (Ctrl-C để dừng)", f"Watching {folder} (Ctrl-C ends)"))
        failed = False
        progress = DigitisingProgress(quiet=False)
        with progress.shown() as watcher:
            for balance in watch_folder(settings, folder, unit or settings.unit, watcher, once=once):
                print_balance(balance)
                failed = failed or bool(balance.files_refused)
        print_refusals(progress.refused, progress.unread)
    if failed:
        fail(BadInput.exit_code)


def _close(progress: DigitisingProgress, balances: list[Balance], *, as_json: bool) -> None:
    """Print what became of the batches; status 3 when something was refused or is unread."""
    for balance in balances:
        if as_json:
            print_json(
                {
                    **balance.model_dump(mode="json"),
                    "adds_up": balance.adds_up,
                    "first_page_seconds": progress.first_page_seconds,
                }
            )
        else:
            print_balance(balance)
    print_refusals(progress.refused, progress.unread)
    if not as_json and balances:
        name = balances[-1].batch.name
        out.print(say(f'Xem tiếp: sohoa show "{name}"', f'See more: sohoa show "{name}"'))
    if any(b.files_refused or b.pages_rejected for b in balances) or progress.unread:
        fail(BadInput.exit_code)
    if any(b.pages_waiting or not b.adds_up for b in balances):
        fail(1)
