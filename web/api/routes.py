"""The API for one-stop software, version 1: `/api/v1`, described by `/api/v1/openapi.json`.

Each route names one scope. A program speaks for its unit; `X-Official` says for whom it asks, and goes on
the trail. Numbers of people stand in bodies, never in addresses.
"""

import re
from typing import Annotated, Literal

from fastapi import FastAPI, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from application.one_stop import CheckRequest, today
from schemas.completeness import Verdict
from schemas.document_type import ValueKind
from schemas.errors import NotOnRecord, SohoaError
from schemas.exchange import HoSo
from schemas.paper import Paper
from schemas.procedure import Procedure
from schemas.subject import SubjectKind, identity_of
from schemas.submission import AskedAnyway, ReuseEvent, Submission
from storage import keys
from storage.index.paper_search import Filters, search
from storage.index.people_search import find_holder, find_people, person_of
from storage.records.originals import read_original
from storage.records.submissions import find_submission
from web.api.caller import Caller, Checking, Fetching, NotKnown, Reusing, Searching, once
from web.api.messages import (
    AskQuery,
    CompletenessAnswer,
    CompletenessQuery,
    FoundPaper,
    FoundPersonAnswer,
    LinkAnswer,
    PapersQuery,
    PeopleQuery,
    SubmissionQuery,
    UndoQuery,
    UseQuery,
)
from web.api.problems import tell_error, tell_http, tell_unknown, tell_unreadable
from web.core.context import attachment

_PERSONS, _ENTERPRISES = (9, 12), (10,)
"""Digits of a number that names them."""
_LINK_SECONDS = 60
Purpose = Annotated[str, Header(alias="X-Purpose", min_length=3, max_length=200)]


def make_api() -> FastAPI:
    """The API, to be mounted at `/api/v1`."""
    api = FastAPI(title="Sohoa", version="1", docs_url=None, redoc_url=None, openapi_url="/openapi.json")
    _add_search(api)
    _add_papers(api)
    _add_submissions(api)
    api.add_exception_handler(NotKnown, tell_unknown)
    api.add_exception_handler(SohoaError, tell_error)
    api.add_exception_handler(RequestValidationError, tell_unreadable)
    api.add_exception_handler(HTTPException, tell_http)
    return api


def _add_search(api: FastAPI) -> None:
    @api.post("/people/search")
    def people(program: Searching, asked: PeopleQuery) -> list[FoundPersonAnswer]:
        """People as officials type them; masked without the scope `names`."""
        program.note("search", program.pseudonym("search", asked.query))
        found = find_people(program.archive.database, asked.query, program.reach, asked.limit)
        return [
            FoundPersonAnswer(
                identity=one.mention.identity,
                name=program.shown(ValueKind.PERSON_NAME, one.mention.name),
                number=program.shown(ValueKind.PERSONAL_ID, one.mention.number),
                born=program.shown(ValueKind.DATE, one.mention.born),
                papers=one.papers,
            )
            for one in found
        ]

    @api.post("/papers/search")
    def papers(program: Searching, asked: PapersQuery) -> list[FoundPaper]:
        """Papers by anything on them."""
        program.note("search", program.pseudonym("search", asked.query))
        filters = Filters(
            reach=program.reach, document_type=asked.document_type, procedure=asked.procedure, year=asked.year
        )
        return [
            FoundPaper(
                paper=hit.paper.id,
                revision=hit.paper.revision,
                state=hit.paper.state,
                document_type=hit.paper.document_type,
                exact=hit.exact,
            )
            for hit in search(program.archive.database, asked.query, asked.limit, filters)
        ]

    @api.get("/procedures")
    def procedures(program: Checking) -> list[Procedure]:
        """Editions in force today."""
        return list(program.procedures.on(today()).values())

    @api.post("/completeness")
    def completeness(program: Checking, asked: CompletenessQuery) -> CompletenessAnswer:
        """What somebody still has to bring."""
        wanted = _wanted(program, asked)
        _, _, answer = program.counter.check(wanted)
        first = next(iter(wanted.parties.values()), "")
        program.note("person.check", program.pseudonym("person", first), purpose=answer.procedure)
        return CompletenessAnswer(
            answer=answer,
            to_bring=tuple(one.component.id for one in answer.to_bring),
            usable={
                a.component.id: a.found[0].paper_id for a in answer.components if a.verdict is Verdict.ON_FILE
            },
        )


