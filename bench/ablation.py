"""What each step of preparation and recognition is worth: error and CPU time with the step left out."""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from unittest.mock import patch

import cv2

from bench.accuracy import FONTS, draw_pages
from bench.readers import read_ours
from bench.tables import Table
from ocr.preprocessing.noise import Condition
from ocr.recognition.voting import Pair, _text_traits
from samples.scores import character_error_rate
from schemas.base.stopwatch import cpu_seconds

SEEDS = range(910, 912)


def _second(pair: Pair) -> object:
    return pair.second or pair.first


STEPS: Mapping[str, Mapping[str, Callable[..., object]]] = {
    "nothing": {},
    "red channel (gray instead)": {
        "ocr.preprocessing.prepare.ink_channel": lambda rgb: cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    },
    "cleaning of bad pages": {"ocr.preprocessing.prepare.clean": lambda gray, _: gray},
    "cleaning only where needed": {"ocr.preprocessing.prepare.judge_condition": lambda *_: Condition.BAD},
    "deskew": {"ocr.preprocessing.prepare.measure_skew": lambda *_: 0.0},
    "letters of one size": {"ocr.preprocessing.prepare.text_scale": lambda *_: 1.0},
    "rules and leaders removed": {
        "ocr.preprocessing.prepare.without_rules_and_leaders": lambda gray, *_: gray
    },
    "tables by cell": {"ocr.preprocessing.prepare.cells": lambda *_: []},
    "columns, labels and notes in order": {"ocr.page.reading_order": lambda lines, _: lines},
    "second engine": {"ocr.recognition.recognise._asked": lambda words, _: [False] * len(words)},
    "choice (second engine always right)": {"ocr.recognition.recognise.choose": _second},
    "plausibility of syllables": {
        "ocr.recognition.voting.familiarity": lambda _: 0.5,
        "ocr.recognition.voting.rival": lambda _: 0.0,
        "ocr.recognition.recognise.rival": lambda _: 0.0,
    },
}


def measure_steps() -> Table:
    """CER a level, and CPU seconds a page, with one step left out at a time."""
    with TemporaryDirectory(prefix="sohoa-bench-") as folder:
        draw_pages(Path(folder), SEEDS, FONTS)
        files = sorted(Path(folder).glob("*.png"))
        rows = []
        with ProcessPoolExecutor(os.cpu_count()) as pool:
            for step in STEPS:
                seen = list(pool.map(_read_without, files, [step] * len(files)))
                by_level = (
                    mean(rate for level, rate, _ in seen if level == wanted)
                    for wanted in ("clean", "office", "bad")
                )
                shares = (f"{100 * value:.2f}" for value in by_level)
                rows.append((step, *shares, f"{1000 * mean(seconds for *_, seconds in seen):.0f}"))
    return Table(
        title=f"One step left out at a time ({len(files)} pages, seeds {SEEDS.start}-{SEEDS.stop - 1})",
        heads=("left out", "clean CER %", "office CER %", "bad CER %", "CPU ms a page"),
        rows=tuple(rows),
    )


def _read_without(file: Path, step: str) -> tuple[str, float, float]:
    truth = file.with_suffix(".txt").read_text("utf-8")
    with ExitStack() as stack:
        stack.callback(_text_traits.cache_clear)
        _text_traits.cache_clear()
        for name, instead in STEPS[step].items():
            stack.enter_context(patch(name, instead))
        begun = cpu_seconds()
        text = read_ours(file).text
        return file.name.split("-")[0], character_error_rate(truth, text), cpu_seconds() - begun
