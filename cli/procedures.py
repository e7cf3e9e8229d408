"""`sohoa procedures`: the catalogue of procedures as this office has it, and what it enters itself."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
import yaml
from pydantic import ValidationError
from rich.table import Table

from cli.options import AsJson, Data
from cli.terminal import errors_told, out, print_json, say, settings_for, tell
from rules.exchange.portal_procedures import NotAProcedure, read_portal
from rules.reuse.procedure_lookup import matching
from schemas.base.timezone import HANOI
from schemas.procedure import Procedure
from schemas.request_errors import ProcedureRefused
from storage.files.table_files import read_rows
from storage.opening import open_archive
from storage.records.procedures import Procedures

procedures_app = typer.Typer(no_args_is_help=True)
On = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help=say("vào ngày", "on that day"))]
Code = Annotated[str, typer.Argument(help=say("mã thủ tục", "code of the procedure"))]


@procedures_app.command("list", help=say("Các thủ tục đang có hiệu lực.", "Procedures in force."))
def list_command(
    words: Annotated[list[str] | None, typer.Argument(help=say("tên hoặc mã", "name or code"))] = None,
    on: On = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Procedures in force on a day, all or those with the words."""
    with errors_told(), open_archive(settings_for(data)) as archive:
        held = Procedures(archive).on(_day(on)).values()
        found = sorted(matching(held, " ".join(words or [])), key=lambda procedure: procedure.code)
    if as_json:
        for procedure in found:
            print_json(procedure)
        return
    table = Table(box=None, pad_edge=False)
    for heading in (say("Mã", "Code"), say("Tên", "Name"), say("Trường hợp", "Cases"), say("Từ", "Since")):
        table.add_column(heading)
    for one in found:
        mark = "" if one.checked else f" ({say('chưa đối chiếu', 'not checked')})"
        table.add_row(one.code, tell(one.name) + mark, str(len(one.cases)), str(one.in_force.since or ""))
    out.print(table)


@procedures_app.command("show", help=say("Một thủ tục, dạng YAML để sửa.", "A procedure as YAML, to edit."))
def show_command(code: Code, on: On = None, data: Data = None) -> None:
    """The edition in force on a day, as a file that `import` takes back."""
    with errors_told(), open_archive(settings_for(data)) as archive:
        procedure = Procedures(archive).find(code, _day(on))
    dumped = procedure.model_dump(mode="json", exclude_defaults=True)
    out.print(yaml.safe_dump(dumped, allow_unicode=True, sort_keys=False, width=100), markup=False)


@procedures_app.command(
    "import",
    help=say(
        "Nhập từ tệp: YAML của Sohoa, hoặc JSON, CSV, XLSX theo Cổng DVCQG.",
        "From a file: Sohoa's YAML, or the National Portal's JSON, CSV, XLSX.",
    ),
)
def import_command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=say("chỉ xem, không ghi", "look, write nothing"))
    ] = False,
    data: Data = None,
) -> None:
    """Enter procedures; what is there already word for word is left alone."""
    with errors_told():
        editions = list(_editions(file))
        for one in editions:
            papers = sum(len(case.components) for case in one.cases)
            notes = sum(len(case.notes) for case in one.cases)
            out.print(
                f"{one.code}  {tell(one.name)}: {papers} {say('giấy', 'papers')}, {notes} "
                f"{say('lưu ý', 'notes')}",
                markup=False,
            )
        if not dry_run:
            with open_archive(settings_for(data)) as archive:
                added = Procedures(archive).add(editions)
            out.print(say(f"Đã nhập {added} thủ tục.", f"{added} procedures entered."))


def _editions(file: Path) -> Iterator[Procedure]:
    rows = list(read_rows(file))
    try:
        if all("cases" in row for row in rows):
            yield from (Procedure.model_validate(row) for row in rows)
        else:
            yield from read_portal(rows)
    except (ValidationError, NotAProcedure) as error:
        raise ProcedureRefused(file.name, str(error)[:300]) from error


def _day(on: datetime | None) -> date:
    return on.date() if on else datetime.now(HANOI).date()
