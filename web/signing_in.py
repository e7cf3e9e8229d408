"""Signing in and out, password, language, theme."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request, Response
from starlette.responses import RedirectResponse

from schemas.account import Account, Actor, Role
from schemas.desk_errors import AccountRefused, SignInRefused
from schemas.language import Language
from schemas.settings import ProviderSettings
from storage.accounts import LEAST_PASSWORD
from web.frame import COOKIE, Frame, Someone, frame_of, go, origin_of, show

router = APIRouter()
_YEAR = 365 * 24 * 3600


@router.get("/sign-in")
def sign_in_page(request: Request) -> Response:
    """The form, and the organisation's button when there is one."""
    return show(request, "sign_in.html", {"provider": _provider(frame_of(request)), "refused": ""})


@router.post("/sign-in")
def sign_in(
    request: Request, login: Annotated[str, Form()] = "", password: Annotated[str, Form()] = ""
) -> Response:
    """Sign in with a local account."""
    frame = frame_of(request)
    try:
        account = frame.accounts.sign_in(login.strip(), password, origin_of(request))
    except SignInRefused as error:
        tried = frame.accounts.id_of(login.strip()) or frame.archive.audit.signing.pseudonym("login", login)
        frame.archive.audit.append("sign_in.refused", tried, Actor(login="?", origin=origin_of(request)))
        return show(
            request, "sign_in.html", {"provider": _provider(frame), "refused": error.message}, status=401
        )
    return _begin(request, account)


@router.get("/sign-in/provider")
def sign_in_elsewhere(request: Request) -> Response:
    """Send the browser to the organisation's provider."""
    frame = frame_of(request)
    if frame.provider is None:
        raise SignInRefused("OIDC")
    url, pending = frame.provider.begin()
    token, _ = frame.sessions.begin(None, {"provider": pending})
    answer = RedirectResponse(url, 303)
    _set_cookie(frame, answer, token)
    return answer


@router.get("/sign-in/callback")
def come_back(request: Request) -> Response:
    """The browser comes back from the provider."""
    frame = frame_of(request)
    session = frame.sessions.find(request.cookies.get(COOKIE, ""))
    pending = session.data.get("provider") if session else None
    if frame.provider is None or session is None or not isinstance(pending, dict):
        raise SignInRefused("OIDC")
    frame.sessions.end(session.id)  # one try, whatever comes of it
    claims = frame.provider.finish(pending, dict(request.query_params))
    return _begin(request, _of_provider(frame, frame.provider.settings, claims))


@router.post("/sign-out")
def sign_out(request: Request, who: Someone) -> Response:
    """End the session."""
    who.note("sign_out", who.account.id)
    who.frame.sessions.end(who.session.id)
    answer = go(request, "/sign-in")
    answer.delete_cookie(COOKIE)
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
    return _begin(request, who.account.model_copy(update={"must_change_password": False}))


@router.post("/language/{language}")
def choose_language(who: Someone, language: Language) -> Response:
    """Vietnamese or English, for this account."""
    who.frame.accounts.change(who.account.model_copy(update={"language": language}))
    return _reload()


@router.post("/theme/{theme}")
def choose_theme(who: Someone, theme: Literal["light", "dark", "auto"]) -> Response:
    """Light, dark, or as the system has it, for this browser."""
    answer = _reload()
    secure = who.frame.settings.web.public_url.startswith("https:")
    answer.set_cookie("sohoa_theme", theme, max_age=_YEAR, samesite="lax", secure=secure)
    return answer


@router.get("/sign-in/language/{language}")
def choose_language_before(request: Request, language: Language) -> Response:
    """Vietnamese or English, before anybody is signed in."""
    answer = RedirectResponse("/sign-in", 303)
    secure = frame_of(request).settings.web.public_url.startswith("https:")
    answer.set_cookie("sohoa_language", language, max_age=_YEAR, samesite="lax", secure=secure)
    return answer


def _begin(request: Request, account: Account) -> Response:
    frame = frame_of(request)
    token, _ = frame.sessions.begin(account.id)
    frame.archive.audit.append("sign_in", account.id, Actor(login=account.login, origin=origin_of(request)))
    answer = go(request, "/password" if account.must_change_password else "/")
    _set_cookie(frame, answer, token)
    return answer


def _set_cookie(frame: Frame, answer: Response, token: str) -> None:
    secure = frame.settings.web.public_url.startswith("https:")
    answer.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=secure)


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
