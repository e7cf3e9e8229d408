"""When a dossier ended and how long it had (hạn giải quyết): the five end-time rules of indicator 2.1.

Source: Decision 766/QĐ-TTg, indicator 2.1, as the portal operator describes it:
1. the end is "finished", else "returned", else "stopped";
2. the time between asking for a supplement and getting it does not count;
3. a dossier that waits for its citizen ends when that was asked, once; asked for the second time it is late;
4. one that is still open is judged by the period's last day;
5. without a due day the procedure's own working days are its time.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from rules.working_days import add_working_days
from schemas.base.timezone import HANOI
from schemas.register import RegisteredDossier, Supplement

_LAST = time(23, 59, 59)


class Timing(NamedTuple):
    """What decides whether a dossier is on time, whatever day it is asked on."""

    ended_at: datetime | None
    waits_since: datetime | None
    """An open dossier's clock stopped here: its citizen was asked once and has not come back."""
    limit_at: datetime | None
    """On time up to and with this moment; None without a due day and without known days."""
    asked_twice: bool


def timing_of(dossier: RegisteredDossier) -> Timing:
    """End, stopped clock and limit of a dossier."""
    waiting = dossier.ended_at is None and any(s.answered_at is None for s in dossier.supplements)
    twice = waiting and len(dossier.supplements) > 1
    due = dossier.due_at or _due(dossier)
    return Timing(
        dossier.ended_at,
        max(s.asked_at for s in dossier.supplements) if waiting and not twice else None,
        due + time_waited(dossier.supplements) if due else None,
        twice,
    )


def time_waited(supplements: Sequence[Supplement]) -> timedelta:
    """How long answered supplements took, time that several share once; the others have no length yet."""
    waited, until = timedelta(), None
    for one in sorted(supplements, key=lambda s: s.asked_at):
        if one.answered_at and (until is None or one.answered_at > until):
            waited += one.answered_at - (one.asked_at if until is None else max(one.asked_at, until))
            until = one.answered_at
    return waited


def _due(dossier: RegisteredDossier) -> datetime | None:
    """The end of the procedure's last working day (rule 5)."""
    if dossier.received_at is None or dossier.days is None:
        return None
    last = add_working_days(dossier.received_at.astimezone(HANOI).date(), dossier.days)
    return datetime.combine(last, _LAST, HANOI).astimezone(UTC)
