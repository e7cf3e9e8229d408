"""A hot folder: what comes to rest in it is taken in, then moved, never deleted.

Taken files go to `done/<day>/`, refused ones to `refused/<day>/` with a `….reason.txt` beside them.
Only a rescan decides: events get lost on network shares.
"""

import errno
import os
import shutil
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from flows.intake import new_batch
from flows.run import Watcher, orchestrated, receive
from schemas.batch import Balance, Receipt
from schemas.errors import DiskFull
from schemas.settings import Settings
from storage.folders import Offered, find_files

_DONE, _REFUSED = "done", "refused"
_Signature = tuple[int, int]


def watch_folder(
    settings: Settings, folder: Path, unit: str, watcher: Watcher, *, once: bool = False
) -> Iterator[Balance]:
    """Take in whatever rests in `folder`, day by day a batch; yields the balance after each round.

    `once` ends when nothing is left that could come to rest. Raises `StoreFailed` and
    `EnvironmentFaulty`; the files then lie where they lay.
    """
    seen: dict[Path, tuple[_Signature, float]] = {}
    with orchestrated(settings) as run:
        while True:
            offered = [item for item in find_files([folder]) if not _is_ours(item.file, folder)]
            resting = _resting(offered, seen, settings.settle_seconds)
            if resting:
                batch = new_batch(f"{folder.name} {date.today():%Y-%m-%d}", unit)  # noqa: DTZ011
                batch = run.shop.archive.open_batch(batch)
                for item, receipt in receive(run.shop, batch, resting):
                    move_taken(folder, item, receipt)
                    watcher.received(receipt)
                yield run.digitise(batch, watcher)
            elif once and not offered:
                return
            else:
                time.sleep(min(settings.settle_seconds / 2 or 0.1, 1.0))


def _is_ours(file: Path, folder: Path) -> bool:
    return file.relative_to(folder).parts[0] in (_DONE, _REFUSED)


def _resting(
    offered: list[Offered], seen: dict[Path, tuple[_Signature, float]], settle_seconds: float
) -> list[Offered]:
    """Files of stacks in which nothing changed for `settle_seconds`."""
    now = time.monotonic()
    young: set[str] = set()
    for item in offered:
        facts = item.file.lstat()
        signature = (facts.st_size, facts.st_mtime_ns)
        known = seen.get(item.file)
        if known is None or known[0] != signature:
            seen[item.file] = known = (signature, now)
        if now - known[1] < settle_seconds:
            young.add(item.stack)
    return [item for item in offered if item.stack not in young]


def move_taken(folder: Path, item: Offered, receipt: Receipt) -> None:
    """Move a file whose receipt is safe; an equal name is numbered, never overwritten."""
    kind = _REFUSED if receipt.refusal else _DONE
    target = folder / kind / f"{receipt.received_at:%Y-%m-%d}" / item.file.relative_to(folder)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target = _free_name(target)
        _rename(item.file, target)
        if receipt.refusal:
            message = receipt.refusal.message
            reason = target.with_name(f"{target.name}.reason.txt")
            reason.write_text(f"{message.vi}\n{message.en}\n", "utf-8")
        _drop_empty(item.file.parent, folder)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(str(folder)) from error
        raise DiskFull(str(target), error.strerror or "") from error


def _rename(source: Path, target: Path) -> None:
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        shutil.move(source, target)


def _free_name(target: Path) -> Path:
    number = 1
    free = target
    while os.path.lexists(free):
        number += 1
        free = target.with_name(f"{target.stem} ({number}){target.suffix}")
    return free


def _drop_empty(folder: Path, root: Path) -> None:
    """Remove the emptied dossier folders, up to the hot folder itself."""
    while folder != root and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
