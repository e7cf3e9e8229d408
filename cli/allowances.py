"""`allowances`: the two errors an office allows, and what people would see at each."""

import sys
from typing import Annotated

import typer
from rich.table import Table

from cli.terminal import errors_told, out, say, settings_for
from schemas.confidence import Effect, calibration


def allowances_command(
    as_json: Annotated[
        bool, typer.Option("--json", help=say("một dòng JSON mỗi cặp mức", "a JSON line a pair"))
    ] = False,
) -> None:
    """Show what people would see at each pair of allowed errors; the pair that is set is marked."""
    with errors_told():
        settings = settings_for(None)
        effects = calibration().effects
        if as_json:
            for effect in effects:
                sys.stdout.write(effect.model_dump_json() + "\n")
            return
        now = calibration().effect(settings.accepted_field_error, settings.accepted_paper_error)
        out.print(_table(effects, now))
        out.print(
            say(
                f"Đang đặt: accepted_field_error = {settings.accepted_field_error:g}, "
                f"accepted_paper_error = {settings.accepted_paper_error:g}. "
                "Số đo trên mẫu giấy máy chưa từng thấy khi hiệu chuẩn; giấy của cơ quan có thể khác.",
                f"Set: accepted_field_error = {settings.accepted_field_error:g}, "
                f"accepted_paper_error = {settings.accepted_paper_error:g}. "
                "Measured on layouts left out when it was fitted; an office's own papers may differ.",
            )
        )


def _table(effects: tuple[Effect, ...], now: Effect | None) -> Table:
    """Allowed errors of fields down, of papers across."""
    papers = sorted({effect.paper_error for effect in effects})
    table = Table(
        title=say(
            "Trong 100 tờ, người xem mấy tờ, mỗi tờ mấy trường",
            "Of 100 papers, how many a person sees, fields each",
        ),
        title_justify="left",
    )
    table.add_column(say("trường sai ≤", "fields wrong ≤"), justify="right")
    for error in papers:
        table.add_column(say(f"tờ sai ≤ {error:.2%}", f"papers wrong ≤ {error:.2%}"), justify="right")
    for field_error in sorted({effect.field_error for effect in effects}):
        own = {effect.paper_error: effect for effect in effects if effect.field_error == field_error}
        table.add_row(f"{field_error:.2%}", *(_cell(own.get(error), now) for error in papers))
    return table


def _cell(effect: Effect | None, now: Effect | None) -> str:
    if effect is None:
        return "–"
    text = f"{100 * effect.papers_seen:.0f} · {effect.fields_each:.1f}"
    return f"[bold reverse]{text}[/]" if effect == now else text
