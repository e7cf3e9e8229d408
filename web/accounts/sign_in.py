"""Signing in and out, password, language, theme."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from starlette.responses import RedirectResponse

from schemas.account import Account, Actor, Role
from schemas.base.language import Language
from schemas.request_errors import AccountIdle, AccountRefused, SignInRefused
from schemas.settings import ProviderSettings
from storage.access.accounts import LEAST_PASSWORD
from web.core.context import (
    BACK,
    Frame,
    frame_of,
    go,
    is_over_tls,
    origin_of,
    session_cookie,
    session_of,
    show,
)
from web.core.permissions import Someone

router = APIRouter()
_YEAR = 365 * 24 * 3600


Back = Annotated[str, Query(max_length=600, pattern=BACK)]
"""The page that somebody was at when their session ended."""


@router.get("/sign-in")
def sign_in_page(request: Request, back: Back = "/") -> Response:
    """The form, and the organisation's button when there is one."""
    provider = _provider(frame_of(request))
    return show(request, "sign_in.html", {"provider": provider, "refused": "", "back": back})


@router.post("/sign-in")
def sign_in(
    request: Request,
    login: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    back: Annotated[str, Form(max_length=600, pattern=BACK)] = "/",
) -> Response:
    """Sign in with a local account, and go on where the last session ended."""
    frame = frame_of(request)
    try:
        account = frame.accounts.sign_in(login.strip(), password, origin_of(request))
    except SignInRefused as error:
        tried = frame.accounts.id_of(login.strip()) or frame.archive.audit.signing.pseudonym("login", login)
        action = "account.idle" if isinstance(error, AccountIdle) else "sign_in.refused"
        frame.archive.audit.append(action, tried, Actor(login="?", origin=origin_of(request)))
        return show(
            request,
            "sign_in.html",
            {"provider": _provider(frame), "refused": error.message, "back": back},
            status=401,
        )
    if account.second_factor:
        token, _ = frame.sessions.begin(None, {"second_factor_of": account.id, "back": back})
        answer = go(request, "/sign-in/code")
        _set_cookie(frame, answer, token)
        return answer
    return begin(request, account, back)


@router.get("/sign-in/provider")
def sign_in_elsewhere(request: Request, back: Back = "/") -> Response:
    """Send the browser to the organisation's provider."""
    frame = frame_of(request)
    if frame.provider is None:
        raise SignInRefused("OIDC")
    url, pending = frame.provider.begin()
    token, _ = frame.sessions.begin(None, {"provider": pending, "back": back})
    answer = RedirectResponse(url, 303)
    _set_cookie(frame, answer, token)
    return answer


@router.get("/sign-in/callback")
def come_back(request: Request) -> Response:
    """The browser comes back from the provider."""
    frame = frame_of(request)
    session = session_of(request)
    pending = session.data.get("provider") if session else None
    if frame.provider is None or session is None or not isinstance(pending, dict):
        raise SignInRefused("OIDC")
    frame.sessions.end(session.id)  # one try, whatever comes of it
    claims = frame.provider.finish(pending, dict(request.query_params))
    account = _of_provider(frame, frame.provider.settings, claims)
    return begin(request, account, str(session.data.get("back", "/")))


@router.post("/sign-out")
def sign_out(request: Request, who: Someone) -> Response:
    """End the session."""
    who.note("sign_out", who.account.id)
    who.frame.sessions.end(who.session.id)
    answer = go(request, "/sign-in")
    answer.delete_cookie(session_cookie(who.frame.settings))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@router.get("/password")
def password_page(request: Request, who: Someone) -> Response:
    """The form for a new password."""
    return show(request, "password.html", {"least": LEAST_PASSWORD, "refused": False, "whose": who.account})


@router.post("/password")
def change_password(
    request: Request, who: Someone, old: Annotated[str, Form()], new: Annotated[str, Form()]
) -> Response:
    """Change the own password; other sessions of the account end."""
    try:
        who.frame.accounts.sign_in(who.account.login, old)
        who.frame.accounts.set_password(who.account, new)
    except (SignInRefused, AccountRefused):
        return show(
            request,
            "password.html",
            {"least": LEAST_PASSWORD, "refused": True, "whose": who.account},
            status=422,
        )
    who.note("password.change", who.account.id)
    who.frame.sessions.end_all(who.account.id)
    return begin(request, who.account.with_changes(must_change_password=False))


@router.post("/language/{language}")
def choose_language(who: Someone, language: Language) -> Response:
    """Vietnamese or English, for this account."""
    who.frame.accounts.change(who.account.with_changes(language=language))
    return _reload()


@router.post("/theme/{theme}")
def choose_theme(who: Someone, theme: Literal["light", "dark", "auto"]) -> Response:
    """Light, dark, or as the system has it, for this browser."""
    answer = _reload()
    secure = is_over_tls(who.frame.settings)
    answer.set_cookie("sohoa_theme", theme, max_age=_YEAR, samesite="lax", secure=secure)
    return answer


@router.get("/sign-in/language/{language}")
def choose_language_before(request: Request, language: Language) -> Response:
    """Vietnamese or English, before anybody is signed in."""
    answer = RedirectResponse("/sign-in", 303)
    secure = is_over_tls(frame_of(request).settings)
    answer.set_cookie("sohoa_language", language, max_age=_YEAR, samesite="lax", secure=secure)
    return answer


def begin(request: Request, account: Account, back: str = "/") -> Response:
    """A session of its own for who proved who they are; they go `back` to where they were."""
    frame = frame_of(request)
    token, _ = frame.sessions.begin(account.id)
    frame.archive.audit.append("sign_in", account.id, Actor(login=account.login, origin=origin_of(request)))
    answer = go(request, "/password" if account.must_change_password else back)
    _set_cookie(frame, answer, token)
    return answer


def _set_cookie(frame: Frame, answer: Response, token: str) -> None:
    secure = is_over_tls(frame.settings)
    answer.set_cookie(session_cookie(frame.settings), token, httponly=True, samesite="lax", secure=secure)


def _reload() -> Response:
    return Response(status_code=204, headers={"HX-Refresh": "true"})


def _provider(frame: Frame) -> str:
    return frame.provider.settings.name if frame.provider else ""


def _of_provider(frame: Frame, settings: ProviderSettings, claims: dict[str, Any]) -> Account:
    """The account of a person whom the provider describes with `claims`. No known group: refused."""
    groups = claims.get(settings.groups_claim) or []
    role: Role | None = next((settings.roles[group] for group in groups if group in settings.roles), None)
    unit = claims.get(settings.unit_claim)
    if role is None or not isinstance(unit, str) or not unit:
        raise SignInRefused(settings.name)
    login = str(claims.get("preferred_username") or claims["sub"])
    name = str(claims.get("name") or login)
    return frame.accounts.of_provider(f"{settings.issuer} {claims['sub']}", login, name, unit, role)
