"""Which part of the register figures are asked for."""

from enum import StrEnum

from pydantic import Field

from schemas.base.model import Frozen
from schemas.indicator import Rate


class GroupBy(StrEnum):
    """What figures are told apart by."""

    UNIT = "unit"
    """Units of today, one level below the one asked for."""
    FORMER = "former"
    """Units as they were called when the dossier came in."""
    FIELD = "field"
    PROCEDURE = "procedure"
    CHANNEL = "channel"


class Slice(Frozen):
    """A part of the register; empty: all of it. A unit is one of today, with the units below it."""

    unit: str = ""
    alone: bool = False
    """The unit itself, without those below it."""
    field: str = ""
    procedure: str = ""
    channel: int = Field(0, ge=0, le=3)
    former: str = ""
    """The unit's own code as registered."""


class Group(Frozen):
    """One row of a breakdown."""

    key: str
    name: str
    rate: Rate


"""`key` selects it in a `Slice`."""
