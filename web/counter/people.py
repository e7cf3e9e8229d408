"""A person at the counter: all their papers and how long they hold, and what a procedure still needs."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Form, Query, Request, Response

from application.one_stop import Wanted, today
from rules.reuse.completeness import look_at
from rules.reuse.procedure_lookup import matching
from schemas.completeness import Completeness, ComponentAnswer, Found, Holding
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
from web.core.context import Visitor, go, show
from web.core.permissions import Official
from web.core.viewing import needs_purpose

router = APIRouter()
_NUMBERED = 9


@dataclass(frozen=True)
class Shelf:
    """One paper of a person, as their page shows it."""

    holding: Holding
    found: Found
    uses: int
    hidden: bool
    """Its image needs a purpose first."""

    @property
    def paper(self) -> Paper:
        """The paper."""
        return self.holding.paper


@router.get("/people/{identity}")
def person_page(request: Request, who: Official, identity: str, find: str = "") -> Response:
    """Who they are, what is on file of them, and the procedures they may have come for."""
    mention = _person(who, identity)
    party = who.counter.party(identity)
    looked = look_at(party, today(), who.frame.demands)
    shelves = [_shelf(who, holding, found) for holding, found in zip(party.holdings, looked, strict=True)]
    known = party.identities
    own = [s for s in shelves if any(m.identity in known for m in s.holding.mentions)]
    procedures = list(who.frame.procedures.on(today()).values())
    usual = usual_procedures(who.archive.database, who.account.unit)
    procedures.sort(key=lambda p: (-usual.get(p.code, 0), p.code))
    who.note("person.view", who.pseudonym("person", identity), detail=f"{len(shelves)}")
    context = {
        "person": mention,
        "identity": identity,
        "shelves": sorted(own, key=lambda shelf: shelf.found.dated, reverse=True),
        "near": [shelf for shelf in shelves if shelf not in own],
        "procedures": matching(procedures, find) if find else procedures,
        "find": find,
        "links": [
            (link, counts, _other(who, link.one, link.other, known, identity))
            for link, counts in find_links(who.archive.database, known)
        ],
    }
    return show(request, "person.html", context)


@router.get("/people/{identity}/check")
def check_page(
    request: Request,
    who: Official,
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
        _person(who, known)
    wanted = _wanted(who, identity, procedure, case, parties, facts)
    return show_check(request, who, wanted)


@router.post("/people/{identity}/party")
def choose_party(
    request: Request,
    who: Official,
    identity: str,
    party: Annotated[str, Form(max_length=40)],
    number: Annotated[str, Form(max_length=20)],
    back: Annotated[str, Form(max_length=600)],
) -> Response:
    """Who the other party is, by their number."""
    _person(who, identity)
    found = _find(who, number)
    if found is None:
        raise NotOnRecord(party)
    asked = [*parse_qsl(back), (f"p_{party}", found.identity)]
    return go(request, f"/people/{identity}/check?{urlencode(asked)}")


@router.post("/people/{identity}/links")
def link(
    request: Request,
    who: Official,
    identity: str,
    number: Annotated[str, Form(max_length=20)],
    note: Annotated[str, Form(min_length=5, max_length=300)],
) -> Response:
    """Join another number of the same person, for what proves it."""
    _person(who, identity)
    found = _find(who, number)
    if found is None or found.identity in who.counter.party(identity).identities:
        raise NotOnRecord("…" + number[-3:])
    link_identities(who.archive, identity, found.identity, note, who.actor)
    return go(request, f"/people/{identity}")


@router.post("/people/{identity}/papers/{paper_id}/claim")
def claim(
    request: Request,
    who: Official,
    identity: str,
    paper_id: str,
    note: Annotated[str, Form(min_length=5, max_length=300)],
) -> Response:
    """A paper without a number is this person's, for what proves it."""
    mention = _person(who, identity)
    for holding in who.counter.party(identity).holdings:
        alike = (m for m in holding.mentions if not m.number and m.born == mention.born)
        unproven = next(alike, None) if holding.paper.id == paper_id else None
        if unproven:
            link_identities(who.archive, identity, unproven.identity, note, who.actor)
            return go(request, f"/people/{identity}")
    raise NotOnRecord(paper_id)


