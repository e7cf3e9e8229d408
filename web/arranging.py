"""Wrong type, wrong split, wrong order, rotated page: a dossier's pages laid anew, by key or by dragging."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import TypeAdapter, ValidationError

from rules.access import sees_unit
from schemas.arrangement import ArrangedPaper, Arrangement, Leaf, Turn
from schemas.catalogue import document_types
from schemas.desk_errors import RecordChanged, UploadRefused
from schemas.errors import NotOnRecord, ObjectExists
from schemas.frozen import Frozen
from schemas.paper import Dossier, State
from web.frame import Reviewer, Visitor, go, show
from web.records import PurposeWanted, ask_purpose, view_paper

router = APIRouter()
_TURN: TypeAdapter[Turn] = TypeAdapter(Turn)


class LaidLeaf(Frozen):
    """A page as the browser sends it: `turned` is how far a person turned it from how it was shown."""

    scan: str
    page_number: int
    turned: Turn = 0


class LaidPaper(Frozen):
    """A paper as the browser sends it."""

    pages: tuple[LaidLeaf, ...]
    document_type: str | None = None


class Laid(Frozen):
    """A whole dossier as the browser sends it."""

    papers: tuple[LaidPaper, ...]
    set_aside: tuple[LaidLeaf, ...] = ()


@router.get("/dossiers/{dossier_id}/arrange")
def arrange_page(request: Request, who: Reviewer, dossier_id: str) -> Response:
    """All pages of the dossier, paper by paper."""
    dossier = _dossier(who, dossier_id)
    papers = who.archive.ledger.papers(dossier)
    for paper in papers:
        try:
            view_paper(who, paper)
        except PurposeWanted:
            return ask_purpose(request, f"/dossiers/{dossier.id}/arrange")
    own = {page.place for paper in papers for page in paper.pages}
    blanks = {page.place for page in dossier.blanks}
    rest = [page for page in dossier.pages if page.place not in own | blanks]
    return show(request, "arrange.html", {"dossier": dossier, "papers": papers, "rest": rest})


@router.post("/dossiers/{dossier_id}/arrange")
def arrange(
    request: Request, who: Reviewer, dossier_id: str, laid: Annotated[str, Form(max_length=200_000)]
) -> Response:
    """Lay the dossier anew; the machine reads again what changed."""
    dossier = _dossier(who, dossier_id)
    try:
        wanted = Laid.model_validate_json(laid)
    except ValidationError as error:
        raise UploadRefused(dossier.name) from error
    _lay(who, dossier, wanted)
    return go(request, f"/batches/{dossier.batch_id}")


@router.post("/papers/{paper_id}/type")
def change_type(
    request: Request, who: Reviewer, paper_id: str, document_type: Annotated[str, Form(max_length=60)]
) -> Response:
    """This paper is of another type; the machine reads its fields anew, and it comes back."""
    if document_type not in document_types():
        raise NotOnRecord(document_type)
    return _change(request, who, paper_id, document_type=document_type)


@router.post("/papers/{paper_id}/turn")
def turn_page(
    request: Request, who: Reviewer, paper_id: str, number: Annotated[int, Form(ge=1)],
    degrees: Annotated[int, Form()],
) -> Response:  # fmt: skip
    """A page lies wrongly: turned by so many degrees clockwise it is right. It is read again."""
    return _change(request, who, paper_id, turned=(number, degrees))


def _change(
    request: Request, who: Visitor, paper_id: str, *, document_type: str | None = None,
    turned: tuple[int, int] = (0, 0),
) -> Response:  # fmt: skip
    """The dossier as it is, with one thing of one paper changed."""
    changed = who.desk.paper(paper_id)
    dossier = _dossier(who, changed.dossier_id)
    papers = []
    for paper in who.archive.ledger.papers(dossier):
        is_this = paper.id == paper_id
        leaves = tuple(
            LaidLeaf(
                scan=page.scan, page_number=page.page_number,
                turned=_turn(turned[1]) if is_this and at == turned[0] else 0,
            )
            for at, page in enumerate(paper.pages, 1)
        )  # fmt: skip
        kind = document_type if is_this and document_type else paper.document_type
        papers.append(LaidPaper(pages=leaves, document_type=kind))
    aside = tuple(LaidLeaf(scan=p.scan, page_number=p.page_number) for p in dossier.set_aside)
    _lay(who, dossier, Laid(papers=tuple(papers), set_aside=aside))
    who.queue.release(paper_id)
    return go(request, "/review")


def _lay(who: Visitor, dossier: Dossier, wanted: Laid) -> None:
    """Check that no page is lost or doubled, keep the arrangement, and let the dossier be filed again."""
    places = [(leaf.scan, leaf.page_number) for paper in wanted.papers for leaf in paper.pages]
    places += [(leaf.scan, leaf.page_number) for leaf in wanted.set_aside]
    blanks = {page.place for page in dossier.blanks}
    known = {page.place for page in dossier.pages}
    if len(set(places)) != len(places) or not known - blanks <= set(places) or not set(places) <= known:
        raise RecordChanged(dossier.name)
    papers = who.archive.ledger.papers(dossier)
    if any(who.queue.claim(paper.id) for paper in papers if paper.state is State.NEEDS_REVIEW):
        raise RecordChanged(dossier.name)
    now = _rotations(who, dossier)
    arrangement = Arrangement(
        dossier_id=dossier.id, by=who.account.login, at=datetime.now(UTC),
        papers=tuple(
            ArrangedPaper(
                pages=tuple(_leaf(leaf, now) for leaf in paper.pages),
                document_type=paper.document_type if paper.document_type in document_types() else None,
            )
            for paper in wanted.papers if paper.pages
        ),
        set_aside=tuple(_leaf(leaf, now) for leaf in wanted.set_aside),
    )  # fmt: skip
    try:
        number = who.archive.put_arrangement(arrangement)
    except ObjectExists as error:  # somebody else laid it in the same moment
        raise RecordChanged(dossier.name) from error
    who.archive.store.flush()
    who.note("dossier.arrange", dossier.id, detail=f"{number}")
    who.archive.ledger.wait_again(dossier)
    for paper in papers:
        who.queue.release(paper.id)


def _rotations(who: Visitor, dossier: Dossier) -> dict[tuple[str, int], tuple[int, Turn | None]]:
    """How far each page was turned to be shown, and the turn a person gave before."""
    before = who.archive.arrangement(dossier.id)
    given = before.turns() if before else {}
    found = {}
    for page in dossier.pages:
        reading = who.archive.reading(page)
        found[page.place] = (reading.page.rotation_degrees if reading else 0, given.get(page.place))
    return found


def _leaf(leaf: LaidLeaf, now: dict[tuple[str, int], tuple[int, Turn | None]]) -> Leaf:
    shown_at, given = now[(leaf.scan, leaf.page_number)]
    turned = _turn(shown_at + leaf.turned) if leaf.turned else given
    return Leaf(scan=leaf.scan, page_number=leaf.page_number, turned_degrees=turned)


def _turn(degrees: int) -> Turn:
    """`degrees` as one of the four quarters. Raises `UploadRefused`."""
    try:
        return _TURN.validate_python(degrees % 360)
    except ValidationError as error:
        raise UploadRefused(f"{degrees}°") from error


def _dossier(who: Visitor, dossier_id: str) -> Dossier:
    """A dossier of the person's units. Raises `NotOnRecord`."""
    dossier = who.archive.ledger.dossier(dossier_id)
    if not sees_unit(who.account.unit, dossier.unit):
        raise NotOnRecord(dossier_id)
    return dossier
