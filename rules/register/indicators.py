"""Rates over the register, as sets of dossiers: who is in the denominator, who is counted, and why not.

A dossier is boiled down to its facts and four moments (`Entry`). Any number of them lie side by side in
`Columns`, and an indicator picks two sets of rows: one dossier and a million are judged by the same lines.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules.register.deadlines import timing_of
from schemas.base.timezone import HANOI
from schemas.indicator import Fact, Indicator, Population, Rate
from schemas.period import Period
from schemas.register import Channel, Payment, RegisteredDossier

Rows = NDArray[np.bool_]
"""True for the rows that belong to a set."""
_EPOCH = date(1970, 1, 1)
NEVER = -1
"""Stands for a moment or a day that a dossier does not have."""


class Entry(NamedTuple):
    """A dossier as indicators see it."""

    facts: Fact
    received_at: datetime | None
    ended_at: datetime | None
    waits_since: datetime | None
    limit_at: datetime | None
    result_until: date | None


@dataclass(frozen=True)
class Columns:
    """Entries side by side: facts as bits, moments in seconds and days in days since 1970; −1 is none."""

    facts: NDArray[np.int64]
    received: NDArray[np.int64]
    ended: NDArray[np.int64]
    waits: NDArray[np.int64]
    limit: NDArray[np.int64]
    until: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.facts)

    def take(self, rows: NDArray[np.int64] | Rows) -> "Columns":
        """Only these rows."""
        return Columns(*(getattr(self, f.name)[rows] for f in fields(self)))

    def have(self, facts: Fact) -> Rows:
        """Rows with all of `facts`."""
        return np.asarray((self.facts & facts) == int(facts))


class Members(NamedTuple):
    """The two sets of an indicator; the numerator lies in the denominator."""

    denominator: Rows
    numerator: Rows

    @property
    def rate(self) -> Rate:
        """How many of how many."""
        return Rate(numerator=int(self.numerator.sum()), denominator=int(self.denominator.sum()))


def entry_of(dossier: RegisteredDossier) -> Entry:
    """What indicators know of a dossier of the register; nothing of the archive's own facts yet."""
    timing = timing_of(dossier)
    held = {
        Fact.REGISTERED: True,
        Fact.RECEIVED: dossier.received_at is not None,
        Fact.WRITTEN_RESULT: dossier.written_result,
        Fact.COMPONENT_FILE: dossier.component_files > 0,
        Fact.RESULT_FILE: dossier.result_files > 0,
        Fact.DIGITISED: dossier.component_files > 0 and _whole(dossier),
        Fact.REUSED: dossier.reused,
        Fact.REPLACEABLE: dossier.replaceable,
        Fact.SHARED: dossier.from_store or dossier.synced,
        Fact.ONLINE: dossier.channel is Channel.ONLINE,
        Fact.ONLINE_WHOLE: dossier.channel is Channel.ONLINE and _whole(dossier),
        Fact.PAYABLE: dossier.fee_due and (not dossier.fees or any(dossier.fees)),
        Fact.PAID_ONLINE: dossier.payment is not Payment.NONE,
        Fact.GIVEN: bool(dossier.finished_at or dossier.returned_at),
        Fact.ASKED_TWICE: timing.asked_twice,
        Fact.NO_DEADLINE: timing.limit_at is None,
    }
    return Entry(
        Fact(sum(fact for fact, true in held.items() if true)),
        dossier.received_at,
        timing.ended_at,
        timing.waits_since,
        timing.limit_at,
        dossier.result_until,
    )


def _whole(dossier: RegisteredDossier) -> bool:
    """It has a result file, or needs none."""
    return dossier.result_files > 0 or not dossier.written_result


def columns_of(entries: Iterable[Entry]) -> Columns:
    """Entries laid side by side."""
    rows = [
        (
            int(e.facts),
            seconds(e.received_at),
            seconds(e.ended_at),
            seconds(e.waits_since),
            seconds(e.limit_at),
            days(e.result_until),
        )
        for e in entries
    ]
    table = np.array(rows, np.int64).reshape(len(rows), 6)
    return Columns(*(np.ascontiguousarray(column) for column in table.T))


