"""An archive of made-up people, filled in bulk by the product's own row functions."""

import json
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from sqlalchemy import text

from bench.postgres import create_database, postgres
from bench.subjects import draw_papers, draw_subject
from rules.reuse.identity import links_of, mentions_of
from schemas.base.ids import derive_id
from schemas.catalogue import document_types
from schemas.paper import Paper
from schemas.subject import Mention
from storage.database.engine import Database
from storage.database.tables.intake import BatchRow
from storage.index.paper_search import same_lines
from storage.index.subjects import link_row, mention_row, person_row

SEED = 11


PAPERS_EACH = 3


_CHUNK = 20_000


UNITS = 180


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


@contextmanager
def simulated_database(kind: str) -> Iterator[str]:
    """The URL of an empty, prepared database: `sqlite`, or `postgresql` with settings for a large one."""
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


def fill(url: str, subjects: int, pool: ProcessPoolExecutor) -> None:
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
        for at, (paper, revoked) in enumerate(draw_papers(SEED, n, of, PAPERS_EACH)):
            _add(rows, people, paper, n * PAPERS_EACH + at, revoked)
        for at, mention in enumerate(people.values()):
            rows["person"].append({"number": n * PAPERS_EACH + at + 1, **person_row(mention)})
    if url.startswith("sqlite"):
        _enter_sqlite(url, rows)
    else:
        _enter_postgres(url, rows)


def _add(
    rows: dict[str, list[dict[str, object]]], people: dict[str, Mention], paper: Paper, at: int, revoked: bool
) -> None:
    kind, unit = document_types()[paper.document_type], f"H19.{at // 9 % UNITS:02d}"
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
