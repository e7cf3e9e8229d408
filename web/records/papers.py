"""Records: a paper with its values, its history, its images. Every view is an audit event."""

from itertools import pairwise
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Path, Query, Request, Response

from rules.access.permissions import Action
from schemas.base.geometry import Box
from schemas.batch import PagePlace
from schemas.catalogue import document_types
from schemas.errors import NotOnRecord
from schemas.paper import Paper
from storage import keys
from storage.records.identity_links import revocations_of
from storage.records.originals import originals, papers_within, read_original
from storage.views.batch_pages import find_page
from web.core.context import CurrentUser, attachment, go, show
from web.core.permissions import Finder, Reader
from web.core.searches import typed
from web.core.viewing import (
    LOCAL_PATH,
    PurposeWanted,
    ask_purpose,
    needs_purpose,
    open_with,
    paper_views,
    purpose_of,
    uses_of,
    view_paper,
)
from web.records.highlights import find_on_pages

router = APIRouter()
_Number = Annotated[int, Path(ge=1)]
"""Of a page in its file."""
_THUMBNAIL_PX, _WALL_PX = 240, 130


@router.get("/papers/{paper_id}")
def paper_page(
    request: Request,
    user: Reader,
    paper_id: str,
    back: Annotated[str, Query(max_length=600, pattern=LOCAL_PATH)] = "",
) -> Response:
    """The record: values, where they stand, who said so, each revision's changes, where it was used."""
    paper = user.desk.paper(paper_id)
    try:
        view_paper(user, paper)
    except PurposeWanted:
        return ask_purpose(request, f"/papers/{paper_id}")
    revisions = user.desk.revisions(paper)
    context = {
        "paper": paper,
        "kind": document_types()[paper.document_type],
        "pages": paper_views(user, paper),
        "changes": list(pairwise(revisions)),
        "back": back or f"/papers/{paper_id}",
        "dossier": user.archive.ledger.dossier(paper.dossier_id),
        "originals": originals(user.archive, paper),
        "uses": uses_of(user, paper),
        "revocations": revocations_of(user.archive.database, paper.id),
    }
    return show(request, "paper.html", context)


@router.post("/purpose")
def give_purpose(
    request: Request,
    user: Reader,
    purpose: Annotated[str, Form(min_length=3, max_length=200)],
    where: Annotated[str, Form(pattern=r"^/(papers|dossiers|samples)/[0-9a-f-]{36}(/review|/arrange)?$")],
) -> Response:
    """What identity cards are opened for in this session; for an auditor, what this one record is."""
    named = where.split("/")[2]
    open_with(user, named, purpose.strip())
    user.note("purpose", user.account.id if user.may(Action.SEE_NAMES) else named, purpose=purpose.strip())
    return go(request, where)


@router.get("/papers/{paper_id}/pages/{number}.jpg")
def page_image(user: Reader, paper_id: str, number: int) -> Response:
    """A page as people see it."""
    return _picture(user.app_state.pictures.view(_view(user, paper_id, number)))


@router.get("/papers/{paper_id}/pages/{number}/small.jpg")
def page_thumbnail(user: Reader, paper_id: str, number: int) -> Response:
    """The page, small."""
    return _picture(user.app_state.pictures.thumbnail(_view(user, paper_id, number), _THUMBNAIL_PX))


@router.get("/papers/{paper_id}/pages/{number}/tiny.jpg")
def page_stamp(user: Reader, paper_id: str, number: int) -> Response:
    """The page too small to be read: part of a list, whose view is on the trail."""
    paper = user.desk.paper(paper_id)
    if needs_purpose(user, paper):
        raise NotOnRecord(paper_id)
    return _picture(user.app_state.pictures.thumbnail(_view_of(user, paper, number), _WALL_PX))


@router.get("/papers/{paper_id}/ink/{name}.jpg")
def field_image(user: Reader, paper_id: str, name: str) -> Response:
    """The ink of a field; the head of the paper when nobody knows where it stands."""
    paper = _seen(user, paper_id)
    field = paper.fields.get(name)
    view = _view_of(user, paper, field.page_number if field else 1)
    return _picture(user.app_state.pictures.ink(view, field.box if field else Box(0, 0, 0, 0)))


