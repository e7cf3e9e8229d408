"""The audit trail read: who did or saw what, by person, action, target, address and day."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta

from pydantic import Field
from sqlalchemy import Select, func, select

from schemas.audit_event import AuditEvent
from schemas.base.ids import sha256_of
from schemas.base.model import Frozen
from schemas.base.timezone import HANOI
from schemas.subject import SubjectKind, identity_of
from storage.archive.trail_key import TrailKeys
from storage.database.engine import Database
from storage.database.tables.accounts import AccountRow
from storage.database.tables.trail import AuditRow
from storage.index.people_search import is_number

_AT_ONCE = 2000
_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)


class EventFilter(Frozen):
    """Which events; empty: all."""

    actor: str = Field("", max_length=100)
    action: str = Field("", max_length=60)
    """An action, or how it begins: `paper`, `paper.view`."""
    target: str = Field("", max_length=400)
    """An id, or several with blanks between: what stands there for a person has one by kind of number."""
    origin: str = Field("", max_length=60)
    since: date | None = Field(None, ge=_FIRST_DAY, le=_LAST_DAY)
    until: date | None = Field(None, ge=_FIRST_DAY, le=_LAST_DAY)
    """The last day."""


def targets_of(signing: TrailKeys, typed: str) -> str:
    """What stands on the trail for `typed`: of somebody's number its pseudonyms, else what was typed."""
    if not is_number(typed):
        return typed.strip()
    digits = "".join(filter(str.isdecimal, typed))
    return " ".join(signing.pseudonym("person", identity_of(digits, kind)) for kind in SubjectKind)


def events(database: Database, wanted: EventFilter, unit: str, before: int, limit: int) -> list[AuditEvent]:
    """Events with smaller numbers than `before` (0: any), newest first."""
    query = _narrowed(select(AuditRow.record), wanted, unit)
    if before:
        query = query.where(AuditRow.number < before)
    with database.session() as session:
        records = session.scalars(query.order_by(AuditRow.number.desc()).limit(limit)).all()
    return [AuditEvent.model_validate(record) for record in records]


def all_events(
    database: Database, wanted: EventFilter, unit: str, at_once: int = 1000
) -> Iterator[AuditEvent]:
    """Every such event, newest first, read some at a time."""
    before = 0
    while found := events(database, wanted, unit, before, at_once):
        yield from found
        before = found[-1].number


def last_event(database: Database) -> int:
    """The highest number that was indexed."""
    with database.session() as session:
        return session.scalar(select(func.max(AuditRow.number))) or 0


def check_index(database: Database, digests: Mapping[int, str], until: int) -> Iterator[tuple[int, str]]:
    """Rows up to a number that do not say what the events of these digests say, and events without a row."""
    last, seen = 0, set[int]()
    while True:
        query = select(AuditRow).where(AuditRow.number > last, AuditRow.number <= until)
        with database.session() as session:
            rows = session.scalars(query.order_by(AuditRow.number).limit(_AT_ONCE)).all()
            for row in rows:
                seen.add(row.number)
                event = AuditEvent.model_validate(row.record)
                same = (event.number, event.actor, event.action, event.target, event.at) == (
                    row.number,
                    row.actor,
                    row.action,
                    row.target,
                    row.at,
                )
                digest = sha256_of(event.content)
                if row.number not in digests:
                    yield row.number, "missing from the store"
                elif not same or not digest == row.digest == digests[row.number]:
                    yield row.number, "the index says otherwise than the store"
        if not rows:
            break
        last = rows[-1].number
    for number in sorted(digests.keys() - seen - {0}):
        yield number, "missing from the index"


def actions(database: Database) -> list[str]:
    """Actions that occur."""
    with database.session() as session:
        return sorted(session.scalars(select(AuditRow.action).distinct()))


def _narrowed(query: Select[tuple[object]], wanted: EventFilter, unit: str) -> Select[tuple[object]]:
    """Events of a unit's people and those below it; of a whole province, programs' and operators' too."""
    if unit:
        own = (AccountRow.unit == unit) | AccountRow.unit.startswith(f"{unit}.", autoescape=True)
        said = AuditRow.actor.in_(select(AccountRow.login).where(own))
        whole = "." not in unit
        query = query.where(said | AuditRow.actor.not_in(select(AccountRow.login)) if whole else said)
    if wanted.actor:
        query = query.where(AuditRow.actor == wanted.actor)
    if wanted.action:
        below = AuditRow.action.startswith(f"{wanted.action}.", autoescape=True)
        query = query.where((AuditRow.action == wanted.action) | below)
    if wanted.target:
        query = query.where(AuditRow.target.in_(wanted.target.split()))
    if wanted.origin:
        query = query.where(AuditRow.record["origin"].as_string() == wanted.origin)
    if wanted.since:
        query = query.where(AuditRow.at >= datetime.combine(wanted.since, time(), HANOI))
    if wanted.until:
        query = query.where(AuditRow.at < datetime.combine(wanted.until + timedelta(days=1), time(), HANOI))
    return query
