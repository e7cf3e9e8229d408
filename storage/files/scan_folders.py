"""Folders of scans: which files lie there, and which of them are one stack.

A folder inside the named folder is a dossier's stack; a multi-page file lying directly in it is
one too; single images lying directly in it are one stack together.
"""

import os
import re
import stat
import struct
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from natsort import natsort_keygen, ns

from schemas.base.vietnamese import nfc
from schemas.batch import PagePlace, Receipt
from storage.files.folder_root import FolderRoot, Parts

_IMAGES = (".jpg", ".jpeg", ".png")
_TIFFS = (".tif", ".tiff")
_OURS = (".truth.json",)
_MADE_BY_MACHINES = re.compile(
    r"thumbs\.db|ehthumbs\.db|desktop\.ini|@eadir|#recycle|\$recycle\.bin|system volume information|__macosx"
    r"|~\$.*|.*\.(?:part|partial|filepart|crdownload|tmp|lock)",
    re.IGNORECASE,
)
"""What Windows, NAS and office programs leave: indexes, thumbnails, locks, copies under way."""
_natural = natsort_keygen(alg=ns.IGNORECASE)
IMAGES = "ảnh"
"""The stack of single images that were handed in without a folder."""


class Signature(NamedTuple):
    """Tells one state of a file from another."""

    device: int
    inode: int
    size: int
    changed_ns: int


def signature_of(facts: os.stat_result) -> Signature:
    """By what the file system knows of it."""
    return Signature(facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns)


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
    receipt_id: str = ""
    """That of the receipt to come, when it was given already: to an arrival."""
    root: FolderRoot | None = None
    """The folder that was named, if the file lies in one; it is opened and moved from there, step by step."""

    moves: bool = False
    """Whether it is moved away once it is safe: from a hot folder."""
    source: str = ""
    earlier: Receipt | None = None
    """What is on record of the file of that name; set by `storage.records.handing_in`."""
    signature: Signature | None = None
    """What the file was when it was read."""

    @property
    def parts(self) -> Parts:
        """Its path below `root`."""
        return self.file.relative_to(self.root.path).parts if self.root else ()

    def open(self) -> int:
        """A descriptor to read it by, through no link. Raises `OSError`."""
        if self.root:
            return self.root.open(self.parts)
        return os.open(self.file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)


def find_files(paths: Sequence[Path]) -> list[Offered]:
    """Everything below `paths` that is not hidden, in natural order, put into stacks."""
    offered: list[Offered] = []
    for path in paths:
        name = _name(path, path.parent)
        alone = [Offered(path, name, name, 1)]
        try:
            offered += _below(FolderRoot(path)) if _is_folder(path) else alone
        except OSError:  # who reads it is told why
            offered += alone
    return _numbered(offered)


def count_left_alone(paths: Sequence[Path]) -> int:
    """Files below `paths` that are hidden, or left behind by file servers and programs."""
    count = 0
    for path in filter(_is_folder, paths):
        with suppress(OSError):  # told as a file that cannot be read
            count += sum(_is_left_alone(parts) for parts in FolderRoot(path).walk())
    return count


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def find_below(root: FolderRoot) -> list[Offered]:
    """As `find_files`, of one folder that is open. Raises `OSError` when it cannot be listed."""
    return _numbered(_below(root))


def _below(root: FolderRoot) -> list[Offered]:
    files = (root.path.joinpath(*parts) for parts in root.walk() if not _is_left_alone(parts))
    return [_offered(root, file) for file in files]


def _offered(root: FolderRoot, file: Path) -> Offered:
    name = _name(file, root.path.parent)
    parts = file.relative_to(root.path).parts
    if len(parts) > 1:
        stack = _name(root.path / parts[0], root.path.parent)
    elif file.suffix.lower() in _IMAGES or (file.suffix.lower() in _TIFFS and _is_one_page(root, parts)):
        stack = _name(root.path, root.path.parent)
    else:
        stack = name
    return Offered(file, name, stack, 1, root=root)


def _is_one_page(root: FolderRoot, parts: Parts) -> bool:
    """Whether a TIFF has a single frame (TIFF 6.0, p. 14): its first directory names none after it."""
    try:
        with os.fdopen(root.open(parts), "rb") as source:
            if not stat.S_ISREG(os.fstat(source.fileno()).st_mode):
                return False
            head = source.read(8)
            order = {b"II*\x00": "<", b"MM\x00*": ">"}[head[:4]]
            source.seek(struct.unpack(f"{order}I", head[4:])[0])
            entries = struct.unpack(f"{order}H", source.read(2))[0]
            source.seek(entries * 12, os.SEEK_CUR)
            return bool(struct.unpack(f"{order}I", source.read(4))[0] == 0)
    except (OSError, KeyError, ValueError, struct.error):
        return False


def _in_order(item: Offered) -> tuple[object, object]:
    """As people count: page 2 before page 10."""
    return _natural(item.stack), _natural(item.name)


def _numbered(offered: list[Offered]) -> list[Offered]:
    """In natural order, each with its position in its stack."""
    numbered: list[Offered] = []
    positions: dict[str, int] = {}
    for item in sorted(offered, key=_in_order):
        positions[item.stack] = positions.get(item.stack, 0) + 1
        numbered.append(replace(item, position=positions[item.stack]))
    return numbered


def _is_left_alone(parts: Parts) -> bool:
    """Hidden or made by machines, or below such a thing; truths of our own samples."""
    hidden = any(part.startswith(".") and not part.startswith("..") for part in parts)
    made = any(_MADE_BY_MACHINES.fullmatch(part) for part in parts)
    return hidden or made or parts[-1].endswith(_OURS)


def clean_name(name: str) -> str:
    """A file's name as data: NFC, no control characters, bytes that are not UTF-8 spelled out."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return nfc("".join(c if c.isprintable() else " " for c in text)) or "?"


def _name(file: Path, root: Path) -> str:
    return clean_name(str(file.relative_to(root)))


def stack_of(name: str) -> str:
    """The stack of a file handed in as `name`, its path below the folder that was dropped."""
    first, _, rest = name.partition("/")
    if "/" in rest:
        return f"{first}/{rest.split('/')[0]}"
    if name.lower().endswith(_IMAGES):
        return first if rest else IMAGES
    return name
