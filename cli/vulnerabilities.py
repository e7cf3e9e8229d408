"""Known vulnerabilities of what is installed, told offline: against advisories that the operator brings.

The file is what osv.dev hands out for Python packages (`PyPI/all.zip`, OSV schema 1), or one advisory or a
list of them as JSON. Programs from Debian are Debian's to update (`debsecan` tells of them).
"""

import json
from collections.abc import Iterator, Mapping
from importlib.metadata import distributions
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile, is_zipfile

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version
from pydantic import BaseModel, ValidationError

from schemas.base.model import Frozen
from schemas.environment_errors import SettingWrong


class _Package(BaseModel):
    ecosystem: str = ""
    name: str = ""


class _Range(BaseModel):
    type: str = ""
    events: list[dict[str, str]] = []


class _Affected(BaseModel):
    package: _Package = _Package()
    versions: list[str] = []
    ranges: list[_Range] = []


class Advisory(BaseModel):
    """What of the OSV schema counts here."""

    id: str
    aliases: list[str] = []
    summary: str = ""
    withdrawn: str | None = None
    affected: list[_Affected] = []


class Vulnerable(Frozen):
    """An installed package that an advisory names."""

    package: str
    version: str
    advisory: str
    summary: str
    fixed: str
    """The first version without it; empty when there is none yet."""


def installed() -> dict[str, str]:
    """Version by name of every Python package here."""
    return {canonicalize_name(one.metadata["Name"]): one.version for one in distributions()}


def vulnerable(file: Path, packages: Mapping[str, str]) -> Iterator[Vulnerable]:
    """What of `packages` the advisories in `file` name. Raises `SettingWrong` for a file that holds none."""
    for advisory in _advisories(file):
        for affected in advisory.affected if advisory.withdrawn is None else ():
            name = canonicalize_name(affected.package.name)
            if affected.package.ecosystem == "PyPI" and name in packages and _names(affected, packages[name]):
                yield Vulnerable(
                    package=name,
                    version=packages[name],
                    advisory=" ".join([advisory.id, *advisory.aliases]),
                    summary=advisory.summary,
                    fixed=_fixed(affected, packages[name]),
                )


def _advisories(file: Path) -> Iterator[Advisory]:
    try:
        if is_zipfile(file):
            with ZipFile(file) as archive:
                for name in archive.namelist():
                    yield from _read(archive.read(name))
        else:
            yield from _read(file.read_bytes())
    except (OSError, BadZipFile, ValueError, ValidationError) as error:
        raise SettingWrong("--vulnerabilities", f"{file}: {type(error).__name__}") from error


def _read(content: bytes) -> Iterator[Advisory]:
    told: Any = json.loads(content)
    for entry in told if isinstance(told, list) else [told]:
        yield Advisory.model_validate(entry)


def _names(affected: _Affected, version: str) -> bool:
    return version in affected.versions or any(_within(one, version) for one in affected.ranges)


def _within(one: _Range, version: str) -> bool:
    """OSV's rule: affected since the last event `introduced` that no `fixed` or `last_affected` ends."""
    if one.type != "ECOSYSTEM":
        return False
    here, inside = _number(version), False
    for event in one.events:
        introduced, fixed, last = (event.get(name) for name in ("introduced", "fixed", "last_affected"))
        if introduced is not None:
            inside = inside or here >= _number(introduced)
        elif fixed is not None:
            inside = inside and here < _number(fixed)
        elif last is not None:
            inside = inside and here <= _number(last)
    return inside


def _fixed(affected: _Affected, version: str) -> str:
    later = [
        event["fixed"]
        for one in affected.ranges
        for event in one.events
        if "fixed" in event and _number(event["fixed"]) > _number(version)
    ]
    return min(later, key=_number, default="")


def _number(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:
        return Version("0")
