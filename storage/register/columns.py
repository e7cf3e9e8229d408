"""The register as columns in memory: any slice of a million dossiers is counted in some milliseconds.

Rows changed since the last look are read and laid into a copy of the columns; whoever holds the old `View`
keeps it. What a view cannot know it says: it is complete up to the last import (`data_at`).
"""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select

from rules.access.permissions import sees_unit
from rules.register.indicators import Columns, Members, Rows, members, seconds
from schemas.agency import Agency, code_today
from schemas.figures import Group, GroupBy, Slice
from schemas.indicator import Indicator, Population, Rate
from schemas.period import Period
from schemas.register import Channel
from storage.archive.archive import Archive
from storage.database.tables.register import ImportRow, ProcedureNameRow, RegisterRow
from storage.records.agencies import Agencies

_FRESH_SECONDS = 2.0
_OVERLAP = timedelta(minutes=2)
"""A row is stamped before it is committed: those of the last minutes are read again."""
_READ = 20_000
NONE = "–"
"""Stands for a field that the register does not tell: a slice of its own."""
_MOMENTS = ("received", "ended", "waits", "limit", "until")
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_SELECTED = (
    RegisterRow.number,
    RegisterRow.unit,
    RegisterRow.procedure,
    RegisterRow.field,
    RegisterRow.channel,
    RegisterRow.facts,
    RegisterRow.stage,
    *(getattr(RegisterRow, name) for name in _MOMENTS),
)


@dataclass(frozen=True)
class Labels:
    """A column of strings: the number of each row's string, and the strings by number."""

    ids: NDArray[np.int64]
    of: dict[str, int]

    def put(self, rows: NDArray[np.int64], values: tuple[str, ...]) -> None:
        """Set rows to these strings."""
        self.ids[rows] = [self.of.setdefault(value, len(self.of)) for value in values]

    def where(self, wanted: Callable[[str], bool]) -> Rows:
        """Rows whose string is wanted."""
        found: Rows = np.array([wanted(name) for name in self.of] or [False], np.bool_)[self.ids]
        return found


@dataclass(frozen=True)
class View:
    """The register at one moment: row n is the dossier whose number in SQL is n, or nothing (no facts)."""

    columns: Columns
    unit: Labels
    procedure: Labels
    field: Labels
    channel: NDArray[np.int64]
    titles: dict[str, str]
    """What the register calls its procedures."""
    agencies: dict[str, Agency]
    data_at: datetime

    def rows(self, part: Slice) -> Rows:
        """Rows of a slice."""
        found: Rows = self.columns.facts != 0
        if part.unit:
            found &= self.unit.where(lambda code: self.is_of(code, part.unit, alone=part.alone))
        if part.former:
            found &= self.unit.where(part.former.__eq__)
        if part.procedure:
            found &= self.procedure.where(part.procedure.__eq__)
        if part.field:
            found &= self.field.where(part.field.__eq__)
        if part.channel:
            found &= self.channel == part.channel
        return found

    def is_of(self, code: str, unit: str, *, alone: bool = False) -> bool:
        """Whether a unit as registered counts for `unit`: by what it is today, if `unit` is one of today."""
        if code_today(unit, self.agencies) == unit:
            code = code_today(code, self.agencies)
        return code == unit if alone else sees_unit(unit, code)

    @property
    def today(self) -> dict[str, str]:
        """Units as registered → units of today."""
        return {code: code_today(code, self.agencies) for code in self.unit.of}

    def members(self, indicator: Indicator, period: Period, rows: Rows) -> Members:
        """The two sets of an indicator in a period, among `rows`."""
        found = members(indicator, self.columns, period, self.data_at)
        return Members(found.denominator & rows, found.numerator & rows)

    def trend(self, indicator: Indicator, periods: Sequence[Period], rows: Rows) -> list[Rate]:
        """Its rate in each of some periods that follow on each other."""
        if indicator.population is not Population.RECEIVED:
            return [self.members(indicator, period, rows).rate for period in periods]
        among = self.columns.have(indicator.among) & rows
        bounds = [seconds(period.begins_at) for period in periods] + [seconds(periods[-1].ends_at)]
        place = np.searchsorted(bounds, self.columns.received, "right")  # 0 before the first of them
        counts = [
            np.bincount(place[which], minlength=len(bounds) + 1)
            for which in (among & self.columns.have(indicator.counts), among)
        ]
        return [
            Rate(numerator=int(counts[0][n]), denominator=int(counts[1][n])) for n in range(1, len(bounds))
        ]

    def groups(self, found: Members, by: GroupBy, under: str = "") -> list[Group]:
        """The same sets told apart; `under` is the unit whose parts are wanted. By key."""
        ids, keys = self._keys(by, under)
        place = {key: n for n, key in enumerate(sorted(set(keys)))}
        index = np.array([place[key] for key in keys] or [0])[ids]
        among, counted = (np.bincount(index[rows], minlength=len(place)) for rows in found)
        return [
            Group(
                key=key,
                name=self.name(by, key),
                rate=Rate(numerator=int(counted[n]), denominator=int(among[n])),
            )
            for key, n in place.items()
            if among[n]
        ]

    def name(self, by: GroupBy, key: str) -> str:
        """What people call it."""
        if by in (GroupBy.UNIT, GroupBy.FORMER):
            agency = self.agencies.get(key)
            return agency.name if agency and agency.name else key
        return self.titles.get(key, key) if by is GroupBy.PROCEDURE else key

    def _keys(self, by: GroupBy, under: str) -> tuple[NDArray[np.int64], list[str]]:
        """Ids of rows, and the key of each id."""
        if by is GroupBy.UNIT:
            return self.unit.ids, [part_of(code, under) for code in self.today.values()]
        if by is GroupBy.CHANNEL:
            return self.channel, [str(n) for n in range(len(Channel) + 1)]
        labels = {GroupBy.FORMER: self.unit, GroupBy.PROCEDURE: self.procedure, GroupBy.FIELD: self.field}[by]
        return labels.ids, list(labels.of)


