"""The template environment: everything escaped, numbers and times as Vietnamese offices write them."""

import hashlib
from datetime import date, datetime
from functools import cache
from pathlib import Path

from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from rules.access.masking import mask_numbers, masked
from rules.register.indicators import moment_of
from rules.review.typed_values import shown
from schemas.base.timezone import HANOI
from schemas.catalogue import document_types
from schemas.indicator import Rate


def make_environment(folder: Path) -> Environment:
    """Templates of `folder`; an unknown name in one is an error."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "when": when,
        "moment": moment,
        "day": day,
        "since_1970": since_1970,
        "number": number,
        "percent": percent,
        "share": share,
        "shown": shown,
        "masked": masked,
        "numbers_masked": mask_numbers,
    }
    environment.globals |= {"types": document_types, "asset": asset}
    return environment


def when(at: datetime | None) -> str:
    """`08:30 05/03/2026`, Hanoi time."""
    return f"{at.astimezone(HANOI):%H:%M %d/%m/%Y}" if at else ""


def number(value: float) -> str:
    """`1.234`, as Vietnamese writes thousands."""
    return format_decimal(value, "#,##0", locale="vi")


def moment(at: datetime) -> str:
    """`08:30:05 05/03/2026`, Hanoi time."""
    return f"{at.astimezone(HANOI):%H:%M:%S %d/%m/%Y}"


def day(at: datetime | date | None) -> str:
    """`05/03/2026`, Hanoi's day of a moment."""
    local = at.astimezone(HANOI) if isinstance(at, datetime) else at
    return f"{local:%d/%m/%Y}" if local else ""


def since_1970(seconds: int) -> str:
    """A moment of the register's columns as `when` writes it; nothing for −1."""
    return when(moment_of(seconds))


def percent(rate: Rate) -> str:
    """`81,02 %`; `N/A` where there is nothing to count."""
    return rate.shown if rate.percent is None else f"{rate.shown} %"


def share(value: float) -> str:
    """`0,5 %` of 0.005."""
    return f"{format_decimal(100 * value, '0.##', locale='vi')} %"


@cache
def asset(name: str) -> str:
    """Address of a static file, which changes with its content, so that browsers may keep it for ever."""
    content = (Path(__file__).parents[1] / "static" / name).read_bytes()
    return f"/static/{name}?{hashlib.sha256(content).hexdigest()[:12]}"
