"""How often the reader of digits is right on hands left out: `python -m bench.digits.accuracy`. Needs npm.

MNIST's test part and the typefaces left out are new to it; strokes and print are drawn anew, by the same pens
and typefaces as in the training.
"""

import time
from collections import Counter

import numpy as np

from bench.digits.crops import Crop, draw_crop
from bench.digits.material import fetch, writers
from bench.tables import Table
from ocr.recognition.written_digits import likeliest, read_crop

_SEED, _CROPS = 1000, 2000
_NEW = ("real", "typeface")


def main() -> None:
    """Draw, read, print."""
    fetch()
    rng, own = np.random.default_rng(_SEED), writers(left_out=True)
    crops = [draw_crop(rng, own) for _ in range(_CROPS)]
    begun = time.process_time()
    readings = [[text for text, _ in likeliest(read_crop(crop.shown), 3)] for crop in crops]
    each = 1000 * (time.process_time() - begun) / len(crops)
    print(by_source(crops, readings).markdown)
    print(confusion(crops, readings).markdown)
    print(f"{each:.1f} ms of CPU a crop")


def by_source(crops: list[Crop], readings: list[list[str]]) -> Table:
    """Share of crops read right, all digits of them, by where they come from and how many there are."""
    seen, first, among = Counter[str](), Counter[str](), Counter[str]()
    for crop, texts in zip(crops, readings, strict=True):
        groups = [crop.source, f"{len(crop.text)} digits"]
        groups += ["**hands left out**"] if crop.source in _NEW else []
        for group in groups:
            seen[group] += 1
            first[group] += crop.text in texts[:1]
            among[group] += crop.text in texts
    rows = tuple(
        (group, str(seen[group]), f"{first[group] / seen[group]:.3f}", f"{among[group] / seen[group]:.3f}")
        for group in sorted(seen)
    )
    return Table("Digits written by hand", ("crops", "number", "right", "among three"), rows)


def confusion(crops: list[Crop], readings: list[list[str]]) -> Table:
    """Digits of hands left out that were taken for another, of crops read with the right count of them."""
    taken: Counter[tuple[str, str]] = Counter()
    for crop, texts in zip(crops, readings, strict=True):
        if crop.source in _NEW and len(texts[0]) == len(crop.text):
            taken.update(zip(crop.text, texts[0], strict=True))
    rows = tuple((true, *(str(taken[true, read] or "") for read in "0123456789")) for true in "0123456789")
    return Table("True digit, and what it was read as", ("", *"0123456789"), rows)


if __name__ == "__main__":
    main()
