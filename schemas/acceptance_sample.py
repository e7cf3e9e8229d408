"""Acceptance samples (mẫu nghiệm thu) of a batch: drawn, keyed again blind, judged."""

from datetime import datetime

from pydantic import Field, JsonValue

from schemas.base.model import Frozen
from schemas.paper import Paper
from schemas.sampling import CONFIDENCE


class SampleItem(Frozen):
    """One field to key again, of one revision of a paper."""

    number: int
    paper_id: str
    revision: int
    field: str
    settled_by: tuple[str, ...] = ()


class Sample(Frozen):
    """A sample as drawn: enough fields to prove an error of at most `limit`."""

    id: str
    batch_id: str
    drawn_at: datetime
    drawn_by: str
    limit: float = Field(gt=0, lt=1)
    population: int
    items: tuple[SampleItem, ...]


class SampleResult(Frozen):
    """What a sample found: with 95 % confidence at most the share `bound` of the batch's fields is wrong."""

    sample_id: str
    finished_at: datetime
    keyed: int
    wrong: int
    bound: float
    limit: float
    accepted: bool
    confidence: float = CONFIDENCE


class SampleState(Frozen):
    """A sample and how far it is."""

    sample: Sample
    keyed: int
    differing: tuple[int, ...]
    """Items keyed differently, on which a verifier has not spoken."""
    result: SampleResult | None


class KeyedItem(Frozen):
    """An item with what was keyed, beside what is on record."""

    item: SampleItem
    paper: Paper
    keyed: JsonValue
    keyed_by: str
