"""The register in the browser: one dossier with why it counts, what is late, what does not meet."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from application.figures import Board, FigureQuery
from rules.register.deadlines import timing_of
from rules.register.indicators import (
    causes_of,
    columns_of,
    due_within,
    entry_of,
    members,
    on_time,
    still_open,
)
from rules.working_days import add_working_days, working_days_between
from schemas.base.timezone import HANOI
from schemas.catalogue import indicators
from schemas.errors import NotOnRecord
from schemas.indicator import Cause, Fact, Indicator
from schemas.period import Period, period_with
from schemas.register import RegisteredDossier
from storage.index.register_links import papers_of, stage_of, unmet_dossiers
from storage.register.columns import numbers_of, registered
from storage.register.imports import find_dossier
from web.core.context import CurrentUser, show
from web.core.permissions import Official, Viewer
from web.figures.dashboard import board_of

router = APIRouter()
_LISTED = 100
_NEXT_DAYS = 3
"""Working days from today that the draft of an apology promises."""


@router.get("/register/late")
def late_page(request: Request, user: Viewer) -> Response:
    """Open dossiers that are late, and those that are about to be."""
    board = board_of(user, FigureQuery())
    view, now = board.view, datetime.now(UTC)
    is_open = board.rows & still_open(view.columns)
    late = is_open & (view.columns.limit >= 0) & ~on_time(view.columns, now)
    soon = board.rows & due_within(
        view.columns, now, timedelta(days=user.app_state.settings.figures.warn_days)
    )
    user.note("register.late", board.unit)
    lists = [
        (int(rows.sum()), registered(user.archive, numbers_of(rows, view.columns.limit, 0, _LISTED)))
        for rows in (late, soon)
    ]
    context = {
        "board": board,
        "late": lists[0],
        "soon": lists[1],
        "now": now,
        "at_most": _LISTED,
        "may_answer": user.may("receive"),
    }
    return show(request, "late.html", context)


@router.get("/register/unmet")
def unmet_page(request: Request, user: Viewer) -> Response:
    """Leftovers on both sides: digitised dossiers that the register lacks, register lines without papers."""
    board = board_of(user, FigureQuery())
    without = board.rows & ~board.view.columns.have(Fact.SCANNED)
    user.note("register.unmet", board.unit)
    unmet, count = unmet_dossiers(user.archive.database, user.reach, _LISTED)
    context = {
        "board": board,
        "unmet": unmet,
        "unmet_count": count,
        "without_count": int(without.sum()),
        "without": registered(user.archive, numbers_of(without, -board.view.columns.received, 0, _LISTED)),
        "at_most": _LISTED,
    }
    return show(request, "unmet.html", context)


@router.get("/register/{code}")
def dossier_page(request: Request, user: Viewer, code: str) -> Response:
    """One dossier: its days, its papers here, and for every indicator whether it counts and why not."""
    board = board_of(user, FigureQuery())
    dossier = _dossier(user, board, code)
    day = (dossier.received_at or datetime.now(UTC)).astimezone(HANOI).date()
    user.note("register.view", code)
    context = {
        "board": board,
        "dossier": dossier,
        "timing": timing_of(dossier),
        "verdicts": _verdicts(user, board, dossier, period_with(day, 3)),
        "period": period_with(day, 3),
        "papers": papers_of(user.archive.database, code),
        "may_open": user.may("see_records"),
        "may_answer": user.may("receive"),
        "now": datetime.now(UTC),
    }
    return show(request, "register_dossier.html", context)


@router.get("/register/{code}/apology")
def apology_page(
    request: Request, user: Official, code: str, on: Annotated[date | None, Query()] = None
) -> Response:
    """The draft of the letter that apologises for a late dossier and names the new day."""
    board = board_of(user, FigureQuery())
    dossier, today = _dossier(user, board, code), datetime.now(HANOI).date()
    limit = timing_of(dossier).limit_at
    if dossier.ended_at or limit is None:
        raise NotOnRecord(code)
    user.note("register.apology", code)
    context = {
        "board": board,
        "dossier": dossier,
        "limit": limit,
        "today": today,
        "new_day": on or add_working_days(today, _NEXT_DAYS),
        "late_days": working_days_between(limit.astimezone(HANOI).date(), today),
    }
    return show(request, "apology.html", context)


def _verdicts(
    user: CurrentUser, board: Board, dossier: RegisteredDossier, period: Period
) -> list[tuple[Indicator, bool, Cause | None]]:
    """Each indicator the dossier is in the denominator of; whether it is counted, and if not, why."""
    stage = stage_of(user.archive.database, dossier.code)
    entry = entry_of(dossier)
    columns = columns_of([entry._replace(facts=entry.facts | Fact(stage))])
    told: list[tuple[Indicator, bool, Cause | None]] = []
    for one in indicators().values():
        found = members(one, columns, period, board.view.data_at)
        causes = causes_of(one, columns, found)
        if found.denominator[0]:
            why = next((cause for cause in one.causes if causes[cause.id][0]), None)
            told.append((one, bool(found.numerator[0]), why))
    return told


def _dossier(user: CurrentUser, board: Board, code: str) -> RegisteredDossier:
    """A dossier of the units they see. Raises `NotOnRecord`: also for those of others."""
    dossier = find_dossier(user.archive, code)
    if not board.view.is_of(dossier.unit, board.reach):
        raise NotOnRecord(code)
    return dossier
