"""On which day a document may have been issued whose day was written by hand, or cannot be read."""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from rules.working_days import is_working_day
from schemas.base.vietnamese import fold
from schemas.paper import Proposal

_MONTH = re.compile(r"thang\D{0,3}(\d{1,2})\b")
_YEAR = re.compile(r"nam\D{0,3}(\d{4})\b")
_MOST = 3
_MONTHS, _MOST_DAYS = 12, 31
_EACH_DAY = 0.6
"""How much less likely a day is than the working day after it, up to the first signature."""
_UNREAD = 0.02
"""How likely the days are that the signature speaks for where others were read."""
_OTHER = 0.01
"""The same of days on which nobody works, and of those after the signature."""


def propose_issue_days(
    printed: str, read: Sequence[Proposal], signed_on: Sequence[date], arrived_on: str = ""
) -> tuple[Proposal, ...]:
    """The three likeliest days (ISO), the likeliest first, by what was `read` and by the file's signatures.

    An agency issues a document and signs its file on the same working day or on one soon after: the days up
    to the first signature, in the month and year that are `printed`. Nothing read and nothing signed: none;
    nor a day after `arrived_on` (ISO; empty: not surely known), when another office had it.
    """
    signed = min(signed_on, default=None)
    last = _last_day(fold(printed), signed) if signed else None
    unread = _UNREAD if read else 1.0
    chances = {day.isoformat(): unread * _EACH_DAY**at for at, day in enumerate(_days_before(last))}
    for each in read:
        likely = each.chance * _prior(date.fromisoformat(each.value), signed)
        chances[each.value] = max(chances.get(each.value, 0.0), likely)
    chances = {value: chance for value, chance in chances.items() if not arrived_on or value <= arrived_on}
    whole = sum(chances.values())
    likeliest = sorted(chances, key=lambda value: (-chances[value], value))[:_MOST]
    return tuple(
        Proposal(value=value, chance=round(chances[value] / whole, 4)) for value in likeliest if whole
    )


def _prior(day: date, signed: date | None) -> float:
    """How likely a day of issue is (1: that of the signature), by the first signature alone."""
    if signed is None:
        return 1.0
    if day > signed or (day < signed and not is_working_day(day)):
        return _OTHER
    return max(_EACH_DAY ** min((signed - day).days, _MOST_DAYS), _OTHER)


def _days_before(last: date | None) -> Iterator[date]:
    """`last`, and the working days of its month before it."""
    days = [last - timedelta(days=back) for back in range(last.day)] if last else []
    yield from (day for day in days if day == last or is_working_day(day))


def _last_day(printed: str, signed: date) -> date | None:
    """The signature's day, or the last working day of a printed month before it; None of one after it."""
    month, year = _MONTH.search(printed), _YEAR.search(printed)
    at_year = int(year[1]) if year else signed.year
    at_month = signed.month if at_year == signed.year else _MONTHS
    if month and 1 <= int(month[1]) <= _MONTHS:
        at_month = int(month[1])
    at = (at_year, at_month)
    if at == (signed.year, signed.month):
        return signed
    if at > (signed.year, signed.month):
        return None
    try:
        day = date(*at, monthrange(*at)[1])
    except ValueError:
        return None
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day
