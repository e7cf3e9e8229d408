"""What scanners, copiers and years do to a page. Levels: clean, office, bad."""

from collections.abc import Callable
from enum import StrEnum
from random import Random
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from samples.drawing.canvas import Canvas
from samples.drawing.marks import stamp_seal
from samples.truth import DPI, DrawnPage

Pixels = npt.NDArray[Any]


class Level(StrEnum):
    """How much a page has suffered."""

    CLEAN = "clean"
    OFFICE = "office"
    BAD = "bad"


def damage(page: DrawnPage, level: Level, rng: Random) -> tuple[Image.Image, int, int]:
    """The page as scanned: image, its dpi, and how far it lies turned (degrees clockwise)."""
    if level is Level.CLEAN:
        return page.image, DPI, 0
    if level is Level.OFFICE:
        pixels = _scan(np.asarray(page.image), 200, rng.uniform(-1.6, 1.6))
        return _jpeg(_noise(pixels, 5, rng), 60), 200, 0
    pixels = np.asarray(_sealed(page, rng) if page.truth.words else page.image)
    for harm in rng.sample(_HARMS, 2):
        pixels = harm(pixels, rng)
    dpi = rng.choice((150, 175, 200))
    pixels = _scan(pixels, dpi, rng.uniform(-2.5, 2.5))
    pixels = _pepper(_noise(pixels, 7, rng), rng)
    turned = rng.choice((0, 0, 0, 90, 180, 270))
    image = _jpeg(pixels, 45)
    return image.rotate(-turned, expand=True), dpi, turned


def _scan(pixels: Pixels, dpi: int, degrees: float) -> Pixels:
    height, width = pixels.shape[:2]
    scale = dpi / DPI
    size = (round(width * scale), round(height * scale))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    turn = cv2.getRotationMatrix2D((size[0] / 2, size[1] / 2), degrees, 1.0)
    turned = cv2.warpAffine(small, turn, size, flags=cv2.INTER_LINEAR, borderValue=(244, 244, 242))
    return turned.astype(np.uint8)


def _noise(pixels: Pixels, sigma: float, rng: Random) -> Pixels:
    noise = np.random.default_rng(rng.randrange(2**32)).normal(0, sigma, pixels.shape)
    return np.asarray(np.clip(pixels + noise, 0, 255), dtype=np.uint8)


def _pepper(pixels: Pixels, rng: Random) -> Pixels:
    dots = np.random.default_rng(rng.randrange(2**32)).random(pixels.shape[:2])
    pixels = pixels.copy()
    pixels[dots < 0.0015] = 20
    pixels[dots > 0.9985] = 250
    return pixels


def _jpeg(pixels: Pixels, quality: int) -> Image.Image:
    _, coded = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = cv2.imdecode(coded, cv2.IMREAD_COLOR_RGB)
    assert decoded is not None  # noqa: S101  (we encoded it)
    return Image.fromarray(np.asarray(decoded))


def _sealed(page: DrawnPage, rng: Random) -> Image.Image:
    """A seal over the text, as on copies certified page by page."""
    canvas = Canvas()
    canvas.image = page.image.copy()
    stamp_seal(canvas, rng.uniform(45, 165), rng.uniform(60, 200), "sao y bản chính", rng)
    return canvas.image


def _low_contrast(pixels: Pixels, rng: Random) -> Pixels:
    floor = rng.uniform(70, 100)
    return np.asarray(floor + pixels * ((215 - floor) / 255), dtype=np.uint8)


def _fold(pixels: Pixels, rng: Random) -> Pixels:
    """A crease across the page: a dark line with a soft shadow."""
    height = pixels.shape[0]
    at = rng.uniform(0.3, 0.7) * height
    distance = np.abs(np.arange(height) - at)
    shade = 1 - 0.45 * np.exp(-((distance / 4) ** 2)) - 0.18 * np.exp(-((distance / 60) ** 2))
    return np.asarray(np.clip(pixels * shade[:, None, None], 0, 255), dtype=np.uint8)


def _bleed_through(pixels: Pixels, rng: Random) -> Pixels:
    """The back page's ink, mirrored and pale."""
    back = cv2.GaussianBlur(pixels[:, ::-1], (0, 0), 3).astype(np.float32)
    strength = rng.uniform(0.12, 0.22)
    return np.asarray(np.clip(pixels - (255 - back) * strength, 0, 255), dtype=np.uint8)


def _uneven_light(pixels: Pixels, rng: Random) -> Pixels:
    light = np.linspace(1.0, rng.uniform(0.62, 0.75), pixels.shape[1])
    if rng.random() < 0.5:
        light = light[::-1]
    return np.asarray(pixels * light[None, :, None], dtype=np.uint8)


_HARMS: tuple[Callable[[Pixels, Random], Pixels], ...] = (
    _low_contrast,
    _fold,
    _bleed_through,
    _uneven_light,
)
