"""Where and when a file was handed in: which stack it belongs to, and which earlier file it is a version of.

Names repeat: a scanner counts from Scan0001 again after lunch, two folders are called 001. A stack is where
it lay and when, not its name. A file that was taken and has since grown is a new version of itself.
"""

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import file_digest
from itertools import count, takewhile
from stat import S_ISREG

from schemas.base.ids import derive_id
from schemas.batch import Batch, Receipt
from storage.archive.archive import Archive
from storage.archive.receipts import receipts_of
from storage.files.folder_root import FolderRoot
from storage.files.scan_folders import Offered, clean_name

DONE, REFUSED = "done", "refused"
"""Where the files of a hot folder go once they are safe."""
REASON = ".reason.txt"
"""What is added to the name of a refused file for the one beside it that says why."""


def placed(archive: Archive, batch: Batch, offered: Sequence[Offered]) -> list[Offered]:
    """`offered`, each in the stack it belongs to, with the receipt of its earlier version, if it had one."""
    known = _Known(archive, batch, offered)
    stacks: defaultdict[tuple[str, str], list[Offered]] = defaultdict(list)
    in_place: dict[int, Offered] = {}
    for item in offered:
        if item.root is None:
            in_place[id(item)] = item
        elif earlier := known.earlier(item):
            in_place[id(item)] = replace(
                item, stack=earlier.stack, position=earlier.position, source=source_of(item), earlier=earlier
            )
        else:
            stacks[item.stack, _place(item)].append(item)
    for (stack, _), items in stacks.items():
        name = known.free_stack(stack, items)
        after = known.last_position(name) if items[0].moves else 0  # those before lie elsewhere by now
        for item in items:
            position = after + item.position
            in_place[id(item)] = replace(item, stack=name, position=position, source=source_of(item))
    return [in_place[id(item)] for item in offered]


def source_of(item: Offered) -> str:
    """What stands for the place that the item's stack lies at; empty when it came through the browser."""
    if item.root is None:
        return ""
    parts = item.parts[:1] if len(item.parts) > 1 else ()
    return derive_id("source", str(item.root.path.absolute().joinpath(*parts)))


class _Known:
    """What is on record of the stacks that files may belong to."""

    def __init__(self, archive: Archive, batch: Batch, offered: Sequence[Offered]) -> None:
        self._archive, self._batch = archive, batch
        names = {item.stack for item in offered} | {_root_stack(item) for item in offered}
        self._stacks = receipts_of(archive.database, batch.id, names)
        self._moved: dict[str, bool] = {}
        self._given: set[str] = set()
        self._twins: defaultdict[str, list[Offered]] = defaultdict(list)
        for item in offered:
            self._twins[item.name].append(item)

    def earlier(self, item: Offered) -> Receipt | None:
        """The file as it was taken before, from the same place, and not moved away since."""
        still = [
            receipt
            for stack in dict.fromkeys((item.stack, _root_stack(item)))
            for receipts in self._numbered_stacks(stack)
            for receipt in _newest(receipts)
            if (receipt.name, receipt.source) == (item.name, source_of(item))
            and not (item.moves and self._was_moved(item, receipt))
        ]
        twins = self._twins[item.name]
        if len(twins) > 1:  # one name, written in two ways: the bytes tell which is which
            digest, others = digest_of(item), {digest_of(twin) for twin in twins if twin is not item}
            same = [receipt for receipt in still if receipt.sha256 == digest]
            still = same or [receipt for receipt in still if receipt.sha256 not in others]
        return still[-1] if still else None

    def free_stack(self, stack: str, items: Sequence[Offered]) -> str:
        """The stack that `items` begin or go on with; what was handed in whole before is no new one."""
        for number in count(1):
            name = _numbered(stack, number)
            receipts = self._receipts(name)
            fits = not receipts or self._goes_on(receipts, items[0]) or _are_again(receipts, items)
            if fits and name not in self._given:
                self._given.add(name)
                return name
        raise AssertionError(stack)

    def _numbered_stacks(self, stack: str) -> Iterator[list[Receipt]]:
        """The receipts of `stack`, then of those that were handed in later under its name."""
        return takewhile(bool, (self._receipts(_numbered(stack, number)) for number in count(1)))

    def last_position(self, stack: str) -> int:
        """Of the files that the stack has already; 0 when it has none."""
        return max((receipt.position for receipt in self._receipts(stack)), default=0)

    def _goes_on(self, before: Sequence[Receipt], item: Offered) -> bool:
        """Whether it is more of the same handing in: files that are moved were not all moved yet."""
        own = [receipt for receipt in _newest(before) if receipt.source == source_of(item)]
        return bool(own) and (not item.moves or not all(self._was_moved(item, r) for r in own))

    def _receipts(self, stack: str) -> list[Receipt]:
        if stack not in self._stacks:
            self._stacks |= receipts_of(self._archive.database, self._batch.id, {stack})
        return self._stacks.get(stack, [])

    def _was_moved(self, item: Offered, receipt: Receipt) -> bool:
        if receipt.id not in self._moved:
            self._moved[receipt.id] = item.root is not None and _was_moved(item.root, receipt)
        return self._moved[receipt.id]


