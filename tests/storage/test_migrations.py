"""Migrations: cut short they leave nothing behind; each works with the version before; many start at once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event, inspect, text

from bench.postgres import create_database
from schemas.environment_errors import SettingWrong
from storage.database.engine import Database, alembic_config
from storage.database.migrations import NEWEST
from storage.queues.stacks import reconcile


@pytest.mark.parametrize("statement", [3, 8, 14])
def test_a_migration_cut_short_is_begun_anew(tmp_path: Path, statement: int) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    seen = 0

    def interrupt(*arguments: Any) -> None:
        nonlocal seen
        seen += str(arguments[2]).lstrip().upper().startswith("CREATE")
        if seen == statement:
            raise KeyboardInterrupt

    event.listen(Engine, "before_cursor_execute", interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            Database(url).prepare()
    finally:
        event.remove(Engine, "before_cursor_execute", interrupt)
    database = Database(url)
    assert inspect(database.engine).get_table_names() == []
    database.prepare()
    assert "paper" in inspect(database.engine).get_table_names()


def _columns(database: Database) -> dict[tuple[str, str], tuple[str, bool]]:
    """Type of each column, and whether a row may be written without it."""
    found = inspect(database.engine)
    return {
        (table, str(column["name"])): (
            str(column["type"]),
            bool(column["nullable"] or column["default"] is not None or column.get("autoincrement") is True),
        )
        for table in found.get_table_names()
        for column in found.get_columns(table)
    }


def test_each_migration_works_with_the_version_before(postgres_port: int) -> None:
    """It only adds: what the older version reads is there, and what it writes is enough."""
    database = Database(create_database(postgres_port, "rolling"))
    config = alembic_config(database.url)
    revisions = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]
    command.upgrade(config, revisions[1])  # what came before was never run by two versions at once
    for revision in revisions[2:]:
        before = _columns(database)
        command.upgrade(config, revision)
        after = _columns(database)
        tables = {table for table, _ in before}
        assert {place: kind for place, (kind, _) in before.items()} == {
            place: after[place][0] for place in before
        }, revision
        added = {place for place in after.keys() - before.keys() if place[0] in tables}
        assert not [place for place in added if not after[place][1]], revision
    database.close()


def test_a_database_one_revision_ahead_is_fine_two_are_not(database: Database) -> None:
    for ahead, fine in ((1, True), (2, False)):
        with database.session() as session:
            session.execute(
                text("UPDATE alembic_version SET version_num = :to"), {"to": f"{int(NEWEST) + ahead:04}"}
            )
        if fine:
            database.prepare()
        else:
            with pytest.raises(SettingWrong):
                database.prepare()


def test_many_that_start_at_once_migrate_once(postgres_port: int) -> None:
    url = create_database(postgres_port, "crowd")
    crowd = [Database(url) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(Database.prepare, crowd))
    assert "stack" in inspect(crowd[0].engine).get_table_names()
    for one in crowd:
        one.close()


_BEFORE = {
    "batch": "INSERT INTO batch (id, name, unit, created_at, record)"
    " VALUES ('b', 'lô', 'H10', '2026-11-01 00:00:00', '{}')",
    "receipt": "INSERT INTO receipt (id, batch_id, stack, position, sha256, linked_to, refusal, record)"
    " VALUES ('r1', 'b', '001', 1, 's', NULL, NULL, '{}'), ('r2', 'b', '002', 1, 's', 'r1', NULL, '{}')",
    "page": "INSERT INTO page (scan, page_number, batch_id, stack, outcome, blank, reasons)"
    " VALUES ('s', 1, 'b', '001', 'waiting', false, ''), ('s', 2, 'b', '001', 'read', false, '')",
}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_pages_of_the_version_before_know_who_brought_them(
    tmp_path: Path, postgres_port: int, kind: str
) -> None:
    """Those that lie there are filled by the migration, those it still writes afterwards by `reconcile`."""
    is_sqlite = kind == "sqlite"
    url = f"sqlite:///{tmp_path / 'l.sqlite'}" if is_sqlite else create_database(postgres_port, "places")
    database = Database(url)
    command.upgrade(alembic_config(url), "0007")
    with database.session() as session:
        for statement in _BEFORE.values():
            session.execute(text(statement))
    database.prepare()
    with database.session() as session:
        late = "INSERT INTO page (scan, page_number, batch_id, stack, outcome, blank, reasons) VALUES "
        session.execute(text(late + "('s', 1, 'b', '001', 'waiting', false, '')"))  # it is there already
        session.execute(text(late + "('s', 3, 'b', '001', 'waiting', false, '')"))
    reconcile(database)
    with database.session() as session:
        rows = session.execute(text("SELECT page_number, receipt_id, outcome FROM page ORDER BY 1")).tuples()
        assert rows.all() == [(1, "r1", "waiting"), (2, "r1", "read"), (3, "r1", "waiting")]
    command.downgrade(alembic_config(url), "0007")
    command.upgrade(alembic_config(url), "0008")
    database.close()
