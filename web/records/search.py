"""The one search box: people first for those at the counter, then papers; filters, searches that are kept."""

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import Field

from application.one_stop import today
from rules.access.permissions import Action
from schemas.base.model import Frozen
from schemas.paper import State
from schemas.request_errors import NotAllowed
from storage.access.saved_searches import forget_search, keep_search, saved_searches
from storage.index.paper_search import Filters, search
from storage.index.people_search import FoundPerson, find_holder, find_people, is_number
from web.core.context import CurrentUser, go, show
from web.core.permissions import Finder
from web.core.searches import has_number, keep_typed, typed
from web.core.viewing import needs_purpose

router = APIRouter()
_YEARS = 20
_A_PAGE, _FARTHEST = 20, 500
"""Hits of a page, and how far anybody leafs before asking for less."""
_SHORT = 8
"""Letters of a paper's id that tell it from others on the trail."""


class SearchQuery(Frozen):
    """What was typed and chosen."""

    q: str = Field("", max_length=200)
    kept: str = Field("", max_length=20)
    """Where the session holds what was typed: numbers of people never stand in an address."""
    document_type: str = ""
    unit: str = ""
    procedure: str = ""
    year: str = ""
    state: str = ""
    start: int = Field(0, ge=0, le=_FARTHEST)
    """How many hits were shown on the pages before."""

    @property
    def chosen(self) -> dict[str, str]:
        """Filters that are set."""
        return {
            name: value for name, value in self.model_dump(exclude={"q", "kept", "start"}).items() if value
        }


@router.post("/search")
def ask(request: Request, user: Finder, asked: Annotated[SearchQuery, Form()]) -> Response:
    """What the search box sends: addresses are kept by browsers and proxies, what was typed is not."""
    return go(request, f"/search?{urlencode({'kept': keep_typed(user, asked.q), **asked.chosen})}")


@router.get("/search")
def search_page(request: Request, user: Finder, asked: Annotated[SearchQuery, Query()]) -> Response:
    """People and papers by anything on them. A whole number goes to its holder at once."""
    if has_number(asked.q):
        return go(request, f"/search?{urlencode({'kept': keep_typed(user, asked.q), **asked.chosen})}")
    q = typed(user, asked.q, asked.kept).strip()
    holder = find_holder(user.archive.database, q, user.reach) if user.may(Action.RECEIVE) else None
    if holder is None and user.may(Action.RECEIVE) and is_number(q):
        user.note("person.find", user.pseudonym_of_number(q), detail="none")
    if holder:
        return go(request, f"/people/{holder.identity}")
    people = _people(user, q) if q else []
    filters = Filters(reach=user.reach, **asked.chosen)
    start = asked.start
    hits = search(user.archive.database, q, start + _A_PAGE + 1, filters)[start:] if q else []
    more, hits = len(hits) > _A_PAGE and start < _FARTHEST, hits[:_A_PAGE]
    named = {"kept": asked.kept} if asked.kept else {"q": q}
    if q:
        shown = " ".join(hit.paper.id[:_SHORT] for hit in hits)
        user.note("search", user.pseudonym("search", q), detail=f"{' '.join(asked.chosen)} → {shown}".strip())
    pages = {
        way: urlencode({**named, **asked.chosen, "start": at})
        for way, at, is_there in (
            ("before", max(start - _A_PAGE, 0), start > 0),
            ("next", start + _A_PAGE, more),
        )
        if is_there
    }
    context = {
        "pages": pages,
        "start": start,
        "asked": asked,
        "q": q,
        "people": people,
        "hits": hits,
        "States": State,
        "lit": named,
        "numbered": has_number(q),
        "hidden": lambda paper: needs_purpose(user, paper),
        "years": [str(datetime.now(UTC).year - back) for back in range(_YEARS)],
        "procedures": sorted(user.app_state.procedures.on(today()).values(), key=lambda p: p.code),
        "kept": saved_searches(user.archive.database, user.account.login),
        "here": urlencode({"q": q, **asked.chosen}),
    }
    return show(request, "search.html", context)


@router.post("/searches")
def keep(
    request: Request,
    user: Finder,
    query: Annotated[str, Form(max_length=600)],
    name: Annotated[str, Form(min_length=1, max_length=60)],
) -> Response:
    """Keep a search under a name; the same name again is the new one. Not somebody's number: `NotAllowed`."""
    known = {name: value for name, value in parse_qsl(query) if name in SearchQuery.model_fields}
    if has_number(known.get("q", "")):
        raise NotAllowed("number")
    kept = urlencode(known)
    keep_search(user.archive.database, user.account.login, name.strip(), kept)
    return go(request, f"/search?{kept}")


@router.post("/searches/forget")
def forget(request: Request, user: Finder, name: Annotated[str, Form(max_length=60)]) -> Response:
    """Keep it no longer."""
    forget_search(user.archive.database, user.account.login, name)
    return go(request, "/search")


def _people(user: CurrentUser, query: str) -> list[FoundPerson]:
    if not user.may(Action.RECEIVE):
        return []
    return find_people(user.archive.database, query, user.reach, 12)
