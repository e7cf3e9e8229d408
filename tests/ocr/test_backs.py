"""Backs of papers: what shines through, holes and staples are nothing; the least note is something."""

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from ocr.preprocessing.blank_page import is_blank
from ocr.preprocessing.page_image import Gray
from samples.drawing.canvas import Canvas

DPI = 200


def _back(shine: float, *, holes: int = 0, staple: float | None = None, paper: int = 240) -> Image.Image:
    """The back of a sheet through which the mirrored front shines at `shine` of its ink."""
    canvas = Canvas()
    for row in range(14):
        canvas.write(25, 25 + 12 * row, "Ủy ban nhân dân xã An Thịnh xác nhận nội dung đăng ký đúng như sổ")
    front = canvas.finish().image.convert("L").resize((1654, 2338))
    ink = 255 - np.asarray(front)[:, ::-1].astype(np.float32)
    soft = cv2.GaussianBlur(ink, (0, 0), 1.5) * shine
    page = Image.fromarray(np.clip(paper - soft, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(page)
    for hole in range(holes):
        y = 700 + hole * 315
        draw.ellipse((60, y, 60 + 59, y + 59), fill=20)
    if staple is not None:
        x, y, length = 60, 70, 85
        ends = (x, y, x + length * np.cos(staple), y + length * np.sin(staple))
        draw.line(tuple(map(float, ends)), fill=60, width=5)
    return page


def _gray(page: Image.Image) -> Gray:
    return np.asarray(page)


@pytest.mark.parametrize("shine", [0.0, 0.06, 0.12])
@pytest.mark.parametrize(
    ("holes", "staple"), [(0, None), (2, None), (4, None), (2, 0.0), (2, 0.3), (0, 0.8), (2, 1.4)]
)
def test_shine_holes_and_staples_are_nothing(shine: float, holes: int, staple: float | None) -> None:
    assert is_blank(_gray(_back(shine, holes=holes, staple=staple)), DPI)


@pytest.mark.parametrize(
    "note",
    ["5", "Đã đối chiếu bản chính", "x", "/", "O"],
)
@pytest.mark.parametrize("at", [(800, 1100), (300, 400), (1300, 2000)])
def test_the_least_note_on_a_back_is_something(note: str, at: tuple[int, int]) -> None:
    page = _back(0.08, holes=2, staple=0.3)
    layer = Canvas()
    layer.write(25, 25, note)
    word = layer.finish().image.convert("L")
    box = Image.eval(word, lambda level: 255 - level).getbbox()
    assert box
    cut = word.crop(box)
    page.paste(cut, at)
    assert not is_blank(_gray(page), DPI), note


def test_a_page_crossed_out_is_something() -> None:
    page = _back(0.05)
    ImageDraw.Draw(page).line((300, 400, 1300, 1900), fill=40, width=6)
    ImageDraw.Draw(page).line((1300, 400, 300, 1900), fill=40, width=6)
    assert not is_blank(_gray(page), DPI)


def test_a_stroke_that_is_no_staple_is_something() -> None:
    """As long as one and as straight, but where nothing is stapled."""
    page = _back(0.05)
    ImageDraw.Draw(page).line((800, 1100, 870, 1150), fill=40, width=5)
    assert not is_blank(_gray(page), DPI)
