"""What is told from the image itself: boxes, which way up, blank pages, quality."""

import os
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from random import Random
from statistics import median

import cv2
import numpy as np

from bench.accuracy import FONTS
from bench.readers import BOTH
from bench.tables import Table
from ocr.engines.registry import open_engines
from ocr.page import read_page
from ocr.preprocessing.blank_page import is_blank
from ocr.preprocessing.deskew import measure_skew, turn
from ocr.preprocessing.gray_levels import ink_channel
from ocr.preprocessing.orientation import four_way_orientation
from ocr.preprocessing.page_image import Gray, PageImage
from ocr.preprocessing.scan_quality import judge_quality
from samples.dossiers import draw_dossier
from samples.drawing.canvas import Canvas
from samples.drawing.damage import Level, damage
from samples.truth import DrawnPage
from schemas.base.geometry import Box
from schemas.page import Verdict

SEEDS = range(930, 938)
Counts = dict[str, list[bool]]


def measure_images() -> Table:
    """Shares of pages told right, and the overlap of words' boxes with the truth's."""
    counts: Counts = defaultdict(list)
    overlaps: list[float] = []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for told, seen in pool.map(_look_at, SEEDS):
            overlaps += seen
            for name, right in told.items():
                counts[name] += right
    rows = [
        (name, f"{100 * sum(right) / len(right):.2f} %", str(len(right))) for name, right in counts.items()
    ]
    rows.append(
        ("words' boxes: median overlap with the truth (IoU)", f"{median(overlaps):.3f}", str(len(overlaps)))
    )
    return Table(
        title=f"Told from the image (seeds {SEEDS.start}-{SEEDS.stop - 1}, font set {FONTS})",
        heads=("", "right", "cases"),
        rows=tuple(rows),
    )


def _look_at(seed: int) -> tuple[Counts, list[float]]:
    counts: Counts = defaultdict(list)
    overlaps: list[float] = []
    rng = Random(seed)
    engine = open_engines(BOTH)[0]
    for paper in draw_dossier(seed, FONTS, blank=False):
        for drawn in paper.pages:
            overlaps += _overlaps(drawn)
            for level in Level:
                gray, dpi = _scanned(drawn, level, rng)
                for turns in range(4):
                    lying = np.ascontiguousarray(np.rot90(gray, turns))
                    told = engine.quarter_turn(lying)
                    told = four_way_orientation(lying, dpi) if told is None else told
                    counts["which way up, four turns"].append(told == 90 * turns)
                counts[f"{level}: written pages not called blank"].append(not is_blank(gray, dpi))
                if level is not Level.BAD:
                    for name, right in _quality(gray, dpi):
                        counts[f"quality: {name}"].append(right)
    for level in Level:
        gray, dpi = _scanned(Canvas(FONTS).finish(), level, rng)
        counts["blank pages called blank"].append(is_blank(gray, dpi))
    return counts, overlaps


def _scanned(drawn: DrawnPage, level: Level, rng: Random) -> tuple[Gray, int]:
    image, dpi, turned = damage(drawn, level, rng)
    return ink_channel(np.asarray(image.rotate(turned, expand=True).convert("RGB"))), dpi


def _quality(gray: Gray, dpi: int) -> Iterator[tuple[str, bool]]:
    for name, spoilt in (("good page left alone", gray), *_spoilt(gray, dpi)):
        verdict = judge_quality(spoilt, dpi, measure_skew(spoilt, dpi))[0].verdict
        yield name, (verdict is Verdict.OK) == (spoilt is gray)


def _spoilt(gray: Gray, dpi: int) -> Iterator[tuple[str, Gray]]:
    """Made bad on purpose, saved as JPEG like any scan."""
    half = cv2.resize(gray, None, fx=100 / dpi, fy=100 / dpi, interpolation=cv2.INTER_AREA)
    size = (gray.shape[1], gray.shape[0])
    ink = np.flatnonzero((gray < 128).any(axis=0))
    cut = gray.copy()[:, : int(np.percentile(ink, 80))]
    fold = np.abs(np.arange(gray.shape[0]) - 0.45 * gray.shape[0]) * 300 / dpi
    for name, image in (
        ("enlarged from 100 dpi", cv2.resize(half, size, interpolation=cv2.INTER_CUBIC)),
        ("blurred", cv2.GaussianBlur(gray, (0, 0), 1.7 * dpi / 200)),
        ("faint", (190 + gray * 0.2).astype(np.uint8)),
        ("too dark", (gray * 0.4).astype(np.uint8)),
        ("cut at the edge", np.ascontiguousarray(cut)),
        ("askew by 4.5°", turn(gray, 4.5)),
        ("folded", (gray * (1 - 0.45 * np.exp(-((fold / 4) ** 2)))[:, None]).astype(np.uint8)),
    ):
        coded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 85])[1]
        yield f"{name}, seen", np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE))


def _overlaps(drawn: DrawnPage) -> list[float]:
    """Of each true word with the read word that overlaps it most, on the undamaged page."""
    page, _ = read_page(PageImage(np.asarray(drawn.image), 300), 1, open_engines(BOTH), 120)
    return [
        max((_overlap(box, word.box) for word in page.words), default=0.0) for _, box in drawn.truth.words
    ]


def _overlap(a: Box, b: Box) -> float:
    wide, tall = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if wide <= 0 or tall <= 0:
        return 0.0
    both = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    return wide * tall / (both - wide * tall)
