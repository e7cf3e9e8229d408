"""Statistics in the browser: what clerks and the machine did, and one's own figures."""

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from rules.access.permissions import Action, sees_unit
from schemas.base.timezone import HANOI
from schemas.errors import NotOnRecord
from schemas.quality import QUALITY_RULES
from storage.views.statistics import statistics
from web.core.context import show
from web.core.permissions import Worker

router = APIRouter()


@router.get("/work")
def work_page(
    request: Request,
    user: Worker,
    until: Annotated[date | None, Query()] = None,
    weeks: Annotated[int, Query(ge=1, le=53)] = 8,
    unit: Annotated[str, Query(pattern=r"^([GH]\d{2}(\.\d{2,3}){0,3})?$")] = "",
) -> Response:
    """Some weeks; people's own figures are the person's, and the head's."""
    day = until or datetime.now(UTC).astimezone(HANOI).date()
    of = unit or user.account.unit
    if not sees_unit(user.account.unit, of):
        raise NotOnRecord(of)
    found = statistics(user.archive.database, of, day, weeks)
    everybody = user.may(Action.SEE_PEOPLES_WORK)
    people = [one for one in found.people if everybody or one.login == user.account.login]
    user.note("work.view", of, detail="people" if everybody else "")
    reasons = {rule.code: rule.advice for rule in QUALITY_RULES}
    context = {"found": found, "people": people, "until": day, "weeks": weeks, "reasons": reasons, "unit": of}
    return show(request, "work.html", context)
