"""`sohoa audit`: the trail verified, sealed, exported and read."""

from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cli.intake import AsJson, Data
from cli.terminal import ALTERED, err, errors_told, fail, out, print_json, say, settings_for
from schemas.account import Actor
from storage.archive import open_archive
from storage.seal_key import seal_key
from storage.sealed_trail import check_trail, export_trail
from storage.seals import last_seal, seal
from storage.trail import Wanted, events

audit_app = typer.Typer(
    no_args_is_help=True, help=say("Nhật ký: kiểm, niêm phong, xuất, xem.", "The audit trail.")
)


@audit_app.command(
    "verify",
    help=say(
        "Kiểm từng sự kiện và từng niêm phong; nêu chỗ bị sửa hay mất.",
        "Check every event and seal; name what was altered or lost.",
    ),
)
def verify_command(
    key: Annotated[str, typer.Option(help=say("khóa công khai đã công bố", "the published public key"))] = "",
    data: Data = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Walk the whole trail; exit status 7 when something is wrong."""
    with errors_told(), open_archive(settings := settings_for(data)) as archive:
        public = seal_key(settings).public_key().public_bytes_raw().hex()
        found = list(check_trail(archive, key or public))
        newest = last_seal(archive.database)
        archive.audit.append("audit.verify", "trail", Actor(login=getuser()), detail=f"{len(found)} flaws")
    if as_json:
        print_json({"flaws": [{"where": where, "what": what} for where, what in found]})
    else:
        for where, what in found:
            err.print(f"✗ {where}: {what}", markup=False)
        sealed = newest.seal.last if newest else 0
        out.print(
            say(
                f"{'✗' if found else '✓'} {len(found)} chỗ sai; đã niêm phong đến sự kiện {sealed}",
                f"{'✗' if found else '✓'} {len(found)} flaws; sealed up to event {sealed}",
            )
        )
    if found:
        fail(ALTERED)


@audit_app.command("seal", help=say("Niêm phong ngay, không đợi nửa đêm.", "Seal now, not at midnight."))
def seal_command(data: Data = None) -> None:
    """Close the trail up to now."""
    with errors_told():
        settings = settings_for(data)
        with open_archive(settings) as archive:
            made = seal(archive, seal_key(settings), datetime.now(UTC), Actor(login=getuser()))
    if made is None:
        out.print(say("Không có gì để niêm phong.", "Nothing to seal."))
    else:
        out.print(
            say(
                f"Niêm phong số {made.number}: sự kiện {made.first}–{made.last}",
                f"Seal {made.number}: events {made.first}–{made.last}",
            )
        )


@audit_app.command(
    "export",
    help=say(
        "Xuất nhật ký đã niêm phong, kèm chương trình kiểm độc lập.",
        "Write the sealed trail with the program that checks it.",
    ),
)
def export_command(folder: Annotated[Path, typer.Argument(file_okay=False)], data: Data = None) -> None:
    """Seal, then write events.jsonl, seals.jsonl and verify_trail.py into a folder."""
    with errors_told():
        settings, by = settings_for(data), Actor(login=getuser())
        with open_archive(settings) as archive:
            archive.audit.append("audit.export", "trail", by)
            seal(archive, seal_key(settings), datetime.now(UTC), by)
            count, seals = export_trail(archive, folder)
    out.print(
        say(
            f"{count} sự kiện, {seals} niêm phong: python3 {folder}/verify_trail.py {folder}",
            f"{count} events, {seals} seals: python3 {folder}/verify_trail.py {folder}",
        ),
        markup=False,
    )


@audit_app.command(
    "key", help=say("Khóa công khai của niêm phong, để công bố.", "The public key of the seals, to publish.")
)
def key_command(data: Data = None) -> None:
    """64 hex digits."""
    with errors_told():
        out.print(seal_key(settings_for(data)).public_key().public_bytes_raw().hex())


@audit_app.command(
    "list",
    help=say(
        "Các sự kiện mới nhất; lượt xem này cũng được ghi.", "The newest events; this look is one of them."
    ),
)
def list_command(
    actor: Annotated[str, typer.Option(help=say("ai", "who"))] = "",
    action: Annotated[str, typer.Option(help=say("việc: paper, paper.view", "action"))] = "",
    target: Annotated[str, typer.Option(help=say("đối tượng", "target"))] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    data: Data = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Events of a filter."""
    with errors_told(), open_archive(settings_for(data)) as archive:
        wanted = Wanted(actor=actor, action=action, target=target)
        archive.audit.append("trail.view", f"{actor} {action} {target}".strip() or "all")
        found = events(archive.database, wanted, "", 0, limit)
    table = Table(box=None, pad_edge=False)
    for heading in (
        "",
        say("Lúc", "At"),
        say("Ai", "Who"),
        say("Việc", "Action"),
        say("Đối tượng", "Target"),
        "",
    ):
        table.add_column(heading)
    for one in found:
        if as_json:
            print_json(one)
        said = f"{one.purpose} {one.detail}".strip()
        table.add_row(str(one.number), f"{one.at:%Y-%m-%d %H:%M:%S}", one.actor, one.action, one.target, said)
    if not as_json:
        out.print(table)
