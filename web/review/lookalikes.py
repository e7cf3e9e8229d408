"""Look-alike rounds: the same field of many papers as one grid, so that one glance finds the odd one."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import TypeAdapter, ValidationError

from application.lookalikes import Cell, finish_round
from schemas.document_type import ValueKind
from schemas.errors import NotOnRecord
from schemas.request_errors import MalformedRequest
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
def finish_round_of(user: Reviewer, cells: Annotated[str, Form(max_length=100_000)]) -> Response:
    """What did not look odd is right; the odd ones go back to the queue."""
    try:
        seen = _CELL_LIST.validate_json(cells)[:_CELLS]
    except ValidationError as error:
        raise MalformedRequest("round") from error
    kept = finish_round(user.desk, user.queue, seen, user.actor)
    user.note("round", user.account.id, detail=f"{kept}/{len(seen)}")
    return Response(status_code=204, headers={"HX-Refresh": "true"})
