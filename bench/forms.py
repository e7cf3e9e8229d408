"""Fields, types and confidence on papers of the grammar: layouts and wordings that nothing was fitted on."""

import argparse
from collections.abc import Iterator, Sequence

from bench.form_reading import ReadForm, read_all_painted, read_forms
from bench.tables import Table
from samples.drawing.damage import Level
from samples.scores import FieldScore
from schemas.paper import UNKNOWN

FAMILIES, SEEDS = range(36), range(2)
"""Nothing is fitted on these families (`bench/confidence.py` has others)."""


def score(papers: Sequence[ReadForm]) -> FieldScore:
    """Counts of the fields of `papers`; what is wrong counts against precision and recall alike."""
    total = FieldScore()
    for paper in papers:
        for name in {*paper.true, *paper.fields}:
            read = paper.fields.get(name)
            is_read = read is not None and read.value is not None
            total.right += paper.is_right(name)
            total.missed += name in paper.true and not is_read
            total.wrong += name in paper.true and is_read and not paper.is_right(name)
            total.invented += name not in paper.true and is_read
    return total


def measure_forms(
    families: Sequence[int] = FAMILIES, seeds: Sequence[int] = SEEDS, unlisted: float = 0.0
) -> Iterator[Table]:
    """Types and fields by type and by arrangement, and what would be accepted without a person."""
    title = f"Papers of the grammar, families {families[0]}-{families[-1]} (0.4 % of letters misread"
    title += f", {unlisted:.0%} of labels unknown)" if unlisted else ")"
    yield _table(title, list(read_forms(families, seeds, unlisted=unlisted)))


def measure_painted(families: Sequence[int], level: Level) -> Iterator[Table]:
    """The same of one paper a family and type, painted, scanned and read."""
    papers = list(read_all_painted(families, (level,)))
    yield _table(f"Papers of the grammar, painted, families {families[0]}-{families[-1]}, {level}", papers)


def _table(title: str, papers: Sequence[ReadForm]) -> Table:
    known = [paper for paper in papers if paper.form.document_type != UNKNOWN]
    groups = {"**all**": known}
    for paper in papers:
        groups.setdefault(paper.form.document_type, []).append(paper)
    for paper in known:
        groups.setdefault(f"laid out: {paper.form.arrangement}", []).append(paper)
    rows = tuple(_row(name, own) for name, own in sorted(groups.items()))
    return Table(
        title=title,
        heads=(
            "",
            "type told",
            "precision",
            "recall",
            "F1",
            "accepted at 0.5%",
            "of them wrong",
            "passed",
            "of them whole",
            "fields",
        ),
        rows=rows,
    )


def _row(name: str, papers: Sequence[ReadForm]) -> tuple[str, ...]:
    counts, told = score(papers), sum(paper.is_told for paper in papers) / len(papers)
    there = sum(len(paper.true) for paper in papers)
    accepted = [
        paper.is_right(field)
        for paper in papers
        for field, value in paper.fields.items()
        if value.value is not None and not value.needs_review
    ]
    wrong = len(accepted) - sum(accepted)
    rates = (told, counts.precision, counts.recall, counts.f1)
    taken = f"{len(accepted) / max(there, 1):.1%}", f"{wrong / max(len(accepted), 1):.2%} ({wrong})"
    passed = [paper.is_whole for paper in papers if paper.is_passed]
    through = f"{len(passed) / len(papers):.1%} ({len(passed)})", str(sum(passed))
    return name, *(f"{rate:.3f}" for rate in rates), *taken, *through, str(there)


def _wrong(papers: Sequence[ReadForm], wanted: str) -> Iterator[str]:
    """Each field of a type, or of a name, that was not read as it stands there."""
    for paper in papers:
        kind = paper.form.document_type
        for name in sorted({*paper.true, *paper.fields}):
            read = paper.fields.get(name)
            value = read.value if read else None
            is_absent = name not in paper.true and value is None
            if wanted in (kind, name) and not is_absent and not paper.is_right(name):
                where = f"{kind} {paper.form.family} {paper.form.arrangement} {name}"
                yield f"{where} [{paper.form.labels.get(name, '–')}]: {paper.true.get(name)} → {value}"


def main() -> None:
    """Print the table; with `--show`, each wrong field of a type or of a name."""
    parser = argparse.ArgumentParser(prog="bench.forms")
    parser.add_argument("--families", type=int, default=len(FAMILIES))
    parser.add_argument("--seeds", type=int, default=len(SEEDS))
    parser.add_argument("--painted", choices=list(Level), help="paint, scan and read them: a second a page")
    parser.add_argument("--unlisted", type=float, default=0.0, help="share of labels taken off the lists")
    parser.add_argument("--show", default="")
    options = parser.parse_args()
    families, seeds = range(options.families), range(options.seeds)
    if options.show:
        papers = list(read_forms(families, seeds, unlisted=options.unlisted))
        print(*_wrong(papers, options.show), sep="\n")
        return
    painted = Level(options.painted) if options.painted else None
    measured = (
        measure_painted(families, painted) if painted else measure_forms(families, seeds, options.unlisted)
    )
    for table in measured:
        print(table.markdown)


if __name__ == "__main__":
    main()
