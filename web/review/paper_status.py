"""What people say of a paper as a whole: that its record is right, that an authority ended its force."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from schemas.errors import NotOnRecord
from schemas.paper import State
from schemas.request_errors import ReuseRefused
from storage.records.identity_links import lift_revocation, revocations_of, revoke_paper
from web.core.context import go
from web.core.permissions import Confirmer, Revoker
from web.core.viewing import LOCAL_PATH

router = APIRouter()


@router.post("/papers/{paper_id}/confirm")
def confirm(
    request: Request,
    user: Confirmer,
    paper_id: str,
    revision: Annotated[int, Form()],
    where: Annotated[str, Form(max_length=600, pattern=LOCAL_PATH)],
) -> Response:
    """The record says what the paper says: somebody looked at it. Only where nothing is doubtful."""
    paper = user.desk.paper(paper_id)
    if paper.state is not State.READ:
        raise ReuseRefused(paper_id)
    user.desk.submit_answers(paper_id, revision, {}, user.actor)
    return go(request, where)


@router.post("/papers/{paper_id}/confirm/undo")
def undo_confirmation(
    request: Request,
    user: Confirmer,
    paper_id: str,
    revision: Annotated[int, Form()],
) -> Response:
    """A confirmation by mistake: the record is unconfirmed again, unless it was used since."""
    user.desk.take_back(paper_id, revision, user.actor)
    return go(request, f"/papers/{paper_id}")


@router.post("/papers/{paper_id}/revocations")
def revoke(
    request: Request,
    user: Revoker,
    paper_id: str,
    since: Annotated[date, Form()],
    source: Annotated[str, Form(min_length=3, max_length=300)],
) -> Response:
    """An authority ended the paper's force."""
    revoke_paper(user.archive, user.desk.paper(paper_id).id, since, source, user.actor)
    return go(request, f"/papers/{paper_id}")


@router.post("/papers/{paper_id}/revocations/{revocation_id}/lift")
def lift(
    request: Request,
    user: Revoker,
    paper_id: str,
    revocation_id: str,
    reason: Annotated[str, Form(min_length=3, max_length=300)],
) -> Response:
    """It was a mistake, or was itself ended."""
    paper = user.desk.paper(paper_id)
    found = next((r for r in revocations_of(user.archive.database, paper.id) if r.id == revocation_id), None)
    if found is None:
        raise NotOnRecord(revocation_id)
    lift_revocation(user.archive, found, reason, user.actor)
    return go(request, f"/papers/{paper_id}")
