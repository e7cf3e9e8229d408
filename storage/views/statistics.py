"""What clerks and the machine did, by week: pages, papers, refusals, minutes, how often the reader was right.

Taken from the ledger and the audit trail; nothing is measured that a person does not see of themselves.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from statistics import median

from sqlalchemy import select

from schemas.audit_event import AuditEvent
from schemas.base.model import Frozen
from schemas.base.timezone import HANOI
from schemas.paper import Answer, Paper
from storage.database.engine import Database
from storage.database.scope import in_units
from storage.database.tables.intake import BatchRow, PageRow, ReceiptRow
from storage.database.tables.papers import PaperRow
from storage.database.tables.trail import AuditRow

_LONGEST = timedelta(minutes=30)
"""A paper that was open for longer was left open."""
_AT_ONCE = 500


class Week(Frozen):
    """One week from Monday."""

    since: date
    pages: int = 0
    refused: dict[str, int]
    """Why pages and files were refused or found wanting, by code."""
    papers: int = 0
    settled: int = 0
    minutes: float | None = None
    """Median a paper, from opening it to handing it in."""
    answered: int = 0
    right: int = 0
    """Of the answered fields, those where the reader's value was kept."""


class FieldCount(Frozen):
    """What people said of one field of one type."""

    document_type: str
    field: str
    answered: int
    kept: int
    changed: int
    unreadable: int


class PersonCount(Frozen):
    """One person's work; shown to them and to the head of their unit."""

    login: str
    papers: int
    fields: int
    minutes: float | None


class Statistics(Frozen):
    """All of it, over some weeks."""

    weeks: tuple[Week, ...]
    fields: tuple[FieldCount, ...]
    people: tuple[PersonCount, ...]


class _Settled(Frozen):
    """A paper handed in: when, by whom, after how long."""

    paper_id: str
    login: str
    at: datetime
    took: timedelta | None
    fields: int


def statistics(database: Database, unit: str, until: date, count: int) -> Statistics:
    """The `count` weeks up to the one with the day `until`, of a unit and those below it."""
    monday = until - timedelta(days=until.weekday())
    days = [monday - timedelta(weeks=n) for n in range(count - 1, -1, -1)]
    since, end = (datetime.combine(day, time(), HANOI) for day in (days[0], monday + timedelta(weeks=1)))
    settled = list(_settled(database, unit, since, end))
    papers = dict(_papers(database, [one.paper_id for one in settled]))
    fields = list(_fields(papers.values()))
    weeks = tuple(_week(database, unit, day, settled, papers) for day in days)
    return Statistics(weeks=weeks, fields=tuple(fields), people=tuple(_people(settled)))


def _week(
    database: Database, unit: str, day: date, settled: Sequence[_Settled], papers: dict[str, Paper]
) -> Week:
    since = datetime.combine(day, time(), HANOI).astimezone(UTC)
    end = since + timedelta(weeks=1)
    own = [one for one in settled if since <= one.at < end]
    answers = Counter(
        field.answer
        for one in {one.paper_id for one in own}
        for field in papers[one].fields.values()
        if one in papers and field.answer
    )
    of_unit = select(BatchRow.id).where(in_units(BatchRow.unit, unit))
    with database.session() as session:
        read = session.execute(
            select(PageRow.reasons).where(
                PageRow.read_at >= since, PageRow.read_at < end, PageRow.batch_id.in_(of_unit)
            )
        ).scalars()
        reasons = [said.split() for said in read]
        made = session.scalars(
            select(PaperRow.id).where(
                PaperRow.read_at >= since, PaperRow.read_at < end, in_units(PaperRow.unit, unit)
            )
        ).all()
        refused = session.execute(
            select(ReceiptRow.record).where(ReceiptRow.refusal.is_not(None), ReceiptRow.batch_id.in_(of_unit))
        ).scalars()
        codes = [
            record["refusal"]["code"]
            for record in refused
            if since <= datetime.fromisoformat(record["received_at"]) < end
        ]
    counted = Counter([code for said in reasons for code in said] + codes)
    return Week(
        since=day,
        pages=len(reasons),
        refused=dict(counted.most_common()),
        papers=len(made),
        settled=len({one.paper_id for one in own}),
        minutes=_minutes(own),
        answered=answers.total(),
        right=answers[Answer.KEPT],
    )


def _settled(database: Database, unit: str, since: datetime, end: datetime) -> Iterator[_Settled]:
    """Papers handed in, each with how long after its person opened it."""
    query = select(AuditRow.record).where(
        AuditRow.action.in_(("paper.review", "paper.view", "paper.settle")),
        AuditRow.at >= since,
        AuditRow.at < end,
        AuditRow.target.in_(select(PaperRow.id).where(in_units(PaperRow.unit, unit))),
    )
    opened: dict[tuple[str, str], datetime] = {}
    with database.session() as session:
        for record in session.scalars(query.order_by(AuditRow.number)):
            event = AuditEvent.model_validate(record)
            place = (event.actor, event.target)
            if event.action != "paper.settle":
                opened.setdefault(place, event.at)
                continue
            begun = opened.pop(place, None)
            took = event.at - begun if begun and event.at - begun <= _LONGEST else None
            yield _Settled(
                paper_id=event.target,
                login=event.actor,
                at=event.at,
                took=took,
                fields=max(len(event.detail.split()) - 2, 0),
            )


def _papers(database: Database, ids: Sequence[str]) -> Iterator[tuple[str, Paper]]:
    for first in range(0, len(ids), _AT_ONCE):
        query = select(PaperRow.id, PaperRow.record).where(PaperRow.id.in_(ids[first : first + _AT_ONCE]))
        with database.session() as session:
            for paper_id, record in session.execute(query).tuples():
                yield paper_id, Paper.model_validate(record)


def _fields(papers: Iterable[Paper]) -> Iterator[FieldCount]:
    said: dict[tuple[str, str], Counter[Answer]] = {}
    for paper in papers:
        for name, field in paper.fields.items():
            if field.answer:
                said.setdefault((paper.document_type, name), Counter())[field.answer] += 1
    for (kind, name), answers in sorted(said.items(), key=lambda item: -item[1][Answer.CHANGED]):
        yield FieldCount(
            document_type=kind,
            field=name,
            answered=answers.total(),
            kept=answers[Answer.KEPT],
            changed=answers[Answer.CHANGED],
            unreadable=answers[Answer.ILLEGIBLE] + answers[Answer.ABSENT],
        )


def _people(settled: Sequence[_Settled]) -> Iterator[PersonCount]:
    for login in sorted({one.login for one in settled}):
        own = [one for one in settled if one.login == login]
        yield PersonCount(
            login=login,
            papers=len({one.paper_id for one in own}),
            fields=sum(one.fields for one in own),
            minutes=_minutes(own),
        )


def _minutes(settled: Sequence[_Settled]) -> float | None:
    took = [one.took.total_seconds() / 60 for one in settled if one.took]
    return round(median(took), 2) if took else None
