"""Reports as records: entered in the index, listed, and their files read."""

from sqlalchemy import select

from schemas.base.ids import sha256_of
from schemas.errors import NotOnRecord
from schemas.report import ReportRecord
from schemas.store_errors import ObjectAltered
from storage import keys
from storage.archive.archive import Archive
from storage.database.engine import Database
from storage.database.scope import in_units
from storage.database.tables.audit import ReportRow
from storage.database.upserts import insert_missing

MEDIA = {
    "json": "application/json",
    "csv": "text/csv",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def enter_report(database: Database, made: ReportRecord) -> None:
    """Enter a report; entering it again changes nothing."""
    row: dict[str, object] = {
        "id": made.id,
        "made_at": made.made_at,
        "unit": made.unit,
        "record": made.model_dump(mode="json"),
    }
    with database.session() as session:
        insert_missing(session, ReportRow, [row])


def reports(database: Database, unit: str = "", limit: int = 100) -> list[ReportRecord]:
    """The reports last made of a unit and those below it (empty: of all), newest first."""
    query = select(ReportRow.record).order_by(ReportRow.made_at.desc(), ReportRow.id).limit(limit)
    if unit:
        query = query.where(in_units(ReportRow.unit, unit))
    with database.session() as session:
        return [ReportRecord.model_validate(record) for record in session.scalars(query)]


def find_report(database: Database, report_id: str) -> ReportRecord:
    """By its id. Raises `NotOnRecord`."""
    with database.session() as session:
        row = session.get(ReportRow, report_id)
    if row is None:
        raise NotOnRecord(report_id)
    return ReportRecord.model_validate(row.record)


def report_file(archive: Archive, made: ReportRecord, name: str) -> tuple[bytes, str]:
    """One of its forms, and its media type. Raises `NotOnRecord`, `ObjectAltered`."""
    if name not in made.files:
        raise NotOnRecord(name)
    content = archive.store.get(keys.report(made.id, name))
    if sha256_of(content) != made.files[name]:
        raise ObjectAltered(keys.report(made.id, name))
    return content, MEDIA[name]


def file_name(made: ReportRecord, kind: str) -> str:
    """`bao-cao-2026-Q3-H19-1a2b3c4d.xlsx`: the end names the report."""
    return f"bao-cao-{made.period}-{made.unit}-{made.id[:8]}.{kind}"
