"""`reindex`, `verify`, `doctor`: for auditors and operators."""

from collections.abc import Iterator
from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer

from cli.doctor import examine, examine_packages, examine_store
from cli.options import AsJson, Data
from cli.terminal import ALTERED, err, errors_told, fail, out, print_json, say, settings_for
from schemas.account import Actor
from schemas.errors import EnvironmentFaulty
from schemas.request_errors import RecordChanged
from storage.audit.signer import seal_key
from storage.audit.verification import check_trail
from storage.objects.encryption import add_master_key
from storage.objects.rekey import Rekeyed, rekey
from storage.opening import open_archive, second_store
from storage.preservation.fixity import missing_objects, sweep
from storage.preservation.rebuild import reindex
from storage.records.losses import open_losses


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
    seconds: Annotated[
        float,
        typer.Option(
            min=0,
            help=say(
                "chỉ lát tiếp theo, chừng ấy giây; 0: tất cả", "the next slice only, so many seconds; 0: all"
            ),
        ),
    ] = 0,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
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
        print_json(
            {
                "objects": done.objects,
                "copied": done.copied,
                "repaired": done.repaired,
                "damaged": [key for key, _ in damaged],
            }
        )
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


def rekey_command(
    new_key: Annotated[
        bool,
        typer.Option(
            "--new-key",
            help=say("thêm một khóa mới vào tệp khóa trước đã", "first add a new key to the file of keys"),
        ),
    ] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Wrap what lies encrypted at rest with the newest master key; run again, it goes on."""
    with errors_told():
        settings = settings_for(data)
        places = [place for place in (settings.store, settings.second_store) if place.key_file]
        if new_key:
            for file in {place.key_file for place in places if place.key_file}:
                add_master_key(file)
        with open_archive(settings) as archive:
            archive.audit.append("store.rekey", "store", Actor(login=getuser()))
            second = second_store(settings) if settings.second_store.key_file else None
            for store in (archive.store, second):
                if store is not None:
                    _print_rekeyed(_follow(rekey(store)), as_json=as_json)


def _follow(steps: Iterator[Rekeyed]) -> Rekeyed:
    """The last of `steps`; on the way, how many objects were looked at."""
    done = Rekeyed(objects=0, closed_anew=0, waiting=0)
    with err.status("") as status:
        for done in steps:
            status.update(say(f"{done.objects} đối tượng", f"{done.objects} objects"))
    return done


def _print_rekeyed(done: Rekeyed, *, as_json: bool) -> None:
    if as_json:
        print_json(done)
        return
    out.print(
        say(
            f"✓ {done.objects} đối tượng, {done.closed_anew} đã bọc bằng khóa mới",
            f"✓ {done.objects} objects, {done.closed_anew} wrapped with the newest key",
        )
    )
    kept = say(
        f"  giữ lại khóa cũ: {done.waiting} bản niêm phong còn bị khóa cần đến nó",
        f"  keep the older key: {done.waiting} locked copies of seals need it",
    )
    out.print(kept if done.waiting else say("  khóa cũ bỏ được", "  the older key is needed no more"))


def doctor_command(
    data: Data = None,
    as_json: AsJson = False,
    store: Annotated[
        bool, typer.Option(help=say("thử kho S3 đã đặt", "try the S3 server of the settings"))
    ] = False,
    quick: Annotated[bool, typer.Option(help=say("không khởi động kho", "do not start the store"))] = False,
    vulnerabilities: Annotated[
        Path | None,
        typer.Option(
            help=say(
                "tệp lỗ hổng đã biết của osv.dev (PyPI/all.zip), mang vào máy",
                "known vulnerabilities from osv.dev (PyPI/all.zip), brought to this machine",
            )
        ),
    ] = None,
) -> None:
    """What is missing, of a wrong version or full on this machine, and the command that mends it."""
    with errors_told():
        settings = settings_for(data)
        if vulnerabilities:
            findings = examine_packages(vulnerabilities)
        else:
            findings = list(examine_store(settings) if store else examine(settings, quick=quick))
    for finding in findings:
        if as_json:
            print_json(finding)
        else:
            out.print(f"{'✓' if finding.fine else '✗'} {finding.name:14} {finding.found}", markup=False)
            if not finding.fine:
                out.print(f"    → {finding.mend}", markup=False)
            elif finding.advice:
                out.print(f"    · {finding.advice}", markup=False)
    if not all(finding.fine for finding in findings):
        fail(EnvironmentFaulty.exit_code)
