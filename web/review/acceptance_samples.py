"""Acceptance samples: a verifier draws, people key blind, a verifier judges what differs."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from application.acceptance_sampling import (
    draw_sample,
    judge_item,
    key_item,
    keyed_item,
    next_item,
    sample_state,
)
from rules.review.typed_values import NotUnderstood, read_typed
from schemas.acceptance_sample import Sample, SampleItem
from schemas.catalogue import document_types
from schemas.errors import NotOnRecord
from schemas.paper import Answer
from storage.records.acceptance_samples import find_sample
from web.core.context import CurrentUser, go, show
from web.core.permissions import Reviewer, Sampler
from web.core.viewing import PurposeWanted, ask_purpose, view_paper

router = APIRouter()


@router.post("/batches/{batch_id}/samples")
def draw(
    request: Request, user: Sampler, batch_id: str, limit: Annotated[float, Form(gt=0, le=0.2)]
) -> Response:
    """Draw a sample that can prove an error of at most `limit`."""
    batch = user.batch(batch_id)
    sample = draw_sample(user.archive, batch.id, limit, user.actor)
    return go(request, f"/samples/{sample.id}" if sample else f"/batches/{batch.id}")


@router.get("/samples/{sample_id}")
def sample_page(request: Request, user: Reviewer, sample_id: str) -> Response:
    """The next field to key; for a verifier, when all are keyed, the next that differs."""
    return _page(request, user, _sample(user, sample_id))


@router.post("/samples/{sample_id}/items/{number}")
def key(
    request: Request,
    user: Reviewer,
    sample_id: str,
    number: int,
    answer: Annotated[Answer, Form()],
    text: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """A field keyed without seeing the record."""
    sample = _sample(user, sample_id)
    item = next((item for item in sample.items if item.number == number), None)
    if item is None or user.account.login in item.settled_by:
        raise NotOnRecord(sample_id)
    kind = document_types()[user.desk.paper(item.paper_id).document_type].fields[item.field].kind
    value = None
    if answer is Answer.CHANGED:
        try:
            value = read_typed(kind, text, datetime.now(UTC).date())
        except NotUnderstood as error:
            return _page(request, user, sample, item, text, error.problem.message.in_(user.language))
    key_item(user.archive, sample, number, value, user.actor)
    return go(request, f"/samples/{sample_id}")


@router.post("/samples/{sample_id}/items/{number}/verdict")
def judge(
    request: Request, user: Sampler, sample_id: str, number: int, wrong: Annotated[bool, Form()]
) -> Response:
    """The record was wrong, or the keying was."""
    judge_item(user.archive, _sample(user, sample_id), number, user.actor, wrong=wrong)
    return go(request, f"/samples/{sample_id}")


def _page(
    request: Request,
    user: CurrentUser,
    sample: Sample,
    item: SampleItem | None = None,
    typed: str = "",
    told: str = "",
) -> Response:
    state = sample_state(user.archive, sample)
    item = item or (None if state.result else next_item(user.archive, sample, user.account.login))
    differing = keyed_item(user.archive, sample, state.differing[0]) if state.differing and not item else None
    paper = user.desk.paper(item.paper_id) if item else differing.paper if differing else None
    if paper:
        try:
            view_paper(user, paper, "paper.sample")
        except PurposeWanted:
            return ask_purpose(request, f"/samples/{sample.id}")
    context = {
        "state": state,
        "item": item,
        "differing": differing,
        "paper": paper,
        "typed": typed,
        "told": told,
        "batch": user.batch(sample.batch_id),
    }
    return show(request, "sample.html", context, 422 if told else 200)


def _sample(user: CurrentUser, sample_id: str) -> Sample:
    """A sample of a batch of the person's units. Raises `NotOnRecord`."""
    sample = find_sample(user.archive, sample_id)
    user.batch(sample.batch_id)
    return sample