def seconds(moment: datetime | None) -> int:
    """Since 1970, UTC; −1 for none."""
    return int(moment.timestamp()) if moment else NEVER


def moment_of(since_1970: int) -> datetime | None:
    """The moment of a column, in Hanoi; None for −1."""
    return datetime.fromtimestamp(since_1970, HANOI) if since_1970 >= 0 else None


def days(day: date | None) -> int:
    """Since 1970; −1 for none."""
    return (day - _EPOCH).days if day else NEVER


def members(indicator: Indicator, columns: Columns, period: Period, data_at: datetime) -> Members:
    """The two sets of an indicator in a period, by data that are complete up to `data_at`."""
    among = columns.have(indicator.among) & _population(indicator.population, columns, period, data_at)
    if indicator.on_time:
        return Members(among, among & on_time(columns, period.as_of(data_at)))
    return Members(among, among & columns.have(indicator.counts))


def on_time(columns: Columns, as_of: datetime) -> Rows:
    """Rows that ended, or stand at `as_of`, within their time; exactly at the limit is within it."""
    open_end = np.where(columns.waits >= 0, columns.waits, seconds(as_of))
    end = np.where(columns.ended >= 0, columns.ended, open_end)
    judged = ~_any(columns, Fact.ASKED_TWICE | Fact.NO_DEADLINE)
    return np.asarray(judged & (end <= columns.limit))


def still_open(columns: Columns) -> Rows:
    """Received, and neither finished, returned nor stopped."""
    return np.asarray((columns.received >= 0) & (columns.ended < 0))


def due_within(columns: Columns, now: datetime, ahead: timedelta) -> Rows:
    """Open, not waiting for the citizen, not late yet, and late after `ahead` if nothing is done."""
    limit = columns.limit
    soon = (limit >= seconds(now)) & (limit < seconds(now + ahead))
    return np.asarray(still_open(columns) & (columns.waits < 0) & soon & ~columns.have(Fact.ASKED_TWICE))


def causes_of(indicator: Indicator, columns: Columns, found: Members) -> dict[str, Rows]:
    """Rows of the denominator that are not counted, by the first of the indicator's causes that fits."""
    left = found.denominator & ~found.numerator
    told = {}
    for cause in indicator.causes:
        fits = left & columns.have(cause.has) & ~_any(columns, cause.lacks)
        told[cause.id] = fits
        left = left & ~fits
    return told


def points_of(indicator: Indicator, rate: Rate, sync_rate: Decimal = Decimal(1)) -> Decimal | None:
    """Points of a rate, to two decimals; None where the formula's are not known, or without a rate."""
    if indicator.points is None or not rate.denominator:
        return None
    share = Decimal(rate.numerator) * 100 / Decimal(rate.denominator) * (sync_rate if indicator.synced else 1)
    earned = indicator.points.most * min(share / indicator.points.full_at, Decimal(1))
    return earned.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _population(which: Population, columns: Columns, period: Period, data_at: datetime) -> Rows:
    begins, ends = seconds(period.begins_at), seconds(period.ends_at)
    received = (columns.received >= 0) & (columns.received < ends)
    if which is Population.RECEIVED:
        return np.asarray(received & (columns.received >= begins))
    if which is Population.HANDLED:
        return np.asarray(received & ((columns.ended < 0) | (columns.ended >= begins)))
    as_of = period.as_of(data_at)
    today = days(as_of.astimezone(HANOI).date())
    given = (columns.ended >= 0) & (columns.ended <= seconds(as_of))
    return np.asarray(received & given & ((columns.until < 0) | (columns.until >= today)))


def _any(columns: Columns, facts: Fact) -> Rows:
    """Rows with any of `facts`."""
    return np.asarray((columns.facts & facts) != 0)