def _add_papers(api: FastAPI) -> None:
    @api.get("/papers/{paper_id}")
    def paper(program: Fetching, paper_id: str, purpose: Purpose) -> Paper:
        """The record."""
        found = program.paper(paper_id)
        program.note("paper.view", found.id, purpose=purpose, detail=f"r{found.revision}")
        return found

    @api.get("/papers/{paper_id}/{kind}", response_class=Response)
    def file(
        program: Fetching, paper_id: str, kind: Literal["pdf", "alto", "json"], purpose: Purpose
    ) -> Response:
        """The paper as PDF/A, ALTO, or its record as it lies in the store."""
        found = program.paper(paper_id)
        program.note("paper.save", found.id, purpose=purpose, detail=kind)
        key, media = {
            "pdf": (found.pdf_key, "application/pdf"),
            "alto": (found.alto_key, "application/xml"),
            "json": (keys.paper(found.id, found.revision), "application/json"),
        }[kind]
        return Response(program.archive.store.get(key), media_type=media)

    @api.get("/papers/{paper_id}/originals/{number}", response_class=Response)
    def original(program: Fetching, paper_id: str, number: int, purpose: Purpose) -> Response:
        """A file that pages of the paper came in, byte for byte, under its name as handed in."""
        found = program.paper(paper_id)
        handed_in, content = read_original(program.archive, found, number)
        program.note("original.save", found.id, purpose=purpose, detail=handed_in.sha256)
        return attachment(handed_in.name, content)

    @api.post("/papers/{paper_id}/{kind}/link")
    def link(program: Fetching, paper_id: str, kind: Literal["pdf", "alto"], purpose: Purpose) -> LinkAnswer:
        """A URL that hands out this one file for a minute, from the store itself, to whoever has it."""
        found = program.paper(paper_id)
        key = found.pdf_key if kind == "pdf" else found.alto_key
        url = program.archive.store.link(key, _LINK_SECONDS, f"{found.id}.{kind}")
        program.note("paper.link", found.id, purpose=purpose, detail=f"{kind} {_LINK_SECONDS} s")
        return LinkAnswer(url=url, seconds=_LINK_SECONDS)

    @api.get("/papers/{paper_id}/pages/{number}.jpg", response_class=Response)
    def image(program: Fetching, paper_id: str, number: int, purpose: Purpose) -> Response:
        """A page as people see it."""
        found = program.paper(paper_id)
        reading = (
            program.archive.reading(found.pages[number - 1]) if 1 <= number <= len(found.pages) else None
        )
        if reading is None:
            raise NotOnRecord(f"{paper_id[:8]}/{number}")
        program.note("page.view", found.id, purpose=purpose, detail=f"{number}")
        return Response(program.app_state.pictures.view(reading.view_sha256), media_type="image/jpeg")

    @api.get("/papers/{paper_id}/uses/")
    def uses(program: Fetching, paper_id: str) -> list[ReuseEvent]:
        """Where the paper was used again."""
        found = program.paper(paper_id)
        program.note("uses.view", found.id)
        return program.uses_of(found)


def _add_submissions(api: FastAPI) -> None:
    @api.post("/submissions", status_code=201)
    def receive(program: Reusing, request: Request, asked: SubmissionQuery) -> Response:
        """Receive a dossier under its code; the same again is found."""
        return once(
            program,
            request,
            asked,
            lambda: program.counter.open(_wanted(program, asked), asked.code, program.actor),
        )

    @api.get("/submissions/{code}")
    def submission(program: Checking, code: str) -> Submission:
        """A dossier of the program's unit."""
        found = _submission(program, code)
        program.note("submission.view", found.id)
        return found

    @api.get("/submissions/{code}/uses")
    def uses(program: Checking, code: str) -> list[ReuseEvent | AskedAnyway]:
        """What counts: used from file or by data, or asked for all the same."""
        found = _submission(program, code)
        program.note("uses.view", found.id)
        counted = program.counter.uses(found)
        return [program.without_values(u) if isinstance(u, ReuseEvent) else u for u in counted]

    @api.post("/submissions/{code}/uses", status_code=201)
    def use(program: Reusing, request: Request, code: str, asked: UseQuery) -> Response:
        """Use a paper on file (`paper`), or keep what a look-up gave (`result`)."""
        found = _submission(program, code)
        if asked.paper:
            return once(
                program,
                request,
                asked,
                lambda: program.without_values(
                    program.counter.use_paper(found, asked.component, asked.paper, program.actor)
                ),
            )
        return once(
            program,
            request,
            asked,
            lambda: program.counter.use_data(found, asked.component, asked.result, program.actor),
        )

    @api.post("/submissions/{code}/asked", status_code=201)
    def ask(program: Reusing, request: Request, code: str, asked: AskQuery) -> Response:
        """Ask the citizen all the same."""
        found = _submission(program, code)
        return once(
            program,
            request,
            asked,
            lambda: program.counter.ask_anyway(
                found, asked.component, asked.reason, asked.note, program.actor
            ),
        )

    @api.post("/submissions/{code}/uses/{event}/undo", status_code=201)
    def undo(program: Reusing, request: Request, code: str, event: str, asked: UndoQuery) -> Response:
        """Take a use back, on its day."""
        found = _submission(program, code)
        return once(
            program, request, asked, lambda: program.counter.undo(found, event, asked.reason, program.actor)
        )

    @api.get("/submissions/{code}/exchange")
    def exchange(program: Checking, code: str) -> HoSo:
        """The dossier in the National Portal's names."""
        found = _submission(program, code)
        program.note("submission.export", found.id)
        record = program.counter.exchange(found)
        owner = program.shown(ValueKind.PERSON_NAME, record.ChuHoSo)
        number = program.shown(ValueKind.PERSONAL_ID, record.SoGiayToChuHoSo)
        return record.with_changes(ChuHoSo=owner, SoGiayToChuHoSo=number)


def _wanted(program: Caller, asked: CompletenessQuery) -> CheckRequest:
    """Parties by identity. Raises `NotOnRecord` for what is neither a number nor an identity on file."""
    parties = {party: _identity(program, party, said) for party, said in asked.parties.items()}
    return CheckRequest(
        procedure=asked.procedure, case=asked.case, parties=parties, facts=frozenset(asked.facts)
    )


def _identity(program: Caller, party: str, said: str) -> str:
    """Somebody of whom nothing is on file is still somebody: everything is to be brought."""
    number = re.sub(r"[ .]", "", said)
    if number.isdecimal() and len(number) in _PERSONS + _ENTERPRISES:
        holder = find_holder(program.archive.database, number, program.reach)
        kind = SubjectKind.ORGANISATION if len(number) in _ENTERPRISES else SubjectKind.PERSON
        return holder.identity if holder else identity_of(number, kind)
    if person_of(program.archive.database, said, program.reach) is None:
        raise NotOnRecord(party)
    return said


def _submission(program: Caller, code: str) -> Submission:
    return find_submission(program.archive.database, code, program.account.unit)
