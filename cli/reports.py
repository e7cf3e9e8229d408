"""`sohoa report`: made, listed, and known again."""

from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer

from application.reports.report import draw_up, make_report, verify_report
from cli.options import AsJson, Data
from cli.terminal import errors_told, out, print_json, say, settings_for
from schemas.account import Actor
from schemas.agency import code_today, read_agency_code
from schemas.errors import NotOnRecord
from schemas.figures import Slice
from schemas.period import read_period
from storage.opening import open_archive
from storage.records.reports import file_name, report_file, reports
from storage.register.columns import Figures

report_app = typer.Typer(no_args_is_help=True)


@report_app.command("make", help=say("Lập báo cáo: XLSX, PDF, CSV, JSON.", "Make a report in all its forms."))
def make_command(
    period: Annotated[str, typer.Argument(help="2026, 2026-H1, 2026-Q3, 2026-11")],
    unit: Annotated[str, typer.Option(help=say("mã đơn vị", "unit code"))] = "",
    field: Annotated[str, typer.Option(help=say("lĩnh vực", "field"))] = "",
    procedure: Annotated[str, typer.Option(help=say("mã thủ tục", "procedure"))] = "",
    channel: Annotated[int, typer.Option(min=0, max=3, help=say("kênh", "channel"))] = 0,
    folder: Annotated[Path, typer.Option("--out", file_okay=False, help=say("thư mục", "folder"))] = Path(),
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make it, keep it, and write its forms into a folder."""
    with errors_told():
        settings, asked = settings_for(data), read_period(period)
        if asked is None:
            raise NotOnRecord(period)
        with open_archive(settings) as archive:
            view = Figures(archive).view()
            of = read_agency_code(unit or settings.unit) or unit
            part = Slice(
                unit=code_today(of, view.agencies), field=field, procedure=procedure, channel=channel
            )
            report = draw_up(archive, view, asked, part, settings.figures.sync_rate)
            if not report.rows:
                raise NotOnRecord(of)
            made = make_report(archive, report, Actor(login=getuser()))
            folder.mkdir(parents=True, exist_ok=True)
            files: list[Path] = []
            for kind in made.files:
                files.append(folder / file_name(made, kind))
                files[-1].write_bytes(report_file(archive, made, kind)[0])
    if as_json:
        print_json(made)
        return
    for one in report.figures:
        name = say(one.name.vi, one.name.en)
        out.print(
            f"{one.indicator:9} {one.rate.shown:>7} %  {one.rate.numerator}/{one.rate.denominator}  {name}"
        )
    for file in files:
        out.print(str(file), markup=False)


@report_app.command(
    "verify",
    help=say(
        "Kiểm một tệp báo cáo có đúng là bản đã lập không.", "Whether a file is a report as it was made."
    ),
)
def verify_command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Exit status 7 when it was altered, 6 when no such report was made here."""
    with errors_told(), open_archive(settings_for(data)) as archive:
        made = verify_report(archive, file)
        archive.audit.append("report.verify", made.id)
    if as_json:
        print_json(made)
    else:
        out.print(
            say(
                f"✓ Đúng bản đã lập: kỳ {made.period}, {made.unit}, {made.content_sha256}",
                f"✓ As it was made: {made.period}, {made.unit}, {made.content_sha256}",
            )
        )


@report_app.command("list", help=say("Các báo cáo đã lập.", "Reports made."))
def list_command(data: Data = None, as_json: AsJson = False) -> None:
    """Newest first."""
    with errors_told(), open_archive(settings_for(data)) as archive:
        for made in reports(archive.database):
            if as_json:
                print_json(made)
            else:
                out.print(
                    f"{made.id[:8]}  {made.period:8} {made.unit:10} {made.made_at:%Y-%m-%d %H:%M}  "
                    f"{made.content_sha256}",
                    markup=False,
                )
