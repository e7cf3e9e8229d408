"""Imports of the register as records: entered in the index and listed."""

from sqlalchemy import select

from schemas.register import Import
from storage.database.engine import Database
from storage.database.tables.register import ImportRow
from storage.database.upserts import insert_missing


def enter_import(database: Database, kept: Import) -> None:
    """Enter that a file was read; entering it again changes nothing."""
    with database.session() as session:
        row = {"id": kept.id, "at": kept.at, "record": kept.model_dump(mode="json")}
        insert_missing(session, ImportRow, [row])


def imports(database: Database, limit: int = 20) -> list[Import]:
    """The files last read, newest first."""
    query = select(ImportRow.record).order_by(ImportRow.at.desc()).limit(limit)
    with database.session() as session:
        return [Import.model_validate(record) for record in session.scalars(query)]
