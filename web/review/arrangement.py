"""Wrong type, split, order, turn or dossier: pages laid anew at the table, by key or by dragging."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import TypeAdapter, ValidationError

from rules.access.permissions import sees_unit
from rules.review.page_arrangement import (
    Lying,
    Spot,
    Table,
    WantedDossier,
    WantedLeaf,
    WantedPaper,
    lay_anew,
)
from schemas.arrangement import ArrangedPaper, Arrangement, LaidDossier, Leaf, Turn
from schemas.base.ids import derive_id
from schemas.base.model import Frozen
from schemas.catalogue import document_types
from schemas.errors import NotOnRecord
from schemas.paper import Dossier, PageRef, Paper, State
from schemas.request_errors import MalformedRequest, RecordChanged
from storage.archive.dossiers import dossier_names, find_dossier
from storage.records.arrangements import laid_dossier, last_arrangement, lay, taken_back
from web.core.context import CurrentUser, go, show
from web.core.permissions import Reviewer
from web.core.viewing import PurposeWanted, ask_purpose, view_paper

router = APIRouter()
_TURN: TypeAdapter[Turn] = TypeAdapter(Turn)
_BESIDE = 50
"""Dossiers before and after this one that are offered by name."""


class Shown(Frozen):
    """A dossier on the table: its papers, then pages that are set aside, then blank ones."""

    dossier: Dossier
    stack: str
    papers: tuple[Paper, ...]
    set_aside: tuple[PageRef, ...]
    blanks: tuple[PageRef, ...]


@router.get("/dossiers/{dossier_id}/arrange")
def arrange_page(request: Request, user: Reviewer, dossier_id: str) -> Response:
    """All pages of the dossier, paper by paper; others of its batch can be laid beside it."""
    dossier = _dossier(user, dossier_id)
    try:
        shown = _show(user, dossier)
    except PurposeWanted:
        return ask_purpose(request, f"/dossiers/{dossier.id}/arrange")
    names = dossier_names(user.archive.database, dossier.batch_id)
    at = next((n for n, (other, _) in enumerate(names) if other == dossier.id), 0)
    context = {
        "dossier": dossier,
        "shown": shown,
        "beside": [name for other, name in names[max(at - _BESIDE, 0) : at + _BESIDE] if other != dossier.id],
        "last": last_arrangement(user.archive, dossier.id),
        "is_waiting": _is_waiting(user, dossier),
    }
    return show(request, "arrange.html", context)


@router.get("/dossiers/{dossier_id}/arrange/beside")
def lay_beside(
    request: Request, user: Reviewer, dossier_id: str, name: Annotated[str, Query(max_length=200)]
) -> Response:
    """Another dossier of the same batch, to be laid beside this one."""
    dossier = _dossier(user, dossier_id)
    other = find_dossier(user.archive.database, dossier.batch_id, name.strip())
    if _is_waiting(user, other):
        raise RecordChanged(other.name)
    try:
        shown = _show(user, other)
    except PurposeWanted:
        return ask_purpose(request, f"/dossiers/{other.id}/arrange")
    return show(request, "arrange_dossier.html", {"shown": shown})


@router.post("/dossiers/{dossier_id}/arrange")
def arrange(
    request: Request, user: Reviewer, dossier_id: str, laid: Annotated[str, Form(max_length=2_000_000)]
) -> Response:
    """Lay what is on the table anew; the machine reads again what changed."""
    dossier = _dossier(user, dossier_id)
    try:
        table = Table.model_validate_json(laid)
    except ValidationError as error:
        raise MalformedRequest(dossier.name) from error
    _lay(user, dossier.batch_id, table)
    return go(request, f"/batches/{dossier.batch_id}")


@router.post("/dossiers/{dossier_id}/arrange/undo")
def undo(request: Request, user: Reviewer, dossier_id: str, number: Annotated[int, Form(ge=1)]) -> Response:
    """Take back what a person laid last: the dossiers as they lay before, also those that were joined."""
    dossier = _dossier(user, dossier_id)
    last = last_arrangement(user.archive, dossier_id)
    if last is None or last.number != number:
        raise RecordChanged(dossier.name)
    _keep(user, taken_back(last, user.account.login))
    return go(request, f"/batches/{dossier.batch_id}")


@router.post("/papers/{paper_id}/type")
def change_type(
    request: Request, user: Reviewer, paper_id: str, document_type: Annotated[str, Form(max_length=60)]
) -> Response:
    """This paper is of another type; the machine reads its fields anew, and it comes back."""
    if document_type not in document_types():
        raise NotOnRecord(document_type)
    return _change(request, user, paper_id, document_type=document_type)


@router.post("/papers/{paper_id}/turn")
def turn_page(
    request: Request,
    user: Reviewer,
    paper_id: str,
    number: Annotated[int, Form(ge=1)],
    degrees: Annotated[int, Form()],
) -> Response:
    """A page lies wrongly: turned by so many degrees clockwise it is right. It is read again."""
    return _change(request, user, paper_id, turned=(number, degrees))


def _change(
    request: Request,
    user: CurrentUser,
    paper_id: str,
    *,
    document_type: str | None = None,
    turned: tuple[int, int] = (0, 0),
) -> Response:
    """The dossier as it is, with one thing of one paper changed."""
    changed = user.desk.paper(paper_id)
    dossier = _dossier(user, changed.dossier_id)
    papers = []
    for paper in user.archive.ledger.papers(dossier):
        is_this = paper.id == paper_id
        leaves = tuple(
            WantedLeaf(
                scan=page.scan,
                page_number=page.page_number,
                turned=_turn(turned[1]) if is_this and at == turned[0] else 0,
            )
            for at, page in enumerate(paper.pages, 1)
        )
        kind = document_type if is_this and document_type else paper.document_type
        papers.append(WantedPaper(pages=leaves, document_type=kind))
    aside = tuple(WantedLeaf(scan=p.scan, page_number=p.page_number) for p in dossier.set_aside)
    wanted = WantedDossier(id=dossier.id, papers=tuple(papers), set_aside=aside)
    _lay(user, dossier.batch_id, Table(dossiers=(wanted,)))
    user.queue.release(paper_id)
    return go(request, "/review")


def _lay(user: CurrentUser, batch_id: str, table: Table) -> None:
    """Hold the table against what lies there, keep it, and let the dossiers be filed again."""
    dossiers = [_dossier(user, wanted.id) for wanted in table.dossiers if wanted.id]
    if any(dossier.batch_id != batch_id or _is_waiting(user, dossier) for dossier in dossiers):
        raise RecordChanged(next(dossier.name for dossier in dossiers))
    now = datetime.now(UTC)
    lying = _lying(user, batch_id, dossiers)

    def new_id(spot: Spot) -> str:
        return derive_id("dossier", batch_id, "laid", *spot, now.isoformat())

    laid = lay_anew(lying, table, document_types(), new_id)
    _keep(
        user,
        Arrangement(batch_id=batch_id, by=user.account.login, at=now, dossiers=laid, before=lying.dossiers),
    )


def _keep(user: CurrentUser, arrangement: Arrangement) -> None:
    """Enter the act, unless somebody is at one of the papers; none of them stays claimed."""
    papers = [p for laid in arrangement.before for p in _papers(user, laid)]
    try:
        if any(user.queue.claim(paper.id) for paper in papers if paper.state is State.NEEDS_REVIEW):
            raise RecordChanged(papers[0].id[:8])
        lay(user.archive, arrangement, user.actor)
    finally:
        for paper in papers:
            user.queue.release(paper.id)


def _papers(user: CurrentUser, laid: LaidDossier) -> Sequence[Paper]:
    try:
        return user.archive.ledger.papers(user.archive.ledger.dossier(laid.dossier_id))
    except NotOnRecord:  # it was joined to another
        return ()


def _lying(user: CurrentUser, batch_id: str, dossiers: Sequence[Dossier]) -> Lying:
    """The dossiers as they are on record, for the rule and for taking it back."""
    laid, turns = [], {}
    for dossier in dossiers:
        one = _as_laid(user, dossier)
        laid.append(one)
        given = {leaf.place: leaf.turned_degrees for leaf in one.leaves}
        for page in dossier.pages:
            reading = user.archive.reading(page)
            shown_at = reading.page.rotation_degrees if reading else 0
            turns[(one.stack, *page.place)] = (shown_at, given.get(page.place))
    return Lying(
        dossiers=tuple(laid),
        names={dossier.id: dossier.name for dossier in dossiers},
        taken=frozenset(name for _, name in dossier_names(user.archive.database, batch_id)),
        turns=turns,
    )


def _as_laid(user: CurrentUser, dossier: Dossier) -> LaidDossier:
    """The dossier as it was filed, as if a person had laid it so."""
    earlier = laid_dossier(user.archive, dossier.id)
    given = earlier.turns() if earlier else {}

    def leaves(pages: Sequence[PageRef]) -> tuple[Leaf, ...]:
        return tuple(
            Leaf(scan=page.scan, page_number=page.page_number, turned_degrees=given.get(page.place))
            for page in pages
        )

    papers = user.archive.ledger.papers(dossier)
    rest = _rest(dossier, papers)
    return LaidDossier(
        dossier_id=dossier.id,
        number=earlier.number if earlier else 0,
        stack=user.archive.ledger.stack_of(dossier.id),
        name=earlier.name if earlier else "",
        papers=tuple(
            ArrangedPaper(pages=leaves(paper.pages), document_type=paper.document_type, paper_id=paper.id)
            for paper in papers
        ),
        set_aside=leaves(rest),
        blanks=leaves([page for page in dossier.blanks if page not in _of(papers)]),
    )


def _show(user: CurrentUser, dossier: Dossier) -> Shown:
    """The dossier for the table; each paper's view is on the trail. Raises `PurposeWanted`."""
    papers = user.archive.ledger.papers(dossier)
    for paper in papers:
        view_paper(user, paper)
    return Shown(
        dossier=dossier,
        stack=user.archive.ledger.stack_of(dossier.id),
        papers=tuple(papers),
        set_aside=tuple(_rest(dossier, papers)),
        blanks=tuple(page for page in dossier.blanks if page not in _of(papers)),
    )


def _rest(dossier: Dossier, papers: Sequence[Paper]) -> list[PageRef]:
    """Pages of no paper that are not blank."""
    own = {page.place for page in _of(papers)} | {page.place for page in dossier.blanks}
    return [page for page in dossier.pages if page.place not in own]


def _of(papers: Sequence[Paper]) -> list[PageRef]:
    return [page for paper in papers for page in paper.pages]


def _is_waiting(user: CurrentUser, dossier: Dossier) -> bool:
    """Whether it was laid anew and is not filed so yet."""
    laid = laid_dossier(user.archive, dossier.id)
    return laid is not None and laid.number != dossier.arrangement


def _turn(degrees: int) -> Turn:
    """`degrees` as one of the four quarters. Raises `MalformedRequest`."""
    try:
        return _TURN.validate_python(degrees % 360)
    except ValidationError as error:
        raise MalformedRequest(f"{degrees}°") from error


def _dossier(user: CurrentUser, dossier_id: str) -> Dossier:
    """A dossier of the person's units. Raises `NotOnRecord`."""
    dossier = user.archive.ledger.dossier(dossier_id)
    if not sees_unit(user.account.unit, dossier.unit):
        raise NotOnRecord(dossier_id)
    return dossier
