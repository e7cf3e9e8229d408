"""Look-alike rounds: the same field of many papers as one grid, so that one glance finds the odd one."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import TypeAdapter, ValidationError

from schemas.base.model import Frozen
from schemas.document_type import ValueKind
from schemas.errors import NotOnRecord
from schemas.paper import Answer
from schemas.request_errors import MalformedRequest, RecordChanged
from schemas.review import FieldAnswer
from storage.queues.reviews import QueueFilter
from web.core.context import show
from web.core.permissions import Reviewer
from web.core.viewing import PurposeWanted, view_paper

router = APIRouter(prefix="/rounds")
KINDS = (
    ValueKind.DATE,
    ValueKind.PERSONAL_ID,
    ValueKind.PERSON_NAME,
    ValueKind.DOCUMENT_NUMBER,
    ValueKind.CODE,
    ValueKind.YEAR,
    ValueKind.GENDER,
)
"""Kinds whose values are short enough for a grid."""
_CELLS = 40


class Cell(Frozen):
    """One value of the grid: which field of which revision, and whether it looked odd."""

    paper_id: str
    revision: int
    field: str
    odd: bool = False


_CELL_LIST: TypeAdapter[list[Cell]] = TypeAdapter(list[Cell])


@router.get("")
def round_page(
    request: Request,
    user: Reviewer,
    kind: ValueKind = ValueKind.DATE,
    batch: Annotated[str, Query(max_length=36)] = "",
) -> Response:
    """Doubtful values of one kind; their papers are this person's until the round is over."""
    if kind not in KINDS:
        raise NotOnRecord(kind)
    cells = []
    for paper, name in user.queue.claim_alike(kind, QueueFilter(batch_id=batch), _CELLS):
        try:
            view_paper(user, paper, "paper.round")
        except PurposeWanted:  # cards are looked at one by one until a purpose was given
            user.queue.release(paper.id)
            continue
        cells.append((paper, name, paper.fields[name]))
    return show(request, "rounds.html", {"cells": cells, "kind": kind, "kinds": KINDS, "batch": batch})


@router.post("")
def finish_round(user: Reviewer, cells: Annotated[str, Form(max_length=100_000)]) -> Response:
    """What did not look odd is right; the odd ones go back to the queue."""
    try:
        seen = _CELL_LIST.validate_json(cells)[:_CELLS]
    except ValidationError as error:
        raise MalformedRequest("round") from error
    settled = 0
    for paper_id in dict.fromkeys(cell.paper_id for cell in seen):
        own = [cell for cell in seen if cell.paper_id == paper_id]
        said = {cell.field: FieldAnswer(answer=Answer.KEPT) for cell in own if not cell.odd}
        if said and not user.queue.claim(paper_id):
            try:
                user.desk.submit_answers(paper_id, own[0].revision, said, user.actor)
                settled += len(said)
            except RecordChanged:  # it goes on being doubtful, which is safe
                pass
        user.queue.release(paper_id)
    user.note("round", user.account.id, detail=f"{settled}/{len(seen)}")
    return Response(status_code=204, headers={"HX-Refresh": "true"})
