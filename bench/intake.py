"""Random programs at a hot folder, with a watcher that is killed anywhere and started again.

`python -m bench.intake 500 1`: so many programs from that seed. Files are created, grow, are renamed,
replaced, deleted, copied and delivered again under their names; afterwards everything that lay there when
the watcher looked is on record where it belongs, the balance adds up, and nothing in `done/` or `refused/`
is unknown.
"""

import io
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image

from flows.pipeline.intake import new_batch, take_in
from flows.runners.hot_folder import move_taken, offered_below
from flows.workers.pool import WorkerPool, worker_pool
from schemas.base.ids import sha256_of
from schemas.batch import Batch
from schemas.settings import Settings
from storage import keys
from storage.archive.archive import Archive
from storage.archive.ledger import Ledger
from storage.archive.receipts import batch_receipts, stack_receipts
from storage.files.folder_root import FolderRoot
from storage.objects.store import ObjectStore
from storage.opening import open_archive
from storage.records.handing_in import DONE, REFUSED
from storage.views.outside import unrecorded, with_outside

_NAMES = ("Scan0001.tif", "Scan0002.tif", "001/a.tif", "001/b.tif", "002/a.tif", "hồ sơ.tif")
_ACTS = (
    "create",
    "create",
    "create",
    "grow",
    "rename",
    "replace",
    "delete",
    "copy",
    "again",
    "junk",
    "look",
    "look",
)
_DEADLY = (
    (ObjectStore, "put_scan"),
    (Ledger, "add_receipts"),
    (FolderRoot, "move"),
    (FolderRoot, "drop_empty"),
)
"""Where the power goes: before or after one of these."""


class Killed(BaseException):
    """The watcher's process is gone."""


@dataclass
class Program:
    """One folder, what happened to it, and what has to be on record for it."""

    archive: Archive
    pool: WorkerPool
    settings: Settings
    folder: Path
    rng: Random
    batch: Batch
    steps: list[str] = field(default_factory=list)
    due: dict[str, str] = field(default_factory=dict)
    """Names of files that lay there in a whole round, by their hash."""
    deliveries: dict[tuple[str, str], set[int]] = field(default_factory=dict)
    """By hash and name: how many times everything had been moved away when the file lay there."""
    times: int = 0
    delivered: list[tuple[str, bytes]] = field(default_factory=list)
    shade: int = 0

    def run(self, steps: int) -> list[str]:
        """Do `steps` random things and a last look; what is wrong then."""
        for _ in range(steps):
            act = self.rng.choice(_ACTS)
            self.steps.append(act)
            getattr(self, f"_{act}")()
        self._look(whole=True)
        self._look(whole=True)
        return list(self._faults())

    def _create(self) -> None:
        self._write(self.rng.choice(_NAMES), self._tiff(self.rng.randint(1, 2)))

    def _grow(self) -> None:
        """A scanning program saves again, with one page more."""
        name = self._lying()
        if name:
            with Image.open(self.folder / name) as image:
                pages = getattr(image, "n_frames", 1)
            self._write(name, self._tiff(pages + 1))

    def _replace(self) -> None:
        name = self._lying()
        if name:
            self._write(name, self._tiff(1))

    def _rename(self) -> None:
        name = self._lying()
        target = self.folder / self.rng.choice(_NAMES)
        if name and not target.exists():
            target.parent.mkdir(exist_ok=True)
            (self.folder / name).rename(target)

    def _delete(self) -> None:
        name = self._lying()
        if name:
            (self.folder / name).unlink()

    def _copy(self) -> None:
        name = self._lying()
        if name:
            self._write(self.rng.choice(_NAMES), (self.folder / name).read_bytes())

    def _again(self) -> None:
        """The same file under the same name, after the first was moved away."""
        if self.delivered:
            self._write(*self.rng.choice(self.delivered))

    def _junk(self) -> None:
        """What is no scan is refused, and kept."""
        self.shade += 1
        self._write("hỏng.pdf", b"no paper %d %d" % (self.shade, self.rng.getrandbits(60)))

    def _look(self, *, whole: bool = False) -> None:
        """The watcher looks at the folder; perhaps it is killed while it works."""
        fuse = 0 if whole or self.rng.random() < 0.4 else self.rng.randint(1, 12)
        lying = [(sha256_of(file.read_bytes()), name) for name, file in self._files()]
        for digest, name in lying:
            self.deliveries.setdefault((digest, f"{self.folder.name}/{name}"), set()).add(self.times)
        try:
            with _power(fuse, after=self.rng.random() < 0.5):
                offered = offered_below(FolderRoot(self.folder))
                for item, receipt in take_in(self.archive, self.pool, self.settings, self.batch, offered):
                    move_taken(item, receipt)
        except Killed:
            self.steps.append("killed")
        else:
            self.due |= dict(lying)
            self.times += 1

    def _faults(self) -> Iterator[str]:
        receipts = batch_receipts(self.archive.database, self.batch.id)
        stacks = {receipt.stack for receipt in receipts}
        live = {
            receipt.sha256
            for stack in stacks
            for receipt in stack_receipts(self.archive.database, self.batch.id, stack)
        }
        refused = {receipt.sha256 for receipt in receipts if receipt.refusal}
        for digest, name in self.due.items():
            if not self.archive.store.exists(keys.scan(digest)):
                yield f"{name}: its bytes are not in the store"
            if digest not in live | refused:
                yield f"{name}: no part of any stack"
        for _, file in self._files():
            yield f"{file.name}: still lies there"
        for difference in unrecorded(self.archive, [self.folder]):
            yield difference.message.en
        balance = with_outside(self.archive, self.archive.ledger.balance(self.batch))
        if not balance.adds_up:
            yield f"the balance does not add up: {balance.outside}"
        for stack in stacks:
            taken = stack_receipts(self.archive.database, self.batch.id, stack)
            folders = {Path(receipt.name).parent for receipt in taken}
            if len(folders) > 1:
                yield f"{stack}: files of several folders in one stack"
            times = [self.deliveries.get((str(r.sha256), r.name), {-1}) for r in taken]
            if times and not set.intersection(*times):
                yield f"{stack}: files of several deliveries in one stack, {times}"

    def _write(self, name: str, content: bytes) -> None:
        file = self.folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
        self.delivered.append((name, content))

    def _tiff(self, pages: int) -> bytes:
        """An image file of pages that no other has."""
        frames = []
        for _ in range(pages):
            self.shade += 1
            frame = Image.new("L", (40, 50), 255)
            frame.putdata([self.rng.getrandbits(8) for _ in range(40 * 50)])
            frames.append(frame)
        out = io.BytesIO()
        frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:])
        return out.getvalue()

    def _files(self) -> list[tuple[str, Path]]:
        """What lies there and was not moved."""
        found = [file for file in sorted(self.folder.rglob("*")) if file.is_file()]
        named = [(str(file.relative_to(self.folder)), file) for file in found]
        return [(name, file) for name, file in named if name.split("/")[0] not in (DONE, REFUSED)]

    def _lying(self) -> str:
        names = [name for name, _ in self._files() if name.endswith(".tif")]
        return self.rng.choice(names) if names else ""


