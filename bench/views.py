"""What the JPEG quality of page images costs: bytes a page, and likeness to the scan (SSIM)."""

from random import Random
from statistics import median
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.tables import Table
from samples.dossiers import draw_dossier
from samples.drawing.damage import Level, damage
from samples.truth import DrawnPage

_QUALITIES = (50, 65, 75, 85, 92)
_SEEDS = range(940, 944)
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def measure_views() -> Table:
    """Median size and SSIM of office pages by the setting `jpeg_quality`."""
    pages = [
        _pixels(page, seed) for seed in _SEEDS for paper in draw_dossier(seed, "b") for page in paper.pages
    ]
    rows = []
    for quality in _QUALITIES:
        coded = [cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, quality])[1] for page in pages]
        likeness = [ssim(page, np.asarray(cv2.imdecode(c, 1))) for page, c in zip(pages, coded, strict=True)]
        size = median(len(c.tobytes()) for c in coded)
        rows.append((str(quality), f"{size / 1024:.0f}", f"{median(likeness):.4f}", f"{min(likeness):.4f}"))
    return Table(
        title=f"`jpeg_quality`: page images in PDF/A (office, {len(pages)} pages of 200 dpi)",
        heads=("quality", "KiB a page, median", "SSIM, median", "SSIM, least"),
        rows=tuple(rows),
    )


def ssim(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Structural similarity of two BGR images of one shape, 0…1 (Wang et al. 2004), on their gray."""
    x, y = (cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).astype(np.float32) for image in (one, other))
    mean_x, mean_y = _smooth(x), _smooth(y)
    var_x, var_y = _smooth(x * x) - mean_x**2, _smooth(y * y) - mean_y**2
    both = _smooth(x * y) - mean_x * mean_y
    light = (2 * mean_x * mean_y + _C1) / (mean_x**2 + mean_y**2 + _C1)
    return float((light * (2 * both + _C2) / (var_x + var_y + _C2)).mean())


def _smooth(image: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(cv2.GaussianBlur(image, (11, 11), 1.5))


def _pixels(page: DrawnPage, seed: int) -> NDArray[Any]:
    image, _, _ = damage(page, Level.OFFICE, Random(seed))
    return np.ascontiguousarray(np.asarray(image.convert("RGB"))[..., ::-1])
