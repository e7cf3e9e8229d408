"""`backup`, `restore`: for operators."""

import os
import time
from pathlib import Path
from typing import Annotated

import typer

from cli.options import AsJson, Data
from cli.terminal import ALTERED, err, errors_told, fail, out, print_json, say, settings_for
from schemas.environment_errors import SettingWrong
from storage.archive.trail_key import trail_key_file
from storage.audit.signer import seal_key, seal_pem
from storage.opening import open_archive
from storage.preservation.backup import back_up
from storage.preservation.restore import new_identity, restore
from storage.private_files import write_private

Folder = Annotated[Path, typer.Argument(help=say("thư mục chứa bản sao lưu", "folder of the backups"))]


def backup_command(
    folder: Folder,
    to: Annotated[
        list[str] | None,
        typer.Option(
            help=say(
                "khóa công khai age1…, thay SOHOA_BACKUP_TO", "recipient age1…, instead of SOHOA_BACKUP_TO"
            )
        ),
    ] = None,
    new_key: Annotated[
        Path | None,
        typer.Option(
            help=say(
                "tạo khóa mới vào tệp này rồi thôi", "make a new identity in this file, and nothing else"
            )
        ),
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Add what is new since the last run, encrypted so that this machine itself cannot read it."""
    with errors_told():
        settings = settings_for(data)
        if new_key:
            _make_identity(new_key)
            return
        recipients = to or list(settings.backup_to)
        if not recipients:
            raise SettingWrong("SOHOA_BACKUP_TO", "sohoa backup FOLDER --new-key FILE")
        with open_archive(settings) as archive:
            made = back_up(archive, folder, recipients, seal_key(settings), seal_pem(settings))
    if as_json:
        print_json(made)
    else:
        size = f"{made.size_bytes / 1e6:.1f} MB"
        out.print(
            say(
                f"✓ lần {made.number}: thêm {made.objects} đối tượng, {size}",
                f"✓ run {made.number}: {made.objects} objects added, {size}",
            )
        )
        out.print(say(f"  ký bằng {made.key}", f"  signed with {made.key}"), markup=False)
        for lost in made.damaged:
            err.print(f"✗ {lost}", markup=False)
    if made.damaged:
        fail(ALTERED)


def restore_command(
    folder: Folder,
    identity: Annotated[Path, typer.Option(help=say("tệp khóa bí mật", "file of the identity"))],
    key: Annotated[
        str,
        typer.Option(
            "--seal-key",
            help=say(
                "khóa công khai đã ký bản sao lưu (`sohoa audit key`, in trên bản cân đối)",
                "public key that signed the backups (`sohoa audit key`)",
            ),
        ),
    ],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Put a backup into an empty archive: objects, database, accounts, the seal key."""
    with errors_told():
        settings = settings_for(data)
        try:
            secret = identity.read_text()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingWrong("--identity", str(identity)) from error
        with open_archive(settings) as archive:
            done, kept = restore(archive, folder, secret, key)
        _keep_key(settings.seal.key_file or settings.data / "keys" / "seal.pem", kept.seal_pem)
        _keep_key(trail_key_file(settings), kept.trail.lines().encode())
    if as_json:
        print_json(done)
    else:
        for flaw in done.damaged:
            err.print(f"✗ {flaw}", markup=False)
        out.print(
            say(
                f"✓ {done.runs} lần, {done.objects} đối tượng, {done.rows} dòng; nhật ký "
                f"{'hỏng' if done.damaged else 'nguyên vẹn'}",
                f"✓ {done.runs} runs, {done.objects} objects, {done.rows} rows; the trail is "
                f"{'damaged' if done.damaged else 'whole'}",
            )
        )
    if done.damaged:
        fail(ALTERED)


def _make_identity(file: Path) -> None:
    secret, public = new_identity()
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise SettingWrong("--new-key", f"{file}: {error.strerror}") from error
    with os.fdopen(descriptor, "w") as target:
        target.write(f"# {public}\n{secret}\n")
    out.print(public, markup=False)
    err.print(
        say(
            f"Cất {file} ở nơi khác: thiếu nó thì không phục hồi được.",
            f"Keep {file} elsewhere: without it nothing can be restored.",
        ),
        markup=False,
    )


def _keep_key(file: Path, content: bytes) -> None:
    """A key goes where the settings expect it; another that is there already is kept beside it."""
    try:
        if file.exists() and file.read_bytes() == content:
            return
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if file.exists():
            file.rename(file.with_suffix(f".{int(time.time())}{file.suffix}"))
            err.print(
                say(f"Khóa cũ ở {file} đã được cất bên cạnh.", f"Another key at {file} was kept beside it."),
                markup=False,
            )
        write_private(file, content)
    except OSError as error:
        raise SettingWrong("key_file", f"{file}: {error.strerror}") from error
