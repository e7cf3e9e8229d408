"""The power goes: what was not flushed is dropped, what was acknowledged has to be there.

    python -m bench.power [CUTS] [SEED]

The data folder lies on an ext4 of its own. While a process takes in, writes revisions and events, everything
is stopped and the block device is copied as it is: what lies in the page cache alone is lost. The copy is
mounted, the archive is opened on it, and every acknowledgement of before is asked for. Needs root.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import psutil

from schemas.account import Actor
from schemas.errors import StoreFailed
from schemas.settings import Settings
from storage import keys
from storage.audit.verification import check_trail
from storage.opening import open_archive

_IMAGE_MB = 600


@contextmanager
def mounted(image: Path, where: Path) -> Iterator[Path]:
    """The file system in `image`."""
    where.mkdir(exist_ok=True)
    subprocess.run(["mount", "-o", "loop", str(image), str(where)], check=True)
    try:
        yield where
    finally:
        subprocess.run(["umount", "-l", str(where)], check=False)


def work(data: Path, acks: Path, seed: int) -> None:
    """Take in and write until killed; a line in `acks` for everything that is said to be done."""
    rng = Random(seed)
    with open_archive(Settings(data=data)) as archive, acks.open("a") as told:
        number = 0
        while True:
            number += 1
            digest = archive.store.put_scan(rng.randbytes(rng.randrange(1, 200_000)))
            archive.store.put(keys.paper(f"{seed}-{number}", 1), rng.randbytes(500))
            archive.store.flush()
            done = [keys.scan(digest), keys.paper(f"{seed}-{number}", 1)]
            if number % 3 == 0:
                event = archive.audit.append("bench.look", f"{number}", Actor(login="may"))
                done.append(keys.audit(event.number))
            told.write(json.dumps(done) + "\n")
            told.flush()


def cut(root: Path, seed: int) -> tuple[int, list[str]]:
    """One power cut: how much was acknowledged before it, and what of it is gone."""
    image, copy, acks = root / "disk", root / "after", root / "acks"
    acks.unlink(missing_ok=True)
    with image.open("wb") as out:
        out.truncate(_IMAGE_MB * 1024**2)
    subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], check=True)
    with mounted(image, root / "before") as disk:
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.power", "work", str(disk / "data"), str(acks), str(seed)],
            start_new_session=True,
        )
        while not acks.exists() or not acks.stat().st_size:
            time.sleep(0.1)
        time.sleep(Random(seed).uniform(1.0, 6.0))
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        for one in family:
            one.send_signal(signal.SIGSTOP)
        done = [key for line in acks.read_text().splitlines() for key in json.loads(line)]
        shutil.copyfile(image, copy)
        for one in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        process.wait()
    with mounted(copy, root / "later") as disk:
        gone = []
        with open_archive(Settings(data=disk / "data")) as archive:
            back = archive.audit.put_back()
            for key in done:
                try:
                    archive.store.get(key)
                except StoreFailed as error:
                    gone.append(f"{key}: {error.code}")
            gone += [f"{where}: {what}" for where, what in check_trail(archive)]
        print(f"cut {seed}: {len(done)} acknowledged, {back} events put back, {len(gone)} gone", flush=True)
    return len(done), gone


def main() -> None:
    """Some cuts, one after the other."""
    if sys.argv[1:2] == ["work"]:
        work(Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
    cuts = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    done, gone = 0, list[str]()
    with TemporaryDirectory(prefix="sohoa-power-") as folder:
        for seed in range(first, first + cuts):
            count, lost = cut(Path(folder), seed)
            done, gone = done + count, gone + lost
    print(f"{cuts} cuts, {done} acknowledged, {len(gone)} gone: {gone[:5]}")
    sys.exit(bool(gone))


if __name__ == "__main__":
    os.environ.pop("SOHOA_DATA", None)
    main()
