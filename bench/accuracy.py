"""Error rates of text on seeds and a font set that nobody tuned on, all readers on the same pages."""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import mean, median
from tempfile import TemporaryDirectory

from PIL import Image

from bench.readers import BARE, READERS
from bench.tables import Table
from samples.dossiers import draw_dossier, encode_page
from samples.drawing.damage import Level
from samples.scores import character_error_rate, folded_error_rate, word_error_rate
from schemas.base.stopwatch import cpu_seconds

SEEDS = range(900, 906)
FONTS = "b"
_WORSE = 0.002
"""A page read so much worse than by bare Tesseract is listed."""
_OURS = list(READERS)[-1]


@dataclass(frozen=True)
class Rates:
    """Of one page by one reader; shares, and CPU seconds."""

    characters: float
    words: float
    folded: float
    seconds: float

    @property
    def marks(self) -> float:
        """Edits that only concern marks and case, a true character."""
        return max(self.characters - self.folded, 0.0)


Page = tuple[str, str, Mapping[str, Rates]]
"""Group, name, rates by reader."""


def measure_samples() -> list[Table]:
    """Text of drawn dossiers: by level, and by kind of paper."""
    with TemporaryDirectory(prefix="sohoa-bench-") as folder:
        draw_pages(Path(folder), SEEDS, FONTS)
        pages = list(_read_all(Path(folder)))
    title = f"Text on samples (seeds {SEEDS.start}-{SEEDS.stop - 1}, font set {FONTS})"
    kinds = [(f"{group} {name.split('-')[3].replace('_', ' ')}", name, rates) for group, name, rates in pages]
    return [_table(pages, title), _kinds(kinds), _worse(pages, "sample pages")]


def measure_pages(folder: Path) -> list[Table]:
    """Text of page images in `folder`, `<group>-….png` each with its truth as `.txt` beside it."""
    pages = list(_read_all(folder))
    return [_table(pages, f"Text on {len(pages)} given pages"), _worse(pages, "given pages")]


def draw_pages(folder: Path, seeds: range, fonts: str) -> None:
    """Damaged pages as `<level>-<fonts><seed>-<n>-<kind>.png`, set upright, truth as `.txt` beside."""
    for seed in seeds:
        for level in Level:
            rng = Random(f"{seed}-{level}")
            number = 0
            for paper in draw_dossier(seed, fonts, blank=False):
                for drawn in paper.pages:
                    jpeg, turned = encode_page(drawn, level, rng)
                    number += 1
                    file = folder / f"{level}-{fonts}{seed}-{number}-{paper.document_type}.jpg"
                    file.write_bytes(jpeg)
                    image = Image.open(file)
                    upright = image.rotate(turned, expand=True)
                    upright.save(file.with_suffix(".png"), dpi=image.info["dpi"])
                    file.with_suffix(".txt").write_text(drawn.truth.text, "utf-8")
                    file.unlink()


def _read_all(folder: Path) -> Iterator[Page]:
    files = sorted(file for file in folder.iterdir() if file.suffix in (".jpg", ".png"))
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for file, rates in zip(files, pool.map(_read_page, files), strict=True):
            yield file.name.split("-")[0], file.stem, rates


def _read_page(file: Path) -> dict[str, Rates]:
    truth = file.with_suffix(".txt").read_text("utf-8")
    rates = {}
    for name, reader in READERS.items():
        begun = cpu_seconds()
        text = reader(file)
        spent = cpu_seconds() - begun
        rates[name] = Rates(
            character_error_rate(truth, text),
            word_error_rate(truth, text),
            folded_error_rate(truth, text),
            spent,
        )
    return rates


def _table(pages: Sequence[Page], title: str) -> Table:
    rows = []
    for group in dict.fromkeys(group for group, _, _ in pages):
        for name in READERS:
            seen = [rates[name] for of, _, rates in pages if of == group]
            shares = (
                mean(r.characters for r in seen),
                median(r.characters for r in seen),
                mean(r.words for r in seen),
                mean(r.folded for r in seen),
                mean(r.marks for r in seen),
            )
            seconds = median(r.seconds for r in seen)
            rows.append(
                (f"{group} ({len(seen)}), {name}", *(f"{100 * s:.2f}" for s in shares), f"{seconds:.2f}")
            )
    heads = (
        "%, mean over pages",
        "CER",
        "CER, median",
        "WER",
        "CER without marks",
        "marks only",
        "CPU s, median",
    )
    return Table(title=title, heads=heads, rows=tuple(rows))


def _kinds(pages: Sequence[Page]) -> Table:
    rows = []
    for group in dict.fromkeys(group for group, _, _ in pages):
        means = (
            mean(rates[name].characters for of, _, rates in pages if of == group) for name in (BARE, _OURS)
        )
        rows.append((group, *(f"{100 * value:.2f}" for value in means)))
    return Table(title="CER by kind of page, %", heads=("", BARE, "Sohoa"), rows=tuple(rows))


def _worse(pages: Sequence[Page], what: str) -> Table:
    rows = [
        (name, f"{100 * rates[BARE].characters:.2f}", f"{100 * rates[_OURS].characters:.2f}")
        for _, name, rates in pages
        if rates[_OURS].characters > rates[BARE].characters + _WORSE
    ]
    title = f"Worse than bare Tesseract by over 0.2 points: {len(rows)} of {len(pages)} {what}"
    return Table(title=title, heads=("page", BARE, "Sohoa"), rows=tuple(rows))
