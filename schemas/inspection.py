"""Inspections (mẫu kiểm): the papers drawn, the verdicts, and what they prove."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from schemas.base.model import Frozen
from schemas.sampling import CONFIDENCE

_SEED = r"^[\w .:/-]{4,80}$"


class Verdict(StrEnum):
    """What an auditor says of a field, the ink before their eyes."""

    RIGHT = "right"
    WRONG = "wrong"
    UNREADABLE = "unreadable"


class SampledPaper(Frozen):
    """A paper of the sample, at the revision it had when it was drawn."""

    paper_id: str
    revision: int = Field(ge=1)


class Inspection(Frozen):
    """A sample as drawn."""

    id: str
    seed: str = Field(pattern=_SEED)
    unit: str
    population: int
    """Papers on record in the unit and those below it."""
    drawn_at: datetime
    drawn_by: str
    papers: tuple[SampledPaper, ...]


class Inspected(Frozen):
    """What was said of one paper's fields."""

    inspection_id: str
    number: int = Field(ge=1)
    paper_id: str
    verdicts: dict[str, Verdict]
    by: str
    at: datetime


class Outcome(Frozen):
    """What a sample shows: the share of wrong fields, and between what bounds that of faulty papers lies.

    Papers are drawn, and errors cluster in them: so the bounds are of papers with an error. Each holds with
    95 % (exact, hypergeometric), both together with 90 %. Fields that could not be read from the image are
    told apart and count as neither.
    """

    inspection: Inspection
    done: tuple[Inspected, ...]
    fields: int
    wrong: int
    unreadable: int
    papers_wrong: int
    lowest: float
    highest: float
    by_field: dict[str, tuple[int, int]]
    """Type and field → wrong, judged."""
    confidence: float = CONFIDENCE
