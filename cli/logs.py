"""`sohoa logs`: the log of this machine, for operators."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import typer

from cli.options import AsJson, Data
from cli.terminal import err, errors_told, print_json, say, settings_for
from schemas.logs import LogLevel, LogTarget
from storage.logs import output_of, parse_line, read_log, tail_log, text_of

_LAST = 100
_LOOK_SECONDS = 0.5


def logs_command(
    last: Annotated[int, typer.Option(min=1, help=say("số dòng cuối", "how many lines, the last"))] = _LAST,
    level: Annotated[
        LogLevel, typer.Option(help=say("từ mức này trở lên", "lines of this level and above"))
    ] = LogLevel.DEBUG,
    event: Annotated[
        str, typer.Option(help=say("chỉ sự kiện này: page.read", "this event alone: page.read"))
    ] = "",
    of: Annotated[
        str,
        typer.Option(
            help=say(
                "lời của chương trình: store, prefect, worker, dispatcher, readers",
                "what a program says: store, prefect, worker, dispatcher, readers",
            )
        ),
    ] = "",
    *,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help=say("chờ dòng mới", "wait for more"))
    ] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Files received, pages read, stacks filed, requests, sweeps, failures, as they happened."""
    with errors_told():
        settings = settings_for(data)
        if settings.logs.to == LogTarget.STDERR:
            err.print(
                say("Nhật ký được gửi tới stderr: xem journalctl.", "The log goes to stderr: see journalctl.")
            )
        if of:
            sys.stdout.writelines(output_of(settings.data, of)[-last:])
            return
        kept = [line for line in read_log(settings.data) if _is_wanted(line, level, event)]
        for line in kept[-last:]:
            _show(line, as_json=as_json)
        if follow:
            for line in _parsed(tail_log(settings.data, lambda: time.sleep(_LOOK_SECONDS))):
                if _is_wanted(line, level, event):
                    _show(line, as_json=as_json)


def _parsed(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    return filter(None, map(parse_line, lines))


def _is_wanted(line: dict[str, Any], level: LogLevel, event: str) -> bool:
    levels = list(LogLevel)
    known = line["level"] in levels and levels.index(line["level"]) >= levels.index(level)
    return known and event in ("", line["event"])


def _show(line: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(line)
    else:
        sys.stdout.write(text_of(line) + "\n")
    sys.stdout.flush()
