"""A migration cut short leaves nothing behind, and the next start begins it anew."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, inspect

from storage.database import Database


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
