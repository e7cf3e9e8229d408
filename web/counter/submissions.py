"""Dossiers at the counter: opened, served from what is on file, printed for the citizen."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from application.one_stop import Wanted, day_of
from schemas.completeness import Verdict
from schemas.errors import NotOnRecord
from schemas.submission import ASK_BASIS, ASK_REASONS, AskedAnyway, AskReason, ReuseEvent, Submission
from storage.index.people_search import person_of
from storage.records.submissions import find_submission, newest_submissions
from web.core.context import Visitor, go, show
from web.core.permissions import Official
from web.counter.people import show_check

router = APIRouter()
_LISTED = 100


@router.get("/submissions")
def submissions_page(request: Request, who: Official) -> Response:
    """The unit's latest dossiers."""
    listed = newest_submissions(who.archive.database, who.account.unit, _LISTED)
    people = {s.id: _first(who, s) for s in listed}
    names = who.frame.procedures.editions()
    context = {"listed": listed, "people": people, "names": {p.code: p.name for p in names}}
    who.note("submissions.list", who.account.unit)
    return show(request, "submissions.html", context)


@router.post("/submissions")
def open_submission(
    request: Request,
    who: Official,
    procedure: Annotated[str, Form(max_length=40)],
    case: Annotated[str, Form(max_length=60)],
    facts: Annotated[tuple[str, ...], Form()] = (),
    party: Annotated[tuple[str, ...], Form()] = (),
    code: Annotated[str, Form(max_length=60)] = "",
    use_all: Annotated[bool, Form()] = False,
) -> Response:
    """Begin to receive a dossier; with `use_all` every paper on file that may be used is used at once."""
    parties = {name: identity for name, _, identity in (named.partition("=") for named in party)}
    if any(person_of(who.archive.database, identity, who.reach) is None for identity in parties.values()):
        raise NotOnRecord(procedure)
    wanted = Wanted(procedure=procedure, case=case, facts=frozenset(facts), parties=parties)
    submission = who.counter.open(wanted, code, who.actor)
    if use_all:
        _use_all(who, submission)
    return go(request, f"/submissions/{submission.id}")


@router.get("/submissions/{submission_id}")
def submission_page(request: Request, who: Official, submission_id: str) -> Response:
    """The checklist of a dossier: what is served, by what, and what the citizen has to bring."""
    submission = _find(who, submission_id)
    return _show(request, who, submission, "check.html")


@router.get("/submissions/{submission_id}/print")
def submission_print(request: Request, who: Official, submission_id: str) -> Response:
    """For the citizen: what they only have to bring, and a receipt of what was used instead."""
    submission = _find(who, submission_id)
    who.note("submission.print", submission.id)
    return _show(request, who, submission, "check_print.html")


@router.post("/submissions/{submission_id}/use")
def use(
    request: Request,
    who: Official,
    submission_id: str,
    component: Annotated[str, Form(max_length=60)],
    paper: Annotated[str, Form(max_length=36)],
) -> Response:
    """Use a paper on file."""
    submission = _find(who, submission_id)
    who.counter.use_paper(submission, component, paper, who.actor)
    return go(request, f"/submissions/{submission_id}")


@router.post("/submissions/{submission_id}/data")
def use_data(
    request: Request,
    who: Official,
    submission_id: str,
    component: Annotated[str, Form(max_length=60)],
    result: Annotated[str, Form(min_length=1, max_length=1000)],
) -> Response:
    """Keep the result of a look-up."""
    submission = _find(who, submission_id)
    who.counter.use_data(submission, component, {"result": result}, who.actor)
    return go(request, f"/submissions/{submission_id}")


@router.post("/submissions/{submission_id}/ask")
def ask(
    request: Request,
    who: Official,
    submission_id: str,
    component: Annotated[str, Form(max_length=60)],
    reason: Annotated[AskReason, Form()],
    note: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Ask the citizen for it all the same, and why."""
    submission = _find(who, submission_id)
    who.counter.ask_anyway(submission, component, reason, note, who.actor)
    return go(request, f"/submissions/{submission_id}")


@router.post("/submissions/{submission_id}/undo")
def undo(
    request: Request,
    who: Official,
    submission_id: str,
    event: Annotated[str, Form(max_length=36)],
    reason: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Take a use back; both stay on record."""
    submission = _find(who, submission_id)
    who.counter.undo(submission, event, reason, who.actor)
    return go(request, f"/submissions/{submission_id}")


def _show(request: Request, who: Visitor, submission: Submission, template: str) -> Response:
    uses = who.counter.uses(submission)
    more = {
        "submission": submission,
        "uses": {use.component: use for use in uses if isinstance(use, ReuseEvent)},
        "asked": {use.component: use for use in uses if isinstance(use, AskedAnyway)},
        "reasons": ASK_REASONS,
        "ask_basis": ASK_BASIS,
    }
    wanted = who.counter.wanted_by(submission)
    return show_check(request, who, wanted, more, template, day_of(submission))


def _use_all(who: Visitor, submission: Submission) -> None:
    _, _, answer = who.counter.check(who.counter.wanted_by(submission))
    for one in answer.components:
        if one.verdict is Verdict.ON_FILE:
            who.counter.use_paper(submission, one.component.id, one.found[0].paper_id, who.actor)


def _find(who: Visitor, submission_id: str) -> Submission:
    """A submission of the person's own unit. Raises `NotOnRecord`: also for those of others."""
    submission = find_submission(who.archive.database, submission_id, who.account.unit)
    if submission.id != submission_id:
        raise NotOnRecord(submission_id)
    return submission


def _first(who: Visitor, submission: Submission) -> str:
    mention = person_of(who.archive.database, submission.parties[0][1], who.reach)
    return mention.name if mention else ""
