"""`reindex`, `verify`, `doctor`: for auditors and operators."""

from getpass import getuser
from typing import Annotated

import typer

from cli.doctor import examine, examine_store
from cli.intake import AsJson, Data
from cli.terminal import ALTERED, err, errors_told, fail, out, print_json, say, settings_for
from schemas.account import Actor
from schemas.desk_errors import RecordChanged
from schemas.errors import EnvironmentFaulty
from storage.archive import open_archive, second_store
from storage.fixity import missing_objects, sweep
from storage.losses import open_losses
from storage.reindex import reindex
from storage.seal_key import seal_key
from storage.sealed_trail import check_trail


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


def verify_command(
    seconds: Annotated[float, typer.Option(min=0, help=say(
        "chỉ lát tiếp theo, chừng ấy giây; 0: tất cả", "the next slice only, so many seconds; 0: all"))] = 0,
    data: Data = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Hash every object again, repair from the second store, walk the audit trail."""
    with errors_told():
        settings = settings_for(data)
        with open_archive(settings) as archive:
            by = Actor(login=getuser())
            done = sweep(archive, second_store(settings), seconds=seconds, by=by)
            if done is None:
                raise RecordChanged("fixity")
            damaged = [(loss.key, loss.damage.value) for loss in open_losses(archive.database)]
            if not seconds:
                lost = {key for key, _ in damaged}
                damaged += [(key, "missing") for key in missing_objects(archive) if key not in lost]
                public = seal_key(settings).public.hex()
                damaged += check_trail(archive, public)
    if as_json:
        print_json({"objects": done.objects, "copied": done.copied, "repaired": done.repaired,
                    "damaged": [key for key, _ in damaged]})  # fmt: skip
    else:
        for where, what in damaged:
            err.print(f"✗ {where}: {what}", markup=False)
        out.print(
            say(
                f"{'✗' if damaged else '✓'} {done.objects} đối tượng, {done.copied} chép sang kho hai, "
                f"{done.repaired} đã sửa, {len(damaged)} hỏng",
                f"{'✗' if damaged else '✓'} {done.objects} objects, {done.copied} copied to the second "
                f"store, {done.repaired} repaired, {len(damaged)} damaged",
            )
        )
    if damaged:
        fail(ALTERED)


def doctor_command(
    data: Data = None,
    as_json: AsJson = False,
    store: Annotated[
        bool, typer.Option(help=say("thử kho S3 đã đặt", "try the S3 server of the settings"))
    ] = False,
    quick: Annotated[bool, typer.Option(help=say("không khởi động kho", "do not start the store"))] = False,
) -> None:
    """What is missing, of a wrong version or full on this machine, and the command that mends it."""
    with errors_told():
        settings = settings_for(data)
        findings = list(examine_store(settings) if store else examine(settings, quick=quick))
    for finding in findings:
        if as_json:
            print_json(finding)
        else:
            out.print(f"{'✓' if finding.fine else '✗'} {finding.name:14} {finding.found}", markup=False)
            if not finding.fine:
                out.print(f"    → {finding.mend}", markup=False)
    if not all(finding.fine for finding in findings):
        fail(EnvironmentFaulty.exit_code)
