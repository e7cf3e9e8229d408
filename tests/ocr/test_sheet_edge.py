"""A sheet on a dark ground is cut out; a page that fills the picture is left alone."""

from random import Random

import cv2
import numpy as np
import pytest

from ocr.engines.registry import open_engines
from ocr.page import read_page
from ocr.preprocessing.page_crop import cut_out, find_sheet
from ocr.preprocessing.page_image import PageImage
from samples.dossiers import PAINTERS
from samples.drawing.damage import Level, damage
from samples.scores import character_error_rate
from schemas.settings import EngineName


def _page(kind: str, level: Level) -> tuple[PageImage, str]:
    page = PAINTERS[kind](Random(5), "a", "").pages[0]
    image, dpi, _ = damage(page, level, Random(5))
    return PageImage(np.asarray(image.convert("RGB")), dpi), page.truth.text


def _photographed(page: PageImage, corners: list[tuple[float, float]]) -> tuple[PageImage, np.ndarray]:
    """`page` on a dark table, its corners at shares of a picture 1.3 times as large."""
    height, width = page.pixels.shape[:2]
    size = (round(width * 1.3), round(height * 1.3))
    target = np.array([(x * size[0], y * size[1]) for x, y in corners], np.float32)
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    pixels = cv2.warpPerspective(
        page.pixels, cv2.getPerspectiveTransform(source, target), size, borderValue=(52, 44, 40)
    )
    return PageImage(np.asarray(pixels), page.dpi), target


SLANTED = [(0.10, 0.13), (0.87, 0.09), (0.90, 0.88), (0.13, 0.91)]


@pytest.mark.parametrize("kind", ["birth_certificate", "administrative_document", "identity_card"])
def test_corners_are_found_on_a_dark_ground(kind: str) -> None:
    page, _ = _page(kind, Level.OFFICE)
    photo, corners = _photographed(page, SLANTED)
    found = find_sheet(photo.pixels, photo.dpi)
    assert found is not None
    assert float(np.abs(found.points - corners).max()) < 0.012 * max(photo.pixels.shape)


def test_a_photographed_page_reads_like_the_scan() -> None:
    page, truth = _page("unknown", Level.CLEAN)
    photo, _ = _photographed(page, SLANTED)
    read, _ = read_page(photo, 1, open_engines(tuple(EngineName)), 60)
    assert character_error_rate(truth, read.text) < 0.02
    assert abs(read.width_px / read.height_px - page.width_px / page.height_px) < 0.03
    assert read.width_px < 0.85 * photo.width_px, "the table is cut away"


def test_a_scanners_black_lid_is_cut_away() -> None:
    page, _ = _page("unknown", Level.OFFICE)
    lid = cv2.copyMakeBorder(page.pixels, 0, 260, 0, 180, cv2.BORDER_CONSTANT, value=(20, 20, 20))
    cut = cut_out(PageImage(np.asarray(lid), page.dpi))
    assert abs(cut.width_px - page.width_px) < 25
    assert abs(cut.height_px - page.height_px) < 25
    assert cut.dpi == page.dpi


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("kind", sorted(PAINTERS))
def test_a_page_that_fills_the_picture_stays_as_it_is(kind: str, level: Level) -> None:
    page, _ = _page(kind, level)
    assert cut_out(page) is page


def test_a_dark_picture_without_a_sheet_stays_as_it_is() -> None:
    rng = np.random.default_rng(1)
    dark = PageImage(rng.integers(10, 60, (1200, 900, 3), dtype=np.uint8), 100)
    assert cut_out(dark) is dark
    framed = np.full((1200, 900, 3), 250, np.uint8)
    cv2.rectangle(framed, (60, 60), (840, 1140), (20, 20, 20), 6)
    plain = PageImage(framed, 100)
    assert cut_out(plain) is plain


def test_a_shadow_or_a_small_slip_is_no_ground_and_no_sheet() -> None:
    shaded = np.full((1200, 900, 3), 150, np.uint8)
    shaded[60:1140, 60:840] = 190
    label = np.full((1200, 900, 3), 30, np.uint8)
    label[500:700, 300:600] = 240
    for pixels in (shaded, label):
        picture = PageImage(pixels, 100)
        assert cut_out(picture) is picture
