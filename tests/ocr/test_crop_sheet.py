"""A line set on a sheet brings nothing of the lines above and below it."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ocr.preprocessing.page_image import Gray
from ocr.recognition.crop_sheet import lay_out
from samples.drawing.canvas import font
from schemas.base.geometry import Box

_LINES = (
    "Quyết định ngày gửi tổng hợp yêu",
    "phẩm chất, Ủy ban huyện Ất Tỵ kỹ",
    "Tổng số đến hẳn, dấu ngã ẩn ý",
)
_PITCH = 46
"""Pixels between lines set so close that marks and descenders of two come between each other."""


def _page(lines: tuple[str, ...]) -> Gray:
    image = Image.new("L", (900, 260), 255)
    face = font("b", "serif", "Regular", 10)
    for at, line in enumerate(lines):
        ImageDraw.Draw(image).text((30, 40 + at * _PITCH), line, 0, face)
    return np.asarray(image)


@pytest.mark.parametrize("at", range(3))
def test_a_line_stands_alone_with_all_its_marks(at: int) -> None:
    alone = tuple(line if own == at else "" for own, line in enumerate(_LINES))
    ink = np.flatnonzero((_page(alone) < 128).any(axis=1))
    box = Box(20, int(ink[0]) - 8, 880, int(ink[-1]) + 9)
    sheet, _ = lay_out(_page(_LINES), [box], width=0, is_line=True)
    true, _ = lay_out(_page(alone), [box], width=0)
    lost = np.count_nonzero((true < 128) & (sheet >= 128)) / np.count_nonzero(true < 128)
    foreign = np.count_nonzero((true >= 200) & (sheet < 128)) / np.count_nonzero(true < 128)
    assert lost < 0.01
    assert foreign < 0.03
    dirty, _ = lay_out(_page(_LINES), [box], width=0)
    assert np.count_nonzero((true >= 200) & (dirty < 128)) > 4 * np.count_nonzero(
        (true >= 200) & (sheet < 128)
    )


@pytest.mark.parametrize(("gap", "stays"), [(14, True), (3, False)])
def test_a_mark_is_another_lines_only_where_it_is_close_to_it(gap: int, stays: bool) -> None:
    """A hook stands far above its letter, and may be nearer to the line above."""
    page: Gray = np.full((300, 300), 255, np.uint8)
    page[140:190, 100:160] = 0  # a letter of the line
    page[10:76, 100:160] = 0  # one of the line above, which reaches into the box
    page[76 + gap : 76 + gap + 6, 120:128] = 0  # the mark
    sheet, _ = lay_out(page, [Box(60, 70, 260, 210)], width=0, is_line=True)
    alone = np.count_nonzero(sheet < 128) - 50 * 60
    assert alone == (6 * 8 if stays else 0)


def test_white_stays_white() -> None:
    sheet, (piece,) = lay_out(
        np.full((90, 300), 255, np.uint8), [Box(10, 10, 200, 60)], width=0, is_line=True
    )
    assert sheet.min() == 255
    assert piece.box == Box(10, 10, 200, 60)
