"""`sohoa register`: exports of the one-stop software and tables of units, brought in."""

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from getpass import getuser
from pathlib import Path
from typing import Annotated, TextIO

import typer
import yaml
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from cli.options import AsJson, Data
from cli.terminal import err, errors_told, fail, out, print_json, say, settings_for
from rules.exchange.cell_values import Row
from rules.exchange.register_headings import ALIASES
from schemas.account import Actor
from schemas.errors import BadInput
from schemas.request_errors import RegisterRefused
from storage.files.table_files import as_row, read_rows
from storage.opening import open_archive
from storage.records.agencies import Agencies
from storage.register.imports import ImportResult, Refuse, bring_in

register_app = typer.Typer(no_args_is_help=True)
_REASON = "loi"
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV, XLSX, JSON")]


@register_app.command(
    "import",
    help=say(
        "Nhập tệp xuất của phần mềm một cửa; dòng sai vào một tệp riêng để sửa.",
        "Read an export of the one-stop software; wrong rows go into a file to correct.",
    ),
)
def import_command(
    file: File,
    mapping: Annotated[
        Path | None, typer.Option(help=say("tệp YAML `trường: tên cột`", "YAML file of `field: heading`"))
    ] = None,
    save_mapping: Annotated[
        Path | None,
        typer.Option(
            help=say("ghi ánh xạ đã dùng vào tệp này", "write the mapping that was used to this file")
        ),
    ] = None,
    errors: Annotated[
        Path | None,
        typer.Option(
            help=say(
                "tệp nhận dòng sai; mặc định <tệp>.loi.csv", "file for wrong rows; default <file>.loi.csv"
            )
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=say("chỉ xem, không ghi", "look, write nothing"))
    ] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Bring an export in; exit status 3 when rows were refused."""
    with errors_told():
        given = _read_mapping(mapping) if mapping else {}
        wrong = errors or file.with_name(f"{file.name}.loi{'.json' if _is_json(file) else '.csv'}")
        with open_archive(settings_for(data)) as archive, _refusals(wrong) as refuse, _shown() as tell:
            done = bring_in(archive, file, given, Actor(login=getuser()), refuse, dry_run=dry_run, tell=tell)
        if save_mapping:
            save_mapping.write_text(yaml.safe_dump(done.mapping, allow_unicode=True, sort_keys=False))
    if as_json:
        print_json(
            {
                "rows": done.rows,
                "new": done.new,
                "changed": done.changed,
                "same": done.same,
                "refused": done.refused,
                "mapping": done.mapping,
            }
        )
    else:
        out.print(
            say(
                f"{done.rows} dòng: {done.new} mới, {done.changed} thay đổi, {done.same} như cũ, "
                f"{done.refused} sai",
                f"{done.rows} rows: {done.new} new, {done.changed} changed, {done.same} as before, "
                f"{done.refused} wrong",
            )
        )
    if done.refused:
        err.print(say(f"Các dòng sai và lý do: {wrong}", f"Wrong rows and why: {wrong}"), markup=False)
        fail(BadInput.exit_code)


@register_app.command(
    "units",
    help=say(
        "Nhập bảng đơn vị: mã, tên, nay là, từ ngày.", "Read a table of units: code, name, successor, since."
    ),
)
def units_command(file: File, data: Data = None) -> None:
    """Bring in names of units and what merged ones went into."""
    with errors_told(), open_archive(settings_for(data)) as archive:
        count = Agencies(archive).add(read_rows(file), Actor(login=getuser()))
        out.print(say(f"Đã nhập {count} đơn vị.", f"{count} units entered."))


def _read_mapping(file: Path) -> dict[str, str]:
    try:
        found = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise RegisterRefused(file.name) from error
    if not isinstance(found, dict) or not found.keys() <= ALIASES.keys():
        raise RegisterRefused(file.name, ", ".join(ALIASES))
    return {str(field): str(heading) for field, heading in found.items()}


@contextmanager
def _refusals(file: Path) -> Iterator[Refuse]:
    """Writes refused rows with the reason beside them, in a form that `import` takes, if there are any."""
    opened: list[TextIO] = []

    def write(row: Row, reason: str) -> None:
        begun = bool(opened)
        if not begun:
            opened.append(file.open("w", encoding="utf-8" if _is_json(file) else "utf-8-sig", newline=""))
        said = {**row, _REASON: reason}
        if _is_json(file):
            opened[0].write(("," if begun else "[") + json.dumps(said, ensure_ascii=False, default=str))
            return
        writer = csv.DictWriter(opened[0], list(said), extrasaction="ignore")
        if not begun:
            writer.writeheader()
        writer.writerow(dict(zip(said, as_row(said.values()), strict=True)))

    try:
        yield write
    finally:
        for one in opened:
            one.write("]" if _is_json(file) else "")
            one.close()


def _is_json(file: Path) -> bool:
    return file.suffix == ".json"


@contextmanager
def _shown() -> Iterator[Callable[[ImportResult], None]]:
    """Rows so far, while they are read."""
    with Progress(
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    ) as progress:
        task = progress.add_task("")

        def tell(done: ImportResult) -> None:
            progress.update(task, description=say(f"{done.rows} dòng", f"{done.rows} rows"))

        yield tell
