"""How the archive runs: counted from the rows, so that the figures are those of all machines together."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from time import perf_counter

from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import Select, func, select

from schemas.base.model import Frozen
from schemas.batch import Outcome
from schemas.errors import SohoaError
from schemas.paper import State
from storage.archive.archive import Archive
from storage.archive.audit_trail import FOREIGN
from storage.database.engine import Database
from storage.database.leases import take_lease, this_machine
from storage.database.tables.intake import ArrivalRow, BatchRow, PageRow, ReceiptRow, StackRow
from storage.database.tables.papers import PaperRow
from storage.database.tables.trail import AuditRow
from storage.queues.stacks import holders
from storage.records.losses import open_losses

_RECENT = timedelta(minutes=10)
_HOUR = timedelta(hours=1)
_HOURS = 24
_SET_ASIDE = "gave_up"
_READY_SECONDS = 60.0


class Health(Frozen):
    """One part, and whether it answers."""

    part: str
    fine: bool
    milliseconds: int
    found: str = ""


class SetAside(Frozen):
    """A stack nobody could read without being lost."""

    batch_id: str
    batch: str
    stack: str
    pages: int


class Operation(Frozen):
    """The archive at one moment."""

    pages: dict[str, int]
    """By where they are."""
    pages_a_minute: float
    """Over the last ten minutes."""
    engine_seconds: float
    """A page, over the last hour; 0 when none was read."""
    hours: tuple[int, ...]
    """Pages read in each of the last 24 hours, the present one last."""
    stacks: int
    queue_seconds: float
    """How long the oldest stack has waited."""
    arrivals: int
    """Files handed in and not opened yet."""
    review: int
    review_seconds: float
    """How long the oldest paper has waited for a person."""
    refusals: dict[str, int]
    """Files refused and pages with a person, by reason."""
    workers: dict[str, int]
    """Processes at work, and on how many stacks."""
    set_aside: tuple[SetAside, ...]


def look(archive: Archive) -> tuple[Health, ...]:
    """Whether this process can write to the database, the store and the trail, and how fast.

    Reading alone proves nothing: a disk that is full still answers.
    """
    return (
        _answers("database", lambda: _write_row(archive.database)),
        _answers("store", archive.store.prepare),
        _answers("trail", lambda: _try_trail(archive)),
    )


def operation(database: Database, now: datetime | None = None) -> Operation:
    """Everything, in a handful of indexed queries."""
    now = now or datetime.now(UTC)
    with database.session() as session:
        outcomes = session.execute(select(PageRow.outcome, func.count()).group_by(PageRow.outcome)).tuples()
        pages = {outcome.value: 0 for outcome in Outcome} | dict(outcomes.all())
        recent = select(func.count()).where(PageRow.read_at > now - _RECENT)
        minute = (session.scalar(recent) or 0) / (_RECENT.total_seconds() / 60)
        took = session.scalar(select(func.avg(PageRow.seconds)).where(PageRow.read_at > now - _HOUR))
        hours = tuple(
            session.scalar(_pages_read(now - (ago + 1) * _HOUR, now - ago * _HOUR)) or 0
            for ago in range(_HOURS - 1, -1, -1)
        )
        stacks = session.scalar(select(func.count()).select_from(StackRow)) or 0
        since = session.scalar(select(func.min(StackRow.since)))
        arrivals = session.scalar(select(func.count()).where(ArrivalRow.waiting.is_(True))) or 0
        waiting = PaperRow.state == State.NEEDS_REVIEW
        review, oldest = session.execute(
            select(func.count(), func.min(PaperRow.read_at)).where(waiting)
        ).one()
        refused = select(ReceiptRow.refusal, func.count()).where(ReceiptRow.refusal.is_not(None))
        refusals = Counter(dict(session.execute(refused.group_by(ReceiptRow.refusal)).tuples().all()))
        code = PageRow.refusal["code"].as_string()
        with_person = select(code, func.count()).where(PageRow.outcome == Outcome.NEEDS_PERSON).group_by(code)
        refusals.update({said: count for said, count in session.execute(with_person).tuples() if said})
    return Operation(
        pages=pages,
        pages_a_minute=round(minute, 1),
        engine_seconds=round(float(took or 0), 2),
        hours=hours,
        stacks=stacks,
        queue_seconds=_since(since, now),
        arrivals=arrivals,
        review=review,
        review_seconds=_since(oldest, now),
        refusals=dict(refusals.most_common()),
        workers=holders(database),
        set_aside=tuple(_set_aside(database)),
    )


def measures(archive: Archive) -> Iterator[Metric]:
    """The same as Prometheus has it, with the health of the parts."""
    up = GaugeMetricFamily("sohoa_up", "Whether a part answers.", labels=("part",))
    for health in look(archive):
        up.add_metric((health.part,), health.fine)
    yield up
    if not all(value for *_, value in ((s.name, s.value) for s in up.samples)):
        return
    found = operation(archive.database)
    for name, told, label, values in (
        ("sohoa_pages", "Pages by where they are.", "outcome", found.pages),
        ("sohoa_refusals", "Files refused and pages with a person.", "reason", found.refusals),
    ):
        family = GaugeMetricFamily(name, told, labels=(label,))
        for key, count in values.items():
            family.add_metric((key,), count)
        yield family
    for name, told, value in (
        ("sohoa_pages_a_minute", "Pages read, over ten minutes.", found.pages_a_minute),
        (
            "sohoa_engine_seconds_a_page",
            "What opening and reading a page took, over an hour.",
            found.engine_seconds,
        ),
        ("sohoa_stacks_waiting", "Stacks that wait or are in work.", found.stacks),
        ("sohoa_queue_age_seconds", "How long the oldest stack has waited.", found.queue_seconds),
        ("sohoa_arrivals_waiting", "Files handed in and not opened yet.", found.arrivals),
        ("sohoa_review_papers", "Papers that wait for a person.", found.review),
        ("sohoa_review_age_seconds", "How long the oldest of them has waited.", found.review_seconds),
        ("sohoa_workers", "Processes that are at work.", len(found.workers)),
        ("sohoa_stacks_set_aside", "Stacks that nobody could read without being lost.", len(found.set_aside)),
        (
            "sohoa_losses_open",
            "Objects that are not what was stored, and not made good.",
            len(open_losses(archive.database)),
        ),
        (
            "sohoa_foreign_events",
            "What stood on the trail and none of us wrote.",
            count_foreign(archive.database),
        ),
    ):
        yield GaugeMetricFamily(name, told, value=value)


def _pages_read(since: datetime, until: datetime) -> Select[tuple[int]]:
    return select(func.count()).where(PageRow.read_at > since, PageRow.read_at <= until)


def _set_aside(database: Database) -> Iterator[SetAside]:
    place = (PageRow.batch_id, BatchRow.name, PageRow.stack)
    code = PageRow.refusal["code"].as_string()
    query = select(*place, func.count()).join(BatchRow, BatchRow.id == PageRow.batch_id)
    query = query.where(PageRow.outcome == Outcome.NEEDS_PERSON, code == _SET_ASIDE)
    with database.session() as session:
        for batch_id, batch, stack, pages in session.execute(
            query.group_by(*place).order_by(*place)
        ).tuples():
            yield SetAside(batch_id=batch_id, batch=batch, stack=stack, pages=pages)


def _answers(part: str, ask: Callable[[], None]) -> Health:
    begun, found = perf_counter(), ""
    try:
        ask()
    except SohoaError as error:
        found = error.code
    return Health(part=part, fine=not found, milliseconds=round((perf_counter() - begun) * 1000), found=found)


def _write_row(database: Database) -> None:
    me = f"{this_machine()}:{os.getpid()}"
    with database.session() as session:
        take_lease(session, f"ready {me}", me, _READY_SECONDS)


def _try_trail(archive: Archive) -> None:
    """Only when the last event could not be written: looks alone leave none."""
    if archive.audit.broken:
        archive.audit.append("ready", "trail")


def count_foreign(database: Database) -> int:
    """What was set aside because it stood where an event should and none of us wrote it."""
    with database.session() as session:
        return session.scalar(select(func.count()).where(AuditRow.action == FOREIGN)) or 0


def _since(at: datetime | None, now: datetime) -> float:
    return round(max((now - at).total_seconds(), 0.0), 1) if at else 0.0