def part_of(code: str, under: str) -> str:
    """The unit one level below `under` that `code` belongs to: `H19.30.02` under `H19` → `H19.30`."""
    if not under or not sees_unit(under, code):
        return code.partition(".")[0]
    depth = under.count(".") + 2
    return ".".join(code.split(".")[:depth])


class Figures:
    """Keeps the newest view of the register."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._agencies = Agencies(archive)
        self._lock = Lock()
        self._view: View | None = None
        self._seen = _BEGINNING
        self._looked_at = 0.0

    def view(self) -> View:
        """The register as it is now; what changed in the last two seconds may be missing."""
        with self._lock:
            if self._view is None or time.monotonic() - self._looked_at > _FRESH_SECONDS:
                self._view = self._read(self._view)
                self._looked_at = time.monotonic()
            return self._view

    def _read(self, old: View | None) -> View:
        with self._archive.database.session() as session:
            newest = session.scalar(select(func.max(RegisterRow.changed_at))) or _BEGINNING
            imported = session.scalar(select(func.max(ImportRow.at)))
            titles = dict(
                session.execute(select(ProcedureNameRow.code, ProcedureNameRow.name)).tuples().all()
            )
            last = session.scalar(select(func.max(RegisterRow.number))) or 0
        table = self._agencies.table()
        if old is None or newest > self._seen or datetime.now(UTC) - newest < 2 * _OVERLAP:
            old = _grown(old, last + 1)
            self._fill(old, last)
            self._seen = newest
        return replace(old, titles=titles, agencies=table, data_at=imported or newest)

    def _fill(self, view: View, last: int) -> None:
        """Lay the rows changed since the last look, up to number `last`, into `view`."""
        query = select(*_SELECTED).where(
            RegisterRow.changed_at > self._seen - _OVERLAP, RegisterRow.number <= last
        )
        with self._archive.database.engine.connect() as connection:
            found = connection.execution_options(yield_per=_READ).execute(query)
            for part in found.partitions(_READ):
                numbers, units, procedures, fields, channels, facts, stages, *moments = zip(
                    *part, strict=True
                )
                at = np.array(numbers)
                view.unit.put(at, units)
                view.procedure.put(at, procedures)
                view.field.put(at, tuple(field or NONE for field in fields))
                view.channel[at] = channels
                view.columns.facts[at] = np.array(facts) | np.array(stages)
                for name, values in zip(_MOMENTS, moments, strict=True):
                    getattr(view.columns, name)[at] = values


def _grown(old: View | None, size: int) -> View:
    """A view with room for `size` rows, holding what the old one held."""

    def longer(before: NDArray[np.int64] | None) -> NDArray[np.int64]:
        made = np.zeros(size, np.int64)
        if before is not None:
            made[: len(before)] = before[:size]
        return made

    def labels(before: Labels | None) -> Labels:
        return Labels(longer(before.ids if before else None), dict(before.of) if before else {})

    names = ("facts", *_MOMENTS)
    return View(
        Columns(**{name: longer(getattr(old.columns, name) if old else None) for name in names}),
        labels(old.unit if old else None),
        labels(old.procedure if old else None),
        labels(old.field if old else None),
        longer(old.channel if old else None),
        {},
        {},
        _BEGINNING,
    )


def numbers_of(rows: Rows, order_by: NDArray[np.int64], first: int, count: int) -> list[int]:
    """Numbers of `rows`, the earliest of `order_by` first: the `count` after the `first`."""
    found = np.flatnonzero(rows)
    return [int(n) for n in found[np.argsort(order_by[found], kind="stable")][first : first + count]]


def registered(archive: Archive, numbers: Collection[int]) -> list[RegisterRow]:
    """Rows by their numbers, in that order."""
    with archive.database.session() as session:
        found = {
            row.number: row
            for row in session.scalars(select(RegisterRow).where(RegisterRow.number.in_(numbers)))
        }
    return [found[number] for number in numbers if number in found]
