"""What a province costs: completeness and search over a simulated archive, checked against the truth.

`python -m bench.province` builds archives of 10⁴ to 3·10⁶ papers on PostgreSQL and one of 10⁵ on SQLite,
asks who may use what, and prints how much of what exists was found, how many wrong people's papers were
offered, and what an answer costs. `python -m bench.province 1000000 postgresql 100000`: papers, kind of
database, checks.
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import psycopg
from sqlalchemy import text

from bench.postgres import create_database, postgres
from bench.subjects import TODAY, Subject, draw_papers, draw_subject
from rules.reuse.completeness import Demands, check
from rules.reuse.identity import links_of, mentions_of
from schemas.base.ids import derive_id
from schemas.base.language import Bilingual
from schemas.base.vietnamese import fold
from schemas.catalogue import document_types
from schemas.completeness import Verdict
from schemas.paper import Paper
from schemas.procedure import Case, Component, Level, Procedure
from schemas.subject import Mention, identity_of
from storage.database.engine import Database
from storage.database.tables.intake import BatchRow
from storage.index.holdings import find_party
from storage.index.paper_search import Filters, same_lines, search
from storage.index.people_search import find_people
from storage.index.subjects import link_row, mention_row, person_row

SEED = 11
_PAPERS_EACH = 3
_CHUNK = 20_000
_SEARCHES = 300
_UNITS = 180
_BATCH = derive_id("batch", 0)
_SETTINGS = (
    "shared_buffers=3GB",
    "maintenance_work_mem=1500MB",
    "work_mem=64MB",
    "fsync=off",
    "max_wal_size=20GB",
    "synchronous_commit=off",
    "max_parallel_maintenance_workers=2",
)
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
_COLUMNS = {
    "dossier": ("id", "revision", "batch_id", "stack", "code", "unit", "procedure", "record"),
    "paper": (
        "number",
        "id",
        "revision",
        "dossier_id",
        "document_type",
        "state",
        "unit",
        "dated",
        "batch_id",
        "read_at",
        "doubts",
        "stale",
        "record",
        "exact",
        "folded",
    ),
    "mention": ("paper_id", "role", "identity", "folded", "born", "numbered", "unit", "record"),
    "person": ("number", "identity", "exact", "folded", "turned", "born", "words", "record"),
    "link": ("id", "one", "other", "paper_id", "record"),
    "revocation": ("id", "paper_id", "record"),
}


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
    subjects = papers // _PAPERS_EACH
    with _database(kind) as url:
        begun = time.monotonic()
        with ProcessPoolExecutor(2) as pool:
            _fill(url, subjects, pool)
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
        own = {paper.id for paper, _ in draw_papers(SEED, n, of, _PAPERS_EACH)}
        begun = time.perf_counter()
        party = find_party(database, identity_of(of.number), "H19")
        answer = check(PROCEDURE, CASE, {"applicant": party}, TODAY, frozenset(), Demands())
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
        "name, 2026": (fold(of.name), here.model_copy(update={"year": "2026"})),
        "name, type": (fold(of.name), here.model_copy(update={"document_type": "birth_certificate"})),
    }


def _spread(took: list[float]) -> dict[str, float]:
    took = sorted(took)
    return {"p50": round(statistics.median(took), 2), "p95": round(took[int(len(took) * 0.95)], 2)}


@contextmanager
def _database(kind: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        if kind == "sqlite":
            url = f"sqlite:///{folder}/province.sqlite"
            Database(url).prepare()
            yield url
        else:
            with postgres(Path(folder) / "postgres", _SETTINGS) as port:
                url = create_database(port, "province")
                Database(url).prepare()
                yield url


def _fill(url: str, subjects: int, pool: ProcessPoolExecutor) -> None:
    """Rows by the product's own functions, entered in bulk; indexes are built after."""
    database = Database(url)
    with database.session() as session:
        begun = datetime(2026, 1, 1, tzinfo=UTC)
        session.add(BatchRow(id=_BATCH, name="lô", unit="H19", created_at=begun, record={}))
    rebuilt = [] if database.is_sqlite else _drop_indexes(database)
    chunks = [(url, start, min(start + _CHUNK, subjects)) for start in range(0, subjects, _CHUNK)]
    if database.is_sqlite:
        for chunk in chunks:
            _enter(chunk)
    else:
        list(pool.map(_enter, chunks))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in rebuilt:
            connection.execute(text(statement))
        connection.execute(text("ANALYZE"))


