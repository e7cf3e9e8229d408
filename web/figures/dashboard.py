"""Figures: rates with their trend, told apart, what holds them back; every one opens its dossiers."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field

from rules.access.permissions import sees_unit
from rules.register.indicators import Rows, causes_of, moment_of, points_of
from schemas.agency import reach_today
from schemas.base.model import Frozen
from schemas.base.timezone import HANOI
from schemas.catalogue import indicators
from schemas.errors import NotOnRecord
from schemas.figures import Group, GroupBy, Slice
from schemas.indicator import Cause, Indicator, Rate
from schemas.period import Period, period_with, read_period
from storage.files.table_files import as_row
from storage.register.columns import View, numbers_of, registered
from web.core.context import CurrentUser, show
from web.core.permissions import Viewer

router = APIRouter()
_TREND = 8
_PAGE = 50
_AT_ONCE = 5000
_CODE = r"^[GH]\d{2}(\.\d{2,3}){0,3}$|^$"
Which = Literal["counted", "lacking", "all"]


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
    page: int = Field(1, ge=1, le=100_000)

    @property
    def part(self) -> Slice:
        """The part of the register."""
        return Slice(**self.model_dump(include=set(Slice.model_fields)))

    def link(self, where: str = "/figures", **changed: object) -> str:
        """The address that asks the same but for what is `changed`."""
        said = {**self.model_dump(mode="json", exclude_defaults=True), **changed}
        kept = {name: value for name, value in said.items() if value not in ("", 0, None, False)}
        return f"{where}?{urlencode(kept)}" if kept else where


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
    """Figures as one visitor asks for them, within their units."""

    user: CurrentUser
    asked: FigureQuery

    @cached_property
    def view(self) -> View:
        """The register as it is now."""
        return self.user.app_state.figures.view()

    @cached_property
    def reach(self) -> str:
        """The unit of today whose figures they may see."""
        return reach_today(self.user.reach, self.view.agencies)

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
        sync = self.user.app_state.settings.figures.sync_rate
        made = []
        for one in indicators().values():
            if one.holds(self.period.since):
                trend = self.view.trend(one, periods, self.rows)
                made.append(Card(one, trend, points_of(one, trend[-1], sync)))
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


@router.get("/figures")
def dashboard(request: Request, user: Viewer, asked: Annotated[FigureQuery, Query()]) -> Response:
    """All rates of a period and a part of the register, and one looked at closely."""
    board = Board(user, asked)
    view = board.view
    user.note("figures.view", board.unit, detail=f"{board.period.name} {asked.show} {asked.by}")
    context = {
        "board": board,
        "asked": asked,
        "cards": board.cards(),
        "groups": board.groups(),
        "GroupBy": GroupBy,
        "obstacles": board.obstacles(),
        "uncounted": int((board.rows & (view.columns.received < 0)).sum()),
        "fields": sorted(view.field.of),
        "procedures": sorted(view.procedure.of),
        "months": (1, 3, 6, 12),
        "with_months": lambda months: period_with(board.period.since, months).name,
    }
    return show(request, "figures.html", context)


@router.get("/figures/{which}.csv")
def behind_figure_csv(user: Viewer, which: Which, asked: Annotated[FigureQuery, Query()]) -> Response:
    """The dossiers behind a figure as a file."""
    board = Board(user, asked)
    rows = board.behind(which)
    numbers = numbers_of(rows, board.view.columns.received, 0, int(rows.sum()))
    user.note("figures.save", board.unit, detail=_detail(board, which))
    name = f"{board.indicator.id}-{board.period.name}-{which}.csv"
    return StreamingResponse(
        _lines(user, numbers),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _lines(user: CurrentUser, numbers: list[int]) -> Iterator[str]:
    """The list as CSV, some thousand lines at a time."""
    heads = ["ma_ho_so", "don_vi", "ma_tthc", "linh_vuc", "tiep_nhan", "han", "ket_thuc"]
    yield "\ufeff" + ",".join(heads) + "\r\n"
    for first in range(0, len(numbers), _AT_ONCE):
        out = io.StringIO()
        writer = csv.writer(out)
        for row in registered(user.archive, numbers[first : first + _AT_ONCE]):
            times = (moment_of(row.received), moment_of(row.limit), moment_of(row.ended))
            told = [f"{at:%Y-%m-%d %H:%M:%S}" if at else "" for at in times]
            writer.writerow(as_row([row.code, row.unit, row.procedure, row.field, *told]))
        yield out.getvalue()


@router.get("/figures/{which}")
def behind_figure(
    request: Request, user: Viewer, which: Which, asked: Annotated[FigureQuery, Query()]
) -> Response:
    """The dossiers behind a figure, the earliest first."""
    board = Board(user, asked)
    rows = board.behind(which)
    count = int(rows.sum())
    numbers = numbers_of(rows, board.view.columns.received, (asked.page - 1) * _PAGE, _PAGE)
    user.note("figures.list", board.unit, detail=_detail(board, which))
    context = {
        "board": board,
        "asked": asked,
        "which": which,
        "count": count,
        "pages": -(-count // _PAGE),
        "listed": registered(user.archive, numbers),
        "cause": _cause(board),
    }
    return show(request, "figures_list.html", context)


def _detail(board: Board, which: Which) -> str:
    return f"{board.period.name} {board.indicator.id} {which} {board.asked.cause}".strip()


def _cause(board: Board) -> Cause | None:
    return next((c for c in board.indicator.causes if c.id == board.asked.cause), None)
