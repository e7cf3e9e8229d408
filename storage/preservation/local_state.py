"""What lies in the database alone (decision 13): accounts, tokens, webhooks, kept searches, drafts."""

from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, select

from storage.database.engine import Database
from storage.database.tables.accounts import AccountRow, DraftRow, SampleItemRow, SessionRow
from storage.database.tables.base import Base, Instant
from storage.database.tables.papers import HandRow
from storage.database.tables.reuse import ReplyRow, SavedSearchRow, TokenRow, WebhookRow

_ROWS: tuple[type[Base], ...] = (
    AccountRow,
    TokenRow,
    WebhookRow,
    SavedSearchRow,
    DraftRow,
    HandRow,
    SampleItemRow,
)
_Rows = dict[str, Any]


def furniture(database: Database) -> _Rows:
    """Rows by table, as JSON has them."""
    with database.session() as session:
        return {
            table.name: [_plain(dict(row)) for row in session.execute(select(table)).mappings()]
            for table in map(_table, _ROWS)
        }


def put_back(database: Database, rows: _Rows) -> int:
    """Enter what `furniture` gave in the place of what is there; everybody signs in anew. How many rows."""
    entered = 0
    with database.session() as session:
        old: tuple[type[Base], ...] = (SessionRow, ReplyRow, *reversed(_ROWS))
        for table in map(_table, old):
            session.execute(table.delete())
        for table in map(_table, _ROWS):
            for plain in rows.get(table.name, []):
                row = {name: _typed(table, name, value) for name, value in plain.items()}
                session.execute(insert(table).values(row))
                entered += 1
    return entered


def _table(row: type[Base]) -> Table:
    table = row.__table__
    assert isinstance(table, Table)  # noqa: S101  (no class here is mapped to a join)
    return table


def _plain(row: _Rows) -> _Rows:
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in row.items()}


def _typed(table: Table, name: str, value: Any) -> Any:
    moment = isinstance(table.c[name].type, Instant) and value is not None
    return datetime.fromisoformat(value) if moment else value
