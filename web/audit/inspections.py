"""Inspections in the browser: drawn by a seed, image beside record, a verdict a field, the result."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from application.inspection import draw_inspection, judge_paper, outcome_of, paper_drawn
from rules.access.permissions import sees_unit
from schemas.catalogue import document_types
from schemas.errors import NotOnRecord
from schemas.inspection import Inspection, Verdict
from schemas.paper import Paper
from storage import keys
from storage.records.inspections import find_inspection, inspections
from web.core.context import CurrentUser, go, show
from web.core.permissions import Inspector
from web.core.viewing import open_for, paper_views, view_paper

router = APIRouter()


@router.get("/inspections")
def list_page(request: Request, user: Inspector) -> Response:
    """Samples of the auditor's units, and a form that draws another."""
    user.note("inspections.list", user.account.unit)
    return show(request, "inspections.html", {"drawn": inspections(user.archive.database, user.account.unit)})


@router.post("/inspections")
def draw(
    request: Request,
    user: Inspector,
    seed: Annotated[str, Form(pattern=r"^[\w .:/-]{4,80}$")],
    size: Annotated[int, Form(ge=1, le=2000)],
) -> Response:
    """Draw a sample by a seed that anybody may know."""
    made = draw_inspection(user.archive, seed.strip(), size, user.account.unit, user.actor)
    return go(request, f"/inspections/{made.id}")


@router.get("/inspections/{inspection_id}")
def next_page(request: Request, user: Inspector, inspection_id: str) -> Response:
    """The next paper nobody judged; the result when all are judged."""
    inspection = _inspection(user, inspection_id)
    outcome = outcome_of(user.archive, inspection)
    judged = {one.number for one in outcome.done}
    number = next((n for n in range(1, len(inspection.papers) + 1) if n not in judged), 0)
    if not number:
        return go(request, f"/inspections/{inspection_id}/result")
    drawn = paper_drawn(inspection, number)
    paper = user.archive.get_record(keys.paper(drawn.paper_id, drawn.revision), Paper)
    open_for(user, paper, f"{inspection.seed} {inspection.id[:8]}")
    view_paper(user, paper, "paper.inspect")
    context = {
        "inspection": inspection,
        "outcome": outcome,
        "number": number,
        "paper": paper,
        "kind": document_types()[paper.document_type],
        "pages": paper_views(user, paper),
    }
    return show(request, "inspection.html", context)


@router.post("/inspections/{inspection_id}/papers/{number}")
async def judge(request: Request, user: Inspector, inspection_id: str, number: int) -> Response:
    """The verdicts of one paper's fields; what is not said to be wrong is right."""
    sent = await request.form()
    said = {
        name.removeprefix("f."): Verdict(str(value))
        for name, value in sent.items()
        if name.startswith("f.") and str(value) in tuple(Verdict)
    }
    judge_paper(user.archive, _inspection(user, inspection_id), number, said, user.actor)
    return go(request, f"/inspections/{inspection_id}")


@router.get("/inspections/{inspection_id}/result")
def result_page(request: Request, user: Inspector, inspection_id: str) -> Response:
    """What the sample shows, to print and sign."""
    outcome = outcome_of(user.archive, _inspection(user, inspection_id))
    user.note("inspection.result", inspection_id, detail=f"{outcome.wrong}/{outcome.fields}")
    return show(request, "inspection_result.html", {"outcome": outcome, "inspection": outcome.inspection})


def _inspection(user: CurrentUser, inspection_id: str) -> Inspection:
    """A sample of their units. Raises `NotOnRecord`: also for those of others."""
    found = find_inspection(user.archive.database, inspection_id)
    if not sees_unit(user.account.unit, found.unit):
        raise NotOnRecord(inspection_id)
    return found
