"""Batches (lô): begun, filled, watched while they are read, balanced, printed."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from application.acceptance_sampling import samples_of
from rules.access.permissions import sees_unit
from schemas.base.clock import now
from schemas.base.ids import derive_id
from schemas.batch import Balance, Batch
from schemas.catalogue import document_types
from schemas.document_type import ValueKind
from schemas.paper import Paper
from schemas.quality import quality_advice
from schemas.request_errors import NotAllowed
from storage.archive.dossiers import dossiers_of_batch
from storage.archive.receipts import batch_receipts
from storage.files.scan_folders import find_files
from storage.records.arrangements import last_of_batch
from storage.records.arrivals import ask_for_stacks, count_waiting
from storage.views.batch_pages import SeenPage, pages_read, papers_of_batch, reading_rate
from storage.views.corrections import papers_to_rescan
from web.core.context import AppState, CurrentUser, go, language_of, show, state_of
from web.core.permissions import BatchViewer, Intaker
from web.core.translations import translations
from web.intake.separator_sheets import make_separators

router = APIRouter(prefix="/batches")
_MINUTE = timedelta(minutes=1)
_LOOK_SECONDS = 1.0
_SHOWN, _A_PAGE = 100, 20
_RATE = timedelta(seconds=45)


@dataclass(frozen=True)
class Progress:
    """How far the reading of a batch is."""

    balance: Balance
    waiting_files: int
    """Handed in and not opened yet."""
    pages_a_minute: int
    seconds_left: int | None
    done: int
    """Pages that were read since they came, of which some wait for the rest of their stack."""

    @property
    def is_busy(self) -> bool:
        """Something is still to be read."""
        return bool(self.balance.pages_waiting or self.waiting_files)


@router.get("")
def batches_page(
    request: Request, user: BatchViewer, after: Annotated[int, Query(ge=0, le=10**9)] = 0
) -> Response:
    """The newest batches of the person's units, each with where its pages are."""
    own = [batch for batch in user.archive.ledger.batches() if sees_unit(user.account.unit, batch.unit)]
    context = {
        "balances": [user.archive.ledger.balance(batch) for batch in own[after : after + _A_PAGE]],
        "next": after + _A_PAGE if len(own) > after + _A_PAGE else None,
    }
    return show(request, "batches.html", context)


@router.get("/new")
def new_batch_page(request: Request, user: Intaker) -> Response:
    """The form for a batch."""
    return show(request, "batch_new.html", {"name": f"Lô {date.today():%d/%m/%Y}", "unit": user.account.unit})  # noqa: DTZ011


@router.post("")
def begin_batch(
    request: Request,
    user: Intaker,
    name: Annotated[str, Form(min_length=1, max_length=120)],
    unit: Annotated[str, Form(pattern=r"^[A-Z0-9.]{1,40}$")],
    procedure: Annotated[str, Form(max_length=200)] = "",
    pages_expected: Annotated[int | None, Form(ge=0, le=1_000_000)] = None,
    dossiers_expected: Annotated[int | None, Form(ge=0, le=1_000_000)] = None,
) -> Response:
    """Begin a batch, or go on with the one of that name and unit."""
    if not sees_unit(user.account.unit, unit):
        raise NotAllowed(unit)
    name = name.strip() or unit
    batch = Batch(
        id=derive_id("batch", unit, name),
        name=name,
        unit=unit,
        created_at=now(),
        created_by=user.account.login,
        procedure=procedure.strip(),
        pages_expected=pages_expected,
        dossiers_expected=dossiers_expected,
    )
    user.archive.open_batch(batch, user.actor)
    return go(request, f"/batches/{batch.id}")