@contextmanager
def _power(fuse: int, *, after: bool) -> Iterator[None]:
    """The process ends at the `fuse`-th deadly call, before or after it did its work; 0: it lives."""
    left = fuse

    def deadly(original: Callable[..., Any], call: tuple[Any, ...], named: dict[str, Any]) -> Any:
        nonlocal left
        left -= 1
        if left == 0 and not after:
            raise Killed
        done = original(*call, **named)
        if left == 0:
            raise Killed
        return done

    with _patched(deadly):
        yield


@contextmanager
def _patched(deadly: Callable[..., Any]) -> Iterator[None]:
    originals = [(kind, name, getattr(kind, name)) for kind, name in _DEADLY]
    for kind, name, original in originals:

        def call(*arguments: Any, _original: Callable[..., Any] = original, **named: Any) -> Any:
            return deadly(_original, arguments, named)

        setattr(kind, name, call)
    try:
        yield
    finally:
        for kind, name, original in originals:
            setattr(kind, name, original)


def run_programs(
    archive: Archive, pool: WorkerPool, settings: Settings, folder: Path, seeds: range, steps: int = 20
) -> dict[int, tuple[list[str], list[str]]]:
    """Programs of these seeds; of those that went wrong what they did, and the faults."""
    wrong: dict[int, tuple[list[str], list[str]]] = {}
    for seed in seeds:
        place = folder / f"{seed}" / "nóng"
        place.mkdir(parents=True)
        batch = archive.open_batch(new_batch(f"chương trình {seed}", "H10"))
        program = Program(archive, pool, settings, place, Random(seed), batch)
        faults = program.run(steps)
        if faults:
            wrong[seed] = (program.steps, faults)
    return wrong


def main(runs: int, seed: int) -> None:
    """Run them and print what went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder) / "data", processes=2)
        begun = time.monotonic()
        with open_archive(settings) as archive, worker_pool(settings) as pool:
            seeds = range(seed * 100_000, seed * 100_000 + runs)
            wrong = run_programs(archive, pool, settings, Path(folder) / "scans", seeds)
    for number, (steps, faults) in wrong.items():
        print(number, " ".join(steps), *faults, sep="\n  ")
    print(f"{runs} programs, {len(wrong)} wrong, {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
