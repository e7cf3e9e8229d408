"""Review (kiểm tra): one paper after the other, doubtful fields only, mostly with the Enter key."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import JsonValue

from application.review import Review
from rules.review.answers import open_fields
from rules.review.suggestions import complete_place
from rules.review.typed_values import NotUnderstood, read_typed
from schemas.catalogue import document_types
from schemas.document_type import FieldCheck
from schemas.errors import NotOnRecord
from schemas.paper import UNKNOWN, Answer, Paper, Problem, State
from schemas.request_errors import RecordChanged
from schemas.review import Draft, FieldAnswer
from storage.queues.reviews import IDLE_SECONDS, QueueFilter
from web.core.context import CurrentUser, go, show
from web.core.permissions import Reviewer
from web.core.viewing import PurposeWanted, ask_purpose, paper_views, view_paper
from web.review.field_form import find_problems, make_row, show_row, today, understand

router = APIRouter()
FieldName = Annotated[str, Form(max_length=60)]
Typed = Annotated[str, Form(max_length=4000)]
_DISMISSALS = {"rescan": State.RESCAN, "not_ours": State.REJECTED}


@router.get("/review")
def queue_page(request: Request, user: Reviewer, batch: str = "", document_type: str = "") -> Response:
    """What waits, by batch and type; Enter takes the next paper."""
    heaps = user.queue.heaps()
    total = sum(heap.papers for heap in heaps)
    return show(request, "queue.html", {"heaps": heaps, "total": total, "wanted": (batch, document_type)})


@router.post("/review/next")
def next_paper(
    request: Request,
    user: Reviewer,
    batch: Annotated[str, Form(max_length=36)] = "",
    document_type: Annotated[str, Form(max_length=60)] = "",
) -> Response:
    """Claim the next paper of the queue, or of a part of it."""
    user.remember(queue={"batch_id": batch, "document_type": document_type})
    return _next(request, user)


@router.get("/papers/{paper_id}/review")
def review_page(request: Request, user: Reviewer, paper_id: str) -> Response:
    """The page image beside the form."""
    desk = user.desk
    paper = desk.paper(paper_id)
    if paper.state is State.REREADING:
        return show(request, "rereading.html", {"paper": paper}, 409)
    if paper.state is State.NEEDS_REVIEW and user.account.login in paper.hands:
        return show(request, "hands.html", {"paper": paper}, 409)
    holder = user.queue.claim(paper_id)
    if holder:
        return show(request, "held.html", {"paper": paper, "holder": holder}, 409)
    try:
        view_paper(user, paper, "paper.review")
    except PurposeWanted:
        user.queue.release(paper_id)
        return ask_purpose(request, f"/papers/{paper_id}/review")
    draft = desk.draft(paper)
    if not desk.is_still_so(paper, draft.revision):
        return _conflict(request, paper, draft)
    return _form(request, user, paper)


@router.post("/papers/{paper_id}/answers")
def answer_field(
    request: Request,
    user: Reviewer,
    paper_id: str,
    field: FieldName,
    answer: Annotated[Answer, Form()],
    revision: Annotated[int, Form(ge=1)],
    text: Typed = "",
    insisted: Typed = "",
) -> Response:
    """One field answered; the last one hands the paper in and brings the next."""
    desk, paper = _held(user, paper_id)
    kind = document_types()[paper.document_type]
    if field not in kind.fields:
        raise NotOnRecord(field)
    draft = desk.draft(paper)
    if not draft.answers:
        draft = draft.with_changes(revision=revision)
    row = make_row(user, paper, kind, draft, field)
    try:
        said = understand(row, answer, text)
    except NotUnderstood as error:
        return show(request, "field.html", show_row(row, paper, text, (error.problem,)), 422)
    answered = draft.with_changes(answers={**draft.answers, field: said})
    if not desk.is_still_so(paper, draft.revision):
        desk.keep_draft(paper_id, answered)
        return _conflict(request, paper, answered)
    problems = find_problems(paper, kind, draft, field, said)
    if problems and said.answer is Answer.CHANGED and insisted != text:
        return show(request, "field.html", show_row(row, paper, text, problems, insist=True), 422)
    desk.keep_draft(paper_id, answered)
    if set(open_fields(kind, paper, user.app_state.policy)) <= set(answered.answers):
        return _hand_in(request, user, paper, answered)
    return show(request, "field.html", show_row(make_row(user, paper, kind, answered, field), paper))


@router.post("/papers/{paper_id}/check")
def check_field(
    request: Request,
    user: Reviewer,
    paper_id: str,
    field: FieldName,
    text: Typed = "",
) -> Response:
    """What does not fit of what is being typed, and how it may go on."""
    desk, paper = _held(user, paper_id)
    kind = document_types()[paper.document_type]
    if field not in kind.fields:
        raise NotOnRecord(field)
    rule = kind.fields[field]
    places = complete_place(text) if rule.check is FieldCheck.PLACE or field == "place_of_birth" else ()
    problems: tuple[Problem, ...] = ()
    if text.strip():
        try:
            value = read_typed(rule.kind, text, today().date())
            problems = find_problems(
                paper, kind, desk.draft(paper), field, FieldAnswer(answer=Answer.CHANGED, value=value)
            )
        except NotUnderstood as error:
            problems = (error.problem,)
    return show(request, "field_check.html", {"problems": problems, "places": places, "field_name": field})


@router.post("/papers/{paper_id}/hand-in")
def hand_in_answers(request: Request, user: Reviewer, paper_id: str) -> Response:
    """Hand in what was answered, also when some fields are left for later."""
    desk, paper = _held(user, paper_id)
    draft = desk.draft(paper)
    if not draft.answers and paper.state is not State.NEEDS_REVIEW:  # nothing was said, nothing is open
        user.queue.release(paper_id)
        return _next(request, user)
    return _hand_in(request, user, paper, draft)


@router.post("/papers/{paper_id}/dismiss")
def dismiss_paper(
    request: Request,
    user: Reviewer,
    paper_id: str,
    reason: Annotated[str, Form(pattern="^(rescan|not_ours)$")],
    revision: Annotated[int, Form(ge=1)],
) -> Response:
    """`Quét lại` or `không phải giấy tờ của hồ sơ`: the paper leaves the queue."""
    desk, _ = _held(user, paper_id)
    _remember_last(user, desk.dismiss(paper_id, revision, _DISMISSALS[reason], user.actor))
    return _next(request, user)


@router.post("/papers/{paper_id}/take-back")
def take_back(
    request: Request, user: Reviewer, paper_id: str, revision: Annotated[int, Form(ge=1)]
) -> Response:
    """One's own slip: the paper as it was before, and the answers there to be mended."""
    _held(user, paper_id, answered=True)
    try:
        paper = user.desk.take_back(paper_id, revision, user.actor)
    finally:  # whether it came back or not, it is nobody's until it is opened
        user.queue.release(paper_id)
    user.remember(last={})
    return go(
        request, f"/papers/{paper.id}/review" if paper.state is State.NEEDS_REVIEW else f"/papers/{paper.id}"
    )


