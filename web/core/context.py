"""What every page stands on: who is there, what they may do, in which language, on which template."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import Request, Response
from pydantic import JsonValue
from starlette.templating import Jinja2Templates

from application.one_stop import OneStopCounter
from application.review import Review
from rules.access.permissions import Action, may, reach_of, sees_unit
from rules.reuse.completeness import ReuseRequirements
from rules.review.answers import Policy
from schemas.account import Account, Actor
from schemas.base.language import Language
from schemas.batch import Batch
from schemas.errors import NotOnRecord
from schemas.settings import Settings
from schemas.subject import identity_of
from storage.access.accounts import Accounts
from storage.access.second_factor import SecondFactors
from storage.access.sessions import Sessions, WebSession
from storage.archive.archive import Archive
from storage.queues.reviews import Queue
from storage.records.procedures import Procedures
from storage.register.columns import Figures
from storage.views.outside import Outsides
from web.core.oidc import RelyingParty
from web.core.page_images import Pictures
from web.core.templating import make_environment
from web.core.translations import translations

COOKIE = "sohoa_session"
HOST_COOKIE = "__Host-sohoa_session"
"""Browsers take it only over TLS, for this very host and all its paths (RFC 6265bis)."""
SAFE = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing."""
HOME = Path(__file__).parents[1]


BACK = r"^/([0-9A-Za-z._~?=&%+-][0-9A-Za-z._~/?=&%+-]*)?$"
"""Where signing in may lead back to: never another site."""


@dataclass(frozen=True)
class AppState:
    """The application's parts, opened once."""

    settings: Settings
    archive: Archive
    accounts: Accounts
    second_factors: SecondFactors
    sessions: Sessions
    pictures: Pictures
    provider: RelyingParty | None
    procedures: Procedures
    figures: Figures
    outsides: Outsides
    templates: Jinja2Templates

    @property
    def policy(self) -> Policy:
        """How many people a value needs here."""
        return Policy(
            second_person=self.settings.web.second_person, double_keyed=self.settings.web.double_keyed
        )

    @property
    def demands(self) -> ReuseRequirements:
        """What a paper needs here before it is used again."""
        return ReuseRequirements(verified=self.settings.counter.verified, signed=self.settings.counter.signed)


@dataclass(frozen=True)
class CurrentUser:
    """Who is at the browser, signed in."""

    app_state: AppState
    account: Account
    session: WebSession
    origin: str

    @property
    def actor(self) -> Actor:
        """As the audit trail names them."""
        return Actor(login=self.account.login, origin=self.origin)

    @property
    def archive(self) -> Archive:
        """What the product remembers."""
        return self.app_state.archive

    @property
    def desk(self) -> Review:
        """Their desk."""
        return Review(self.app_state.archive, self.account, self.app_state.policy)

    @property
    def queue(self) -> Queue:
        """The queue as they see it."""
        return Queue(self.app_state.archive.database, self.account, self.app_state.policy)

    @property
    def counter(self) -> OneStopCounter:
        """Their counter."""
        return OneStopCounter(
            self.app_state.archive, self.app_state.procedures, self.account, self.app_state.demands
        )

    @property
    def reach(self) -> str:
        """The unit whose papers, with those of the units below it, they see."""
        return reach_of(self.account)

    @property
    def language(self) -> Language:
        """Theirs."""
        return self.account.language

    def may(self, action: str) -> bool:
        """Whether their role may do it."""
        return may(self.account.role, Action(action))

    def batch(self, batch_id: str) -> Batch:
        """A batch of their units. Raises `NotOnRecord`: also for those of others."""
        batch = self.archive.ledger.batch_by_id(batch_id)
        if not sees_unit(self.account.unit, batch.unit):
            raise NotOnRecord(batch_id)
        return batch

    def pseudonym(self, kind: str, text: str) -> str:
        """What stands on the trail for a search or a person."""
        return self.archive.audit.signing.pseudonym(kind, text)

    def pseudonym_of_number(self, number: str) -> str:
        """The same as of the person whose number it is, whether anybody has it or not."""
        return self.pseudonym("person", identity_of("".join(filter(str.isdecimal, number))))

    def note(self, action: str, target: str, *, purpose: str = "", detail: str = "") -> None:
        """Enter what they did or saw into the audit trail."""
        self.archive.audit.append(action, target, self.actor, purpose=purpose, detail=detail)

    def remember(self, **data: JsonValue) -> None:
        """Keep something in their session."""
        self.session.data.update(data)
        self.app_state.sessions.keep(self.session.id, self.session.data)


def is_over_tls(settings: Settings) -> bool:
    """Whether browsers reach the desk over TLS, its own or a proxy's."""
    return settings.web.public_url.startswith("https:") or settings.web.tls_certificate is not None


def session_cookie(settings: Settings) -> str:
    """The name of the cookie that a session lies in."""
    return HOST_COOKIE if is_over_tls(settings) else COOKIE


def session_of(request: Request) -> WebSession | None:
    """The session that the browser names, if it is not over."""
    app_state = state_of(request)
    return app_state.sessions.find(request.cookies.get(session_cookie(app_state.settings), ""))


def make_templates() -> Jinja2Templates:
    """The pages' templates."""
    return Jinja2Templates(env=make_environment(HOME / "templates"))


def state_of(request: Request) -> AppState:
    """The application's parts."""
    app_state: AppState = request.app.state.app_state
    return app_state


def origin_of(request: Request) -> str:
    """Address of the browser, or of a proxy that does not prove itself (`web.core.proxy`)."""
    return request.client.host if request.client else ""


def language_of(request: Request) -> Language:
    """The visitor's, or what the sign-in page was switched to."""
    user: CurrentUser | None = getattr(request.state, "user", None)
    if user:
        return user.language
    wanted = request.cookies.get("sohoa_language", "")
    return Language(wanted) if wanted in tuple(Language) else state_of(request).settings.language


def show(
    request: Request, template: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> Response:
    """A page or a part of one, in the visitor's language."""
    language = language_of(request)
    shown = {
        "user": getattr(request.state, "user", None),
        "language": language,
        "theme": request.cookies.get("sohoa_theme", "auto"),
        "path": request.url.path,
        **translations(language),
        **(context or {}),
    }
    return state_of(request).templates.TemplateResponse(request, template, shown, status_code=status)


def attachment(name: str, content: bytes) -> Response:
    """A file to keep under its own name; browsers never show it, whatever it is."""
    return Response(
        content,
        media_type="application/octet-stream",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"},
    )


def sign_in_from(request: Request) -> str:
    """The address of the sign-in page, which leads back to the page that the browser shows."""
    shown = urlsplit(request.headers.get("hx-current-url", "") or str(request.url))
    back = shown.path + (f"?{shown.query}" if shown.query else "")
    is_page = request.method in SAFE or request.headers.get("hx-current-url")
    if back == "/" or not is_page or not re.match(BACK, back) or back.startswith("/sign-in"):
        return "/sign-in"
    return f"/sign-in?back={quote(back, safe='')}"


def go(request: Request, where: str) -> Response:
    """Send the browser to another page, by htmx or plainly."""
    if request.headers.get("hx-request"):
        return Response(status_code=204, headers={"HX-Redirect": where})
    return Response(status_code=303, headers={"Location": where})
