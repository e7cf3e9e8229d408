"""The audit trail read: who did or saw what, by person, action, target, address and day."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from pydantic import Field
from sqlalchemy import Select, select

from schemas.frozen import Frozen
from schemas.hanoi import HANOI
from storage.audit import AuditEvent
from storage.database import Database
from storage.tables import AccountRow, AuditRow


class Wanted(Frozen):
    """Which events; empty: all."""

    actor: str = Field("", max_length=100)
    action: str = Field("", max_length=60)
    """An action, or how it begins: `paper`, `paper.view`."""
    target: str = Field("", max_length=200)
    origin: str = Field("", max_length=60)
    since: date | None = None
    until: date | None = None
    """The last day."""


def events(database: Database, wanted: Wanted, unit: str, before: int, limit: int) -> list[AuditEvent]:
    """Events with smaller numbers than `before` (0: any), newest first."""
    query = _narrowed(select(AuditRow.record), wanted, unit)
    if before:
        query = query.where(AuditRow.number < before)
    with database.session() as session:
        records = session.scalars(query.order_by(AuditRow.number.desc()).limit(limit)).all()
    return [AuditEvent.model_validate(record) for record in records]


def all_events(database: Database, wanted: Wanted, unit: str, at_once: int = 1000) -> Iterator[AuditEvent]:
    """Every such event, newest first, read some at a time."""
    before = 0
    while found := events(database, wanted, unit, before, at_once):
        yield from found
        before = found[-1].number


def actions(database: Database) -> list[str]:
    """Actions that occur."""
    with database.session() as session:
        return sorted(session.scalars(select(AuditRow.action).distinct()))


def _narrowed(query: Select[tuple[object]], wanted: Wanted, unit: str) -> Select[tuple[object]]:
    """Auditors of a whole province see everybody's events, those of a unit below its people's."""
    if "." in unit:
        own = (AccountRow.unit == unit) | AccountRow.unit.startswith(f"{unit}.", autoescape=True)
        query = query.where(AuditRow.actor.in_(select(AccountRow.login).where(own)))
    if wanted.actor:
        query = query.where(AuditRow.actor == wanted.actor)
    if wanted.action:
        below = AuditRow.action.startswith(f"{wanted.action}.", autoescape=True)
        query = query.where((AuditRow.action == wanted.action) | below)
    if wanted.target:
        query = query.where(AuditRow.target == wanted.target)
    if wanted.origin:
        query = query.where(AuditRow.record["origin"].as_string() == wanted.origin)
    if wanted.since:
        query = query.where(AuditRow.at >= datetime.combine(wanted.since, time(), HANOI))
    if wanted.until:
        query = query.where(AuditRow.at < datetime.combine(wanted.until + timedelta(days=1), time(), HANOI))
    return query
