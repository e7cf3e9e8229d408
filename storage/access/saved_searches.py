"""Searches that people keep; furniture of the desk, like accounts."""

from sqlalchemy import delete, select

from storage.database.engine import Database
from storage.database.tables.reuse import SavedSearchRow


def saved_searches(database: Database, login: str) -> list[tuple[str, str]]:
    """Name and query of each, by name."""
    query = select(SavedSearchRow.name, SavedSearchRow.query).where(SavedSearchRow.login == login)
    with database.session() as session:
        return [(name, text) for name, text in session.execute(query.order_by(SavedSearchRow.name))]


def keep_search(database: Database, login: str, name: str, query: str) -> None:
    """Keep a search; the same name again replaces it."""
    with database.session() as session:
        session.merge(SavedSearchRow(login=login, name=name, query=query))


def forget_search(database: Database, login: str, name: str) -> None:
    """Keep it no longer."""
    with database.session() as session:
        session.execute(
            delete(SavedSearchRow).where(SavedSearchRow.login == login, SavedSearchRow.name == name)
        )
