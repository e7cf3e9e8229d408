"""Periods (kỳ) that figures are counted for: a year, half-year, quarter or month, in Hanoi's days."""

import re
from datetime import UTC, date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from schemas.base.language import Bilingual
from schemas.base.model import Frozen
from schemas.base.timezone import HANOI

_NAME = re.compile(
    r"^(?P<year>20\d\d)(?:-(?:Q(?P<quarter>[1-4])|H(?P<half>[12])|(?P<month>0[1-9]|1[0-2])))?$"
)


class Period(Frozen):
    """From the first moment of `since` to the last before `until`."""

    since: date
    months: int

    @property
    def until(self) -> date:
        """The first day after it."""
        return self.since + relativedelta(months=self.months)

    @property
    def begins_at(self) -> datetime:
        """Its first moment."""
        return datetime.combine(self.since, time(), HANOI)

    @property
    def ends_at(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.until, time(), HANOI)

    @property
    def name(self) -> str:
        """`2026`, `2026-H1`, `2026-Q3`, `2026-11`."""
        year, month = self.since.year, self.since.month
        return {
            12: f"{year}",
            6: f"{year}-H{1 + month // 7}",
            3: f"{year}-Q{(month + 2) // 3}",
            1: f"{year}-{month:02d}",
        }[self.months]

    @property
    def title(self) -> Bilingual:
        """As people call it."""
        year, month = self.since.year, self.since.month
        return {
            12: Bilingual(vi=f"Năm {year}", en=f"Year {year}"),
            6: Bilingual(
                vi=f"6 tháng {'cuối' if month > 1 else 'đầu'} năm {year}",
                en=f"Half-year {1 + month // 7}, {year}",
            ),
            3: Bilingual(
                vi=f"Quý {['I', 'II', 'III', 'IV'][month // 3]}/{year}",
                en=f"Quarter {(month + 2) // 3}, {year}",
            ),
            1: Bilingual(vi=f"Tháng {month:02d}/{year}", en=f"{self.since:%B %Y}"),
        }[self.months]

    def back(self, count: int) -> "Period":
        """The `count`-th one of its kind before it; after it for a negative count."""
        return Period(since=self.since - relativedelta(months=self.months * count), months=self.months)

    def as_of(self, data_at: datetime) -> datetime:
        """The moment by which open dossiers are judged: its last second, or that of the data before it."""
        return min(self.ends_at - timedelta(seconds=1), data_at.astimezone(UTC))


def read_period(name: str) -> Period | None:
    """The period of that name; None when it is none."""
    match = _NAME.match(name)
    if not match:
        return None
    year = int(match["year"])
    if match["month"]:
        return Period(since=date(year, int(match["month"]), 1), months=1)
    if match["quarter"]:
        return Period(since=date(year, 3 * int(match["quarter"]) - 2, 1), months=3)
    if match["half"]:
        return Period(since=date(year, 6 * int(match["half"]) - 5, 1), months=6)
    return Period(since=date(year, 1, 1), months=12)


def period_with(day: date, months: int) -> Period:
    """The period of so many months (1, 3, 6, 12) that `day` lies in."""
    return Period(since=date(day.year, (day.month - 1) // months * months + 1, 1), months=months)


def periods_ended_before(day: date) -> list[Period]:
    """The month that ended the day before, and the quarter, half-year and year if they ended with it."""
    found = [period_with(day - timedelta(days=1), months) for months in (1, 3, 6, 12)]
    return [period for period in found if period.until == day]
