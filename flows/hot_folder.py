"""A hot folder: what comes to rest in it is taken in, then moved, never deleted.

Taken files go to `done/<day>/`, refused ones to `refused/<day>/` with a `….reason.txt` beside them.
Only a rescan decides: events get lost on network shares.
"""

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from flows.intake import new_batch
from flows.run import Watcher, orchestrated, receive
from schemas.batch import Balance, Receipt
from schemas.errors import DiskFull
from schemas.settings import Settings
from storage.folder_root import FolderRoot
from storage.folders import Offered, find_below

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
    root = FolderRoot(folder)
    with orchestrated(settings) as run:
        while True:
            offered = [item for item in find_below(root) if not _is_ours(item)]
            resting = _resting(offered, seen, settings.settle_seconds)
            if resting:
                batch = new_batch(f"{folder.name} {date.today():%Y-%m-%d}", unit)  # noqa: DTZ011
                batch = run.shop.archive.open_batch(batch)
                for item, receipt in receive(run.shop, batch, resting):
                    move_taken(item, receipt)
                    watcher.received(receipt)
                yield run.digitise(batch, watcher)
            elif once and not offered:
                return
            else:
                time.sleep(min(settings.settle_seconds / 2 or 0.1, 1.0))


def _is_ours(item: Offered) -> bool:
    return item.parts[0] in (_DONE, _REFUSED)


def _resting(
    offered: list[Offered], seen: dict[Path, tuple[_Signature, float]], settle_seconds: float
) -> list[Offered]:
    """Files of stacks in which nothing changed for `settle_seconds`."""
    now = time.monotonic()
    young: set[str] = set()
    for item in offered:
        signature = _signature(item)
        known = seen.get(item.file)
        if known is None or known[0] != signature:
            seen[item.file] = known = (signature, now)
        if now - known[1] < settle_seconds:
            young.add(item.stack)
    return [item for item in offered if item.stack not in young]


def _signature(item: Offered) -> _Signature:
    try:
        facts = item.root.facts(item.parts) if item.root else item.file.lstat()
    except OSError:  # gone since it was listed
        return (0, 0)
    return facts.st_size, facts.st_mtime_ns


def move_taken(item: Offered, receipt: Receipt) -> None:
    """Move a file whose receipt is safe; an equal name is numbered, never overwritten.

    Raises `FolderNotOurs`, `DiskFull`.
    """
    if item.root is None:
        return
    kind = _REFUSED if receipt.refusal else _DONE
    target = (kind, f"{receipt.received_at:%Y-%m-%d}", *item.parts)
    try:
        lies = item.root.move(item.parts, target)
        if receipt.refusal:
            message = receipt.refusal.message
            item.root.write((*lies[:-1], f"{lies[-1]}.reason.txt"), f"{message.vi}\n{message.en}\n")
        item.root.drop_empty(item.parts[:-1])
    except OSError as error:
        raise DiskFull(str(item.root.path.joinpath(*target)), error.strerror or "") from error
