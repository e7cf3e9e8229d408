"""Days on which offices work: no Saturday, Sunday or public holiday of Viet Nam.

Labour Code 45/2019/QH14, article 112, with the days that the Government moves each year.
"""

from datetime import date, timedelta
from functools import cache

import holidays

_WEEKEND = 5


def is_working_day(day: date) -> bool:
    """Whether offices work on `day`."""
    return day.weekday() < _WEEKEND and day not in _holidays(day.year)


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after `day`."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_between(since: date, until: date) -> int:
    """Working days after `since` up to and with `until`; 0 when there are none."""
    return sum(is_working_day(since + timedelta(days=n)) for n in range(1, (until - since).days + 1))


@cache
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("VN", years=year))