def _drop_indexes(database: Database) -> list[str]:
    """Drop what slows down filling; the statements that make it again."""
    filled = "tablename IN ('paper', 'mention', 'person') AND indexdef NOT LIKE '%UNIQUE%'"
    with database.session() as session:
        kept = session.execute(text(f"SELECT indexname, indexdef FROM pg_indexes WHERE {filled}")).all()  # noqa: S608
        for name, _ in kept:
            session.execute(text(f'DROP INDEX "{name}"'))
    return [made for _, made in kept]


def _enter(chunk: tuple[str, int, int]) -> None:
    url, start, end = chunk
    rows: dict[str, list[dict[str, object]]] = {table: [] for table in _COLUMNS}
    for n in range(start, end):
        of = draw_subject(SEED, n)
        people: dict[str, Mention] = {}
        for at, (paper, revoked) in enumerate(draw_papers(SEED, n, of, _PAPERS_EACH)):
            _add(rows, people, paper, n * _PAPERS_EACH + at, revoked)
        for at, mention in enumerate(people.values()):
            rows["person"].append({"number": n * _PAPERS_EACH + at + 1, **person_row(mention)})
    if url.startswith("sqlite"):
        _enter_sqlite(url, rows)
    else:
        _enter_postgres(url, rows)


def _add(
    rows: dict[str, list[dict[str, object]]], people: dict[str, Mention], paper: Paper, at: int, revoked: bool
) -> None:
    kind, unit = document_types()[paper.document_type], f"H19.{at // 9 % _UNITS:02d}"
    texts = [str(field.value) for field in paper.fields.values()]
    whole = "\n".join([kind.title.vi, *texts])
    rows["dossier"].append(
        {
            "id": paper.dossier_id,
            "revision": 1,
            "batch_id": _BATCH,
            "stack": "x",
            "code": None,
            "unit": unit,
            "procedure": None,
            "record": {},
        }
    )
    rows["paper"].append(
        {
            "number": at + 1,
            "id": paper.id,
            "revision": 1,
            "dossier_id": paper.dossier_id,
            "unit": unit,
            "document_type": paper.document_type,
            "state": paper.state.value,
            "batch_id": _BATCH,
            "dated": str(paper.fields[kind.dated[0]].value),
            "read_at": paper.read_at,
            "doubts": 0,
            "stale": False,
            "record": paper.model_dump(mode="json"),
            "exact": same_lines(whole, exact=True),
            "folded": same_lines(whole, exact=False),
        }
    )
    for mention in mentions_of(kind, paper):
        rows["mention"].append(mention_row(mention, unit))
        known = people.get(mention.identity)
        if known is None or mention.weight > known.weight:
            people[mention.identity] = mention
    rows["link"] += [link_row(link) for link in links_of(kind, paper)]
    if revoked:
        record = {
            "id": derive_id("r", paper.id),
            "paper_id": paper.id,
            "since": "2026-01-01",
            "source": "QĐ 1/QĐ-UBND",
            "by": "hoa",
            "at": "2026-01-01T00:00:00Z",
        }
        rows["revocation"].append({"id": record["id"], "paper_id": paper.id, "record": record})


def _enter_postgres(url: str, rows: dict[str, list[dict[str, object]]]) -> None:
    with psycopg.connect(url.replace("+psycopg", "")) as connection, connection.cursor() as cursor:
        for table, columns in _COLUMNS.items():
            names, into = ", ".join(columns), f"new_{table}"
            cursor.execute(f"CREATE TEMP TABLE {into} AS SELECT {names} FROM {table} LIMIT 0")  # noqa: S608
            with cursor.copy(f"COPY {into} ({names}) FROM STDIN") as copy:
                for row in rows[table]:
                    copy.write_row([_plain(row[column]) for column in columns])
            entered = f"INSERT INTO {table} ({names}) SELECT {names} FROM {into}"  # noqa: S608
            cursor.execute(f"{entered} ON CONFLICT DO NOTHING")  # an old number given twice is one identity


def _enter_sqlite(url: str, rows: dict[str, list[dict[str, object]]]) -> None:
    database = Database(url)
    with database.session() as session:
        driver = session.connection().connection.cursor()
        for table, columns in _COLUMNS.items():
            names, holes = ", ".join(columns), ", ".join("?" * len(columns))
            driver.executemany(
                f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({holes})",  # noqa: S608
                [[_plain(row[column], iso=True) for column in columns] for row in rows[table]],
            )
    database.close()


def _plain(value: object, *, iso: bool = False) -> object:
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    if iso and hasattr(value, "isoformat"):
        return str(value.isoformat(sep=" "))
    return value


if __name__ == "__main__":
    main()
