"""Reports (báo cáo): figures of a period and a part of the register, with what they rest on.

A report says nothing of when or by whom it was made: the same data give the same report, to the byte.
"""

from datetime import date, datetime
from decimal import Decimal

from schemas.base.language import Bilingual
from schemas.base.model import Frozen
from schemas.figures import Group, GroupBy, Slice
from schemas.indicator import Rate


class Missed(Frozen):
    """A dossier that an indicator does not count, and why."""

    code: str
    unit: str
    procedure: str
    received_at: datetime | None
    limit_at: datetime | None
    ended_at: datetime | None
    cause: str


class Figure(Frozen):
    """One indicator of a report."""

    indicator: str
    name: Bilingual
    formula: Bilingual
    version: str
    basis: str
    rate: Rate
    points: Decimal | None
    most_points: Decimal | None
    groups: dict[GroupBy, tuple[Group, ...]]
    """Told apart; each way adds up to the whole."""
    causes: tuple[tuple[str, Bilingual, int], ...]
    missed: tuple[Missed, ...]
    missed_count: int
    """All of them; `missed` may hold the first ones only."""


class Report(Frozen):
    """What is reported."""

    period: str
    title: Bilingual
    since: date
    until: date
    """The first day after."""
    part: Slice
    unit_name: str
    data_at: datetime
    rows: int
    """Dossiers in that part of the register."""
    uncounted: int
    """Of these without a day of reception."""
    sync_rate: Decimal
    figures: tuple[Figure, ...]


class ReportRecord(Frozen):
    """A report that was made, and the hashes by which its files are known again."""

    id: str
    content_sha256: str
    """Of the canonical JSON; printed on every form of it."""
    files: dict[str, str]
    """Name → SHA-256."""
    period: str
    unit: str
    made_at: datetime
    made_by: str
