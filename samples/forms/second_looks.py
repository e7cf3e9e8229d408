"""What engines say of a value on a second look, as often as it was counted on painted papers.

`python -m bench.second_looks` counts into `second_looks.json`. A line: the way to be misread, whether the
value's letters were read right, which engine says the same, how many say something alike, how often that was.
"""

import json
from functools import cache
from pathlib import Path
from random import Random

from schemas.document_type import ValueKind
from schemas.paper import Evidence

COUNTS = Path(__file__).with_suffix(".json")
ENGINES = ("tesseract", "trueocr")


@cache
def _counted() -> dict[tuple[str, bool], tuple[list[tuple[bool, bool, int]], list[int]]]:
    counted: dict[tuple[str, bool], tuple[list[tuple[bool, bool, int]], list[int]]] = {}
    for group, is_printed, first, second, alike, count in json.loads(COUNTS.read_text("utf-8")):
        answers, counts = counted.setdefault((group, is_printed), ([], []))
        answers.append((first, second, alike))
        counts.append(count)
    return counted


def answered(rng: Random, kind: ValueKind, evidence: Evidence, *, is_printed: bool) -> Evidence:
    """`evidence` with a second look of a value whose letters were read right, or were not.

    No number counted was misread: one that is has the answers of a text, alike where they are the same.
    """
    way = (kind.misread_as, is_printed)
    answers, counts = _counted()[way if way in _counted() else ("text", is_printed)]
    first, second, alike = rng.choices(answers, counts)[0]
    by = tuple(engine for engine, says_same in zip(ENGINES, (first, second), strict=True) if says_same)
    alike = alike if way in _counted() else len(by)
    return evidence.with_changes(looks=len(ENGINES), agreeing=len(by), agreeing_engines=by, alike=alike)
