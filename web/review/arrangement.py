"""Wrong type, split, order, turn or dossier: pages laid anew at the table, by key or by dragging."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import ValidationError

from application.arrangement import DossierTable, Shown
from rules.review.page_arrangement import Table
from schemas.paper import Dossier
from schemas.request_errors import MalformedRequest, RecordChanged
from storage.archive.dossiers import dossier_names, find_dossier
from storage.records.arrangements import last_arrangement
from web.core.context import CurrentUser, go, show
from web.core.permissions import Reviewer
from web.core.viewing import PurposeWanted, ask_purpose, view_paper

router = APIRouter()
_BESIDE = 50
"""Dossiers before and after this one that are offered by name."""


@router.get("/dossiers/{dossier_id}/arrange")
def arrange_page(request: Request, user: Reviewer, dossier_id: str) -> Response:
    """All pages of the dossier, paper by paper; others of its batch can be laid beside it."""
    dossier = _table(user).dossier(dossier_id)
    try:
        shown = _show(user, dossier)
    except PurposeWanted:
        return ask_purpose(request, f"/dossiers/{dossier.id}/arrange")
    names = dossier_names(user.archive.database, dossier.batch_id)
    at = next((n for n, (other, _) in enumerate(names) if other == dossier.id), 0)
    context = {
        "dossier": dossier,
        "shown": shown,
        "beside": [name for other, name in names[max(at - _BESIDE, 0) : at + _BESIDE] if other != dossier.id],
        "last": last_arrangement(user.archive, dossier.id),
        "is_waiting": _table(user).is_waiting(dossier),
    }
    return show(request, "arrange.html", context)


@router.get("/dossiers/{dossier_id}/arrange/beside")
def lay_beside(
    request: Request, user: Reviewer, dossier_id: str, name: Annotated[str, Query(max_length=200)]
) -> Response:
    """Another dossier of the same batch, to be laid beside this one."""
    dossier = _table(user).dossier(dossier_id)
    other = find_dossier(user.archive.database, dossier.batch_id, name.strip())
    if _table(user).is_waiting(other):
        raise RecordChanged(other.name)
    try:
        shown = _show(user, other)
    except PurposeWanted:
        return ask_purpose(request, f"/dossiers/{other.id}/arrange")
    return show(request, "arrange_dossier.html", {"shown": shown})


@router.post("/dossiers/{dossier_id}/arrange")
def arrange(
    request: Request, user: Reviewer, dossier_id: str, laid: Annotated[str, Form(max_length=2_000_000)]
) -> Response:
    """Lay what is on the table anew; the machine reads again what changed."""
    dossier = _table(user).dossier(dossier_id)
    try:
        table = Table.model_validate_json(laid)
    except ValidationError as error:
        raise MalformedRequest(dossier.name) from error
    _table(user).lay(dossier.batch_id, table)
    return go(request, f"/batches/{dossier.batch_id}")


@router.post("/dossiers/{dossier_id}/arrange/undo")
def undo(request: Request, user: Reviewer, dossier_id: str, number: Annotated[int, Form(ge=1)]) -> Response:
    """Take back what a person laid last: the dossiers as they lay before, also those that were joined."""
    dossier = _table(user).dossier(dossier_id)
    _table(user).undo(dossier, number)
    return go(request, f"/batches/{dossier.batch_id}")


@router.post("/papers/{paper_id}/type")
def change_type(
    request: Request, user: Reviewer, paper_id: str, document_type: Annotated[str, Form(max_length=60)]
) -> Response:
    """This paper is of another type; the machine reads its fields anew, and it comes back."""
    _table(user).change_paper(user.desk.paper(paper_id), document_type=document_type)
    return go(request, "/review")


@router.post("/papers/{paper_id}/turn")
def turn_page(
    request: Request,
    user: Reviewer,
    paper_id: str,
    number: Annotated[int, Form(ge=1)],
    degrees: Annotated[int, Form()],
) -> Response:
    """A page lies wrongly: turned by so many degrees clockwise it is right. It is read again."""
    _table(user).change_paper(user.desk.paper(paper_id), turned=(number, degrees))
    return go(request, "/review")


def _table(user: CurrentUser) -> DossierTable:
    return DossierTable(user.archive, user.queue, user.account, user.actor)


def _show(user: CurrentUser, dossier: Dossier) -> Shown:
    """The dossier for the table; each paper's view is on the trail. Raises `PurposeWanted`."""
    shown = _table(user).show(dossier)
    for paper in shown.papers:
        view_paper(user, paper)
    return shown
