"""Figures for people: the indicators of a period and a part of the register, and what holds them back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import Literal

from pydantic import Field

from rules.access.permissions import sees_unit
from rules.register.indicators import Rows, causes_of, points_of
from schemas.agency import reach_today
from schemas.base.model import Frozen
from schemas.base.timezone import HANOI
from schemas.catalogue import indicators
from schemas.errors import NotOnRecord
from schemas.figures import Group, GroupBy, Slice
from schemas.indicator import Cause, Indicator, Rate
from schemas.period import Period, period_with, read_period
from storage.register.columns import View

Which = Literal["counted", "lacking", "all"]
_TREND = 8
_CODE = r"^[GH]\d{2}(\.\d{2,3}){0,3}$|^$"


class FigureQuery(Frozen):
    """What figures are asked for: a period, a part of the register, one indicator looked at closely."""

    period: str = Field("", max_length=7)
    unit: str = Field("", pattern=_CODE)
    alone: bool = False
    former: str = Field("", pattern=_CODE)
    field: str = Field("", max_length=200)
    procedure: str = Field("", pattern=r"^(\d\.\d{6})?$")
    channel: int = Field(0, ge=0, le=3)
    show: str = Field("4.2", max_length=20)
    by: GroupBy = GroupBy.UNIT
    cause: str = Field("", max_length=40)

    @property
    def part(self) -> Slice:
        """The part of the register."""
        return Slice(**self.model_dump(include=set(Slice.model_fields)))


@dataclass(frozen=True)
class Card:
    """One indicator as the dashboard shows it."""

    indicator: Indicator
    trend: list[Rate]
    points: Decimal | None

    @property
    def rate(self) -> Rate:
        """In the period asked for."""
        return self.trend[-1]

    @property
    def change(self) -> Decimal | None:
        """Percentage points since the period before."""
        before, now = self.trend[-2].percent, self.trend[-1].percent
        return None if before is None or now is None else now - before


@dataclass(frozen=True)
class Obstacle:
    """A cause, how many dossiers it keeps back, and where most of them are."""

    cause: Cause
    count: int
    share: int
    """Per cent of those that are not counted."""
    worst: Sequence[Group]
    worst_share: int
    """Per cent of the cause's dossiers in those units."""


@dataclass
class Board:
    """Figures as a person asks for them, within their units."""

    view: View
    """The register as it is now."""
    seen_unit: str
    """The unit whose figures, with those of the units below it, the person may see."""
    asked: FigureQuery
    sync_rate: Decimal
    """Indicator 1.4, 0 to 1; points are multiplied with it where the formulas say so."""

    @cached_property
    def reach(self) -> str:
        """The unit of today whose figures they may see."""
        return reach_today(self.seen_unit, self.view.agencies)

    @cached_property
    def unit(self) -> str:
        """The unit asked for, or all they may see. Raises `NotOnRecord` for others."""
        unit = self.asked.unit or self.reach
        if not sees_unit(self.reach, unit):
            raise NotOnRecord(unit)
        return unit

    @cached_property
    def rows(self) -> Rows:
        """The part of the register."""
        return self.view.rows(self.asked.part.with_changes(unit=self.unit))

    @cached_property
    def period(self) -> Period:
        """The period asked for; without one the quarter of the data. Raises `NotOnRecord`."""
        if not self.asked.period:
            known = self.view.columns.facts.any()
            at = self.view.data_at if known else datetime.now(UTC)
            return period_with(at.astimezone(HANOI).date(), 3)
        period = read_period(self.asked.period)
        if period is None:
            raise NotOnRecord(self.asked.period)
        return period

    @cached_property
    def indicator(self) -> Indicator:
        """The one looked at closely. Raises `NotOnRecord`."""
        found = indicators().get(self.asked.show)
        if found is None:
            raise NotOnRecord(self.asked.show)
        return found

    def cards(self) -> list[Card]:
        """All indicators with their trend up to the period."""
        periods = [self.period.back(n) for n in range(_TREND - 1, -1, -1)]
        made = []
        for one in indicators().values():
            if one.holds(self.period.since):
                trend = self.view.trend(one, periods, self.rows)
                made.append(Card(one, trend, points_of(one, trend[-1], self.sync_rate)))
        return made

    def groups(self) -> list[Group]:
        """The indicator told apart, the best first, those without a rate last."""
        found = self.view.members(self.indicator, self.period, self.rows)
        groups = self.view.groups(found, self.asked.by, self.unit)
        return sorted(groups, key=lambda g: (-(g.rate.percent or -1), -g.rate.denominator, g.name))

    def obstacles(self) -> list[Obstacle]:
        """What keeps dossiers of the indicator back, the most first."""
        found = self.view.members(self.indicator, self.period, self.rows)
        left = found.denominator & ~found.numerator
        total, made = int(left.sum()), []
        causes = causes_of(self.indicator, self.view.columns, found)
        for cause in self.indicator.causes:
            rows = causes[cause.id]
            count = int(rows.sum())
            if count:
                units = self.view.groups(found._replace(numerator=rows), GroupBy.UNIT, self.unit)
                worst = [g for g in sorted(units, key=lambda g: -g.rate.numerator)[:3] if g.rate.numerator]
                share = 100 * sum(g.rate.numerator for g in worst) // count
                made.append(Obstacle(cause, count, round(100 * count / total), worst, share))
        return sorted(made, key=lambda one: -one.count)

    def behind(self, which: Which) -> Rows:
        """The dossiers behind the indicator. Raises `NotOnRecord` for an unknown cause."""
        found = self.view.members(self.indicator, self.period, self.rows)
        if self.asked.cause:
            rows = causes_of(self.indicator, self.view.columns, found).get(self.asked.cause)
            if rows is None:
                raise NotOnRecord(self.asked.cause)
            return rows
        left: Rows = found.denominator & ~found.numerator
        return {"counted": found.numerator, "all": found.denominator, "lacking": left}[which]
