"""Parts of the index derived again from its records, after a migration marked them as stale."""

from collections.abc import Callable

from sqlalchemy import delete, select

from rules.reuse.validity import date_of
from schemas.paper import Paper
from storage.database.engine import Database
from storage.database.tables.papers import PaperRow, StaleRow
from storage.index.subjects import enter_subjects

_PAPERS_AT_ONCE = 500


def refresh_index(database: Database) -> None:
    """Derive again what is marked as stale. Interrupted, it is done again from its beginning."""
    with database.session() as session:
        names = session.scalars(select(StaleRow.name)).all()
    for name in names:
        _DERIVED[name](database)
        with database.session() as session:
            session.execute(delete(StaleRow).where(StaleRow.name == name))


def _subjects(database: Database) -> None:
    """Of every paper: the day it is dated by, and whom it speaks of."""
    last: int | None = 0
    while last is not None:
        with database.session() as session:
            query = select(PaperRow).where(PaperRow.number > last).order_by(PaperRow.number)
            rows = session.scalars(query.limit(_PAPERS_AT_ONCE)).all()
            for row in rows:
                paper = Paper.model_validate(row.record)
                row.dated = date_of(paper)
                enter_subjects(session, paper, row.unit)
            last = rows[-1].number if rows else None


_DERIVED: dict[str, Callable[[Database], None]] = {"subjects": _subjects}
