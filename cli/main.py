"""The console script `sohoa`: its commands, each from the module of its kind."""

import os

import typer

from cli.auditing import audit_app
from cli.backups import backup_command, restore_command
from cli.counter import check_command, submission_app
from cli.demo import demo_command
from cli.intake import balance_command, digitise_command, resume_command, watch_command
from cli.people import account_app, corrections_app
from cli.procedures import procedures_app
from cli.programs import token_app, webhook_app
from cli.reading import read_command, separators_command
from cli.records import search_command, show_command
from cli.register import register_app
from cli.reports import report_app
from cli.serving import serve_command, up_command, work_command
from cli.terminal import say
from cli.upkeep import doctor_command, reindex_command, rekey_command, verify_command

app = typer.Typer(
    name="sohoa", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help=say("Số hóa hồ sơ thủ tục hành chính: giấy vào, dữ liệu tìm được ra.",
             "Digitises the dossiers of public administration: paper in, findable records out."),
    epilog=say("Mã thoát: 0 xong · 3 có tệp hay trang hỏng · 4 máy thiếu gì đó · 5 kho hoặc CSDL · "
               "6 không có · 7 dữ liệu bị thay đổi · 8 không được phép",
               "Exit status: 0 done · 3 a file or page is bad · 4 this machine lacks something · "
               "5 store or database · 6 not on record · 7 something stored was altered · 8 refused"),
)  # fmt: skip

_PRIVATE = 0o077
_COMMANDS = (
    ("digitise", digitise_command, "Nhận tệp và thư mục, đọc từng trang, lập hồ sơ.",
     "Take in files and folders, read every page, file the papers."),
    ("watch", watch_command, "Theo dõi thư mục nóng: tệp xong vào done/, tệp hỏng vào refused/.",
     "Take in what comes to rest in a hot folder."),
    ("resume", resume_command, "Làm tiếp phần dở dang, đọc lại trang lỗi.",
     "Go on where a run was interrupted."),
    ("balance", balance_command, "Mỗi tờ đang ở đâu.", "Where every sheet is."),
    ("read", read_command, "Đọc tệp và in nội dung; không lưu.", "Read files, store nothing."),
    ("show", show_command, "Xem giấy tờ, hồ sơ, lô hoặc hồ sơ tiếp nhận.",
     "Show a paper, dossier, batch or submission."),
    ("search", search_command, "Tìm giấy tờ, có dấu hay không dấu.", "Find papers."),
    ("check", check_command, "Người này còn phải mang gì cho thủ tục này, vì sao.",
     "What somebody still has to bring for a procedure, and why."),
    ("separators", separators_command, "In tờ phân cách hồ sơ.", "Print separator sheets."),
    ("verify", verify_command, "Băm lại mọi đối tượng, sửa từ kho hai nếu có, kiểm nhật ký.",
     "Re-hash every object, repair from a second store, check the trail."),
    ("reindex", reindex_command, "Dựng lại cơ sở dữ liệu từ kho.",
     "Rebuild the database from the store."),
    ("rekey", rekey_command, "Bọc lại những gì mã hóa trong kho bằng khóa mới.",
     "Wrap what is encrypted in the store with a new key."),
    ("backup", backup_command, "Sao lưu những gì mới, mã hóa bằng age.",
     "Back up what is new, encrypted with age."),
    ("restore", restore_command, "Phục hồi từ bản sao lưu vào máy trống.",
     "Restore a backup onto an empty machine."),
    ("up", up_command, "Chạy mọi thứ trên một máy: kho, Prefect, bàn làm việc trên web.",
     "Run everything on one box: store, Prefect, the desk in the browser."),
    ("work", work_command, "Chạy một máy đọc trong nhiều máy, chung một Prefect.",
     "Run a worker, one of many of one Prefect server."),
    ("serve", serve_command, "Chỉ chạy bàn làm việc trên web.", "Run the desk in the browser alone."),
    ("doctor", doctor_command, "Máy thiếu gì và lệnh sửa.", "What is missing, and what mends it."),
    ("demo", demo_command, "Vẽ, số hóa và so hồ sơ mẫu.", "Draw, digitise and score samples."),
)  # fmt: skip
for _name, _command, _vi, _en in _COMMANDS:
    app.command(_name, help=say(_vi, _en))(_command)
app.add_typer(account_app, name="account")
app.add_typer(audit_app, name="audit")
app.add_typer(corrections_app, name="corrections")
app.add_typer(procedures_app, name="procedures")
app.add_typer(register_app, name="register")
app.add_typer(report_app, name="report")
app.add_typer(submission_app, name="submission")
app.add_typer(token_app, name="token")
app.add_typer(webhook_app, name="webhook")


def run() -> None:
    """Entry point of the console script. What it and its children write is for this user alone."""
    os.umask(_PRIVATE)
    app()


if __name__ == "__main__":
    run()
