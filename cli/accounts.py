"""`account`: who may sign in. `corrections`: what people settled, as labelled data."""

import secrets
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cli.options import AsJson, Data
from cli.terminal import errors_told, out, print_json, say, settings_for
from schemas.account import Account, Role
from storage.access.accounts import Accounts, new_account
from storage.access.second_factor import SecondFactors
from storage.access.sessions import Sessions
from storage.opening import open_archive
from storage.views.corrections import corrections

account_app = typer.Typer(no_args_is_help=True)
corrections_app = typer.Typer(no_args_is_help=True)
Login = Annotated[str, typer.Argument(help=say("tên đăng nhập", "login"))]


@account_app.command(
    "add", help=say("Thêm tài khoản; in mật khẩu tạm.", "Add an account; prints a password.")
)
def add_command(
    login: Login,
    role: Annotated[Role, typer.Option(help=say("vai trò", "role"))] = Role.CLERK,
    unit: Annotated[str, typer.Option(help=say("mã đơn vị", "unit code"))] = "",
    name: Annotated[str, typer.Option(help=say("họ tên", "full name"))] = "",
    data: Data = None,
) -> None:
    """Add an account with a made-up password that must be changed."""
    with errors_told():
        settings = settings_for(data)
        password = secrets.token_urlsafe(12)
        with open_archive(settings) as archive:
            account = new_account(login, name or login, unit or settings.unit, role)
            Accounts(archive.database).add(account.with_changes(must_change_password=True), password)
            archive.audit.append("account.add", account.id, detail=f"{role} {account.unit}")
        out.print(f"{login} / {password}", markup=False)


@account_app.command("password", help=say("Đặt lại mật khẩu.", "Reset a password."))
def password_command(
    login: Login,
    forget_factor: Annotated[
        bool,
        typer.Option(help=say("quên cả điện thoại đã mất", "forget the telephone too: it is lost")),
    ] = False,
    data: Data = None,
) -> None:
    """Give an account a new made-up password and end its sessions."""
    with errors_told(), open_archive(settings_for(data)) as archive:
        account, password = Accounts(archive.database).by_login(login), secrets.token_urlsafe(12)
        Accounts(archive.database).set_password(account, password, must_change=True)
        Sessions(archive.database).end_all(account.id)
        archive.audit.append("account.password", account.id)
        if forget_factor:
            SecondFactors(archive.database).forget(account)
            archive.audit.append("second_factor.forget", account.id)
        out.print(f"{login} / {password}", markup=False)


@account_app.command(
    "open", help=say("Mở lại tài khoản đã khóa hay bỏ lâu.", "Open an account that was closed or idle.")
)
def open_command(login: Login, data: Data = None) -> None:
    """Let somebody in again; also an administrator whom another proposed at the desk."""
    _switch(login, data, active=True)


@account_app.command("close", help=say("Khóa tài khoản ngay.", "Close an account at once."))
def close_command(login: Login, data: Data = None) -> None:
    """Let somebody in no longer, and end their sessions."""
    _switch(login, data, active=False)


def _switch(login: str, data: Path | None, *, active: bool) -> None:
    with errors_told(), open_archive(settings_for(data)) as archive:
        account = Accounts(archive.database).by_login(login)
        changed = {**account.model_dump(), "active": active, "proposed_by": ""}
        Accounts(archive.database).change(Account(**changed))
        Sessions(archive.database).end_all(account.id)
        archive.audit.append("account.active" if active else "account.inactive", account.id)


@account_app.command("list", help=say("Ai được vào.", "Who may sign in."))
def list_command(data: Data = None, as_json: AsJson = False) -> None:
    """Everybody, by login."""
    with errors_told(), open_archive(settings_for(data)) as archive:
        table = Table(box=None, pad_edge=False)
        for heading in (say("Tên", "Login"), say("Vai trò", "Role"), say("Đơn vị", "Unit"), ""):
            table.add_column(heading)
        for account in Accounts(archive.database).all():
            if as_json:
                print_json(account)
            table.add_row(
                account.login, account.role, account.unit, "" if account.active else say("khóa", "closed")
            )
        if not as_json:
            out.print(table)


@corrections_app.command(
    "export", help=say("In mỗi dòng một ô đã có người trả lời.", "One answered field a line.")
)
def export_command(data: Data = None) -> None:
    """Print answered fields as JSON lines: what was read and why, what a person said, where the ink is."""
    with errors_told(), open_archive(settings_for(data)) as archive:
        count = 0
        for correction in corrections(archive):
            sys.stdout.write(correction.model_dump_json() + "\n")
            count += 1
        archive.audit.append("corrections.export", "papers", detail=f"{count}")
