"""`sohoa audit`: the trail verified, sealed, exported and read."""

from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cli.options import AsJson, Data
from cli.sealing import agent_command, hand_over_command
from cli.terminal import (
    ALTERED,
    err,
    errors_told,
    fail,
    out,
    print_head,
    print_json,
    say,
    settings_for,
)
from schemas.account import Actor
from storage.audit.events import EventFilter, events, targets_of
from storage.audit.seals import last_seal, seal
from storage.audit.signer import seal_key
from storage.audit.timestamps import check_stamps
from storage.audit.verification import check_trail, export_trail
from storage.audit.witnesses import read_witness
from storage.opening import open_archive
from storage.preservation.backup import witnesses_in

audit_app = typer.Typer(no_args_is_help=True)


@audit_app.command(
    "verify",
    help=say(
        "Kiểm từng sự kiện và từng niêm phong; nêu chỗ bị sửa hay mất.",
        "Check every event and seal; name what was altered or lost.",
    ),
)
def verify_command(
    key: Annotated[str, typer.Option(help=say("khóa công khai đã công bố", "the published public key"))] = "",
    witness: Annotated[
        list[str] | None,
        typer.Option(
            help=say(
                "số và mã băm đã in hay gửi đi: 1234:ab12cd34…",
                "what was printed or sent out: 1234:ab12cd34…",
            )
        ),
    ] = None,
    backup: Annotated[
        list[Path] | None,
        typer.Option(help=say("thư mục bản sao lưu giữ nơi khác", "folder of backups kept elsewhere")),
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Walk the whole trail; exit status 7 when something is wrong."""
    with errors_told(), open_archive(settings := settings_for(data)) as archive:
        witnesses = [read_witness(text) for text in witness or ()]
        witnesses += [known for folder in backup or () for known in witnesses_in(folder)]
        stamp_flaws, stamped = check_stamps(archive, settings.seal)
        flaws = [*check_trail(archive, key or seal_key(settings).public.hex(), witnesses), *stamp_flaws]
        newest, head = last_seal(archive.database), archive.audit.head()
        archive.audit.append("audit.verify", "trail", Actor(login=getuser()), detail=f"{len(flaws)} flaws")
    witnessed = max([known.number for known in witnesses] + [stamped.last if stamped else 0])
    if as_json:
        print_json(
            {
                "flaws": [{"where": where, "what": what} for where, what in flaws],
                "sealed": newest.seal.last if newest else 0,
                "witnessed": witnessed,
                "head": head.printed if head else "",
            }
        )
    else:
        for where, what in flaws:
            err.print(f"✗ {where}: {what}", markup=False)
        _print_verdict(len(flaws), newest.seal.last if newest else 0, witnessed)
        print_head(head)
    if flaws:
        fail(ALTERED)


def _print_verdict(flaws: int, sealed: int, witnessed: int) -> None:
    mark = "✗" if flaws else "✓"
    out.print(
        say(
            f"{mark} {flaws} chỗ sai; đã niêm phong đến sự kiện {sealed}",
            f"{mark} {flaws} flaws; sealed up to event {sealed}",
        )
    )
    if witnessed:
        out.print(
            say(
                f"  có nhân chứng ngoài máy đến sự kiện {witnessed}",
                f"  witnessed outside this box up to event {witnessed}",
            )
        )
    else:
        out.print(
            say(
                "! không có nhân chứng ngoài máy: ai có mọi khóa của máy có thể đã viết lại tất cả "
                "(--witness, --backup)",
                "! no witness outside this box: who has all its keys could have rewritten everything "
                "(--witness, --backup)",
            ),
            markup=False,
        )


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
        out.print(seal_key(settings_for(data)).public.hex())


@audit_app.command(
    "list",
    help=say(
        "Các sự kiện mới nhất; lượt xem này cũng được ghi.", "The newest events; this look is one of them."
    ),
)
def list_command(
    actor: Annotated[str, typer.Option(help=say("ai", "who"))] = "",
    action: Annotated[str, typer.Option(help=say("việc: paper, paper.view", "action"))] = "",
    target: Annotated[
        str,
        typer.Option(help=say("đối tượng: mã, hoặc số định danh của ai", "an id, or somebody's number")),
    ] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Events of a filter."""
    with errors_told(), open_archive(settings_for(data)) as archive:
        meant = targets_of(archive.audit.signing, target)
        wanted = EventFilter(actor=actor, action=action, target=meant)
        archive.audit.append("trail.view", f"{actor} {action} {meant}".strip() or "all")
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


audit_app.command(
    "agent",
    help=say(
        "Giữ khóa niêm phong ở một người dùng khác của máy, chỉ ký tiếp những gì đã ký.",
        "Hold the seal key as another user of the machine; sign only what goes on from before.",
    ),
)(agent_command)
audit_app.command(
    "hand-over",
    help=say(
        "Đổi khóa niêm phong: khóa cũ ký giao cho khóa mới.",
        "Change the seal key: the old one signs that the new one follows.",
    ),
)(hand_over_command)
