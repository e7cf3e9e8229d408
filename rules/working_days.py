"""Days on which offices work: no weekend or public holiday of Viet Nam, but Saturdays that make up for one.

Labour Code 45/2019/QH14, article 112, with the days that the Government moves each year.
"""

from datetime import date, timedelta
from functools import cache

import holidays


def is_working_day(day: date) -> bool:
    """Whether offices work on `day`."""
    return _calendar().is_working_day(day)


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after `day`; `day` itself for 0."""
    return _calendar().get_nth_working_day(day, count) if count else day


def working_days_between(since: date, until: date) -> int:
    """Working days after `since` up to and with `until`; 0 when there are none."""
    return _calendar().get_working_days_count(since + timedelta(days=1), until) if since < until else 0


@cache
def _calendar() -> holidays.HolidayBase:
    return holidays.country_holidays("VN")