@router.post("/people/{identity}/links/{link_id}/undo")
def unlink(
    request: Request,
    who: Official,
    identity: str,
    link_id: str,
    reason: Annotated[str, Form(min_length=3, max_length=300)],
) -> Response:
    """Two numbers that were joined are not one person's."""
    _person(who, identity)
    known = who.counter.party(identity).identities
    if link_id not in {link.id for link, counts in find_links(who.archive.database, known) if counts}:
        raise NotOnRecord(link_id)
    unlink_identities(who.archive, link_id, reason, who.actor)
    return go(request, f"/people/{identity}")


def show_check(
    request: Request,
    who: Visitor,
    wanted: Wanted,
    more: Mapping[str, Any] | None = None,
    template: str = "check.html",
    begun: date | None = None,
) -> Response:
    """The checklist, on its own or of a submission. That it was looked at is on the trail."""
    procedure, case, answer = who.counter.check(wanted, begun)
    people = {name: person_of(who.archive.database, i, who.reach) for name, i in wanted.parties.items()}
    who.note("person.check", _first_party(who, wanted), purpose=procedure.code, detail=case.id)
    who.remember(purpose=f"{procedure.code} {procedure.name.vi}"[:200])
    told = more or {}
    uses, asked = told.get("uses", {}), told.get("asked", {})
    context = {
        "procedure": procedure,
        "case": case,
        "answer": answer,
        "bring": [one for one in answer.to_bring if not _is_settled(one, uses, asked)],
        "wanted": wanted,
        "people": people,
        "papers": _papers(who, answer),
        "back": _address(wanted),
        "submission": None,
        "uses": {},
        "asked": {},
        "hidden": lambda paper: needs_purpose(who, paper),
        **told,
    }
    return show(request, template, context)


def _first_party(who: Visitor, wanted: Wanted) -> str:
    """The first person asked for, as the trail names them."""
    first = next(iter(wanted.parties.values()), "")
    return who.pseudonym("person", first) if first else ""


def _is_settled(one: ComponentAnswer, uses: Container[str], asked: Container[str]) -> bool:
    """Not to be brought any more, or told of apart; an original that is kept is brought all the same."""
    name = one.component.id
    return name in asked or (name in uses and not one.component.original_kept)


def _papers(who: Visitor, answer: Completeness) -> dict[str, Paper]:
    """Papers on file that the answer speaks of."""
    ids = {found.paper_id for one in answer.components for found in one.found}
    return {paper_id: who.archive.ledger.paper(paper_id) for paper_id in ids}


def _wanted(
    who: Visitor, identity: str, procedure: str, case: str, parties: dict[str, str], facts: tuple[str, ...]
) -> Wanted:
    """The first party is the person whose page it is."""
    edition: Procedure = who.frame.procedures.find(procedure, today())
    chosen: Case | None = edition.case(case)
    if chosen is None:
        raise SubmissionRefused(f"{procedure} {case}")
    first, *others = chosen.parties
    return Wanted(
        procedure=edition.code,
        case=chosen.id,
        facts=frozenset(facts),
        parties={first: identity, **{name: parties[name] for name in others if name in parties}},
    )


def _address(wanted: Wanted) -> str:
    """The query of the check's address, in which no number of anybody stands."""
    others = list(wanted.parties.items())[1:]
    parts = [f"procedure={wanted.procedure}", f"case={wanted.case}"]
    parts += [f"facts={fact}" for fact in sorted(wanted.facts)]
    return "&".join([*parts, *(f"p_{name}={identity}" for name, identity in others)])


def _find(who: Visitor, number: str) -> Mention | None:
    """Who holds the number. That it was asked for is on the trail, also when nobody does."""
    found = find_holder(who.archive.database, number, who.reach)
    who.note("person.find", who.pseudonym_of_number(number), detail="one" if found else "none")
    return found


def _person(who: Visitor, identity: str) -> Mention:
    mention = person_of(who.archive.database, identity, who.reach)
    if mention is None:
        raise NotOnRecord(identity[:8])
    return mention


def _shelf(who: Visitor, holding: Holding, found: Found) -> Shelf:
    uses = find_uses(who.archive.database, paper_id=holding.paper.id)
    reused = sum(isinstance(use, ReuseEvent) for use in uses)
    return Shelf(holding, found, reused, needs_purpose(who, holding.paper))


def _other(who: Visitor, one: str, other: str, known: frozenset[str], identity: str) -> Mention | None:
    """Who stands at a link's other end, as seen from `identity`."""
    end = other if one == identity or (other != identity and one in known) else one
    return person_of(who.archive.database, end, who.reach)
