"""Values of cells as people and programs write them: text, numbers, yes or no, days, moments."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from schemas.base.timezone import HANOI
from schemas.base.vietnamese import fold, nfc

Row = Mapping[str, object]


_YES, _NO = ("1", "true", "co", "x", "yes", "2"), ("0", "false", "khong", "no", "")


_PORTAL = re.compile(r"^\d{14}$")


_CLOCK = r"(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?"
_WRITTEN = re.compile(rf"(?:{_CLOCK}\s+)?(\d{{1,2}})([/-])(\d{{1,2}})\5(\d{{4}})(?:\s+{_CLOCK})?", re.ASCII)
"""A day as it is written here, `30/09/2025` or `30-09-2025`, a clock before or behind it."""


_LAST = time(23, 59, 59)


class NotADossier(ValueError):
    """A row that cannot be read; the text says which value, and what was expected."""


def parse_day(value: object, name: str) -> date | None:
    """A day as people and programs write it; None for an empty value. Raises `NotADossier`."""
    moment = parse_moment(value, name)
    return moment.astimezone(HANOI).date() if moment else None


def parse_moment(value: object, name: str, *, ends: bool = False) -> datetime | None:
    """A moment as it is written; one at 00:00:00 that `ends` something means that day's last second."""
    if isinstance(value, datetime):
        found = value
    elif isinstance(value, date):
        found = datetime.combine(value, time())
    else:
        text = str(value or "").strip()
        if not text:
            return None
        found = _typed(text, name)
    if found.year == 1:  # what some programs write for none
        return None
    if ends and found.time() == time():
        found = datetime.combine(found.date(), _LAST, found.tzinfo)
    try:
        return (found if found.tzinfo else found.replace(tzinfo=HANOI)).astimezone(UTC)
    except OverflowError as error:
        raise NotADossier(f"{name}: {found}") from error


def _typed(text: str, name: str) -> datetime:
    if _PORTAL.match(text):
        text = f"{text[:8]}T{text[8:]}"
    try:
        return _written(text) or datetime.fromisoformat(text)
    except ValueError as error:
        raise NotADossier(
            f"{name}: {text[:40]} (30/09/2025 16:30, 2025-09-30 16:30:00, 20250930163000)"
        ) from error


def _written(text: str) -> datetime | None:
    """The moment of a day written day first; None for another form, `ValueError` for no day."""
    match = _WRITTEN.fullmatch(text)
    if match is None or (match[1] and match[8]):
        return None
    day, month, year = int(match[4]), int(match[6]), int(match[7])
    hour, minute, second = (int(part or 0) for part in match.group(*((1, 2, 3) if match[1] else (8, 9, 10))))
    return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  (its zone is the caller's)


def number_in(said: Row, name: str) -> int | None:
    """A whole number; None for an empty value. Raises `NotADossier`."""
    text = text_in(said, name)
    if not text:
        return None
    try:
        return int(float(text))
    except (ValueError, OverflowError) as error:
        raise NotADossier(f"{name}: {text[:40]} (0, 1, 2 …)") from error


def flag_in(said: Row, name: str, *, default: bool = False) -> bool:
    """Yes or no, `default` for an empty value. Raises `NotADossier`."""
    text = fold(text_in(said, name))
    if not text:
        return default
    if text not in (*_YES, *_NO):
        raise NotADossier(f"{name}: {text[:40]} (0, 1)")
    return text in _YES


def list_in(said: Row, name: str) -> list[Row]:
    """The rows of a list inside a row; empty when it is none."""
    listed = said.get(name)
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def text_in(said: Row, name: str) -> str:
    """A value as text, NFC; empty for none and for a list."""
    value = said.get(name)
    return "" if value is None or isinstance(value, list | dict) else nfc(str(value)).strip()
