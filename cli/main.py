"""The console script `sohoa`: its commands, each from the module of its kind.

A module is imported when its command is called: help and a counter's question do not wait for OCR.
"""

import os
from importlib import import_module, metadata
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from cli.terminal import say

_PRIVATE = 0o077
_COMMANDS = (
    (
        "digitise",
        "cli.digitise:digitise_command",
        "Nhận tệp và thư mục, đọc từng trang, lập hồ sơ.",
        "Take in files and folders, read every page, file the papers.",
    ),
    (
        "watch",
        "cli.digitise:watch_command",
        "Theo dõi thư mục nóng: tệp xong vào done/, tệp hỏng vào refused/.",
        "Take in what comes to rest in a hot folder.",
    ),
    (
        "resume",
        "cli.digitise:resume_command",
        "Làm tiếp phần dở dang, đọc lại trang lỗi.",
        "Go on where a run was interrupted.",
    ),
    ("balance", "cli.digitise:balance_command", "Mỗi tờ đang ở đâu.", "Where every sheet is."),
    ("read", "cli.read:read_command", "Đọc tệp và in nội dung; không lưu.", "Read files, store nothing."),
    (
        "allowances",
        "cli.allowances:allowances_command",
        "Hai mức sai cho phép, và người phải xem bao nhiêu ở mỗi mức.",
        "The two allowed errors, and what people would see at each.",
    ),
    (
        "show",
        "cli.records:show_command",
        "Xem giấy tờ, hồ sơ, lô hoặc hồ sơ tiếp nhận.",
        "Show a paper, dossier, batch or submission.",
    ),
    ("search", "cli.records:search_command", "Tìm giấy tờ, có dấu hay không dấu.", "Find papers."),
    (
        "check",
        "cli.counter:check_command",
        "Người này còn phải mang gì cho thủ tục này, vì sao.",
        "What somebody still has to bring for a procedure, and why.",
    ),
    ("separators", "cli.read:separators_command", "In tờ phân cách hồ sơ.", "Print separator sheets."),
    (
        "verify",
        "cli.maintenance:verify_command",
        "Băm lại mọi đối tượng, sửa từ kho hai nếu có, kiểm nhật ký.",
        "Re-hash every object, repair from a second store, check the trail.",
    ),
    (
        "reindex",
        "cli.maintenance:reindex_command",
        "Dựng lại cơ sở dữ liệu từ kho.",
        "Rebuild the database from the store.",
    ),
    (
        "rekey",
        "cli.maintenance:rekey_command",
        "Bọc lại những gì mã hóa trong kho bằng khóa mới.",
        "Wrap what is encrypted in the store with a new key.",
    ),
    (
        "backup",
        "cli.backups:backup_command",
        "Sao lưu những gì mới, mã hóa bằng age.",
        "Back up what is new, encrypted with age.",
    ),
    (
        "restore",
        "cli.backups:restore_command",
        "Phục hồi từ bản sao lưu vào máy trống.",
        "Restore a backup onto an empty machine.",
    ),
    (
        "up",
        "cli.serve:up_command",
        "Chạy mọi thứ trên một máy: kho, Prefect, bàn làm việc trên web.",
        "Run everything on one box: store, Prefect, the desk in the browser.",
    ),
    (
        "work",
        "cli.serve:work_command",
        "Chạy một máy đọc trong nhiều máy, chung một Prefect.",
        "Run a worker, one of many of one Prefect server.",
    ),
    (
        "serve",
        "cli.serve:serve_command",
        "Chỉ chạy bàn làm việc trên web.",
        "Run the desk in the browser alone.",
    ),
    (
        "doctor",
        "cli.maintenance:doctor_command",
        "Máy thiếu gì và lệnh sửa.",
        "What is missing, and what mends it.",
    ),
    (
        "logs",
        "cli.logs:logs_command",
        "Nhật ký vận hành của máy này.",
        "The log of this machine.",
    ),
    ("demo", "cli.demo:demo_command", "Vẽ, số hóa và so hồ sơ mẫu.", "Draw, digitise and score samples."),
    ("audit", "cli.audit:audit_app", "Nhật ký: kiểm, niêm phong, xuất, xem.", "The audit trail."),
    ("account", "cli.accounts:account_app", "Tài khoản của bàn làm việc.", "Accounts of the desk."),
    ("corrections", "cli.accounts:corrections_app", "Những gì người đã sửa.", "What people corrected."),
    (
        "procedures",
        "cli.procedures:procedures_app",
        "Danh mục thủ tục: xem, nhập, sửa.",
        "Procedures: list, import, edit.",
    ),
    (
        "catalogue",
        "cli.catalogue:catalogue_app",
        "Danh mục: kiểm một tệp YAML.",
        "The catalogue: check a YAML file.",
    ),
    (
        "register",
        "cli.register:register_app",
        "Sổ hồ sơ của phần mềm một cửa, và bảng đơn vị.",
        "The one-stop software's register; units.",
    ),
    ("report", "cli.reports:report_app", "Báo cáo chỉ số: lập, kiểm.", "Reports of the indicators."),
    (
        "submission",
        "cli.counter:submission_app",
        "Hồ sơ tiếp nhận tại quầy.",
        "Dossiers received at the counter.",
    ),
    ("token", "cli.api_tokens:token_app", "Mã truy cập API của phần mềm khác.", "Tokens of other software."),
    (
        "webhook",
        "cli.api_tokens:webhook_app",
        "Nơi được báo khi giấy tờ đã kiểm tra.",
        "Who is told of verified papers.",
    ),
)


def load_command(name: str) -> Any:
    """The command or group of commands `name`, for which its module is imported."""
    place, *help_texts = next(row[1:] for row in _COMMANDS if row[0] == name)
    module, _, attribute = place.partition(":")
    made, loaded = getattr(import_module(module), attribute), typer.Typer()
    if isinstance(made, typer.Typer):
        loaded.add_typer(made, name=name, help=say(*help_texts))
    else:
        loaded.command(name, help=say(*help_texts))(made)
    return get_group(loaded).commands[name]


class _Commands(TyperGroup):
    """Lists commands by name and help alone; loads the command that is called."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        return name, command and load_command(str(name)), rest


app = typer.Typer(
    name="sohoa",
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=say(
        "Số hóa hồ sơ thủ tục hành chính: giấy vào, dữ liệu tìm được ra.",
        "Digitises the dossiers of public administration: paper in, findable records out.",
    ),
    epilog=say(
        "Mã thoát: 0 xong · 3 có tệp hay trang hỏng · 4 máy thiếu gì đó · 5 kho hoặc CSDL · "
        "6 không có · 7 dữ liệu bị thay đổi · 8 không được phép",
        "Exit status: 0 done · 3 a file or page is bad · 4 this machine lacks something · "
        "5 store or database · 6 not on record · 7 something stored was altered · 8 refused",
    ),
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sohoa {metadata.version('sohoa')}")
        raise typer.Exit


@app.callback()
def _program(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            help=say("In phiên bản.", "Print the version."),
            callback=_print_version,
            is_eager=True,
        ),
    ] = False,
) -> None:
    del version  # its callback has printed it


for _name, _, _vi, _en in _COMMANDS:
    app.command(_name, help=say(_vi, _en))(lambda: None)


def run() -> None:
    """Entry point of the console script. What it and its children write is for this user alone."""
    os.umask(_PRIVATE)
    app()


if __name__ == "__main__":
    run()