@router.get("/{batch_id}")
def batch_page(
    request: Request,
    user: BatchViewer,
    batch_id: str,
    after: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """Intake, progress, balance, what is wrong with what to do about it; dossiers after the `after`-th."""
    batch = user.batch(batch_id)
    user.note("batch.view", batch.id)
    pages = pages_read(user.archive.database, batch.id)
    context = {
        "batch": batch,
        "progress": _progress(user.app_state, batch),
        "pages": pages,
        "advice": quality_advice,
        "stacks": _hot_stacks(user),
        "refused": batch_receipts(user.archive.database, batch.id, refused=True),
        "dossiers": dossiers_of_batch(user.archive.database, batch.id, after, _SHOWN),
        "after": after,
        "a_page": _SHOWN,
        "last_laid": last_of_batch(user.archive, batch.id),
        "rescans": papers_to_rescan(user.archive.database, batch.id),
        "samples": samples_of(user.archive, batch.id),
        "last_event": _mark(pages),
    }
    return show(request, "batch.html", context)


def _own_batch(user: BatchViewer, batch_id: str) -> Batch:
    return user.batch(batch_id)


@router.get("/{batch_id}/events", response_class=EventSourceResponse)
async def batch_events(
    request: Request,
    batch: Annotated[Batch, Depends(_own_batch)],
    after: Annotated[str, Query(max_length=40)] = "",
) -> AsyncIterator[ServerSentEvent]:
    """`progress` when anything changed, `tiles` with the pages read since `after` (server-sent events)."""
    mark, before = request.headers.get("last-event-id", after), ""
    while not await request.is_disconnected():
        progress, tiles, mark = await run_in_threadpool(_look, request, batch, mark)
        if tiles:
            yield ServerSentEvent(raw_data=tiles, event="tiles", id=mark)
        if progress != before:
            before = progress
            yield ServerSentEvent(raw_data=progress, event="progress", id=mark)
        await asyncio.sleep(_LOOK_SECONDS)


@router.post("/{batch_id}/pick")
def pick_stacks(
    request: Request, user: Intaker, batch_id: str, stack: Annotated[list[str] | None, Form()] = None
) -> Response:
    """Take in stacks that lie in the hot folder."""
    batch = user.batch(batch_id)
    wanted = [name for name in stack or [] if name in {known for known, _ in _hot_stacks(user)}]
    ask_for_stacks(user.archive, batch.id, wanted)
    user.note("batch.pick", batch.id, detail=f"{len(wanted)}")
    return go(request, f"/batches/{batch.id}")


@router.post("/{batch_id}/separators")
def print_separators(
    user: Intaker, batch_id: str, codes: Annotated[str, Form(max_length=20_000)] = ""
) -> Response:
    """Separator sheets for dossier codes, one a line, `code=pages` if the pages are known."""
    batch = user.batch(batch_id)
    sheets: list[tuple[str, int | None]] = []
    for line in filter(None, (line.strip() for line in codes.splitlines()[:500])):
        code, _, pages = line.partition("=")
        sheets.append(
            (code.strip()[:60], int(pages) if pages.strip().isascii() and pages.strip().isdecimal() else None)
        )
    if not sheets:
        sheets = [(f"{batch.name} {number}", None) for number in range(1, (batch.dossiers_expected or 1) + 1)]
    return Response(make_separators(batch.name, sheets[:500]), media_type="application/pdf")


@router.get("/{batch_id}/papers")
def papers_page(
    request: Request, user: BatchViewer, batch_id: str, after: Annotated[int, Query(ge=0, le=10**15)] = 0
) -> Response:
    """Papers of the batch with whom they are about, masked for those who may not see names."""
    batch = user.batch(batch_id)
    user.note("batch.papers", batch.id, detail=f"{after}")
    found = papers_of_batch(user.archive.database, batch.id, after, _SHOWN)
    context = {
        "batch": batch,
        "papers": [(paper, _whom(paper)) for _, paper in found],
        "next": found[-1][0] if len(found) == _SHOWN else None,
    }
    return show(request, "papers.html", context)


@router.get("/{batch_id}/balance")
def balance_page(request: Request, user: BatchViewer, batch_id: str) -> Response:
    """The balance as a sheet to print and sign."""
    batch = user.batch(batch_id)
    user.note("batch.balance", batch.id)
    context = {
        "batch": batch,
        "progress": _progress(user.app_state, batch),
        "printed_at": datetime.now(UTC),
        "refused": batch_receipts(user.archive.database, batch.id, refused=True),
        "samples": samples_of(user.archive, batch.id),
        "head": head.printed if (head := user.archive.audit.head()) else "",
    }
    return show(request, "balance.html", context)


def _whom(paper: Paper) -> list[tuple[ValueKind, str]]:
    """Names and numbers of the persons a paper is about."""
    kind = document_types()[paper.document_type]
    names = [name for person in kind.persons for name in (person.full_name, person.personal_id) if name]
    known = [(kind.fields[name].kind, paper.fields[name].value) for name in names if name in paper.fields]
    return [(one, value) for one, value in known if isinstance(value, str)]


def _progress(app_state: AppState, batch: Batch) -> Progress:
    balance = app_state.archive.ledger.balance(batch)
    waiting = count_waiting(app_state.archive, batch.id)
    if not balance.pages_waiting and not waiting:
        balance = app_state.outsides.of(balance)
    rate = reading_rate(app_state.archive.database, batch.id, datetime.now(UTC) - _RATE) * (_MINUTE / _RATE)
    read = reading_rate(app_state.archive.database, batch.id, datetime.fromtimestamp(0, UTC))
    left = max(balance.pages - read, 0)
    return Progress(
        balance=balance,
        waiting_files=waiting,
        pages_a_minute=round(rate),
        seconds_left=round(60 * left / rate) if rate and left else None,
        done=read,
    )


def _look(request: Request, batch: Batch, mark: str) -> tuple[str, str, str]:
    app_state = state_of(request)
    try:
        after = datetime.fromisoformat(mark) if mark else None
    except ValueError:
        after = None
    pages = pages_read(app_state.archive.database, batch.id, after or datetime.fromtimestamp(0, UTC))
    said = translations(language_of(request))
    environment = app_state.templates.env
    progress = environment.get_template("batch_progress.html").render(
        progress=_progress(app_state, batch), user=request.state.user, **said
    )
    tiles = environment.get_template("batch_tiles.html").render(
        pages=pages, advice=quality_advice, user=request.state.user, **said
    )
    return progress, tiles.strip(), _mark(pages) or mark


def _mark(pages: list[SeenPage]) -> str:
    """The last moment at which a page of `pages` was read."""
    last = max((page.read_at for page in pages if page.read_at), default=None)
    return last.isoformat() if last else ""


def _hot_stacks(user: CurrentUser) -> list[tuple[str, int]]:
    """Stacks that lie in the hot folder, and how many files each has.

    The folder is the settings' unit's: clerks of other units do not even see the names in it.
    """
    folder, unit = user.app_state.settings.hot_folder, user.app_state.settings.unit
    counts: dict[str, int] = {}
    if folder and folder.is_dir() and user.may("take_in") and sees_unit(user.account.unit, unit):
        for item in find_files([folder]):
            if item.parts[0] not in ("done", "refused"):
                counts[item.stack] = counts.get(item.stack, 0) + 1
    return sorted(counts.items())[:_SHOWN]
