"""A record looked at: the purpose asked for where one is needed, and the look on the trail."""

from fastapi import Request, Response
from pydantic import JsonValue

from rules.access.permissions import Action, sees_unit
from schemas.paper import Paper
from schemas.submission import ReuseEvent, Submission
from storage.records.submissions import find_uses, submissions_of
from web.core.context import Visitor, show

_ASKED_FOR = ("identity_card",)
"""Types whose images are shown only after a purpose was given."""


LOCAL_PATH = r"^/(papers|people|submissions)/[0-9a-z./?=&_-]+$"
"""Where a page may send back to: never another site."""


_REMEMBERED = 300


class PurposeWanted(Exception):
    """A paper of a type that asks for a purpose is opened for the first time in the session."""


def open_for(who: Visitor, paper: Paper, purpose: str) -> None:
    """A paper that is opened for a purpose which is told already: an inspection."""
    open_with(who, paper.id, purpose)


def needs_purpose(who: Visitor, paper: Paper) -> bool:
    """It is shown only for a purpose, and none was given: in this session, by an auditor for this record.

    A purpose is asked for identity cards, and for papers of other units than one's own (decision 16).
    """
    if not who.may(Action.SEE_NAMES):
        return paper.id not in _opened(who)
    if who.session.data.get("purpose"):
        return False
    return paper.document_type in _ASKED_FOR or not sees_unit(who.account.unit, _unit_of(who, paper))


def _unit_of(who: Visitor, paper: Paper) -> str:
    return who.archive.ledger.dossier(paper.dossier_id).unit


def view_paper(who: Visitor, paper: Paper, action: str = "paper.view") -> None:
    """Enter the view of a paper into the trail. Raises `PurposeWanted`, before anything is shown."""
    if needs_purpose(who, paper):
        raise PurposeWanted
    who.note(action, paper.id, purpose=purpose_of(who, paper.id), detail=f"r{paper.revision}")
    seen = who.session.data.get("seen")
    ids: list[JsonValue] = seen if isinstance(seen, list) else []
    if paper.id not in ids:
        who.remember(seen=[*ids[-_REMEMBERED:], paper.id])


def uses_of(who: Visitor, paper: Paper) -> list[tuple[ReuseEvent, Submission]]:
    """Where the paper was used again by the person's own units, newest first."""
    found = find_uses(who.archive.database, paper_id=paper.id)
    uses = [u for u in found if isinstance(u, ReuseEvent) and sees_unit(who.account.unit, u.unit)]
    of = submissions_of(who.archive.database, [use.submission_id for use in uses])
    return [(use, of[use.submission_id]) for use in reversed(uses)]


def ask_purpose(request: Request, where: str) -> Response:
    """The page that asks what it is opened for."""
    each = not request.state.visitor.may(Action.SEE_NAMES)
    return show(request, "purpose.html", {"where": where, "each": each})


def paper_views(who: Visitor, paper: Paper) -> list[tuple[int, int]]:
    """Width and height of each page's image."""
    readings = [who.archive.reading(page) for page in paper.pages]
    return [(r.page.width_px, r.page.height_px) if r else (1, 1) for r in readings]


def purpose_of(who: Visitor, paper_id: str = "") -> str:
    """What this record was opened for; else what the session's last purpose was."""
    return str(_opened(who).get(paper_id) or who.session.data.get("purpose") or "")


def open_with(who: Visitor, named: str, purpose: str) -> None:
    """Remember what a record was opened for, each for itself."""
    kept = list(_opened(who).items())[-_REMEMBERED:]
    who.remember(purpose=purpose, opened={**dict(kept), named: purpose})


def _opened(who: Visitor) -> dict[str, JsonValue]:
    found = who.session.data.get("opened")
    return found if isinstance(found, dict) else {}
