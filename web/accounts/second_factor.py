"""The second factor: set up with a telephone, asked for at sign-in."""

import io
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from schemas.account import Actor
from schemas.errors import NotOnRecord
from storage.access.second_factor import address_of, new_secret
from web.accounts.sign_in import begin
from web.core.context import go, origin_of, session_of, show, state_of
from web.core.permissions import AnyUser
from web.core.qr import draw_qr

router = APIRouter()
Code = Annotated[str, Form(max_length=12)]
_MODULE_PX = 4


@router.get("/sign-in/code")
def code_page(request: Request) -> Response:
    """Ask for the code that the telephone shows."""
    return show(request, "sign_in_code.html", {"refused": False})


@router.post("/sign-in/code")
def sign_in_with_code(request: Request, code: Code = "") -> Response:
    """The second step of signing in; the first one's session ends whatever comes of it after five tries."""
    app_state, session = state_of(request), session_of(request)
    account_id = str(session.data.get("second_factor_of", "")) if session else ""
    account = app_state.accounts.by_id(account_id) if account_id else None
    if session is None or account is None:
        return go(request, "/sign-in")
    if not app_state.second_factors.matches(account.id, code):
        by = Actor(login="?", origin=origin_of(request))
        app_state.archive.audit.append("sign_in.code_refused", account.id, by)
        return show(request, "sign_in_code.html", {"refused": True}, status=401)
    app_state.sessions.end(session.id)
    return begin(request, account, str(session.data.get("back", "/")))


@router.get("/second-factor")
def second_factor_page(request: Request, user: AnyUser) -> Response:
    """A new secret to put into the telephone, as a QR code and as text."""
    secret = new_secret()
    user.remember(second_factor=secret)
    return _page(request, secret, refused=False)


@router.post("/second-factor")
def set_up_second_factor(request: Request, user: AnyUser, code: Code) -> Response:
    """The telephone shows the right code: from now on it is asked for."""
    secret = str(user.session.data.get("second_factor", ""))
    if not secret or not user.app_state.second_factors.enter(user.account, secret, code):
        return _page(request, secret, refused=True)
    user.remember(second_factor="")
    user.note("second_factor.set", user.account.id)
    return go(request, "/")


@router.get("/second-factor/qr.png")
def second_factor_code(user: AnyUser) -> Response:
    """What the telephone reads. Raises `NotOnRecord` when nothing is being set up."""
    secret = str(user.session.data.get("second_factor", ""))
    if not secret:
        raise NotOnRecord("qr.png")
    out = io.BytesIO()
    draw_qr(address_of(user.account, secret), _MODULE_PX).save(out, "PNG")
    return Response(out.getvalue(), media_type="image/png")


def _page(request: Request, secret: str, *, refused: bool) -> Response:
    context = {"secret": secret, "refused": refused}
    return show(request, "second_factor.html", context, status=422 if refused else 200)
