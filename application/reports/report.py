"""Reports drawn up from the register, kept as JSON, CSV, XLSX and PDF, and known again by their hashes."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from rules.register.indicators import Members, Rows, causes_of, moment_of, points_of
from schemas.account import Actor
from schemas.audit_event import Event
from schemas.base.ids import derive_id, sha256_of
from schemas.canonical import canonical_bytes
from schemas.catalogue import indicators
from schemas.errors import NotOnRecord
from schemas.figures import GroupBy, Slice
from schemas.indicator import Indicator
from schemas.period import Period
from schemas.report import Figure, Missed, Report, ReportRecord
from schemas.store_errors import ObjectAltered
from storage import keys
from storage.archive.archive import Archive
from storage.files.table_files import as_row
from storage.records.reports import MEDIA, report_file, reports
from storage.register.columns import View, numbers_of, registered

MOST_LISTED = 5000
"""Dossiers listed under an indicator; their number is always told."""


def draw_up(archive: Archive, view: View, period: Period, part: Slice, sync_rate: Decimal) -> Report:
    """The report of a period and a part of the register, by what the view knows."""
    rows = view.rows(part)
    return Report(
        period=period.name,
        title=period.title,
        since=period.since,
        until=period.until,
        part=part,
        unit_name=view.name(GroupBy.UNIT, part.unit),
        data_at=view.data_at,
        rows=int(rows.sum()),
        uncounted=int((rows & (view.columns.received < 0)).sum()),
        sync_rate=sync_rate,
        figures=tuple(
            _figure(archive, view, one, period, part, rows, sync_rate)
            for one in indicators().values()
            if one.holds(period.since)
        ),
    )


def files_of(report: Report, witness: str = "") -> dict[str, bytes]:
    """Its forms by their endings; each bears the hash of the JSON.

    `witness`, the last event of the trail (`storage.audit.witnesses`), is printed on the PDF.
    """
    from application.reports.pdf import pdf_of
    from application.reports.spreadsheet import xlsx_of

    content = content_of(report)
    digest = sha256_of(content)
    return {
        "json": content,
        "csv": _csv_of(report, digest),
        "xlsx": xlsx_of(report, digest),
        "pdf": pdf_of(report, digest, witness),
    }


def content_of(report: Report) -> bytes:
    """The canonical JSON of a report: what its hash is of."""
    return canonical_bytes(report.model_dump(mode="json"))


def make_report(archive: Archive, report: Report, by: Actor) -> ReportRecord:
    """Keep a report in all its forms; the same report again is found, not doubled."""
    digest = sha256_of(content_of(report))
    report_id = derive_id("report", digest)
    if archive.store.exists(keys.report_made(report_id)):  # the forms name the hour of the first
        made = archive.get_record(keys.report_made(report_id), ReportRecord)
        event = Event(action="report.make", target=made.id, detail=f"{made.period} {digest}")
        return archive.commit(made, event, by)
    head = archive.audit.head()
    files = files_of(report, head.printed if head else "")
    made = ReportRecord(
        id=report_id,
        content_sha256=digest,
        period=report.period,
        unit=report.part.unit,
        files={name: sha256_of(content) for name, content in files.items()},
        made_at=datetime.now(UTC),
        made_by=by.login,
    )
    for name, content in files.items():
        archive.store.put(keys.report(made.id, name), content, MEDIA[name])
    event = Event(action="report.make", target=made.id, detail=f"{report.period} {digest}")
    return archive.commit(made, event, by)


def verify_report(archive: Archive, file: Path) -> ReportRecord:
    """The report that a file is, byte for byte, after its figures were added up again.

    Raises `ObjectAltered` for a file that bears the name of a report here and is not it, or whose report's
    figures do not add up; `NotOnRecord` for any other.
    """
    content = file.read_bytes()
    digest = sha256_of(content)
    known = reports(archive.database, limit=100_000)
    made = next((one for one in known if digest in one.files.values()), None)
    if made is None:
        claimed = next((one for one in known if one.id[:8] in file.name), None)
        raise ObjectAltered(file.name, f"≠ {claimed.content_sha256}") if claimed else NotOnRecord(file.name)
    kept = Report.model_validate_json(report_file(archive, made, "json")[0])
    if sha256_of(content_of(kept)) != made.content_sha256 or not all(map(adds_up, kept.figures)):
        raise ObjectAltered(file.name, made.content_sha256)
    return made


def adds_up(figure: Figure) -> bool:
    """Its parts are its whole, every way it is told apart, and its causes are what is not counted."""
    whole = figure.rate
    told = all(
        (sum(g.rate.numerator for g in groups), sum(g.rate.denominator for g in groups))
        == (whole.numerator, whole.denominator)
        for groups in figure.groups.values()
    )
    left = whole.denominator - whole.numerator
    return told and left == figure.missed_count == sum(count for _, _, count in figure.causes)


def _figure(
    archive: Archive, view: View, one: Indicator, period: Period, part: Slice, rows: Rows, sync: Decimal
) -> Figure:
    found = view.members(one, period, rows)
    causes = causes_of(one, view.columns, found)
    missed = _missed(archive, view, found, causes)
    return Figure(
        indicator=one.id,
        name=one.name,
        formula=one.formula,
        version=one.version,
        basis=one.basis,
        rate=found.rate,
        points=points_of(one, found.rate, sync),
        most_points=one.points.most if one.points else None,
        groups={by: tuple(view.groups(found, by, part.unit)) for by in GroupBy},
        causes=tuple((cause.id, cause.name, int(causes[cause.id].sum())) for cause in one.causes),
        missed=tuple(missed),
        missed_count=int((found.denominator & ~found.numerator).sum()),
    )


def _missed(archive: Archive, view: View, found: Members, causes: dict[str, Rows]) -> Sequence[Missed]:
    numbers = numbers_of(found.denominator & ~found.numerator, view.columns.received, 0, MOST_LISTED)
    return [
        Missed(
            code=row.code,
            unit=row.unit,
            procedure=row.procedure,
            received_at=moment_of(row.received),
            limit_at=moment_of(row.limit),
            ended_at=moment_of(row.ended),
            cause=next((cause for cause, rows in causes.items() if rows[row.number]), ""),
        )
        for row in registered(archive, numbers)
    ]


def _csv_of(report: Report, digest: str) -> bytes:
    """One figure a line: indicator, how it is told apart, numerator, denominator, per cent."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(["chi_so", "cong_thuc", "theo", "ma", "ten", "tu_so", "mau_so", "ty_le", "sha256"])
    for one in report.figures:
        whole = [("", "", "", one.rate)]
        parts = [(by, g.key, g.name, g.rate) for by, groups in one.groups.items() for g in groups]
        for by, key, name, rate in [*whole, *parts]:
            percent = "N/A" if rate.percent is None else str(rate.percent)
            told = (key, name, rate.numerator, rate.denominator, percent)
            writer.writerow(as_row([one.indicator, one.version, by, *told, digest]))
    return out.getvalue().encode()
