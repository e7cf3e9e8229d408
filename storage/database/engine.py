"""The database behind the ledger: SQLite on one box, PostgreSQL on many. Same tables, same code."""

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from schemas.environment_errors import DiskFull, SettingWrong
from schemas.store_errors import DatabaseUnavailable
from storage.database.migrations import NEWEST
from storage.telemetry import observe

if TYPE_CHECKING:  # Alembic is imported only when there is something to migrate
    from alembic.config import Config

_BUSY_SECONDS = 30
_MIGRATING = 5_040_766
"""Any number: the name of PostgreSQL's lock on migrating."""
_VERBS = ("select", "insert", "update", "delete")


class Database:
    """Sessions on one database, whose tables are brought up to date when it is opened."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: Engine = create_engine(url, pool_pre_ping=True)
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", _durable)
        event.listen(self.engine, "before_cursor_execute", _begun)
        event.listen(self.engine, "after_cursor_execute", _ended)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @property
    def is_sqlite(self) -> bool:
        """SQLite rather than PostgreSQL."""
        return self.engine.dialect.name == "sqlite"

    @property
    def name(self) -> str:
        """The URL without its password."""
        return self.engine.url.render_as_string(hide_password=True)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on an error."""
        with self._translated(), self._sessions.begin() as session:
            yield session

    def prepare(self) -> None:
        """Bring the tables to the newest revision. One that is newer by one was made for us as well.

        Raises `DatabaseUnavailable`, and `SettingWrong` for tables of a much newer version.
        """
        with self._translated(), self._alone():
            revision = self._revision()
            ahead = int(revision or NEWEST) - int(NEWEST)
            if ahead > 1:
                raise SettingWrong("database", f"revision {revision}, this version knows {NEWEST}: update it")
            if revision is None or ahead < 0:
                from alembic import command

                logging.getLogger("alembic").setLevel(logging.WARNING)
                command.upgrade(alembic_config(self.url), "head")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else looks at the tables' revision or changes them within the block."""
        if self.is_sqlite:
            yield
            return
        with self.engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _MIGRATING})
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _MIGRATING})

    def close(self) -> None:
        """Give up all connections."""
        self.engine.dispose()

    def _revision(self) -> str | None:
        with self.engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            if "disk is full" in str(error.orig) or "No space left" in str(error.orig):
                raise DiskFull(self.name) from error
            if isinstance(error, OperationalError):
                raise DatabaseUnavailable(self.name, type(error.orig).__name__) from error
            raise


def _begun(connection: Connection, *_: Any) -> None:
    connection.info["begun"] = time.perf_counter()


def _ended(connection: Connection, _: Any, statement: str, *__: Any) -> None:
    """Measured by the statement's verb; nothing else of it is told."""
    verb = statement.lstrip().split(None, 1)[0].lower() if statement.strip() else "other"
    observe("sql", verb if verb in _VERBS else "other", time.perf_counter() - connection.info["begun"])


def alembic_config(url: str) -> "Config":
    """Alembic's settings for the migrations of the wheel."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(files("storage.database.migrations")))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def _durable(connection: sqlite3.Connection, _: Any) -> None:
    """Commits survive a power cut, readers do not wait for writers."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")
    cursor.close()
