"""Two facing pages on one image are read one after the other; columns of one page are not taken apart."""

from random import Random

import cv2
import numpy as np
import pytest

from ocr.engines.registry import open_engines
from ocr.layout.facing_pages import facing_pages, find_fold
from ocr.page import read_page
from ocr.preprocessing.page_image import PageImage
from samples.dossiers import PAINTERS
from samples.drawing.damage import Level, damage
from samples.scores import character_error_rate
from samples.truth import DrawnPage
from schemas.base.geometry import Box
from schemas.page import InkColour, Line, Mark, MarkKind, PageText, Word
from schemas.settings import EngineName


def _pixels(page: DrawnPage) -> np.ndarray:
    image, _, _ = damage(page, Level.CLEAN, Random(1))
    return np.asarray(image.convert("RGB"))


def test_facing_pages_are_read_left_before_right() -> None:
    left = PAINTERS["unknown"](Random(3), "a", "").pages[0]
    right = PAINTERS["birth_certificate"](Random(4), "a", "").pages[0]
    opened = np.hstack([_pixels(left), _pixels(right)])
    small = cv2.resize(opened, None, fx=2 / 3, fy=2 / 3, interpolation=cv2.INTER_AREA)
    read, _ = read_page(PageImage(np.asarray(small), 200), 1, open_engines(tuple(EngineName)), 60)
    assert read.fold_px is not None
    assert abs(read.fold_px - read.width_px / 2) < 0.04 * read.width_px
    assert character_error_rate(f"{left.truth.text}\n{right.truth.text}", read.text) < 0.03


def test_what_stands_on_facing_pages_keeps_its_place() -> None:
    boxes = (Box(100, 9, 200, 99), Box(1400, 9, 1500, 99))
    marks = tuple(Mark(kind=MarkKind.SEAL, box=box, colour=InkColour.RED) for box in boxes)
    size = {"width_px": 2000, "height_px": 900, "dpi": 200, "effective_dpi": 200}
    page = PageText(page_number=1, fold_px=1000, marks=marks, **size)
    (left, at_left), (right, at_right) = facing_pages(page)
    assert [mark.box for mark in left.marks] == [(100, 9, 200, 99)]
    assert [mark.box for mark in right.marks] == [(400, 9, 500, 99)]
    assert (at_left, at_right) == (0, 1000)


def _line(*boxes: tuple[int, int, int, int]) -> Line:
    return Line(words=tuple(Word(text="chữ", box=box, confidence=0.9) for box in boxes))


def _columns(gap: int) -> list[Line]:
    return [
        _line((200, y, 1170 - gap // 2, y + 30), (1170 + gap // 2, y, 2140, y + 30))
        for y in range(100, 900, 50)
    ]


def test_a_fold_is_a_broad_white_band() -> None:
    assert find_fold(_columns(200), (2339, 1654), 200) == pytest.approx(1170, abs=2)
    assert find_fold(_columns(40), (2339, 1654), 200) is None, "columns of one page"
    assert find_fold(_columns(200), (1654, 2339), 200) is None, "a page that stands"


def test_a_line_or_a_table_across_the_middle_makes_one_page() -> None:
    crossing = [*_columns(200), _line((900, 60, 1500, 90))]
    assert find_fold(crossing, (2339, 1654), 200) is None
    assert find_fold(_columns(200), (2339, 1654), 200, [(1000, 300, 1400, 400)]) is None
    assert find_fold(_columns(200)[:3], (2339, 1654), 200) is None, "too little text to tell"
