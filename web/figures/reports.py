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
from web.core.context import Visitor, go, show
from web.core.permissions import Reporter
from web.figures.dashboard import Asked, Board

router = APIRouter()


@router.get("/reports")
def reports_page(request: Request, who: Reporter) -> Response:
    """The reports of the person's units, newest first."""
    reach = _reach(who)
    found = reports(who.archive.database, reach)
    who.note("reports.list", reach)
    return show(request, "reports.html", {"made": found, "view": who.frame.figures.view()})


@router.post("/reports")
def make(request: Request, who: Reporter, asked: Annotated[str, Form(max_length=800)]) -> Response:
    """Make the report of a period and a part of the register; the same data give the same report."""
    try:
        board = Board(who, Asked.model_validate(dict(parse_qsl(asked))))
    except ValidationError as error:
        raise NotOnRecord("report") from error
    part = board.asked.part.with_changes(unit=board.unit)
    sync = who.frame.settings.figures.sync_rate
    make_report(who.archive, draw_up(who.archive, board.view, board.period, part, sync), who.actor)
    return go(request, "/reports")


@router.get("/reports/{report_id}/{kind}")
def take(who: Reporter, report_id: str, kind: Literal["xlsx", "pdf", "csv", "json"]) -> Response:
    """One form of a report."""
    made = find_report(who.archive.database, report_id)
    if not sees_unit(_reach(who), made.unit):
        raise NotOnRecord(report_id)
    who.note("report.save", made.id, detail=kind)
    content, media = report_file(who.archive, made, kind)
    named = f'attachment; filename="{file_name(made, kind)}"'
    return Response(content, media_type=media, headers={"Content-Disposition": named})


def _reach(who: Visitor) -> str:
    return reach_today(who.reach, who.frame.figures.view().agencies)
