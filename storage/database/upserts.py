"""Inserts that can be done again: two writers, or one that was interrupted, end in the same rows."""

from collections.abc import Mapping

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.database.tables.base import Base


def insert_missing(session: Session, table: type[Base], rows: list[dict[str, object]]) -> None:
    """Insert rows whose primary key is not there yet."""
    if not rows:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(table).on_conflict_do_nothing(), rows)


def insert_or_touch(
    session: Session, table: type[Base], keys: tuple[str, ...], column: str, rows: list[dict[str, object]]
) -> None:
    """Insert rows; of those that are there `column` is written as it is.

    Unlike `insert_missing` it waits for whoever is about to delete such a row, and then inserts it.
    """
    if not rows:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    made = dialect.insert(table)
    same = {column: getattr(table, column)}
    session.execute(made.on_conflict_do_update(index_elements=list(keys), set_=same), rows)


def insert_or_update(session: Session, table: type[Base], key: str, row: Mapping[str, object]) -> None:
    """Insert a row, or give the one of the same `key` these values."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(
        dialect.insert(table).values(row).on_conflict_do_update(index_elements=[key], set_=dict(row))
    )
