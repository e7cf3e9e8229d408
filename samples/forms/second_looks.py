"""What engines say of a value on a second look, as often as it was counted on painted papers.

`python -m bench.second_looks` counts into `second_looks.json`. A line: the way to be misread, whether the
value's letters were read right, whether they are after the look, which engine says the same, how many say
something alike, how many words none has seen so, how often that was.
"""

import json
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

from schemas.document_type import ValueKind
from schemas.paper import Evidence

COUNTS = Path(__file__).with_suffix(".json")
ENGINES = ("tesseract", "trueocr")


class Look(NamedTuple):
    """What a second look says of a value."""

    is_right: bool
    """The letters of the value are right now."""
    first: bool
    second: bool
    """Which of `ENGINES` says the same."""
    alike: int
    unseen: int


@cache
def _counted() -> dict[tuple[str, bool], tuple[list[Look], list[int]]]:
    counted: dict[tuple[str, bool], tuple[list[Look], list[int]]] = {}
    for group, is_printed, *look, count in json.loads(COUNTS.read_text("utf-8")):
        looks, counts = counted.setdefault((group, is_printed), ([], []))
        looks.append(Look(*look))
        counts.append(count)
    return counted


def look_at(rng: Random, kind: ValueKind, *, is_printed: bool) -> Look:
    """A second look at a value whose letters were read right, or were not.

    No number counted was misread: one that is has the looks of a text.
    """
    way = (kind.misread_as, is_printed)
    return rng.choices(*_counted()[way if way in _counted() else ("text", is_printed)])[0]


def answered(evidence: Evidence, look: Look) -> Evidence:
    """`evidence` with a second look."""
    by = tuple(engine for engine, says_same in zip(ENGINES, look[1:3], strict=True) if says_same)
    return evidence.with_changes(
        looks=len(ENGINES), agreeing=len(by), agreeing_engines=by, alike=look.alike, unseen=look.unseen
    )
