"""How Alembic reaches the database; its revisions lie in `versions/`."""

from alembic import context
from sqlalchemy import Connection, create_engine, event, pool

from storage.database.tables.base import Base

_OWN = ("paper_fts", "person_fts")
"""Search tables that a migration writes by hand and the models do not know."""


def include(name: str | None, kind: str) -> bool:
    """Leave the search index and its shadow tables out of comparisons."""
    hidden = kind == "table" and str(name).startswith(_OWN)
    hidden = hidden or (kind == "index" and str(name).startswith("gin_"))
    return not (hidden or (kind == "column" and str(name).endswith("_words")))


def begin_at_once(connection: Connection) -> None:
    """SQLite's driver begins no transaction for DDL: a migration cut short would leave half the tables."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


url = context.config.get_main_option("sqlalchemy.url") or ""
engine = create_engine(url, poolclass=pool.NullPool)
if engine.dialect.name == "sqlite":
    event.listen(engine, "connect", lambda driver, _: setattr(driver, "isolation_level", None))
    event.listen(engine, "begin", begin_at_once)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        transactional_ddl=True,
        include_object=lambda _object, name, kind, _reflected, _to: include(name, kind),
    )
    with context.begin_transaction():
        context.run_migrations()
