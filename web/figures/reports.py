"""Reports in the browser: made of what one looks at, listed, taken away."""

from typing import Annotated, Literal
from urllib.parse import parse_qsl

from fastapi import APIRouter, Form, Request, Response
from pydantic import ValidationError

from application.reports.report import draw_up, make_report
from rules.access.permissions import sees_unit
from schemas.agency import reach_today
from schemas.errors import NotOnRecord
from storage.records.reports import file_name, find_report, report_file, reports
from web.core.context import CurrentUser, go, show
from web.core.permissions import Reporter
from web.figures.dashboard import FigureAddress, board_of

router = APIRouter()


@router.get("/reports")
def reports_page(request: Request, user: Reporter) -> Response:
    """The reports of the person's units, newest first."""
    reach = _reach(user)
    found = reports(user.archive.database, reach)
    user.note("reports.list", reach)
    return show(request, "reports.html", {"made": found, "view": user.app_state.figures.view()})


@router.post("/reports")
def make(request: Request, user: Reporter, asked: Annotated[str, Form(max_length=800)]) -> Response:
    """Make the report of a period and a part of the register; the same data give the same report."""
    try:
        board = board_of(user, FigureAddress.model_validate(dict(parse_qsl(asked))))
    except ValidationError as error:
        raise NotOnRecord("report") from error
    part = board.asked.part.with_changes(unit=board.unit)
    sync = user.app_state.settings.figures.sync_rate
    make_report(user.archive, draw_up(user.archive, board.view, board.period, part, sync), user.actor)
    return go(request, "/reports")


@router.get("/reports/{report_id}/{kind}")
def take(user: Reporter, report_id: str, kind: Literal["xlsx", "pdf", "csv", "json"]) -> Response:
    """One form of a report."""
    made = find_report(user.archive.database, report_id)
    if not sees_unit(_reach(user), made.unit):
        raise NotOnRecord(report_id)
    user.note("report.save", made.id, detail=kind)
    content, media = report_file(user.archive, made, kind)
    named = f'attachment; filename="{file_name(made, kind)}"'
    return Response(content, media_type=media, headers={"Content-Disposition": named})


def _reach(user: CurrentUser) -> str:
    return reach_today(user.reach, user.app_state.figures.view().agencies)
