"""What a province costs: completeness and search over a simulated archive, checked against the truth.

`python -m bench.province` builds archives of 10⁴ to 3·10⁶ papers on PostgreSQL and one of 10⁵ on SQLite,
asks who may use what, and prints how much of what exists was found, how many wrong people's papers were
offered, and what an answer costs. `python -m bench.province 1000000 postgresql 100000`: papers, kind of
database, checks.
"""

import json
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from random import Random

from bench.simulated_archive import PAPERS_EACH, SEED, fill, simulated_database
from bench.subjects import TODAY, Subject, draw_papers, draw_subject
from rules.reuse.completeness import ReuseRequirements, check
from schemas.base.language import Bilingual
from schemas.base.vietnamese import fold
from schemas.completeness import Verdict
from schemas.procedure import Case, Component, Level, Procedure
from schemas.subject import identity_of
from storage.database.engine import Database
from storage.index.holdings import find_party
from storage.index.paper_search import Filters, search
from storage.index.people_search import find_people

_SEARCHES = 300
_SAID = Bilingual(vi="Mọi giấy tờ hộ tịch", en="All civil papers")
CASE = Case(
    id="all",
    name=_SAID,
    components=tuple(
        Component(id=kind, name=_SAID, basis="mô phỏng", document_type=kind, **more)
        for kind, more in (
            ("identity_card", {}),
            ("birth_certificate", {"role": "full_name"}),
            ("marital_status_certificate", {"purposes": ("kết hôn",)}),
        )
    ),
)
PROCEDURE = Procedure(code="9.000001", name=_SAID, field=_SAID, level=Level.COMMUNE, basis="x", cases=(CASE,))


def main() -> None:
    """The curve, or one archive."""
    if len(sys.argv) > 1:
        run(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
        return
    for papers, kind, checks in (
        (10_000, "postgresql", 3_000),
        (100_000, "postgresql", 20_000),
        (100_000, "sqlite", 20_000),
        (1_000_000, "postgresql", 100_000),
        (3_000_000, "postgresql", 100_000),
    ):
        run(papers, kind, checks)


def run(papers: int, kind: str, checks: int) -> None:
    """One archive, filled, asked, and told of in one line of JSON."""
    subjects = papers // PAPERS_EACH
    with simulated_database(kind) as url:
        begun = time.monotonic()
        with ProcessPoolExecutor(2) as pool:
            fill(url, subjects, pool)
            filled = time.monotonic() - begun
            parts = list(pool.map(_ask, [(url, subjects, checks // 2, turn) for turn in range(2)]))
        searched = _search(url, subjects)
    took = sorted(t for part in parts for t in part[1])
    counts = {name: sum(part[0][name] for part in parts) for name in parts[0][0]}
    print(
        json.dumps(
            {
                "papers": papers,
                "subjects": subjects,
                "database": kind,
                "filled_s": round(filled),
                "checks": len(took),
                **counts,
                "found_share": round(counts["found"] / max(counts["usable"], 1), 5),
                "check_ms": _spread(took),
                "search_ms": {name: _spread(t) for name, t in searched.items()},
            },
            ensure_ascii=False,
        ),
        flush=True,
    )


def _ask(job: tuple[str, int, int, int]) -> tuple[dict[str, int], list[float]]:
    """Checks of random subjects against the truth: what exists, what was found, who was wrong."""
    url, subjects, checks, turn = job
    database, rng, took = Database(url), Random(f"ask-{turn}"), []
    counts = {"usable": 0, "found": 0, "wrong": 0, "beyond": 0}
    for _ in range(checks):
        n = rng.randrange(subjects)
        of = draw_subject(SEED, n)
        own = {paper.id for paper, _ in draw_papers(SEED, n, of, PAPERS_EACH)}
        begun = time.perf_counter()
        party = find_party(database, identity_of(of.number), "H19")
        answer = check(PROCEDURE, CASE, {"applicant": party}, TODAY, frozenset(), ReuseRequirements())
        took.append(1000 * (time.perf_counter() - begun))
        for one in answer.components:
            offered = {found.paper_id for found in one.found if found.is_usable}
            truly = of.usable.get(one.component.document_type, set())
            counts["usable"] += bool(truly)
            counts["found"] += bool(truly and one.verdict is Verdict.ON_FILE and truly & offered)
            counts["wrong"] += len(offered - own)
            counts["beyond"] += len((offered & own) - truly)
    return counts, took


def _search(url: str, subjects: int) -> dict[str, list[float]]:
    """What officials type, timed: numbers, ends of numbers, names with and without marks, papers."""
    database, rng = Database(url), Random("search")
    took: dict[str, list[float]] = {}
    for _ in range(_SEARCHES):
        of = draw_subject(SEED, rng.randrange(subjects))
        for name, query in _people_queries(rng, of).items():
            begun = time.perf_counter()
            find_people(database, query, "H19")
            took.setdefault(f"people: {name}", []).append(1000 * (time.perf_counter() - begun))
        for name, (query, filters) in _paper_queries(rng, of).items():
            begun = time.perf_counter()
            search(database, query, 20, filters)
            took.setdefault(f"papers: {name}", []).append(1000 * (time.perf_counter() - begun))
    return took


def _people_queries(rng: Random, of: Subject) -> dict[str, str]:
    folded = fold(of.name)
    *before, given = folded.split()
    return {
        "number": of.number,
        "end of number": of.number[-6:],
        "name": of.name,
        "no marks": folded,
        "begun": folded[: rng.randrange(6, len(folded))],
        "given name first": " ".join([given, *before]),
        "two words": " ".join(rng.sample(folded.split(), 2)),
        "name, year": f"{folded} {of.born.year}",
    }


def _paper_queries(rng: Random, of: Subject) -> dict[str, tuple[str, Filters]]:
    here = Filters(reach="H19")
    return {
        "name": (of.name, here),
        "no marks": (fold(of.name), here),
        "number": (f"{rng.randrange(1, 600)}/UBND-XNTTHN", here),
        "name, 2026": (fold(of.name), here.with_changes(year="2026")),
        "name, type": (fold(of.name), here.with_changes(document_type="birth_certificate")),
    }


def _spread(took: list[float]) -> dict[str, float]:
    took = sorted(took)
    return {"p50": round(statistics.median(took), 2), "p95": round(took[int(len(took) * 0.95)], 2)}


if __name__ == "__main__":
    main()
