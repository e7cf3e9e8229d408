"""Inspections as records: entered in the index and read."""

from sqlalchemy import select

from schemas.errors import NotOnRecord
from schemas.inspection import Inspected, Inspection
from storage.database.engine import Database
from storage.database.scope import in_units
from storage.database.tables.audit import InspectedRow, InspectionRow
from storage.database.upserts import insert_missing


def find_inspection(database: Database, inspection_id: str) -> Inspection:
    """By its id. Raises `NotOnRecord`."""
    with database.session() as session:
        row = session.get(InspectionRow, inspection_id)
    if row is None:
        raise NotOnRecord(inspection_id)
    return Inspection.model_validate(row.record)


def inspections(database: Database, unit: str) -> list[Inspection]:
    """Those of a unit and the units below it, newest first."""
    query = select(InspectionRow.record).where(in_units(InspectionRow.unit, unit))
    with database.session() as session:
        records = session.scalars(query.order_by(InspectionRow.drawn_at.desc()))
        return [Inspection.model_validate(record) for record in records]


def enter_inspection(database: Database, made: Inspection) -> None:
    """Enter a sample with its papers; entering it again changes nothing."""
    row: dict[str, object] = {
        "id": made.id,
        "drawn_at": made.drawn_at,
        "unit": made.unit,
        "login": made.drawn_by,
        "record": made.model_dump(mode="json"),
    }
    with database.session() as session:
        insert_missing(session, InspectionRow, [row])


def enter_inspected(database: Database, said: Inspected) -> None:
    """Enter what was said of a paper; entering it again changes nothing."""
    row: dict[str, object] = {
        "inspection_id": said.inspection_id,
        "number": said.number,
        "paper_id": said.paper_id,
        "record": said.model_dump(mode="json"),
    }
    with database.session() as session:
        insert_missing(session, InspectedRow, [row])