@router.post("/papers/{paper_id}/later")
def put_back(request: Request, user: Reviewer, paper_id: str) -> Response:
    """Put the paper back into the queue; what was answered stays."""
    user.queue.release(paper_id)
    return go(request, "/review")


@router.post("/papers/{paper_id}/alive")
def still_here(user: Reviewer, paper_id: str) -> Response:
    """The person is still at it: the paper stays theirs."""
    return Response(status_code=204 if not user.queue.claim(paper_id) else 409)


@router.post("/papers/{paper_id}/rebase")
def put_on_top(request: Request, user: Reviewer, paper_id: str, keep: Annotated[bool, Form()]) -> Response:
    """After somebody else's change: put the own answers on the new revision, or drop them."""
    desk, paper = _held(user, paper_id)
    kept = desk.draft(paper).answers if keep else {}
    desk.keep_draft(paper_id, Draft(revision=paper.revision, answers=kept))
    return go(request, f"/papers/{paper_id}/review")


def _form(request: Request, user: CurrentUser, paper: Paper) -> Response:
    kind = document_types()[paper.document_type]
    draft = user.desk.draft(paper)
    rows = [make_row(user, paper, kind, draft, name) for name in kind.fields]
    dossier = user.archive.ledger.dossier(paper.dossier_id)
    context = {
        "paper": paper,
        "kind": kind,
        "dossier": dossier,
        "pages": paper_views(user, paper),
        "open_rows": [row for row in rows if row.is_open and not row.said],
        "answered": [row for row in rows if row.said],
        "is_unknown": paper.document_type == UNKNOWN,
        "sure": [row for row in rows if not row.is_open and not row.said and row.field],
        "absent": [row for row in rows if not row.is_open and not row.said and not row.field],
        "left": user.queue.left(),
        "idle_seconds": IDLE_SECONDS,
    }
    return show(request, "review.html", context)


def _hand_in(request: Request, user: CurrentUser, paper: Paper, draft: Draft) -> Response:
    try:
        after = user.desk.submit_answers(paper.id, draft.revision, draft.answers, user.actor)
    except RecordChanged:
        return _conflict(request, user.desk.paper(paper.id), draft)
    _remember_last(user, after)
    return _next(request, user)


def _remember_last(user: CurrentUser, paper: Paper) -> None:
    """What this person handed in last can be taken back from the next page."""
    last: JsonValue = {
        "id": paper.id,
        "revision": paper.revision,
        "type": paper.document_type,
        "state": str(paper.state),
    }
    user.remember(last=last)


def _conflict(request: Request, paper: Paper, draft: Draft) -> Response:
    """Somebody else settled the paper meanwhile: both are shown, nothing is overwritten."""
    answer = show(request, "conflict.html", {"paper": paper, "draft": draft}, 409)
    answer.headers.update({"HX-Retarget": "body", "HX-Reswap": "innerHTML"})
    return answer


def _next(request: Request, user: CurrentUser) -> Response:
    queue = user.session.data.get("queue")
    paper_id = user.queue.claim_next(QueueFilter.model_validate(queue if isinstance(queue, dict) else {}))
    return go(request, f"/papers/{paper_id}/review" if paper_id else "/review")


def _held(user: CurrentUser, paper_id: str, *, answered: bool = False) -> tuple[Review, Paper]:
    """The paper, which this person has. Raises `NotOnRecord`, `RecordChanged` when it is another's."""
    desk = user.desk
    paper = desk.paper(paper_id)
    if user.queue.claim(paper_id, answered=answered):
        raise RecordChanged(paper_id[:8])
    return desk, paper
