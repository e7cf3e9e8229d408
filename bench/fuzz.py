"""Foreign bytes, mutated, through every parser's border: refused by name or read, never more.

    python -m bench.fuzz [INPUTS A BORDER] [SEED]

Scans go through the sandboxed workers as in production, tables through the parser that imports use. An
input that ends in anything but a result or an expected error is kept in `out/fuzz/` with its seed.
"""

import io
import json
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

import psutil
from openpyxl import Workbook
from PIL import Image, ImageDraw

from flows.workers.jobs import inspect_file, read_file_page
from flows.workers.pool import WorkerPool, worker_pool
from samples.dossiers import PAINTERS, write_dossier
from samples.drawing.damage import Level
from schemas.errors import BadInput, ReadingFailed, SohoaError
from schemas.settings import EngineName, Limits, Settings
from storage.files.table_files import read_rows

LIMITS = Limits(page_timeout_seconds=20, max_pages=20, max_pixels=20_000_000)
_TOKENS = (
    b"\xff" * 4,
    b"\x00" * 8,
    b"\x7f\xff\xff\xff",
    b"\x80\x00\x00\x00",
    b"endobj",
    b"stream\r\n",
    b"obj <<",
    b"/Length 9999999999",
    b"/Kids [1 0 R]",
    b"/Filter [/FlateDecode /FlateDecode]",
    b"-1",
    b"999999999999",
    b"IDAT",
    b"\xff\xd9",
)


def seeds(folder: Path) -> dict[str, bytes]:
    """A sound file for each border."""
    write_dossier(
        [PAINTERS["identity_card"](Random(3), "a", "chip")],
        folder / "a.pdf",
        name="a",
        level=Level.CLEAN,
        seed=3,
    )
    found = {"pdf": (folder / "a.pdf").read_bytes()}
    image = Image.new("RGB", (600, 400), "white")
    ImageDraw.Draw(image).text((40, 40), "UBND xã 001190012345", fill="black")
    for name, kind in (("jpeg", "JPEG"), ("png", "PNG"), ("tiff", "TIFF")):
        out = io.BytesIO()
        image.save(out, kind, dpi=(100, 100))
        found[name] = out.getvalue()
    rows = [{"mã hồ sơ": f"H10-261122-{n:06}", "ngày nhận": "2026-11-22", "tên": "x" * n} for n in range(20)]
    found["json"] = json.dumps(rows).encode()
    found["csv"] = ("\n".join(",".join(row.values()) for row in rows)).encode()
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(list(row.values()))
    out = io.BytesIO()
    book.save(out)
    found["xlsx"] = out.getvalue()
    return found


def mutated(content: bytes, rng: Random) -> bytes:
    """`content` after one to twenty changes: bits, tokens, cuts, repeats, swaps."""
    made = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        at, size = rng.randrange(len(made) or 1), rng.randrange(1, 200)
        match rng.randrange(6):
            case 0:
                made[at : at + 1] = bytes([made[at] ^ (1 << rng.randrange(8))]) if made else b""
            case 1:
                token = rng.choice(_TOKENS)
                made[at : at + len(token)] = token
            case 2:
                made[at:at] = rng.choice(_TOKENS)
            case 3:
                del made[at : at + size]
            case 4:
                made[at:at] = made[at : at + size] * rng.randrange(1, 50)
            case _:
                made[at:] = made[at:] if rng.random() < 0.8 else b""
    return bytes(made)


def outcome(pool: WorkerPool, kind: str, file: Path) -> str:
    """What became of one input: `read`, or the code of the error."""
    try:
        if kind in ("json", "csv", "xlsx"):
            for _ in read_rows(file):
                pass
            return "read"
        _, pages, *_ = pool.submit("x", inspect_file, file, LIMITS, "x").result()
        how = (None, (EngineName.TESSERACT,), 85, LIMITS, "x")
        for number in range(1, min(pages, 3) + 1):
            with suppress(BadInput, ReadingFailed):
                pool.submit("x", read_file_page, file, number, *how).result()
    except SohoaError as error:
        return error.code
    return "read"


def fuzz(pool: WorkerPool, count: int, seed: int, keep: Path) -> Iterator[tuple[str, Counter[str], float]]:
    """For each border its outcomes and the slowest input; what nobody expected is kept."""
    with tempfile.TemporaryDirectory() as folder:
        sound = seeds(Path(folder))
        for kind, content in sound.items():
            rng, told, slowest = Random(f"{seed} {kind}"), Counter[str](), 0.0
            for number in range(count):
                file = Path(folder) / f"x.{kind}"
                file.write_bytes(mutated(content, rng))
                begun = time.perf_counter()
                try:
                    told[outcome(pool, kind, file)] += 1
                except Exception as error:  # noqa: BLE001  (the very thing that is looked for)
                    told[f"UNEXPECTED {type(error).__name__}"] += 1
                    keep.mkdir(parents=True, exist_ok=True)
                    (keep / f"{seed}-{number}.{kind}").write_bytes(file.read_bytes())
                slowest = max(slowest, time.perf_counter() - begun)
            file.write_bytes(content)
            if outcome(pool, kind, file) != "read":
                told["UNEXPECTED: the sound file is not read afterwards"] += 1
            yield kind, told, slowest


@contextmanager
def peak_memory() -> Iterator[list[int]]:
    """Largest resident size of any child, in bytes."""
    peak, over = [0], threading.Event()

    def look() -> None:
        while not over.wait(0.05):
            for child in psutil.Process().children(recursive=True):
                with suppress(psutil.Error):
                    peak[0] = max(peak[0], child.memory_info().rss)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()


def main() -> None:
    """Fuzz all borders and print what became of the inputs."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    settings = Settings(data=Path(tempfile.gettempdir()) / "sohoa-fuzz", limits=LIMITS)
    bad = 0
    with worker_pool(settings) as pool, peak_memory() as peak:
        for kind, told, slowest in fuzz(pool, count, seed, Path("out/fuzz")):
            print(
                f"{kind:5} {told.total():5} inputs, slowest {slowest:5.1f} s: {dict(told.most_common())}",
                flush=True,
            )
            bad += sum(n for what, n in told.items() if what.startswith("UNEXPECTED"))
        print(f"seed {seed}: {bad} unexpected, peak of a child {peak[0] / 1e6:.0f} MB")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
