"""Who may come in: a guard for every action, before each route but sign-in."""

import hmac
from typing import Annotated

from fastapi import Depends, Request

from rules.access.permissions import Action, may
from schemas.account import Account
from schemas.request_errors import ForeignRequest, NotAllowed
from web.core.context import SAFE, AppState, CurrentUser, origin_of, session_of, state_of

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

    def __call__(self, request: Request) -> CurrentUser:
        """The visitor. Raises `NotSignedIn`, `NotAllowed`."""
        app_state = state_of(request)
        session = session_of(request)
        account = app_state.accounts.by_id(session.account_id) if session and session.account_id else None
        if session is None or account is None:
            raise NotSignedIn("/sign-in")
        if request.method not in SAFE:
            given = request.headers.get("x-csrf-token", "")
            if not hmac.compare_digest(given.encode(), session.csrf.encode()):
                raise ForeignRequest("CSRF")
        if account.must_change_password and not request.url.path.startswith(("/password", "/sign-out")):
            raise NotSignedIn("/password")
        if _lacks_second_factor(app_state, account) and not request.url.path.startswith(_SETTING_UP):
            raise NotSignedIn("/second-factor")
        if not may(account.role, self.action):
            raise NotAllowed(self.action)
        user = CurrentUser(app_state, account, session, origin_of(request))
        request.state.user = user
        return user


def _lacks_second_factor(app_state: AppState, account: Account) -> bool:
    """Whether the role needs one here. Whom the organisation's provider vouches for has one there."""
    needed = account.role in app_state.settings.web.second_factor_for
    return needed and not account.second_factor and not account.from_provider


AnyUser = Annotated[CurrentUser, Depends(Guard(Action.BE_HERE))]


Intaker = Annotated[CurrentUser, Depends(Guard(Action.TAKE_IN))]


BatchViewer = Annotated[CurrentUser, Depends(Guard(Action.SEE_BATCHES))]


Reviewer = Annotated[CurrentUser, Depends(Guard(Action.REVIEW))]


Reader = Annotated[CurrentUser, Depends(Guard(Action.SEE_RECORDS))]


Finder = Annotated[CurrentUser, Depends(Guard(Action.FIND))]


Viewer = Annotated[CurrentUser, Depends(Guard(Action.SEE_FIGURES))]


Inspector = Annotated[CurrentUser, Depends(Guard(Action.INSPECT))]


Worker = Annotated[CurrentUser, Depends(Guard(Action.SEE_WORK))]


Reporter = Annotated[CurrentUser, Depends(Guard(Action.REPORT))]


Auditor = Annotated[CurrentUser, Depends(Guard(Action.SEE_TRAIL))]


Official = Annotated[CurrentUser, Depends(Guard(Action.RECEIVE))]


Confirmer = Annotated[CurrentUser, Depends(Guard(Action.CONFIRM))]


Revoker = Annotated[CurrentUser, Depends(Guard(Action.REVOKE))]


Sampler = Annotated[CurrentUser, Depends(Guard(Action.DRAW_SAMPLES))]


Operator = Annotated[CurrentUser, Depends(Guard(Action.OPERATE))]


AccountAdmin = Annotated[CurrentUser, Depends(Guard(Action.KEEP_ACCOUNTS))]
