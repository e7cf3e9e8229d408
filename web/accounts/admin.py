"""The administrator's page: who may sign in, as what, for which unit."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from schemas.account import Account, Role
from schemas.request_errors import NotAllowed
from storage.access.accounts import new_account
from web.core.context import CurrentUser, show
from web.core.permissions import AccountAdmin

router = APIRouter(prefix="/accounts")


@router.get("")
def accounts_page(request: Request, user: AccountAdmin) -> Response:
    """Everybody, and a form for one more."""
    return _page(request, user)


@router.post("")
def add_account(
    request: Request,
    user: AccountAdmin,
    login: Annotated[str, Form(pattern=r"^[a-z][a-z0-9._-]{1,40}$")],
    name: Annotated[str, Form(min_length=1, max_length=100)],
    role: Annotated[Role, Form()],
    unit: Annotated[str, Form(pattern=r"^[A-Z0-9.]{0,40}$")] = "",
) -> Response:
    """Add somebody; the made-up password is shown once. An administrator waits for another's word."""
    password = secrets.token_urlsafe(12)
    made = new_account(login, name, unit, role)
    waits = role is Role.ADMIN
    proposed = {"active": False, "proposed_by": user.account.id} if waits else {}
    account = Account(**{**made.model_dump(), "must_change_password": True, **proposed})
    user.app_state.accounts.add(account, password)
    user.note("account.add", account.id, detail=f"{role} {unit}")
    return _page(request, user, shown_once=(login, password))


@router.post("/{login}/password")
def reset_password(request: Request, user: AccountAdmin, login: str) -> Response:
    """Give somebody a new made-up password, shown once, and end their sessions.

    Not another administrator: with that password one would be two. Raises `NotAllowed`.
    """
    account, password = user.app_state.accounts.by_login(login), secrets.token_urlsafe(12)
    if account.role is Role.ADMIN and account.id != user.account.id:
        raise NotAllowed(f"sohoa account password {login}")
    user.app_state.accounts.set_password(account, password, must_change=True)
    user.app_state.sessions.end_all(account.id)
    user.note("account.password", account.id)
    return _page(request, user, shown_once=(login, password))


@router.post("/{login}/active")
def switch_account(
    request: Request, user: AccountAdmin, login: str, active: Annotated[bool, Form()]
) -> Response:
    """Let somebody in, or no longer. Nobody shuts themselves out.

    Who proposed an administrator does not let them in. Raises `NotAllowed`.
    """
    account = user.app_state.accounts.by_login(login)
    if active and account.proposed_by == user.account.id:
        raise NotAllowed("second person")
    if account.id != user.account.id:
        proposed_by = "" if active else account.proposed_by
        changed = {**account.model_dump(), "active": active, "proposed_by": proposed_by}
        user.app_state.accounts.change(Account(**changed))
        user.app_state.sessions.end_all(account.id)
        user.note("account.active" if active else "account.inactive", account.id)
    return _page(request, user)


def _page(request: Request, user: CurrentUser, shown_once: tuple[str, str] | None = None) -> Response:
    context = {"accounts": user.app_state.accounts.all(), "roles": list(Role), "shown_once": shown_once}
    template = "accounts_table.html" if request.headers.get("hx-request") else "accounts.html"
    return show(request, template, context)
