"""The web application: its parts put together, what stands around every answer, how errors are told."""

import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from schemas.base.language import Bilingual
from schemas.catalogue import document_types
from schemas.environment_errors import SettingWrong
from schemas.errors import SohoaError
from schemas.logs import LogLevel
from schemas.request_errors import ForeignRequest
from schemas.settings import Settings
from storage.access.accounts import Accounts
from storage.access.second_factor import SecondFactors
from storage.access.sessions import Sessions
from storage.archive.archive import Archive
from storage.logs import log_event
from storage.records.procedures import Procedures
from storage.register.columns import Figures
from storage.views.outside import Outsides
from web.accounts import admin as accounts
from web.accounts import home, second_factor
from web.accounts import sign_in as signing_in
from web.api.caller import NotKnown, find_program
from web.api.problems import tell_unknown
from web.api.routes import make_api
from web.audit import inspections, trail
from web.core.body_gate import SIGNING_IN, BodyGate
from web.core.context import (
    HOME,
    AppState,
    go,
    is_over_tls,
    make_templates,
    origin_of,
    session_of,
    show,
    sign_in_from,
    state_of,
)
from web.core.oidc import RelyingParty
from web.core.page_images import Pictures
from web.core.permissions import NotSignedIn
from web.core.proxy import TrustedProxy
from web.counter import people, submissions
from web.figures import dashboard as figures
from web.figures import register, reports, statistics
from web.intake import batches, uploads
from web.operations import operation
from web.records import papers as records
from web.records import search
from web.review import (
    acceptance_samples as samples,
)
from web.review import (
    arrangement as arranging,
)
from web.review import (
    field_review as review,
)
from web.review import (
    lookalikes as rounds,
)
from web.review import (
    paper_status as standing,
)

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_SAFE = ("GET", "HEAD", "OPTIONS")
_API = "/api/v1"
_GONE = Bilingual(vi="Không có trang này.", en="There is no such page.")
_UNREADABLE = Bilingual(vi="Yêu cầu không đúng dạng.", en="The request makes no sense.")
_TOO_MANY = Bilingual(vi="Quá nhiều yêu cầu; chờ một phút.", en="Too many requests; wait a minute.")


def make_app(settings: Settings, archive: Archive) -> FastAPI:
    """The application on `archive`, which stays the caller's to close. Raises `SettingWrong`."""
    unknown = settings.web.double_keyed - document_types().keys()
    if unknown:
        raise SettingWrong(f"web.double_keyed: {', '.join(sorted(unknown))}")
    app = FastAPI(title="Sohoa", docs_url=None, redoc_url=None, openapi_url=None)
    web = settings.web
    callback = f"{web.public_url or f'http://{web.host}:{web.port}'}/sign-in/callback"
    app.state.app_state = AppState(
        settings,
        archive,
        Accounts(archive.database, web.idle_days),
        SecondFactors(archive.database),
        Sessions(archive.database),
        Pictures(archive.store),
        RelyingParty(web.provider, callback) if web.provider.issuer else None,
        Procedures(archive),
        Figures(archive),
        Outsides(archive),
        make_templates(),
    )
    for part in (
        signing_in,
        second_factor,
        home,
        batches,
        uploads,
        review,
        arranging,
        rounds,
        samples,
        records,
        search,
        people,
        submissions,
        standing,
        figures,
        register,
        reports,
        inspections,
        statistics,
        trail,
        accounts,
        operation,
    ):
        app.include_router(part.router)
    api = make_api()
    api.state.app_state = app.state.app_state
    app.mount(_API, api)
    app.mount("/static", StaticFiles(directory=HOME / "static"), name="static")
    app.add_middleware(BodyGate, knows=_knows, refuse=_refuse)
    _around(app, web.requests_per_minute)
    app.add_middleware(TrustedProxy, secret=web.proxy_secret.get_secret_value())
    app.add_exception_handler(NotSignedIn, _send_to_sign_in)
    app.add_exception_handler(SohoaError, _tell_error)
    app.add_exception_handler(RequestValidationError, _tell_unreadable)
    app.add_exception_handler(HTTPException, _tell_http)
    return app


def _log(request: Request, status: int, seconds: float) -> None:
    """A line of the log: the route as it is written, never the address, which may hold what was asked."""
    route, user = request.scope.get("route"), getattr(request.state, "user", None)
    log_event(
        "request",
        level=LogLevel.ERROR if status >= HTTPStatus.INTERNAL_SERVER_ERROR else LogLevel.INFO,
        method=request.method,
        route=f"{request.scope.get('root_path', '')}{route.path}" if route else None,
        status=status,
        seconds=round(seconds, 4),
        account=user.account.id if user else None,
    )


def _around(app: FastAPI, requests_per_minute: int) -> None:
    """Headers on every answer, limits on every address, and no writing from other sites."""
    limiter = MovingWindowRateLimiter(MemoryStorage())
    rate, tries = parse(f"{requests_per_minute}/minute"), parse("30/minute")

    @app.middleware("http")
    async def guard(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
        begun, address = time.monotonic(), origin_of(request)
        signing = request.method == "POST" and request.url.path in SIGNING_IN
        site = request.headers.get("sec-fetch-site", "same-origin")
        if not limiter.hit(rate, address) or (signing and not limiter.hit(tries, "sign-in", address)):
            answer = _tell(request, _TOO_MANY, 429)
        elif request.method not in _SAFE and site not in ("same-origin", "none"):
            answer = _tell(request, ForeignRequest("CSRF").message, 403)
        else:
            answer = await call(request)
        _log(request, answer.status_code, time.monotonic() - begun)
        for name, value in _HEADERS.items():
            answer.headers.setdefault(name, value)
        if request.url.path.startswith("/static/"):
            answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        answer.headers.setdefault("Cache-Control", "no-store")
        if is_over_tls(state_of(request).settings):
            answer.headers["Strict-Transport-Security"] = "max-age=31536000"
        return answer


def _knows(request: Request) -> bool:
    """Whether a session or a program's token is named that is good; what it may do is the route's guard's."""
    if request.url.path.startswith(_API):
        return find_program(request) is not None
    session = session_of(request)
    return session is not None and session.account_id is not None


def _refuse(request: Request) -> Response:
    if request.url.path.startswith(_API):
        return tell_unknown(request, NotKnown())
    return _send_to_sign_in(request, NotSignedIn("/sign-in"))


def _tell(request: Request, message: Bilingual, status: int) -> Response:
    """An error as a page, or as a line for htmx, which shows it without leaving the page."""
    template = "error_line.html" if request.headers.get("hx-request") else "error.html"
    answer = show(request, template, {"message": message, "status": status}, status)
    if request.headers.get("hx-request"):
        answer.headers.update({"HX-Retarget": "#told", "HX-Reswap": "innerHTML"})
    return answer


def _send_to_sign_in(request: Request, error: Exception) -> Response:
    where = error.where if isinstance(error, NotSignedIn) else "/sign-in"
    if request.url.path.startswith("/uploads"):
        return Response(status_code=401)
    return go(request, sign_in_from(request) if where == "/sign-in" else where)


def _tell_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, SohoaError):
        raise error
    return _tell(request, error.message, error.http_status)


def _tell_unreadable(request: Request, error: Exception) -> Response:
    del error
    return _tell(request, _UNREADABLE, 422)


def _tell_http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _tell(request, _GONE if status in (404, 405) else _UNREADABLE, status)
