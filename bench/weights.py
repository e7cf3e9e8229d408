"""Fit the weights by which two readings are judged: `python -m bench.weights`.

Both engines read every word of drawn pages whose seeds no score is taken from; a reading counts as
right when the page's truth holds the word. Logistic regression gives the probability that it is,
for an engine alone, for two that agree, and for each of two that differ. Writes `ocr/weights.json`.
"""

import io
import json
import os
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image
from sklearn.linear_model import LogisticRegression

from ocr.engines.registry import open_engines
from ocr.preprocessing.gray_levels import written
from ocr.preprocessing.prepare import prepare
from ocr.recognition.recognise import read_pairs
from ocr.recognition.voting import Pair, compared, joint_traits, split_marks, traits
from samples.dossiers import draw_dossier, encode_page
from samples.drawing.damage import Level
from schemas.base.vietnamese import nfc
from schemas.settings import EngineName

SEEDS = range(400, 406)
FONTS = "ac"
"""Neither these seeds nor these fonts together are scored by `make bench`."""
_WEIGHTS = Path(__file__).parent.parent / "ocr" / "weights.json"
Row = tuple[str, list[float], bool]
"""What it teaches, traits, whether the reading is right."""


def fit_weights() -> dict[str, list[float]]:
    """Weights of each regression, in the order of `traits` or `joint_traits`."""
    jobs = [(seed, level, fonts) for seed in SEEDS for level in Level for fonts in FONTS]
    rows: dict[str, list[tuple[list[float], bool]]] = defaultdict(list)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for lesson in pool.map(_read_dossier, jobs):
            for name, values, right in lesson:
                rows[name].append((values, right))
    return {name: _fit(*zip(*lessons, strict=True)) for name, lessons in sorted(rows.items())}


def _fit(values: tuple[list[float], ...], right: tuple[bool, ...]) -> list[float]:
    model = LogisticRegression(fit_intercept=False, max_iter=5000)
    model.fit(np.array(values), np.array(right))
    return [round(float(weight), 4) for weight in model.coef_[0]]


def _read_dossier(job: tuple[int, Level, str]) -> list[Row]:
    seed, level, fonts = job
    rng = Random(f"{seed}-{level}")
    engines = open_engines(tuple(EngineName))
    rows: list[Row] = []
    for paper in draw_dossier(seed, fonts, blank=False):
        for drawn in paper.pages:
            jpeg, turned = encode_page(drawn, level, rng)
            image = Image.open(io.BytesIO(jpeg))
            upright = np.asarray(image.rotate(turned, expand=True).convert("RGB"))
            dpi = round(float(image.info["dpi"][0]))
            prepared = prepare(written(upright, dpi), dpi)
            truth = set(nfc(drawn.truth.text).split())
            for pair in read_pairs(prepared.gray, prepared.dpi, engines, 120):
                rows += _lessons(pair, truth)
    return rows


def _lessons(pair: Pair, truth: set[str]) -> Iterator[Row]:
    """What one pair teaches about each engine alone and about the choice between them."""
    for engine, side in zip((EngineName.TRUEOCR, EngineName.TESSERACT), pair, strict=True):
        for word in side:
            yield engine, traits(word), nfc(word.text) in truth
    cores = {core for _, core, _ in map(split_marks, truth)}
    for first, second in compared(pair):
        joint = joint_traits(first, second)
        if first.text == second.text:
            yield "agreed", joint, first.text in cores
        else:
            yield "first", joint, first.text in cores
            yield "second", joint, second.text in cores


def main() -> None:
    """Fit and write."""
    _WEIGHTS.write_text(json.dumps(fit_weights(), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
