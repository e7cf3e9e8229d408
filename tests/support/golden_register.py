"""The golden register (`golden/README.md`) read in, and other registers written as exports."""

import csv
from datetime import UTC, datetime
from pathlib import Path

from rules.exchange.cell_values import Row
from schemas.account import Actor
from storage.archive.archive import Archive
from storage.database.tables.register import ImportRow
from storage.records.agencies import Agencies
from storage.register.imports import ImportResult, bring_in

GOLDEN = Path(__file__).parent / "golden"
BY = Actor(login="sep")
UNITS = [
    {"code": old, "name": f"Xã {new}", "successor": new, "since": "01/07/2025"}
    for old, new in (("H10.15", "H19.30"), ("H10.16", "H19.30"), ("H10.17", "H19.31"), ("H03.12", "H55.12"))
]


def golden_rows(name: str = "register.csv") -> list[dict[str, str]]:
    """Lines of a golden file by their headings."""
    with (GOLDEN / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def take_golden(archive: Archive) -> None:
    """The golden register and its units, with data complete up to 5 October 2025."""
    Agencies(archive).add(UNITS)
    done, refused = take(archive, GOLDEN / "register.csv")
    assert (done.rows, done.new, refused) == (366, 366, [])
    with archive.database.session() as session:
        for row in session.query(ImportRow):
            row.at = datetime(2025, 10, 5, tzinfo=UTC)


def take(archive: Archive, file: Path, **given: str) -> tuple[ImportResult, list[tuple[Row, str]]]:
    """Read a file in; what it did, and what it refused."""
    refused: list[tuple[Row, str]] = []
    return bring_in(archive, file, given, BY, lambda row, why: refused.append((row, why))), refused


def write_export(file: Path, rows: list[dict[str, str]]) -> Path:
    """A CSV as one-stop software exports it."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return file
