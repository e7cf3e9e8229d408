"""Who may come in: a guard for every action, before each route but sign-in."""

import hmac
from typing import Annotated

from fastapi import Depends, Request

from rules.access.permissions import Action, may
from schemas.account import Account
from schemas.request_errors import ForeignRequest, NotAllowed
from web.core.context import SAFE, Frame, Visitor, frame_of, origin_of, session_of

_SETTING_UP = ("/second-factor", "/password", "/sign-out")


class NotSignedIn(Exception):
    """Nobody is signed in, or their password must be changed first, or the like: `where` they go."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


class Guard:
    """Lets in who may do `action`, and nobody else; every route but sign-in has exactly one."""

    def __init__(self, action: Action) -> None:
        self.action = action

    def __call__(self, request: Request) -> Visitor:
        """The visitor. Raises `NotSignedIn`, `NotAllowed`."""
        frame = frame_of(request)
        session = session_of(request)
        account = frame.accounts.by_id(session.account_id) if session and session.account_id else None
        if session is None or account is None:
            raise NotSignedIn("/sign-in")
        if request.method not in SAFE:
            given = request.headers.get("x-csrf-token", "")
            if not hmac.compare_digest(given.encode(), session.csrf.encode()):
                raise ForeignRequest("CSRF")
        if account.must_change_password and not request.url.path.startswith(("/password", "/sign-out")):
            raise NotSignedIn("/password")
        if _lacks_second_factor(frame, account) and not request.url.path.startswith(_SETTING_UP):
            raise NotSignedIn("/second-factor")
        if not may(account.role, self.action):
            raise NotAllowed(self.action)
        visitor = Visitor(frame, account, session, origin_of(request))
        request.state.visitor = visitor
        return visitor


def _lacks_second_factor(frame: Frame, account: Account) -> bool:
    """Whether the role needs one here. Whom the organisation's provider vouches for has one there."""
    needed = account.role in frame.settings.web.second_factor_for
    return needed and not account.second_factor and not account.from_provider


Someone = Annotated[Visitor, Depends(Guard(Action.BE_HERE))]


Intaker = Annotated[Visitor, Depends(Guard(Action.TAKE_IN))]


BatchViewer = Annotated[Visitor, Depends(Guard(Action.SEE_BATCHES))]


Reviewer = Annotated[Visitor, Depends(Guard(Action.REVIEW))]


Reader = Annotated[Visitor, Depends(Guard(Action.SEE_RECORDS))]


Finder = Annotated[Visitor, Depends(Guard(Action.FIND))]


Viewer = Annotated[Visitor, Depends(Guard(Action.SEE_FIGURES))]


Inspector = Annotated[Visitor, Depends(Guard(Action.INSPECT))]


Worker = Annotated[Visitor, Depends(Guard(Action.SEE_WORK))]


Reporter = Annotated[Visitor, Depends(Guard(Action.REPORT))]


Auditor = Annotated[Visitor, Depends(Guard(Action.SEE_TRAIL))]


Official = Annotated[Visitor, Depends(Guard(Action.RECEIVE))]


Confirmer = Annotated[Visitor, Depends(Guard(Action.CONFIRM))]


Revoker = Annotated[Visitor, Depends(Guard(Action.REVOKE))]


Sampler = Annotated[Visitor, Depends(Guard(Action.DRAW_SAMPLES))]


Operator = Annotated[Visitor, Depends(Guard(Action.OPERATE))]


Keeper = Annotated[Visitor, Depends(Guard(Action.KEEP_ACCOUNTS))]
