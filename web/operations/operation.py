"""How the archive runs: for machines that watch it, and for the operator in a browser."""

import hmac
from collections.abc import Iterator

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import REGISTRY

from schemas.confidence import calibration
from schemas.errors import NotOnRecord
from schemas.settings import Settings
from storage.archive.archive import Archive
from storage.views.operation import look, measures, operation
from web.core.context import go, show, state_of
from web.core.permissions import Operator

router = APIRouter()
_RETRIED = ("gave_up",)


@router.get("/health")
def health() -> Response:
    """This process answers."""
    return JSONResponse({"status": "ok"})


@router.get("/ready")
def ready(request: Request) -> Response:
    """Whether it can do its work: 503, and what does not answer, when it cannot."""
    found = look(state_of(request).archive)
    parts = {one.part: "ok" if one.fine else one.found for one in found}
    return JSONResponse(parts, 200 if all(one.fine for one in found) else 503)


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Prometheus text: counts and times, never a name. With the token of the settings alone."""
    app_state = state_of(request)
    if not _may_measure(request, app_state.settings.telemetry.token.get_secret_value()):
        return Response(status_code=404)
    registry = CollectorRegistry()
    registry.register(_Measures(app_state.archive))
    return Response(generate_latest(registry) + generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


@router.get("/operation")
def operation_page(request: Request, user: Operator) -> Response:
    """Queue, workers, speed, what was refused and what was set aside; itself anew every ten seconds."""
    found = operation(user.archive.database)
    context = {"found": found, "health": look(user.archive), "most": max(*found.hours, 1)}
    part = "operation_part.html" if request.headers.get("hx-request") else "operation.html"
    context |= _allowances(state_of(request).settings)
    return show(request, part, context)


@router.post("/operation/{batch_id}/again")
def try_again(request: Request, user: Operator, batch_id: str) -> Response:
    """Let the stacks of a batch that were set aside be tried once more."""
    again = user.archive.ledger.retry(batch_id, _RETRIED)
    if not again:
        raise NotOnRecord(batch_id)
    user.note("batch.retry", batch_id, detail=f"{again}")
    return go(request, "/operation")


def _allowances(settings: Settings) -> dict[str, object]:
    """What people see at each pair of allowed errors, and which pair is set."""
    table = calibration()
    effects = {(known.field_error, known.paper_error): known for known in table.effects}
    return {
        "effects": effects,
        "field_errors": sorted({field for field, _ in effects}),
        "paper_errors": sorted({paper for _, paper in effects}),
        "now": table.effect(settings.accepted_field_error, settings.accepted_paper_error),
        "allowed": settings,
    }


class _Measures:
    """Counts the archive's rows when it is asked."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def collect(self) -> Iterator[Metric]:
        """What Prometheus takes."""
        return measures(self._archive)


def _may_measure(request: Request, token: str) -> bool:
    """With the token; without one nobody: another user of this machine is on this machine, too."""
    given = request.headers.get("authorization", "")
    return bool(token) and hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
