"""Red is ink too: numbers stamped in it, headings printed in it are read; seals over names still fade."""

from random import Random

import numpy as np
import pytest

from ocr.engines.registry import open_engines
from ocr.page import read_page
from ocr.preprocessing.blank_page import is_blank
from ocr.preprocessing.gray_levels import ink_channel, written
from ocr.preprocessing.page_image import PageImage
from samples.drawing.canvas import Canvas, px
from samples.drawing.damage import Level, damage
from samples.drawing.marks import stamp_seal
from schemas.settings import EngineName

_DPI = 300


def _letter(canvas: Canvas) -> None:
    for row in range(8):
        canvas.write(
            25, 90 + 9 * row, "Đề nghị quý cơ quan phối hợp giải quyết theo đúng quy định hiện hành."
        )


def _read(canvas: Canvas, level: Level) -> str:
    image, dpi, _ = damage(canvas.finish(), level, Random(3))
    page, _ = read_page(
        PageImage(np.asarray(image.convert("RGB")), dpi), 1, open_engines(tuple(EngineName)), 60
    )
    return page.text


@pytest.mark.parametrize("level", [Level.CLEAN, Level.OFFICE])
@pytest.mark.parametrize("ink", [(200, 30, 45), (225, 60, 60), (215, 45, 120)])
def test_a_number_and_a_day_in_red_are_read(ink: tuple[int, int, int], level: Level) -> None:
    canvas = Canvas()
    _letter(canvas)
    canvas.write(30, 40, "Số:")
    canvas.write(40, 40, "458", style="Bold", ink=ink)
    canvas.write(50, 40, "/UBND-VP")
    canvas.write(100, 40, "An Thịnh, ngày")
    canvas.write(136, 40, "05", style="Bold", ink=ink)
    canvas.write(145, 40, "tháng 3 năm 2026")
    text = _read(canvas, level)
    assert "458" in text
    assert "ngày 05 tháng 3 năm 2026" in text


def test_a_heading_in_red_is_read() -> None:
    canvas = Canvas()
    _letter(canvas)
    canvas.write(50, 50, "GIẤY CHỨNG NHẬN", 26, "Bold", ink=(205, 25, 35))
    assert "GIẤY CHỨNG NHẬN" in _read(canvas, Level.OFFICE)


def test_a_page_with_red_writing_alone_is_not_blank() -> None:
    canvas = Canvas()
    canvas.write(40, 60, "Đã trả kết quả ngày 5/3", ink=(235, 70, 80))
    pixels = np.asarray(canvas.finish().image.convert("RGB"))
    assert is_blank(ink_channel(pixels), _DPI), "to a channel in which red fades"
    assert not is_blank(written(pixels, _DPI), _DPI)


def test_a_seal_over_a_name_fades() -> None:
    canvas = Canvas()
    _letter(canvas)
    canvas.write(110, 200, "Lê Quang Vịnh", style="Bold")
    stamp_seal(canvas, 118, 200, "ủy ban nhân dân xã an thịnh", Random(1))
    pixels = np.asarray(canvas.finish().image.convert("RGB"))
    over = np.s_[px(180) : px(220), px(95) : px(140)]
    assert np.array_equal(written(pixels, _DPI)[over], ink_channel(pixels)[over])
    assert "Lê Quang Vịnh" in _read(canvas, Level.OFFICE)
