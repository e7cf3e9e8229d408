"""Indicators (chỉ số) as dated data: which dossiers a rate is of, and which of them it counts.

An indicator is two sets of facts: a dossier is in the denominator when it has all of `among`, in the
numerator when it has all of `counts` besides. The files of `schemas/catalogue/indicators/` are of this shape.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import IntFlag, StrEnum, auto
from typing import Annotated

from pydantic import BeforeValidator, Field

from schemas.base.language import Bilingual
from schemas.base.model import Frozen
from schemas.procedure import ValidityPeriod


class Fact(IntFlag):
    """What is true of a dossier, for ever or until the register says otherwise."""

    NONE = 0
    RECEIVED = auto()
    """Has a day of reception; without one it is counted nowhere."""
    WRITTEN_RESULT = auto()
    COMPONENT_FILE = auto()
    RESULT_FILE = auto()
    DIGITISED = auto()
    """A file in a component, and one in the result where a written result is due."""
    REUSED = auto()
    REPLACEABLE = auto()
    SHARED = auto()
    """A file from the national store, or a result in the portal's list."""
    ONLINE = auto()
    ONLINE_WHOLE = auto()
    """Online, with an electronic result where a written result is due."""
    PAYABLE = auto()
    """The procedure has a fee, and not all items of this dossier are 0."""
    PAID_ONLINE = auto()
    GIVEN = auto()
    """Finished or returned, not merely stopped."""
    ASKED_TWICE = auto()
    """Waits for the citizen for the second time: late, whatever its due day."""
    NO_DEADLINE = auto()
    """Neither a due day nor the procedure's days are known."""
    SCANNED = auto()
    """Papers of it are in this archive."""
    UNDERSTOOD = auto()
    """Each of them has its type and its data, none doubtful."""
    VERIFIED = auto()
    """Each was looked at by a person."""
    SIGNED = auto()
    """Each bears the office's digital signature."""
    REUSED_HERE = auto()
    """A component was served from this archive."""
    REGISTERED = auto()
    """Is in the register: always."""


class Population(StrEnum):
    """Which dossiers of the register a period is about."""

    RECEIVED = "received"
    """Received in it."""
    HANDLED = "handled"
    """Received in it, or before it and not ended when it began."""
    IN_FORCE = "in_force"
    """With a result given by its end that is still in force then, whenever it was received."""


def _facts(names: object) -> object:
    if not isinstance(names, list):
        return names
    found = Fact.NONE
    for name in names:
        found |= Fact[str(name).upper()]
    return found


Facts = Annotated[Fact, BeforeValidator(_facts)]


class Cause(Frozen):
    """Why a dossier is not counted: it lacks all of `lacks` and has all of `has`; the first that fits."""

    id: str
    name: Bilingual
    lacks: Facts = Fact.NONE
    has: Facts = Fact.NONE


class Points(Frozen):
    """Điểm: `most` at a rate of `full_at` per cent and above, in proportion below."""

    most: Decimal
    full_at: Decimal = Decimal(100)


class Indicator(Frozen):
    """One indicator in one version of its formula."""

    id: str
    name: Bilingual
    formula: Bilingual
    version: str
    basis: str = Field(min_length=1)
    in_force: ValidityPeriod = ValidityPeriod()
    population: Population = Population.RECEIVED
    among: Facts = Fact.RECEIVED
    counts: Facts = Fact.NONE
    on_time: bool = Field(False, description="counts those within their time instead of `counts`")
    points: Points | None = None
    synced: bool = Field(False, description="points are multiplied by the sync rate (indicator 1.4)")
    causes: tuple[Cause, ...] = ()

    def holds(self, on: date) -> bool:
        """Whether this version is in force on a day."""
        return self.in_force.holds(on)


class Rate(Frozen):
    """How many of how many; not a number where there are none."""

    numerator: int = Field(ge=0)
    denominator: int = Field(ge=0)

    @property
    def percent(self) -> Decimal | None:
        """0.00 … 100.00, rounded half up to two decimals; None without a denominator."""
        if not self.denominator:
            return None
        share = Decimal(self.numerator) * 100 / Decimal(self.denominator)
        return share.quantize(Decimal("0.01"), ROUND_HALF_UP)

    @property
    def shown(self) -> str:
        """`81,02`, as Vietnamese writes it; `N/A` where there is nothing to count."""
        return "N/A" if self.percent is None else str(self.percent).replace(".", ",")


class Note(Frozen):
    """What was decided where a formula leaves room."""

    name: Bilingual
    text: Bilingual


class Indicators(Frozen):
    """The file of them."""

    indicators: tuple[Indicator, ...]
    notes: tuple[Note, ...]
