"""A hot folder: what comes to rest in it is taken in, then moved, never deleted.

Taken files go to `done/<day>/`, refused ones to `refused/<day>/` with a `….reason.txt` beside them.
Only a rescan decides: events get lost on network shares.
"""

import errno
import math
import os
import stat
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from flows.pipeline.intake import new_batch, signature_now
from flows.runners.batch_run import Watcher, orchestrated, receive
from schemas.batch import Balance, Receipt
from schemas.environment_errors import FolderAway, write_error
from schemas.file_errors import ForbiddenFile, UnreadableFile
from schemas.settings import Settings
from storage.files.folder_root import FolderRoot, Parts
from storage.files.scan_folders import Offered, Signature, find_below, signature_of
from storage.files.wholeness import looks_whole
from storage.records.handing_in import DONE, REASON, REFUSED

_UNREAD = (ForbiddenFile.code, UnreadableFile.code)
_FULL = (errno.ENOSPC, errno.EDQUOT)
_PATIENCE = 20
"""A file that looks cut short has to rest so many times as long as others: its copy may have paused. One that
could not be read is tried again after as long."""
_LONGEST_NAME = 255
"""Bytes of a name in a folder (NAME_MAX of Linux)."""


def watch_folder(
    settings: Settings, folder: Path, unit: str, watcher: Watcher, *, once: bool = False
) -> Iterator[Balance]:
    """Take in whatever rests in `folder`, day by day a batch; yields the balance after each round.

    `once` ends when nothing is left that could come to rest. Raises `StoreFailed` and
    `EnvironmentFaulty`; the files then lie where they lay. A share that goes away meanwhile is waited for.
    """
    seen: dict[Path, tuple[Signature | None, float]] = {}
    stays: dict[Path, tuple[Signature | None, float]] = {}
    """What could not be moved, as it was then, and when it is looked at again."""
    offered_in(folder)
    is_away = False
    with orchestrated(settings) as run:
        while True:
            try:
                offered = [item for item in offered_in(folder) if not _stays(item, stays)]
                is_away = False
            except FolderAway as error:
                if once:
                    raise
                if not is_away:
                    watcher.away(error)
                offered, is_away = [], True
            resting = _resting(offered, seen, settings.settle_seconds)
            if resting:
                batch = new_batch(f"{folder.name} {date.today():%Y-%m-%d}", unit)  # noqa: DTZ011
                batch = run.runtime.archive.open_batch(batch)
                for item, receipt in receive(run.runtime, batch, resting):
                    if not move_taken(item, receipt):
                        again = (
                            settings.settle_seconds * _PATIENCE if receipt.refusal and not once else math.inf
                        )
                        stays[item.file] = (signature_now(item), time.monotonic() + again)
                        watcher.left(item.name)
                    watcher.received(receipt)
                yield run.digitise(batch, watcher)
            elif once and not offered:
                return
            else:
                time.sleep(min(settings.settle_seconds / 2 or 0.1, 1.0))


def offered_in(folder: Path) -> list[Offered]:
    """What lies in `folder` now: opened anew, for a share that was away is another. Raises `FolderAway`."""
    try:
        return offered_below(FolderRoot(folder))
    except OSError as error:
        raise FolderAway(str(folder), error.strerror or "") from error


def offered_below(root: FolderRoot) -> list[Offered]:
    """What lies in a hot folder and was not moved yet."""
    found = (item for item in find_below(root) if item.parts[0] not in (DONE, REFUSED))
    return [replace(item, moves=True) for item in found]


def _stays(item: Offered, stays: dict[Path, tuple[Signature | None, float]]) -> bool:
    """Whether it is still what could not be moved; what was out of reach comes back as a file to be taken."""
    then, until = stays.get(item.file, (None, 0.0))
    return then is not None and then == signature_now(item) and time.monotonic() < until


def _resting(
    offered: list[Offered], seen: dict[Path, tuple[Signature | None, float]], settle_seconds: float
) -> list[Offered]:
    """Files of stacks in which nothing changed for `settle_seconds`; longer where one looks cut short."""
    now = time.monotonic()
    young: set[str] = set()
    for item in offered:
        signature = signature_now(item)
        known = seen.get(item.file)
        if known is None or known[0] != signature:
            seen[item.file] = known = (signature, now)
        rested = now - known[1]
        if rested < settle_seconds or (rested < _PATIENCE * settle_seconds and not _looks_whole(item)):
            young.add(item.stack)
    return [item for item in offered if item.stack not in young]


def _looks_whole(item: Offered) -> bool:
    """Whether nothing tells that the rest of it is still to come; of what is no file, too."""
    try:
        with os.fdopen(item.open(), "rb") as source:
            return not stat.S_ISREG(os.fstat(source.fileno()).st_mode) or looks_whole(source)
    except OSError:
        return True


def move_taken(item: Offered, receipt: Receipt) -> bool:
    """Move a file whose receipt is safe; an equal name is numbered, never overwritten.

    What is moved is what was taken: a file that changed since it was read stays, or comes back, and is taken
    again as a new version. What cannot be read, and what lies in a folder that is read-only or out of reach,
    is not moved. Whether it was. Raises `FolderNotOurs`, `DiskFull`.
    """
    if item.root is None or (item.signature and signature_now(item) != item.signature):
        return False
    if receipt.refusal and receipt.refusal.code in _UNREAD:
        return False
    kind = REFUSED if receipt.refusal else DONE
    target = (kind, f"{receipt.received_at:%Y-%m-%d}", *item.parts)
    try:
        lies = item.root.move(item.parts, target)
        if item.signature and not _is_state(item.root, lies, item.signature):
            item.root.move(lies, item.parts)  # its writer went on meanwhile
            return False
        if receipt.refusal:
            message = receipt.refusal.message
            beside = f"{_cut(lies[-1], _LONGEST_NAME - len(REASON))}{REASON}"
            item.root.write((*lies[:-1], beside), f"{message.vi}\n{message.en}\n")
        item.root.drop_empty(item.parts[:-1])
    except OSError as error:
        if error.errno in _FULL:
            raise write_error(str(item.root.path.joinpath(*target)), error) from error
        return False
    return True


def _cut(name: str, most: int) -> str:
    """`name`, of which no more bytes are left than `most`; a letter is never cut in two."""
    return os.fsencode(name)[:most].decode("utf-8", "ignore")


def _is_state(root: FolderRoot, parts: Parts, signature: Signature) -> bool:
    """Whether what lies there is that state of the file; on another disk it is another file."""
    now = signature_of(root.facts(parts))
    if now.device != signature.device:
        return now.size == signature.size
    return now == signature
