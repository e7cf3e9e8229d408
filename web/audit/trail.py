"""The audit trail in the browser: filtered, saved, and looked at only by leaving a mark on it."""

import csv
import io
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import Field

from storage.audit.events import EventFilter, actions, all_events, events, targets_of
from storage.audit.seals import last_seal
from storage.files.table_files import as_row
from storage.preservation.fixity import last_sweeps
from storage.records.losses import count_losses, open_losses
from web.core.context import go, show
from web.core.permissions import Auditor

router = APIRouter()
_PAGE = 100


class TrailQuery(EventFilter):
    """The filter, and how far back one has looked."""

    before: int = Field(0, ge=0, le=2**31 - 1)


@router.get("/trail")
def trail_page(request: Request, user: Auditor, asked: Annotated[TrailQuery, Query()]) -> Response:
    """Events, the newest first. This view is one of them."""
    database, wanted = user.archive.database, EventFilter(**asked.model_dump(exclude={"before"}))
    user.note("trail.view", _said(wanted) or "all", detail=str(asked.before or ""))
    found = events(database, wanted, user.account.unit, asked.before, _PAGE + 1)
    more = found[_PAGE - 1].number if len(found) > _PAGE else 0
    context = {
        "asked": asked,
        "events": found[:_PAGE],
        "actions": actions(database),
        "seal": last_seal(database),
        "older": urlencode({**_chosen(wanted), "before": more}) if more else "",
        "here": urlencode(_chosen(wanted)),
        "head": head.printed if (head := user.archive.audit.head()) else "",
    }
    return show(request, "trail.html", context)


@router.post("/trail")
def ask_trail(request: Request, user: Auditor, wanted: Annotated[EventFilter, Form()]) -> Response:
    """What the filter sends: somebody's number becomes what stands on the trail for it, and no address."""
    target = targets_of(user.archive.audit.signing, wanted.target)
    return go(request, f"/trail?{urlencode({**_chosen(wanted), **({'target': target} if target else {})})}")


@router.get("/trail.csv")
def trail_csv(user: Auditor, wanted: Annotated[EventFilter, Query()]) -> Response:
    """All events of the filter as a file."""
    user.note("trail.save", _said(wanted) or "all")
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(["number", "at", "actor", "origin", "host", "action", "target", "purpose", "detail"])
    for one in all_events(user.archive.database, wanted, user.account.unit):
        told = (one.actor, one.origin, one.host, one.action, one.target, one.purpose, one.detail)
        writer.writerow(as_row([one.number, one.at.isoformat(), *told]))
    return Response(
        out.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="trail.csv"'},
    )


@router.get("/fixity")
def fixity_page(request: Request, user: Auditor) -> Response:
    """What hashing the store again found: the last slices, what is lost, what came back."""
    user.note("fixity.view", "store")
    database = user.archive.database
    found, repaired = count_losses(database)
    context = {
        "sweeps": last_sweeps(database, 30),
        "losses": open_losses(database),
        "found": found,
        "repaired": repaired,
    }
    return show(request, "fixity.html", context)


def _chosen(wanted: EventFilter) -> dict[str, str]:
    return {name: str(value) for name, value in wanted.model_dump(mode="json").items() if value}


def _said(wanted: EventFilter) -> str:
    """The filter as the trail names it."""
    return " ".join(f"{name}={value}" for name, value in _chosen(wanted).items())