def _newest(receipts: Sequence[Receipt]) -> list[Receipt]:
    """Of each file its last version: those before were overwritten where they lay, and never moved."""
    before = {receipt.supersedes for receipt in receipts}
    return [receipt for receipt in receipts if receipt.id not in before]


def _are_again(before: Sequence[Receipt], items: Sequence[Offered]) -> bool:
    """Whether all the files of the stack were handed in again, byte for byte, under the same names."""
    known = {receipt.name: receipt.sha256 for receipt in before}
    if {item.name for item in items} != known.keys():
        return False
    return all(known[item.name] == digest_of(item) for item in items)


def digest_of(item: Offered) -> str | None:
    """SHA-256 of what lies there now; None when it cannot be read."""
    try:
        descriptor = item.open()
        with os.fdopen(descriptor, "rb") as source:
            is_file = S_ISREG(os.fstat(descriptor).st_mode)
            return file_digest(source, "sha256").hexdigest() if is_file else None
    except OSError:
        return None


def _numbered(stack: str, number: int) -> str:
    return stack if number == 1 else f"{stack} ({number})"


def _place(item: Offered) -> str:
    """Tells stacks apart whose names are one to people and two to the disk: NFC and NFD of a word."""
    is_loose_image = len(item.parts) == 1 and item.stack == _root_stack(item)
    return "" if is_loose_image else item.parts[0]


def _root_stack(item: Offered) -> str:
    """Where single images lie that are in no folder: a file of one page may grow to one of more."""
    return clean_name(item.root.path.name) if item.root and len(item.parts) == 1 else item.stack


def _was_moved(root: FolderRoot, receipt: Receipt) -> bool:
    """Whether the file of `receipt` lies where taken or refused ones go."""
    kind = REFUSED if receipt.refusal else DONE
    day = f"{receipt.received_at:%Y-%m-%d}"
    for parts in root.walk((kind, day)):
        name = clean_name("/".join((root.path.name, *parts[2:])))
        if is_numbered(name, receipt.name) and _has_size(root, parts, receipt):
            return True
    return False


def is_numbered(name: str, original: str) -> bool:
    """Whether `name` is `original`, or that with a number because the name was taken: `a (2).pdf`."""
    stem, dot, suffix = original.rpartition(".")
    stem, suffix = (stem, f"{dot}{suffix}") if dot and "/" not in suffix else (original, "")
    between = name.removeprefix(stem).removesuffix(suffix) if name.startswith(stem) else "?"
    return name == original or re.fullmatch(r" \(\d+\)", between) is not None


def _has_size(root: FolderRoot, parts: tuple[str, ...], receipt: Receipt) -> bool:
    if receipt.scan is None:
        return True
    try:
        return root.facts(parts).st_size == receipt.scan.size_bytes
    except OSError:
        return False
