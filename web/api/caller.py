"""Who asks through the API: a program with its token, its scopes, and the official it asks for."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response
from pydantic import BaseModel

from application.one_stop import OneStopCounter
from application.review import Review
from rules.access.masking import masked
from rules.access.permissions import sees_unit
from schemas.account import Account, Actor, Role
from schemas.base.ids import sha256_of
from schemas.document_type import ValueKind
from schemas.paper import Paper
from schemas.program import Program, Reply, Scope
from schemas.request_errors import IdempotencyConflict, MalformedRequest, NotAllowed
from schemas.submission import ReuseEvent
from storage.access.api_tokens import Programs
from storage.archive.archive import Archive
from storage.records.procedures import Procedures
from storage.records.submissions import find_uses
from web.core.context import AppState, origin_of, state_of

_OFFICIAL = re.compile(r"^[\w.@-]{1,60}$")
_KEY = re.compile(r"^[\x21-\x7e]{8,128}$")


class NotKnown(Exception):
    """No token, or one that is good for nothing."""


@dataclass(frozen=True)
class Caller:
    """A program that asks, as the official of its unit."""

    app_state: AppState
    program: Program
    actor: Actor
    account: Account

    @property
    def archive(self) -> Archive:
        """What the product remembers."""
        return self.app_state.archive

    @property
    def procedures(self) -> Procedures:
        """The catalogue."""
        return self.app_state.procedures

    @property
    def counter(self) -> OneStopCounter:
        """The counter of the program's unit."""
        return OneStopCounter(
            self.app_state.archive, self.app_state.procedures, self.account, self.app_state.demands
        )

    @property
    def reach(self) -> str:
        """The unit whose papers, with those of the units below it, it sees."""
        return self.account.unit.split(".")[0]

    def paper(self, paper_id: str) -> Paper:
        """A paper in reach. Raises `NotOnRecord`: also for those of others."""
        return Review(self.app_state.archive, self.account, self.app_state.policy).paper(paper_id)

    def uses_of(self, paper: Paper) -> list[ReuseEvent]:
        """Where the program's own units used a paper."""
        found = find_uses(self.archive.database, paper_id=paper.id)
        own = (use for use in found if isinstance(use, ReuseEvent) and sees_unit(self.program.unit, use.unit))
        return [self.without_values(use) for use in own]

    def without_values(self, use: ReuseEvent) -> ReuseEvent:
        """A use without what stands on the paper, unless the token may fetch papers."""
        if not use.paper_id or Scope.FETCH in self.program.scopes:
            return use
        return use.with_changes(values={})

    def shown(self, kind: ValueKind, value: str) -> str:
        """A value of a person, masked unless the token has the scope `names`."""
        return value if Scope.NAMES in self.program.scopes else masked(kind, value)

    def pseudonym(self, kind: str, text: str) -> str:
        """What stands on the trail for a search or a person."""
        return self.archive.audit.signing.pseudonym(kind, text)

    def note(self, action: str, target: str, *, purpose: str = "", detail: str = "") -> None:
        """Enter what it did or saw into the audit trail."""
        self.archive.audit.append(action, target, self.actor, purpose=purpose, detail=detail)


def find_program(request: Request) -> Program | None:
    """The program whose token the request's head names, if it is good."""
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer":
        return None
    return Programs(state_of(request).archive.database).find(secret.strip())


class Token:
    """Lets in programs with a token of this scope. A refusal is on the trail, and says nothing."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def __call__(self, request: Request) -> Caller:
        """The caller. Raises `NotKnown`, `NotAllowed`."""
        app_state, program = state_of(request), find_program(request)
        if program is None:
            raise NotKnown
        official = request.headers.get("x-official", "")
        login = f"api:{program.name}" + (f":{official}" if _OFFICIAL.match(official) else "")
        actor = Actor(login=login, origin=origin_of(request))
        if self.scope not in program.scopes:
            app_state.archive.audit.append("api.refused", program.id, actor, detail=self.scope)
            raise NotAllowed(self.scope)
        account = Account(
            id=program.id, login=login, name=program.name, unit=program.unit, role=Role.OFFICIAL
        )
        return Caller(app_state, program, actor, account)


Searching = Annotated[Caller, Depends(Token(Scope.SEARCH))]
Checking = Annotated[Caller, Depends(Token(Scope.CHECK))]
Fetching = Annotated[Caller, Depends(Token(Scope.FETCH))]
Reusing = Annotated[Caller, Depends(Token(Scope.REUSE))]


def once(program: Caller, request: Request, asked: BaseModel, work: Callable[[], BaseModel]) -> Response:
    """Do `work` for a request once for its `Idempotency-Key`: sent again, it is answered again, not done.

    Raises `MalformedRequest` without a key, `IdempotencyConflict` while the first is under way and for
    another request under it.
    """
    key = request.headers.get("idempotency-key", "")
    if not _KEY.match(key):
        raise MalformedRequest("Idempotency-Key")
    digest = sha256_of(f"{request.method} {request.url.path} {asked.model_dump_json()}".encode())
    programs = Programs(program.archive.database)
    reply = programs.reserve(program.program, key, digest)
    if reply and (reply.digest != digest or not reply.status):
        raise IdempotencyConflict("Idempotency-Key")
    headers = {"Idempotent-Replayed": "true"} if reply else {}
    if reply is None:
        try:
            reply = Reply(digest=digest, status=201, body=work().model_dump_json())
        except BaseException:
            programs.keep_reply(program.program, key, None)
            raise
        programs.keep_reply(program.program, key, reply)
    return Response(reply.body, reply.status, headers, media_type="application/json")