@router.get("/papers/{paper_id}/hit.jpg")
def hit_image(
    user: Reader,
    paper_id: str,
    q: Annotated[str, Query(max_length=200)] = "",
    kept: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """The line of the paper that has most of the searched words, and these lit."""
    paper, words = _seen(user, paper_id), typed(user, q, kept)
    readings = [user.archive.reading(page) for page in paper.pages]
    found = find_on_pages([r.page if r else None for r in readings], words)
    reading = readings[found.position] if found else None
    if found is None or reading is None:
        raise NotOnRecord(paper_id)
    return _picture(user.app_state.pictures.lit(reading.view_sha256, found.line, found.words))


@router.get("/papers/{paper_id}/{kind}")
def paper_file(user: Reader, paper_id: str, kind: Literal["pdf", "alto", "json"]) -> Response:
    """The paper as PDF/A, ALTO or its record."""
    paper = user.desk.paper(paper_id)
    if needs_purpose(user, paper):
        raise NotOnRecord(paper_id)
    user.note("paper.save", paper.id, purpose=purpose_of(user, paper.id), detail=kind)
    key, media = {
        "pdf": (paper.pdf_key, "application/pdf"),
        "alto": (paper.alto_key, "application/xml"),
        "json": (keys.paper(paper.id, paper.revision), "application/json"),
    }[kind]
    return Response(
        user.archive.store.get(key),
        media_type=media,
        headers={"Content-Disposition": f'attachment; filename="{paper.id[:8]}.{kind}"'},
    )


@router.get("/papers/{paper_id}/originals/{number}")
def original_file(user: Reader, paper_id: str, number: int) -> Response:
    """A file as it was handed in, byte for byte; other papers may lie in it, opened for a purpose as well.

    Raises `NotOnRecord` for what is not there, and where one of its papers was not opened for a purpose yet.
    """
    paper = _seen(user, paper_id)
    original, content = read_original(user.archive, paper, number)
    if any(needs_purpose(user, other) for other in papers_within(user.archive, paper, original)):
        raise NotOnRecord(original.name)
    user.note("original.save", paper.id, purpose=purpose_of(user, paper.id), detail=original.sha256)
    return attachment(original.name, content)


@router.get("/scans/{scan}/{number}.jpg")
def scanned_page(user: Finder, scan: str, number: _Number) -> Response:
    """A page of a batch that is being read: to judge whether it must be scanned again."""
    view = _view_of_scan(user, scan, number)
    user.note("page.view", f"{scan}/{number}", purpose=purpose_of(user))
    return _picture(user.app_state.pictures.view(view))


@router.get("/scans/{scan}/{number}/small.jpg")
def scanned_thumbnail(user: Finder, scan: str, number: _Number) -> Response:
    """The page too small to be read: part of the wall, whose view is on the trail."""
    view = _view_of_scan(user, scan, number)
    return _picture(user.app_state.pictures.thumbnail(view, _WALL_PX))


def _view_of_scan(user: CurrentUser, scan: str, number: int) -> str:
    """The view image of a page handed in in one's own unit. Raises `NotOnRecord`."""
    place = PagePlace(scan=scan, page_number=number)
    page = find_page(user.archive.database, place, user.account.unit)
    if page.view is None:
        raise NotOnRecord(scan[:8])
    return page.view


def _seen(user: CurrentUser, paper_id: str) -> Paper:
    """The paper, whose view is on the trail: by its page in this session, or now."""
    paper = user.desk.paper(paper_id)
    seen = user.session.data.get("seen")
    if not isinstance(seen, list) or paper_id not in seen:
        try:
            view_paper(user, paper, "page.view")
        except PurposeWanted as error:
            raise NotOnRecord(paper_id) from error
    return paper


def _view(user: CurrentUser, paper_id: str, number: int) -> str:
    return _view_of(user, _seen(user, paper_id), number)


def _view_of(user: CurrentUser, paper: Paper, number: int) -> str:
    reading = user.archive.reading(paper.pages[number - 1]) if 1 <= number <= len(paper.pages) else None
    if reading is None:
        raise NotOnRecord(f"{paper.id[:8]}/{number}")
    return reading.view_sha256


def _picture(jpeg: bytes) -> Response:
    """Never kept by the browser: the next person at it may be of another unit."""
    return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": "no-store"})
