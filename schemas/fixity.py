"""Fixity (OAIS; ISO 14721): sweeps of the store, losses and their repairs."""

from datetime import datetime
from enum import StrEnum

from schemas.base.model import Frozen


class Sweep(Frozen):
    """One slice: which keys were hashed, and what was wrong."""

    number: int
    after: str
    """The last key of the slice before; empty at the beginning of a round."""
    last: str
    """Its own last key; empty when the round is complete."""
    begun_at: datetime
    ended_at: datetime
    objects: int
    bytes: int
    copied: int
    losses: tuple[str, ...]
    repaired: int


class Damage(StrEnum):
    """What became of an object."""

    ALTERED = "altered"
    MISSING = "missing"


class Loss(Frozen):
    """An object that is not what it was. Written once; a repair is another record."""

    id: str
    key: str
    damage: Damage
    expected: str
    """SHA-256 it should have."""
    found: str
    """SHA-256 it has; empty when it is missing."""
    found_at: datetime


class Repair(Frozen):
    """A loss made good."""

    loss_id: str
    at: datetime
    source: str
    """Endpoint of the second store; empty when it was found sound again."""
