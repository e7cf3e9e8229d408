"""The template environment: everything escaped, numbers and times as Vietnamese offices write them."""

import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path

from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from rules.masking import masked
from rules.typed import shown
from schemas.catalogue import document_types
from schemas.hanoi import HANOI


def make_environment(folder: Path) -> Environment:
    """Templates of `folder`; an unknown name in one is an error."""
    environment = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {"when": when, "number": number, "shown": shown, "masked": masked}
    environment.globals |= {"types": document_types, "asset": asset}
    return environment


def when(at: datetime | None) -> str:
    """`08:30 05/03/2026`, Hanoi time."""
    return f"{at.astimezone(HANOI):%H:%M %d/%m/%Y}" if at else ""


def number(value: float) -> str:
    """`1.234`, as Vietnamese writes thousands."""
    return format_decimal(value, "#,##0", locale="vi")


@cache
def asset(name: str) -> str:
    """Address of a static file, which changes with its content, so that browsers may keep it for ever."""
    content = (Path(__file__).parent / "static" / name).read_bytes()
    return f"/static/{name}?{hashlib.sha256(content).hexdigest()[:12]}"
