"""A person at the counter: all their papers and how long they hold, and what a procedure still needs."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Form, Query, Request, Response

from application.one_stop import CheckRequest, today
from rules.reuse.completeness import look_at
from rules.reuse.procedure_lookup import matching
from schemas.completeness import Candidate, Completeness, ComponentAnswer, Holding
from schemas.errors import NotOnRecord
from schemas.paper import Paper
from schemas.procedure import Case, Procedure
from schemas.request_errors import SubmissionRefused
from schemas.subject import Mention
from schemas.submission import ReuseEvent
from storage.index.holdings import find_links
from storage.index.people_search import find_holder, person_of
from storage.records.identity_links import link_identities, unlink_identities
from storage.records.submissions import find_uses, usual_procedures
from web.core.context import CurrentUser, go, show
from web.core.permissions import Official
from web.core.viewing import needs_purpose

router = APIRouter()
_NUMBERED = 9


@dataclass(frozen=True)
class Shelf:
    """One paper of a person, as their page shows it."""

    holding: Holding
    found: Candidate
    uses: int
    hidden: bool
    """Its image needs a purpose first."""

    @property
    def paper(self) -> Paper:
        """The paper."""
        return self.holding.paper


@router.get("/people/{identity}")
def person_page(request: Request, user: Official, identity: str, find: str = "") -> Response:
    """Who they are, what is on file of them, and the procedures they may have come for."""
    mention = _person(user, identity)
    party = user.counter.party(identity)
    looked = look_at(party, today(), user.app_state.demands)
    shelves = [_shelf(user, holding, found) for holding, found in zip(party.holdings, looked, strict=True)]
    known = party.identities
    own = [s for s in shelves if any(m.identity in known for m in s.holding.mentions)]
    procedures = list(user.app_state.procedures.on(today()).values())
    usual = usual_procedures(user.archive.database, user.account.unit)
    procedures.sort(key=lambda p: (-usual.get(p.code, 0), p.code))
    user.note("person.view", user.pseudonym("person", identity), detail=f"{len(shelves)}")
    context = {
        "person": mention,
        "identity": identity,
        "shelves": sorted(own, key=lambda shelf: shelf.found.dated, reverse=True),
        "near": [shelf for shelf in shelves if shelf not in own],
        "procedures": matching(procedures, find) if find else procedures,
        "find": find,
        "links": [
            (link, counts, _other(user, link.one, link.other, known, identity))
            for link, counts in find_links(user.archive.database, known)
        ],
    }
    return show(request, "person.html", context)


@router.get("/people/{identity}/check")
def check_page(
    request: Request,
    user: Official,
    identity: str,
    procedure: str,
    case: str = "",
    facts: Annotated[tuple[str, ...], Query()] = (),
) -> Response:
    """What a procedure still needs of them: on file, by data, to be brought, and why."""
    parties = {
        key.removeprefix("p_"): value for key, value in request.query_params.items() if key[:2] == "p_"
    }
    for known in (identity, *parties.values()):
        _person(user, known)
    wanted = _wanted(user, identity, procedure, case, parties, facts)
    return show_check(request, user, wanted)


@router.post("/people/{identity}/party")
def choose_party(
    request: Request,
    user: Official,
    identity: str,
    party: Annotated[str, Form(max_length=40)],
    number: Annotated[str, Form(max_length=20)],
    back: Annotated[str, Form(max_length=600)],
) -> Response:
    """Who the other party is, by their number."""
    _person(user, identity)
    found = _find(user, number)
    if found is None:
        raise NotOnRecord(party)
    asked = [*parse_qsl(back), (f"p_{party}", found.identity)]
    return go(request, f"/people/{identity}/check?{urlencode(asked)}")


@router.post("/people/{identity}/links")
def link(
    request: Request,
    user: Official,
    identity: str,
    number: Annotated[str, Form(max_length=20)],
    note: Annotated[str, Form(min_length=5, max_length=300)],
) -> Response:
    """Join another number of the same person, for what proves it."""
    _person(user, identity)
    found = _find(user, number)
    if found is None or found.identity in user.counter.party(identity).identities:
        raise NotOnRecord("…" + number[-3:])
    link_identities(user.archive, identity, found.identity, note, user.actor)
    return go(request, f"/people/{identity}")


@router.post("/people/{identity}/papers/{paper_id}/claim")
def claim(
    request: Request,
    user: Official,
    identity: str,
    paper_id: str,
    note: Annotated[str, Form(min_length=5, max_length=300)],
) -> Response:
    """A paper without a number is this person's, for what proves it."""
    mention = _person(user, identity)
    for holding in user.counter.party(identity).holdings:
        alike = (m for m in holding.mentions if not m.number and m.born == mention.born)
        unproven = next(alike, None) if holding.paper.id == paper_id else None
        if unproven:
            link_identities(user.archive, identity, unproven.identity, note, user.actor)
            return go(request, f"/people/{identity}")
    raise NotOnRecord(paper_id)


