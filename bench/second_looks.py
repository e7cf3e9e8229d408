"""Count what engines say of values on a second look: `python -m bench.second_looks`.

On papers of the grammar that are painted, scanned and read as the product does; papers of the grammar that
are never painted are looked at as these were (`samples/forms/second_looks.py`).
"""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from bench.form_reading import ReadForm, is_printed, read_painted
from samples.drawing.damage import Level
from samples.forms.second_looks import COUNTS, ENGINES
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
        counts = Counter(answer for form in pool.map(read_painted, jobs) for answer in _answers(form))
    lines = (json.dumps([*answer, count]) for answer, count in sorted(counts.items()))
    COUNTS.write_text("[\n" + ",\n".join(lines) + "\n]\n", "utf-8")


def _answers(form: ReadForm) -> Iterator[tuple[str, bool, bool, bool, int]]:
    """Of each value looked at: a line of `samples/forms/second_looks.py`."""
    rules = document_types()[form.kind].fields
    for name, value in form.fields.items():
        seen = value.evidence
        if seen.looks and value.value is not None:
            first, second = (engine in seen.agreeing_engines for engine in ENGINES)
            yield rules[name].kind.misread_as, is_printed(form.form, name, value), first, second, seen.alike


if __name__ == "__main__":
    main()
