"""Seals, signatures, handwriting strokes and codes: what stands on a paper beside its print."""

import math
from random import Random

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw

from samples.drawing.canvas import Canvas, font, px

RED = (205, 38, 44)
BLUE = (32, 48, 150)


def draw_qr(text: str) -> Image.Image:
    """QR code (ISO/IEC 18004) of `text`."""
    return _draw_code(text, zxingcpp.BarcodeFormat.QRCode)


def draw_barcode(text: str) -> Image.Image:
    """Code 128 (ISO/IEC 15417) of `text`."""
    return _draw_code(text, zxingcpp.BarcodeFormat.Code128)


def stamp_seal(canvas: Canvas, x_mm: float, y_mm: float, around: str, rng: Random) -> None:
    """A round red seal (con dấu) of 36 mm centred there, ink mixed into what lies below."""
    side = px(38)
    seal = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(seal)
    middle, radius = side / 2, side / 2 - 8
    for inset, width in ((0, 7), (px(5.4), 3)):
        edge = (8 + inset, 8 + inset, side - 8 - inset, side - 8 - inset)
        pen.ellipse(edge, outline=(*RED, 235), width=width)
    _write_round(seal, around.upper(), middle, radius - px(2.7))
    _star(pen, middle, px(5))
    seal = seal.rotate(rng.uniform(-25, 25), resample=Image.Resampling.BICUBIC)
    below = canvas.image.crop(
        (px(x_mm) - side // 2, px(y_mm) - side // 2, px(x_mm) + side - side // 2, px(y_mm) + side - side // 2)
    ).convert("RGB")
    alpha = np.asarray(seal)[..., 3:] / 255 * 0.85
    ink = np.asarray(below) * (1 - alpha + alpha * np.array(RED) / 255)
    canvas.image.paste(Image.fromarray(ink.astype(np.uint8)), (px(x_mm) - side // 2, px(y_mm) - side // 2))


def sign(canvas: Canvas, x_mm: float, y_mm: float, rng: Random) -> None:
    """A blue scribble about 35 mm wide."""
    points = []
    phase, height = rng.uniform(0, 6), rng.uniform(3, 6)
    for step in range(60):
        t = step / 59
        swing = math.sin(t * rng.uniform(17, 19) + phase) * height * (1 - t * 0.6)
        points.append((px(x_mm + 35 * t + 2 * math.sin(9 * t)), px(y_mm + swing)))
    canvas.pen.line(points, fill=BLUE, width=5, joint="curve")


def _draw_code(text: str, code_format: zxingcpp.BarcodeFormat) -> Image.Image:
    code = zxingcpp.create_barcode(text, code_format)
    return Image.fromarray(np.asarray(code.to_image(scale=8, add_quiet_zones=True)))


def _write_round(seal: Image.Image, text: str, middle: float, radius: float) -> None:
    face = font("a", "sans", "Bold", 6.5)
    for at, letter in enumerate(text):
        angle = math.pi * (0.15 + 1.7 * at / max(len(text) - 1, 1)) - 1.5 * math.pi
        tile = Image.new("RGBA", (60, 60), (0, 0, 0, 0))
        ImageDraw.Draw(tile).text((30, 30), letter, font=face, fill=(*RED, 235), anchor="mm")
        turned = tile.rotate(-math.degrees(angle) - 90, resample=Image.Resampling.BICUBIC)
        spot = (
            int(middle + radius * math.cos(angle)) - 30,
            int(middle + radius * math.sin(angle)) - 30,
        )
        seal.alpha_composite(turned, spot)


def _star(pen: ImageDraw.ImageDraw, middle: float, radius: float) -> None:
    corners = [
        (
            middle + r * math.sin(math.pi * i / 5),
            middle - r * math.cos(math.pi * i / 5),
        )
        for i in range(10)
        for r in [radius if i % 2 == 0 else radius * 0.4]
    ]
    pen.polygon(corners, fill=(*RED, 220))