@router.post("/people/{identity}/links/{link_id}/undo")
def unlink(
    request: Request,
    user: Official,
    identity: str,
    link_id: str,
    reason: Annotated[str, Form(min_length=3, max_length=300)],
) -> Response:
    """Two numbers that were joined are not one person's."""
    _person(user, identity)
    known = user.counter.party(identity).identities
    if link_id not in {link.id for link, counts in find_links(user.archive.database, known) if counts}:
        raise NotOnRecord(link_id)
    unlink_identities(user.archive, link_id, reason, user.actor)
    return go(request, f"/people/{identity}")


def show_check(
    request: Request,
    user: CurrentUser,
    wanted: CheckRequest,
    more: Mapping[str, Any] | None = None,
    template: str = "check.html",
    begun: date | None = None,
) -> Response:
    """The checklist, on its own or of a submission. That it was looked at is on the trail."""
    procedure, case, answer = user.counter.check(wanted, begun)
    people = {name: person_of(user.archive.database, i, user.reach) for name, i in wanted.parties.items()}
    user.note("person.check", _first_party(user, wanted), purpose=procedure.code, detail=case.id)
    user.remember(purpose=f"{procedure.code} {procedure.name.vi}"[:200])
    told = more or {}
    uses, asked = told.get("uses", {}), told.get("asked", {})
    context = {
        "procedure": procedure,
        "case": case,
        "answer": answer,
        "bring": [one for one in answer.to_bring if not _is_settled(one, uses, asked)],
        "wanted": wanted,
        "people": people,
        "papers": _papers(user, answer),
        "back": _address(wanted),
        "submission": None,
        "uses": {},
        "asked": {},
        "hidden": lambda paper: needs_purpose(user, paper),
        **told,
    }
    return show(request, template, context)


def _first_party(user: CurrentUser, wanted: CheckRequest) -> str:
    """The first person asked for, as the trail names them."""
    first = next(iter(wanted.parties.values()), "")
    return user.pseudonym("person", first) if first else ""


def _is_settled(one: ComponentAnswer, uses: Container[str], asked: Container[str]) -> bool:
    """Not to be brought any more, or told of apart; an original that is kept is brought all the same."""
    name = one.component.id
    return name in asked or (name in uses and not one.component.original_kept)


def _papers(user: CurrentUser, answer: Completeness) -> dict[str, Paper]:
    """Papers on file that the answer speaks of."""
    ids = {found.paper_id for one in answer.components for found in one.found}
    return {paper_id: user.archive.ledger.paper(paper_id) for paper_id in ids}


def _wanted(
    user: CurrentUser,
    identity: str,
    procedure: str,
    case: str,
    parties: dict[str, str],
    facts: tuple[str, ...],
) -> CheckRequest:
    """The first party is the person whose page it is."""
    edition: Procedure = user.app_state.procedures.find(procedure, today())
    chosen: Case | None = edition.case(case)
    if chosen is None:
        raise SubmissionRefused(f"{procedure} {case}")
    first, *others = chosen.parties
    return CheckRequest(
        procedure=edition.code,
        case=chosen.id,
        facts=frozenset(facts),
        parties={first: identity, **{name: parties[name] for name in others if name in parties}},
    )


def _address(wanted: CheckRequest) -> str:
    """The query of the check's address, in which no number of anybody stands."""
    others = list(wanted.parties.items())[1:]
    parts = [f"procedure={wanted.procedure}", f"case={wanted.case}"]
    parts += [f"facts={fact}" for fact in sorted(wanted.facts)]
    return "&".join([*parts, *(f"p_{name}={identity}" for name, identity in others)])


def _find(user: CurrentUser, number: str) -> Mention | None:
    """Who holds the number. That it was asked for is on the trail, also when nobody does."""
    found = find_holder(user.archive.database, number, user.reach)
    user.note("person.find", user.pseudonym_of_number(number), detail="one" if found else "none")
    return found


def _person(user: CurrentUser, identity: str) -> Mention:
    mention = person_of(user.archive.database, identity, user.reach)
    if mention is None:
        raise NotOnRecord(identity[:8])
    return mention


def _shelf(user: CurrentUser, holding: Holding, found: Candidate) -> Shelf:
    uses = find_uses(user.archive.database, paper_id=holding.paper.id)
    reused = sum(isinstance(use, ReuseEvent) for use in uses)
    return Shelf(holding, found, reused, needs_purpose(user, holding.paper))


def _other(user: CurrentUser, one: str, other: str, known: frozenset[str], identity: str) -> Mention | None:
    """Who stands at a link's other end, as seen from `identity`."""
    end = other if one == identity or (other != identity and one in known) else one
    return person_of(user.archive.database, end, user.reach)
