"""A record looked at: the purpose asked for where one is needed, and the look on the trail."""

from fastapi import Request, Response
from pydantic import JsonValue

from rules.access.permissions import Action, sees_unit
from schemas.paper import Paper
from schemas.submission import ReuseEvent, Submission
from storage.records.submissions import find_uses, submissions_of
from web.core.context import CurrentUser, show

_ASKED_FOR = ("identity_card",)
"""Types whose images are shown only after a purpose was given."""


LOCAL_PATH = r"^/(papers|people|submissions)/[0-9a-z./?=&_-]+$"
"""Where a page may send back to: never another site."""


_REMEMBERED = 300


class PurposeWanted(Exception):
    """A paper of a type that asks for a purpose is opened for the first time in the session."""


def open_for(user: CurrentUser, paper: Paper, purpose: str) -> None:
    """A paper that is opened for a purpose which is told already: an inspection."""
    open_with(user, paper.id, purpose)


def needs_purpose(user: CurrentUser, paper: Paper) -> bool:
    """It is shown only for a purpose, and none was given: in this session, by an auditor for this record.

    A purpose is asked for identity cards, and for papers of other units than one's own (decision 16).
    """
    if not user.may(Action.SEE_NAMES):
        return paper.id not in _opened(user)
    if user.session.data.get("purpose"):
        return False
    return paper.document_type in _ASKED_FOR or not sees_unit(user.account.unit, _unit_of(user, paper))


def _unit_of(user: CurrentUser, paper: Paper) -> str:
    return user.archive.ledger.dossier(paper.dossier_id).unit


def view_paper(user: CurrentUser, paper: Paper, action: str = "paper.view") -> None:
    """Enter the view of a paper into the trail. Raises `PurposeWanted`, before anything is shown."""
    if needs_purpose(user, paper):
        raise PurposeWanted
    user.note(action, paper.id, purpose=purpose_of(user, paper.id), detail=f"r{paper.revision}")
    seen = user.session.data.get("seen")
    ids: list[JsonValue] = seen if isinstance(seen, list) else []
    if paper.id not in ids:
        user.remember(seen=[*ids[-_REMEMBERED:], paper.id])


def uses_of(user: CurrentUser, paper: Paper) -> list[tuple[ReuseEvent, Submission]]:
    """Where the paper was used again by the person's own units, newest first."""
    found = find_uses(user.archive.database, paper_id=paper.id)
    uses = [u for u in found if isinstance(u, ReuseEvent) and sees_unit(user.account.unit, u.unit)]
    of = submissions_of(user.archive.database, [use.submission_id for use in uses])
    return [(use, of[use.submission_id]) for use in reversed(uses)]


def ask_purpose(request: Request, where: str) -> Response:
    """The page that asks what it is opened for."""
    each = not request.state.user.may(Action.SEE_NAMES)
    return show(request, "purpose.html", {"where": where, "each": each})


def paper_views(user: CurrentUser, paper: Paper) -> list[tuple[int, int]]:
    """Width and height of each page's image."""
    readings = [user.archive.reading(page) for page in paper.pages]
    return [(r.page.width_px, r.page.height_px) if r else (1, 1) for r in readings]


def purpose_of(user: CurrentUser, paper_id: str = "") -> str:
    """What this record was opened for; else what the session's last purpose was."""
    return str(_opened(user).get(paper_id) or user.session.data.get("purpose") or "")


def open_with(user: CurrentUser, named: str, purpose: str) -> None:
    """Remember what a record was opened for, each for itself."""
    kept = list(_opened(user).items())[-_REMEMBERED:]
    user.remember(purpose=purpose, opened={**dict(kept), named: purpose})


def _opened(user: CurrentUser) -> dict[str, JsonValue]:
    found = user.session.data.get("opened")
    return found if isinstance(found, dict) else {}
