"""Figures: rates with their trend, told apart, what holds them back; every one opens its dossiers."""

import csv
import io
from collections.abc import Iterator
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field

from application.figures import Board, FigureQuery, Which
from rules.register.indicators import moment_of
from schemas.figures import GroupBy
from schemas.indicator import Cause
from schemas.period import period_with
from storage.files.table_files import as_row
from storage.register.columns import numbers_of, registered
from web.core.context import CurrentUser, show
from web.core.permissions import Viewer

router = APIRouter()
_PAGE = 50
_AT_ONCE = 5000


class FigureAddress(FigureQuery):
    """What the address of a page of figures says."""

    page: int = Field(1, ge=1, le=100_000)

    def link(self, where: str = "/figures", **changed: object) -> str:
        """The address that asks the same but for what is `changed`."""
        said = {**self.model_dump(mode="json", exclude_defaults=True), **changed}
        kept = {name: value for name, value in said.items() if value not in ("", 0, None, False)}
        return f"{where}?{urlencode(kept)}" if kept else where


def board_of(user: CurrentUser, asked: FigureQuery) -> Board:
    """The register as this person may see it."""
    state = user.app_state
    return Board(state.figures.view(), user.reach, asked, state.settings.figures.sync_rate)


@router.get("/figures")
def dashboard(request: Request, user: Viewer, asked: Annotated[FigureAddress, Query()]) -> Response:
    """All rates of a period and a part of the register, and one looked at closely."""
    board = board_of(user, asked)
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
def behind_figure_csv(user: Viewer, which: Which, asked: Annotated[FigureAddress, Query()]) -> Response:
    """The dossiers behind a figure as a file."""
    board = board_of(user, asked)
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
    request: Request, user: Viewer, which: Which, asked: Annotated[FigureAddress, Query()]
) -> Response:
    """The dossiers behind a figure, the earliest first."""
    board = board_of(user, asked)
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
