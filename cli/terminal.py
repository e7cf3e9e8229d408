"""What a person sees: sentences in their language, and errors with what to do."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NoReturn

import typer
from pydantic import BaseModel
from rich.console import Console

from schemas.backup import TrailHead
from schemas.base.language import Bilingual, Language
from schemas.errors import SohoaError
from schemas.logs import LogLevel
from schemas.page import MarkKind
from schemas.paper import PaperMark
from schemas.settings import Settings, load_settings

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)
_INTERRUPTED = 130
ALTERED = 7
"""Exit status when something stored was altered or lost."""


def say(vi: str, en: str) -> str:
    """The sentence in the language of the settings."""
    return Bilingual(vi=vi, en=en).in_(_language())


def tell(sentence: Bilingual) -> str:
    """A bilingual sentence in the language of the settings."""
    return sentence.in_(_language())


@cache
def _language() -> Language:
    try:
        return load_settings().language
    except SohoaError:
        return Language.VIETNAMESE


_MARKS = {
    MarkKind.SEAL: Bilingual(vi="con dấu", en="seal"),
    MarkKind.STAMP: Bilingual(vi="dấu đóng", en="stamp"),
    MarkKind.SIGNATURE: Bilingual(vi="chữ ký", en="signature"),
}


def print_marks(marks: Sequence[PaperMark]) -> None:
    """Which seals, stamps and signatures were seen on a paper, and on which page; nothing without any."""
    if marks:
        page = say("trang", "page")
        named = ", ".join(f"{tell(_MARKS[mark.kind])} ({page} {mark.page_number})" for mark in marks)
        out.print(f"{say('thấy trên giấy', 'seen on the paper')}: {named}", markup=False)


def print_json(value: BaseModel | dict[str, object]) -> None:
    """One JSON object on one line of standard output."""
    data = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    sys.stdout.write(json.dumps(data, ensure_ascii=False) + "\n")


@contextmanager
def errors_told() -> Iterator[None]:
    """Tell an expected error in one sentence and leave with its exit status; 130 after Ctrl-C."""
    try:
        yield
    except SohoaError as error:
        _log(error)
        err.print(f"[bold red]✗[/] {escape(tell(error.message))}")
        raise typer.Exit(error.exit_code) from error
    except KeyboardInterrupt as error:
        stopped = say(
            "Đã dừng. Không mất gì: `sohoa resume` làm tiếp.",
            "Stopped. Nothing is lost: `sohoa resume` goes on.",
        )
        err.print(stopped)
        raise typer.Exit(_INTERRUPTED) from error


def _log(error: SohoaError) -> None:
    from storage.logs import log_event  # what only asks for help does not wait for it

    log_event("command.failed", level=LogLevel.WARNING, outcome=error.code)


def tell_missing(paths: Sequence[Path]) -> list[Path]:
    """Those of `paths` that are there; each that is not is told."""
    there = [path for path in paths if path.exists() or path.is_symlink()]
    for path in paths:
        if path not in there:
            err.print(escape(say(f"✗ Không có {path}", f"✗ There is no {path}")))
    return there


def fail(code: int) -> NoReturn:
    """Leave with `code`."""
    raise typer.Exit(code)


def print_head(head: TrailHead | None) -> None:
    """The last event of the trail, to be printed and kept elsewhere: it witnesses all before it."""
    if head:
        shown = head.printed
        out.print(say(f"  nhật ký đến sự kiện {shown}", f"  the trail up to event {shown}"), markup=False)


def settings_for(data: Path | None) -> Settings:
    """Settings with the data folder of the command line."""
    return load_settings(data)


def escape(text: str) -> str:
    """File names are data: brackets in them are no markup."""
    return text.replace("[", r"\[")
