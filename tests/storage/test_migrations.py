"""Migrations: cut short they leave nothing behind; each works with the version before; many start at once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event, inspect, text

from bench.postgres import create_database
from schemas.errors import SettingWrong
from storage.database import Database, alembic_config
from storage.migrations import NEWEST


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
