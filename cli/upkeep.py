"""`reindex`, `verify`, `doctor`: for auditors and operators."""

from typing import Annotated

import typer

from cli.doctor import examine
from cli.intake import AsJson, Data
from cli.terminal import ALTERED, err, errors_told, fail, out, print_json, say, settings_for, tell
from schemas.errors import EnvironmentFaulty, ObjectAltered, ObjectMissing
from storage.archive import open_archive
from storage.fixity import check_objects, missing_objects
from storage.reindex import reindex


def reindex_command(data: Data = None, as_json: AsJson = False) -> None:
    """Rebuild the database from the object store alone."""
    with errors_told(), open_archive(settings_for(data)) as archive:
        done = reindex(archive)
        archive.audit.append("reindex", "store")
        if as_json:
            print_json(done)
        else:
            out.print(
                say(
                    f"✓ {done.batches} lô, {done.files} tệp, {done.dossiers} hồ sơ, {done.papers} giấy tờ, "
                    f"{done.reuses} lần dùng lại, {done.registered} dòng sổ, {done.events} sự kiện",
                    f"✓ {done.batches} batches, {done.files} files, {done.dossiers} dossiers, "
                    f"{done.papers} papers, {done.reuses} uses, {done.registered} register lines, "
                    f"{done.events} events",
                )
            )


def verify_command(data: Data = None, as_json: AsJson = False) -> None:
    """Read every object again, compare its SHA-256, and walk the audit chain."""
    with errors_told(), open_archive(settings_for(data)) as archive:
        checked, damaged = 0, []
        for key, error in check_objects(archive):
            checked += 1
            if error:
                damaged.append((key, error.message))
        damaged += [(key, ObjectMissing(key).message) for key in missing_objects(archive)]
        try:
            events = archive.audit.check()
        except ObjectAltered as error:
            events = 0
            damaged.append((error.subject, error.message))
        archive.audit.append("verify", f"{checked} objects, {len(damaged)} damaged")
    if as_json:
        print_json({"objects": checked, "events": events, "damaged": [key for key, _ in damaged]})
    else:
        for _, message in damaged:
            err.print(f"✗ {tell(message)}", markup=False)
        summary = say(
            f"{checked} đối tượng, {events} sự kiện kiểm toán: {len(damaged)} hỏng",
            f"{checked} objects, {events} audit events: {len(damaged)} damaged",
        )
        out.print(f"{'✗' if damaged else '✓'} {summary}")
    if damaged:
        fail(ALTERED)


def doctor_command(
    data: Data = None,
    as_json: AsJson = False,
    quick: Annotated[bool, typer.Option(help=say("không khởi động kho", "do not start the store"))] = False,
) -> None:
    """What is missing, of a wrong version or full on this machine, and the command that mends it."""
    with errors_told():
        findings = list(examine(settings_for(data), quick=quick))
    for finding in findings:
        if as_json:
            print_json(finding)
        else:
            out.print(f"{'✓' if finding.fine else '✗'} {finding.name:14} {finding.found}", markup=False)
            if not finding.fine:
                out.print(f"    → {finding.mend}", markup=False)
    if not all(finding.fine for finding in findings):
        fail(EnvironmentFaulty.exit_code)
