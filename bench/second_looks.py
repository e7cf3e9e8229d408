"""Count what engines say of values on a second look: `python -m bench.second_looks`.

On papers of the grammar that are painted, scanned and read as the product does; papers of the grammar that
are never painted are looked at as these were (`samples/forms/second_looks.py`).
"""

import json
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from bench.form_reading import is_printed, read_twice
from samples.drawing.damage import Level
from samples.forms.second_looks import COUNTS, ENGINES, Look
from schemas.catalogue import document_types
from schemas.paper import UNKNOWN

FAMILIES = range(1120, 1128)
"""No score is measured on them (`bench/confidence.py`)."""


def main() -> None:
    """Paint, read, count, write."""
    jobs = [
        (kind, family, 0, level)
        for kind in sorted(set(document_types()) - {UNKNOWN})
        for family in FAMILIES
        for level in (Level.OFFICE, Level.BAD)
    ]
    with ProcessPoolExecutor() as pool:
        counts = Counter(answer for answers in pool.map(_answers, jobs) for answer in answers)
    lines = (json.dumps([*answer, count]) for answer, count in sorted(counts.items()))
    COUNTS.write_text("[\n" + ",\n".join(lines) + "\n]\n", "utf-8")


def _answers(job: tuple[str, int, int, Level]) -> list[tuple[object, ...]]:
    """Of each value looked at: a line of `samples/forms/second_looks.py`."""
    form, before, after = read_twice(job)
    answers: list[tuple[object, ...]] = []
    for extract, looked in zip(before, after, strict=True):
        rules = document_types()[extract.document_type].fields
        for name, value in looked.fields.items():
            first, seen = extract.fields[name], value.evidence
            if seen.looks and first.value is not None:
                one, other = (engine in seen.agreeing_engines for engine in ENGINES)
                look = Look(is_printed(form, name, value), one, other, seen.alike, seen.unseen)
                answers.append((rules[name].kind.misread_as, is_printed(form, name, first), *look))
    return answers


if __name__ == "__main__":
    main()
