"""Folders of scans: which files lie there, and which of them are one stack.

A folder inside the named folder is a dossier's stack; a multi-page file lying directly in it is
one too; single images lying directly in it are one stack together.
"""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from schemas.batch import PagePlace
from schemas.vietnamese import nfc

_IMAGES = (".jpg", ".jpeg", ".png")
_OURS = (".truth.json",)
IMAGES = "ảnh"
"""The stack of single images that were handed in without a folder."""


@dataclass(frozen=True)
class Offered:
    """A file found where the clerk pointed."""

    file: Path
    name: str
    """Path below the named folder, NFC, control characters replaced: data, never opened."""
    stack: str
    position: int
    replaces: PagePlace | None = None
    """The page that was scanned again as this file."""


def find_files(paths: Sequence[Path]) -> list[Offered]:
    """Everything below `paths` that is not hidden, in natural order, put into stacks."""
    offered: list[tuple[Path, str, str]] = []
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            offered += [(f, _name(f, path.parent), _stack(f, path)) for f in _walk(path)]
        else:
            offered.append((path, _name(path, path.parent), _name(path, path.parent)))
    found: list[Offered] = []
    positions: dict[str, int] = {}
    for file, name, stack in sorted(offered, key=lambda item: (_natural(item[2]), _natural(item[1]))):
        positions[stack] = positions.get(stack, 0) + 1
        found.append(Offered(file, name, stack, positions[stack]))
    return found


def clean_name(name: str) -> str:
    """A file's name as data: NFC, no control characters, bytes that are not UTF-8 spelled out."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return nfc("".join(c if c.isprintable() else " " for c in text)) or "?"


def _walk(folder: Path) -> Iterator[Path]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        hidden = entry.name.startswith(".") and not entry.name.startswith("..")
        if hidden or entry.name.endswith(_OURS):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path))
        else:
            yield Path(entry.path)


def _stack(file: Path, named: Path) -> str:
    below = file.relative_to(named)
    if len(below.parts) > 1:
        return _name(named / below.parts[0], named.parent)
    if file.suffix.lower() in _IMAGES:
        return _name(named, named.parent)
    return _name(file, named.parent)


def _name(file: Path, root: Path) -> str:
    return clean_name(str(file.relative_to(root)))


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """Sort key under which `page 2` comes before `page 10`."""
    return tuple(
        (int(part), "") if part.isdecimal() else (0, part.lower())
        for part in re.split(r"(\d+)", text)
        if part
    )


def stack_of(name: str) -> str:
    """The stack of a file handed in as `name`, its path below the folder that was dropped."""
    first, _, rest = name.partition("/")
    if "/" in rest:
        return f"{first}/{rest.split('/')[0]}"
    if name.lower().endswith(_IMAGES):
        return first if rest else IMAGES
    return name
