"""Signing in and out, password, language, theme."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from starlette.responses import RedirectResponse

from schemas.account import Account, Actor, Role
from schemas.base.language import Language
from schemas.logs import LogLevel
from schemas.request_errors import AccountIdle, AccountRefused, SignInRefused
from schemas.settings import ProviderSettings
from storage.access.accounts import LEAST_PASSWORD
from storage.logs import log_event
from web.core.context import (
    BACK,
    AppState,
    go,
    is_over_tls,
    origin_of,
    session_cookie,
    session_of,
    show,
    state_of,
)
from web.core.permissions import AnyUser

router = APIRouter()
_YEAR = 365 * 24 * 3600


Back = Annotated[str, Query(max_length=600, pattern=BACK)]
"""The page that somebody was at when their session ended."""


@router.get("/sign-in")
def sign_in_page(request: Request, back: Back = "/") -> Response:
    """The form, and the organisation's button when there is one."""
    provider = _provider(state_of(request))
    return show(request, "sign_in.html", {"provider": provider, "refused": "", "back": back})


@router.post("/sign-in")
def sign_in(
    request: Request,
    login: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    back: Annotated[str, Form(max_length=600, pattern=BACK)] = "/",
) -> Response:
    """Sign in with a local account, and go on where the last session ended."""
    app_state = state_of(request)
    try:
        account = app_state.accounts.sign_in(login.strip(), password, origin_of(request))
    except SignInRefused as error:
        tried = app_state.accounts.id_of(login.strip()) or app_state.archive.audit.signing.pseudonym(
            "login", login
        )
        log_event("sign_in.refused", level=LogLevel.WARNING)
        action = "account.idle" if isinstance(error, AccountIdle) else "sign_in.refused"
        app_state.archive.audit.append(action, tried, Actor(login="?", origin=origin_of(request)))
        return show(
            request,
            "sign_in.html",
            {"provider": _provider(app_state), "refused": error.message, "back": back},
            status=401,
        )
    if account.second_factor:
        token, _ = app_state.sessions.begin(None, {"second_factor_of": account.id, "back": back})
        answer = go(request, "/sign-in/code")
        _set_cookie(app_state, answer, token)
        return answer
    return begin(request, account, back)


@router.get("/sign-in/provider")
def sign_in_elsewhere(request: Request, back: Back = "/") -> Response:
    """Send the browser to the organisation's provider."""
    app_state = state_of(request)
    if app_state.provider is None:
        raise SignInRefused("OIDC")
    url, pending = app_state.provider.begin()
    token, _ = app_state.sessions.begin(None, {"provider": pending, "back": back})
    answer = RedirectResponse(url, 303)
    _set_cookie(app_state, answer, token)
    return answer


@router.get("/sign-in/callback")
def come_back(request: Request) -> Response:
    """The browser comes back from the provider."""
    app_state = state_of(request)
    session = session_of(request)
    pending = session.data.get("provider") if session else None
    if app_state.provider is None or session is None or not isinstance(pending, dict):
        raise SignInRefused("OIDC")
    app_state.sessions.end(session.id)  # one try, whatever comes of it
    claims = app_state.provider.finish(pending, dict(request.query_params))
    account = _of_provider(app_state, app_state.provider.settings, claims)
    return begin(request, account, str(session.data.get("back", "/")))


@router.post("/sign-out")
def sign_out(request: Request, user: AnyUser) -> Response:
    """End the session."""
    user.note("sign_out", user.account.id)
    user.app_state.sessions.end(user.session.id)
    answer = go(request, "/sign-in")
    answer.delete_cookie(session_cookie(user.app_state.settings))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@router.get("/password")
def password_page(request: Request, user: AnyUser) -> Response:
    """The form for a new password."""
    return show(request, "password.html", {"least": LEAST_PASSWORD, "refused": False, "whose": user.account})


@router.post("/password")
def change_password(
    request: Request, user: AnyUser, old: Annotated[str, Form()], new: Annotated[str, Form()]
) -> Response:
    """Change the own password; other sessions of the account end."""
    try:
        user.app_state.accounts.sign_in(user.account.login, old)
        user.app_state.accounts.set_password(user.account, new)
    except (SignInRefused, AccountRefused):
        return show(
            request,
            "password.html",
            {"least": LEAST_PASSWORD, "refused": True, "whose": user.account},
            status=422,
        )
    user.note("password.change", user.account.id)
    user.app_state.sessions.end_all(user.account.id)
    return begin(request, user.account.with_changes(must_change_password=False))


@router.post("/language/{language}")
def choose_language(user: AnyUser, language: Language) -> Response:
    """Vietnamese or English, for this account."""
    user.app_state.accounts.change(user.account.with_changes(language=language))
    return _reload()


@router.post("/theme/{theme}")
def choose_theme(user: AnyUser, theme: Literal["light", "dark", "auto"]) -> Response:
    """Light, dark, or as the system has it, for this browser."""
    answer = _reload()
    secure = is_over_tls(user.app_state.settings)
    answer.set_cookie("sohoa_theme", theme, max_age=_YEAR, samesite="lax", secure=secure)
    return answer


@router.get("/sign-in/language/{language}")
def choose_language_before(request: Request, language: Language) -> Response:
    """Vietnamese or English, before anybody is signed in."""
    answer = RedirectResponse("/sign-in", 303)
    secure = is_over_tls(state_of(request).settings)
    answer.set_cookie("sohoa_language", language, max_age=_YEAR, samesite="lax", secure=secure)
    return answer


def begin(request: Request, account: Account, back: str = "/") -> Response:
    """A session of its own for who proved who they are; they go `back` to where they were."""
    app_state = state_of(request)
    token, _ = app_state.sessions.begin(account.id)
    log_event("sign_in", account=account.id)
    app_state.archive.audit.append(
        "sign_in", account.id, Actor(login=account.login, origin=origin_of(request))
    )
    answer = go(request, "/password" if account.must_change_password else back)
    _set_cookie(app_state, answer, token)
    return answer


def _set_cookie(app_state: AppState, answer: Response, token: str) -> None:
    secure = is_over_tls(app_state.settings)
    answer.set_cookie(session_cookie(app_state.settings), token, httponly=True, samesite="lax", secure=secure)


def _reload() -> Response:
    return Response(status_code=204, headers={"HX-Refresh": "true"})


def _provider(app_state: AppState) -> str:
    return app_state.provider.settings.name if app_state.provider else ""


def _of_provider(app_state: AppState, settings: ProviderSettings, claims: dict[str, Any]) -> Account:
    """The account of a person whom the provider describes with `claims`. No known group: refused."""
    groups = claims.get(settings.groups_claim) or []
    role: Role | None = next((settings.roles[group] for group in groups if group in settings.roles), None)
    unit = claims.get(settings.unit_claim)
    if role is None or not isinstance(unit, str) or not unit:
        raise SignInRefused(settings.name)
    login = str(claims.get("preferred_username") or claims["sub"])
    name = str(claims.get("name") or login)
    return app_state.accounts.of_provider(f"{settings.issuer} {claims['sub']}", login, name, unit, role)
