"""The administrator's page: who may sign in, as what, for which unit."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from schemas.account import Account, Role
from schemas.request_errors import NotAllowed
from storage.access.accounts import new_account
from web.core.context import Visitor, show
from web.core.permissions import Keeper

router = APIRouter(prefix="/accounts")


@router.get("")
def accounts_page(request: Request, who: Keeper) -> Response:
    """Everybody, and a form for one more."""
    return _page(request, who)


@router.post("")
def add_account(
    request: Request,
    who: Keeper,
    login: Annotated[str, Form(pattern=r"^[a-z][a-z0-9._-]{1,40}$")],
    name: Annotated[str, Form(min_length=1, max_length=100)],
    role: Annotated[Role, Form()],
    unit: Annotated[str, Form(pattern=r"^[A-Z0-9.]{0,40}$")] = "",
) -> Response:
    """Add somebody; the made-up password is shown once. An administrator waits for another's word."""
    password = secrets.token_urlsafe(12)
    made = new_account(login, name, unit, role)
    waits = role is Role.ADMIN
    proposed = {"active": False, "proposed_by": who.account.id} if waits else {}
    account = Account(**{**made.model_dump(), "must_change_password": True, **proposed})
    who.frame.accounts.add(account, password)
    who.note("account.add", account.id, detail=f"{role} {unit}")
    return _page(request, who, shown_once=(login, password))


@router.post("/{login}/password")
def reset_password(request: Request, who: Keeper, login: str) -> Response:
    """Give somebody a new made-up password, shown once, and end their sessions.

    Not another administrator: with that password one would be two. Raises `NotAllowed`.
    """
    account, password = who.frame.accounts.by_login(login), secrets.token_urlsafe(12)
    if account.role is Role.ADMIN and account.id != who.account.id:
        raise NotAllowed(f"sohoa account password {login}")
    who.frame.accounts.set_password(account, password, must_change=True)
    who.frame.sessions.end_all(account.id)
    who.note("account.password", account.id)
    return _page(request, who, shown_once=(login, password))


@router.post("/{login}/active")
def switch_account(request: Request, who: Keeper, login: str, active: Annotated[bool, Form()]) -> Response:
    """Let somebody in, or no longer. Nobody shuts themselves out.

    Who proposed an administrator does not let them in. Raises `NotAllowed`.
    """
    account = who.frame.accounts.by_login(login)
    if active and account.proposed_by == who.account.id:
        raise NotAllowed("second person")
    if account.id != who.account.id:
        proposed_by = "" if active else account.proposed_by
        changed = {**account.model_dump(), "active": active, "proposed_by": proposed_by}
        who.frame.accounts.change(Account(**changed))
        who.frame.sessions.end_all(account.id)
        who.note("account.active" if active else "account.inactive", account.id)
    return _page(request, who)


def _page(request: Request, who: Visitor, shown_once: tuple[str, str] | None = None) -> Response:
    context = {"accounts": who.frame.accounts.all(), "roles": list(Role), "shown_once": shown_once}
    template = "accounts_table.html" if request.headers.get("hx-request") else "accounts.html"
    return show(request, template, context)
