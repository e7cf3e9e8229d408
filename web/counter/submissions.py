"""Dossiers at the counter: opened, served from what is on file, printed for the citizen."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from application.one_stop import CheckRequest, day_of
from schemas.completeness import Verdict
from schemas.errors import NotOnRecord
from schemas.submission import ASK_BASIS, ASK_REASONS, AskedAnyway, AskReason, ReuseEvent, Submission
from storage.index.people_search import person_of
from storage.records.submissions import find_submission, newest_submissions
from web.core.context import CurrentUser, go, show
from web.core.permissions import Official
from web.counter.people import show_check

router = APIRouter()
_LISTED = 100


@router.get("/submissions")
def submissions_page(request: Request, user: Official) -> Response:
    """The unit's latest dossiers."""
    listed = newest_submissions(user.archive.database, user.account.unit, _LISTED)
    people = {s.id: _first(user, s) for s in listed}
    names = user.app_state.procedures.editions()
    context = {"listed": listed, "people": people, "names": {p.code: p.name for p in names}}
    user.note("submissions.list", user.account.unit)
    return show(request, "submissions.html", context)


@router.post("/submissions")
def open_submission(
    request: Request,
    user: Official,
    procedure: Annotated[str, Form(max_length=40)],
    case: Annotated[str, Form(max_length=60)],
    facts: Annotated[tuple[str, ...], Form()] = (),
    party: Annotated[tuple[str, ...], Form()] = (),
    code: Annotated[str, Form(max_length=60)] = "",
    use_all: Annotated[bool, Form()] = False,
) -> Response:
    """Begin to receive a dossier; with `use_all` every paper on file that may be used is used at once."""
    parties = {name: identity for name, _, identity in (named.partition("=") for named in party)}
    if any(person_of(user.archive.database, identity, user.reach) is None for identity in parties.values()):
        raise NotOnRecord(procedure)
    wanted = CheckRequest(procedure=procedure, case=case, facts=frozenset(facts), parties=parties)
    submission = user.counter.open(wanted, code, user.actor)
    if use_all:
        _use_all(user, submission)
    return go(request, f"/submissions/{submission.id}")


@router.get("/submissions/{submission_id}")
def submission_page(request: Request, user: Official, submission_id: str) -> Response:
    """The checklist of a dossier: what is served, by what, and what the citizen has to bring."""
    submission = _find(user, submission_id)
    return _show(request, user, submission, "check.html")


@router.get("/submissions/{submission_id}/print")
def submission_print(request: Request, user: Official, submission_id: str) -> Response:
    """For the citizen: what they only have to bring, and a receipt of what was used instead."""
    submission = _find(user, submission_id)
    user.note("submission.print", submission.id)
    return _show(request, user, submission, "check_print.html")


@router.post("/submissions/{submission_id}/use")
def use(
    request: Request,
    user: Official,
    submission_id: str,
    component: Annotated[str, Form(max_length=60)],
    paper: Annotated[str, Form(max_length=36)],
) -> Response:
    """Use a paper on file."""
    submission = _find(user, submission_id)
    user.counter.use_paper(submission, component, paper, user.actor)
    return go(request, f"/submissions/{submission_id}")


@router.post("/submissions/{submission_id}/data")
def use_data(
    request: Request,
    user: Official,
    submission_id: str,
    component: Annotated[str, Form(max_length=60)],
    result: Annotated[str, Form(min_length=1, max_length=1000)],
) -> Response:
    """Keep the result of a look-up."""
    submission = _find(user, submission_id)
    user.counter.use_data(submission, component, {"result": result}, user.actor)
    return go(request, f"/submissions/{submission_id}")


@router.post("/submissions/{submission_id}/ask")
def ask(
    request: Request,
    user: Official,
    submission_id: str,
    component: Annotated[str, Form(max_length=60)],
    reason: Annotated[AskReason, Form()],
    note: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Ask the citizen for it all the same, and why."""
    submission = _find(user, submission_id)
    user.counter.ask_anyway(submission, component, reason, note, user.actor)
    return go(request, f"/submissions/{submission_id}")


@router.post("/submissions/{submission_id}/undo")
def undo(
    request: Request,
    user: Official,
    submission_id: str,
    event: Annotated[str, Form(max_length=36)],
    reason: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Take a use back; both stay on record."""
    submission = _find(user, submission_id)
    user.counter.undo(submission, event, reason, user.actor)
    return go(request, f"/submissions/{submission_id}")


def _show(request: Request, user: CurrentUser, submission: Submission, template: str) -> Response:
    uses = user.counter.uses(submission)
    more = {
        "submission": submission,
        "uses": {use.component: use for use in uses if isinstance(use, ReuseEvent)},
        "asked": {use.component: use for use in uses if isinstance(use, AskedAnyway)},
        "reasons": ASK_REASONS,
        "ask_basis": ASK_BASIS,
    }
    wanted = user.counter.wanted_by(submission)
    return show_check(request, user, wanted, more, template, day_of(submission))


def _use_all(user: CurrentUser, submission: Submission) -> None:
    _, _, answer = user.counter.check(user.counter.wanted_by(submission))
    for one in answer.components:
        if one.verdict is Verdict.ON_FILE:
            user.counter.use_paper(submission, one.component.id, one.found[0].paper_id, user.actor)


def _find(user: CurrentUser, submission_id: str) -> Submission:
    """A submission of the person's own unit. Raises `NotOnRecord`: also for those of others."""
    submission = find_submission(user.archive.database, submission_id, user.account.unit)
    if submission.id != submission_id:
        raise NotOnRecord(submission_id)
    return submission


def _first(user: CurrentUser, submission: Submission) -> str:
    mention = person_of(user.archive.database, submission.parties[0][1], user.reach)
    return mention.name if mention else ""
