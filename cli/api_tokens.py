"""`sohoa token`, `sohoa webhook`: programs that ask through the API, and those that want to be told."""

from typing import Annotated

import typer
from rich.table import Table

from cli.options import AsJson, Data
from cli.terminal import errors_told, out, print_json, say, settings_for
from flows.runners.webhook_delivery import check_address
from schemas.program import Scope
from storage.access.api_tokens import Programs
from storage.access.webhooks import Webhooks
from storage.opening import open_archive

token_app = typer.Typer(no_args_is_help=True)
webhook_app = typer.Typer(no_args_is_help=True)
Unit = Annotated[str, typer.Option(help=say("đơn vị", "unit"))]


@token_app.command("add", help=say("Tạo mã; chỉ in ra một lần.", "A new token, shown this once."))
def token_add(
    name: Annotated[str, typer.Argument(help=say("tên phần mềm", "name of the software"))],
    unit: Unit,
    scope: Annotated[list[Scope], typer.Option(help=say("được làm gì", "what it may do"))],
    days: Annotated[int | None, typer.Option(min=1, help=say("hết hạn sau", "runs out after"))] = None,
    data: Data = None,
) -> None:
    """Give a program a token."""
    with errors_told(), open_archive(settings_for(data)) as archive:
        program, secret = Programs(archive.database).add(name, unit, scope, days)
        archive.audit.append("token.add", program.id, detail=" ".join(sorted(program.scopes)))
    out.print(secret, markup=False)


@token_app.command("list", help=say("Các mã đã cấp.", "Tokens that were given."))
def token_list(data: Data = None, as_json: AsJson = False) -> None:
    """Every token, without its secret."""
    with errors_told(), open_archive(settings_for(data)) as archive:
        programs = Programs(archive.database).all()
    table = Table(box=None, pad_edge=False)
    for heading in (say("Tên", "Name"), say("Đơn vị", "Unit"), say("Quyền", "Scopes"), ""):
        table.add_column(heading)
    for one in programs:
        if as_json:
            print_json(one)
        ended = say("đã thu hồi", "revoked") if one.revoked_at else str(one.expires_at or "")
        table.add_row(one.name, one.unit, " ".join(sorted(one.scopes)), ended)
    if not as_json:
        out.print(table)


@token_app.command("revoke", help=say("Thu hồi một mã.", "Revoke a token."))
def token_revoke(name: str, data: Data = None) -> None:
    """From now on it is good for nothing."""
    with errors_told(), open_archive(settings_for(data)) as archive:
        Programs(archive.database).revoke(name)
        archive.audit.append("token.revoke", name)


@webhook_app.command("add", help=say("Thêm một nơi; in khóa ký.", "Add one; prints its signing secret."))
def webhook_add(url: str, unit: Unit, data: Data = None) -> None:
    """Tell an address of papers that are verified from now on."""
    with errors_told(), open_archive(settings := settings_for(data)) as archive:
        check_address(url, settings.webhooks.networks)
        hook = Webhooks(archive).add(url, unit)
        archive.audit.append("webhook.add", hook.id)
    out.print(hook.secret, markup=False)


@webhook_app.command("list", help=say("Các nơi được báo.", "Who is told."))
def webhook_list(data: Data = None) -> None:
    """Every webhook, how far it was told, and how often it failed since."""
    with errors_told(), open_archive(settings_for(data)) as archive:
        for hook in Webhooks(archive).all():
            failing = (
                say(f"lỗi {hook.failures} lần", f"failed {hook.failures} times") if hook.failures else "✓"
            )
            out.print(f"{hook.url}  {hook.unit}  #{hook.told}  {failing}", markup=False)


@webhook_app.command("remove", help=say("Thôi báo.", "Tell it nothing more."))
def webhook_remove(url: str, data: Data = None) -> None:
    """Tell an address nothing more."""
    with errors_told(), open_archive(settings_for(data)) as archive:
        Webhooks(archive).remove(url)
        archive.audit.append("webhook.remove", "webhook")
