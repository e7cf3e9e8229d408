"""Reading a page: upright, in order, boxes on the ink, blank pages marked, nothing invented."""

from random import Random

import cv2
import numpy as np
import pytest
from PIL import Image

from ocr.engines.registry import open_engines
from ocr.page import read_page
from ocr.preprocessing.blank_page import is_blank
from ocr.preprocessing.deskew import measure_skew, turn
from ocr.preprocessing.gray_levels import ink_channel
from ocr.preprocessing.orientation import four_way_orientation
from ocr.preprocessing.page_image import PageImage
from ocr.preprocessing.scan_quality import effective_dpi, judge_quality
from samples.dossiers import PAINTERS, draw_dossier
from samples.drawing.canvas import Canvas
from samples.drawing.damage import Level, damage
from samples.scores import character_error_rate
from schemas.page import Verdict
from schemas.settings import EngineName

KINDS = sorted(PAINTERS)


def _scan(kind: str, level: Level, seed: int = 11) -> tuple[PageImage, str, int]:
    page = PAINTERS[kind](Random(seed), "a", "").pages[0]
    image, dpi, turned = damage(page, level, Random(seed))
    return PageImage(np.asarray(image.convert("RGB")), dpi), page.truth.text, turned


@pytest.mark.parametrize(("level", "most"), [(Level.CLEAN, 0.02), (Level.OFFICE, 0.03)])
@pytest.mark.parametrize("kind", ["birth_certificate", "administrative_document", "unknown"])
def test_text_is_read_in_order(kind: str, level: Level, most: float) -> None:
    image, truth, _ = _scan(kind, level)
    page, _ = read_page(image, 1, open_engines(tuple(EngineName)), 60)
    assert character_error_rate(truth, page.text) <= most


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
@pytest.mark.parametrize("kind", KINDS)
def test_orientation(kind: str, degrees: int) -> None:
    image, _, _ = _scan(kind, Level.OFFICE)
    turned = np.rot90(ink_channel(image.pixels), -degrees // 90)
    assert four_way_orientation(np.ascontiguousarray(turned), image.dpi) == (360 - degrees) % 360


@pytest.mark.parametrize("degrees", [-4.0, -1.2, -0.3, 0.0, 0.4, 1.7, 3.5])
def test_skew_is_measured_and_undone(degrees: float) -> None:
    image, _, _ = _scan("unknown", Level.CLEAN)
    gray = ink_channel(image.pixels)
    askew = turn(gray, -degrees)
    assert measure_skew(askew, image.dpi) == pytest.approx(degrees, abs=0.1)


def test_view_is_never_altered_by_what_is_done_for_recognition() -> None:
    image, _, _ = _scan("birth_certificate", Level.CLEAN)
    _, jpeg = read_page(image, 1, open_engines(tuple(EngineName)), 60)
    view = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR_RGB)
    assert view is not None
    assert view.shape == image.pixels.shape
    red = (image.pixels[..., 0] > 150) & (image.pixels[..., 1] < 100)
    assert red.sum() > 5_000, "the drawn seal is red"
    assert np.abs(view[red].astype(int) - image.pixels[red]).mean() < 12


def test_boxes_lie_on_the_ink() -> None:
    page = PAINTERS["administrative_document"](Random(4), "a", "named").pages[0]
    read, _ = read_page(PageImage(np.asarray(page.image), 300), 1, open_engines(tuple(EngineName)), 60)
    true = {word: box for word, box in page.truth.words if page.truth.text.split().count(word) == 1}
    overlaps = [_overlap(true[w.text], w.box) for w in read.words if w.text in true]
    assert len(overlaps) > 50
    assert float(np.median(overlaps)) > 0.7


def _overlap(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    both = max(width, 0) * max(height, 0)
    whole = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both
    return both / whole


@pytest.mark.parametrize("level", Level)
def test_blank_pages_are_kept_and_marked(level: Level) -> None:
    page = Canvas().finish()
    image, dpi, _ = damage(page, level, Random(2))
    read, jpeg = read_page(
        PageImage(np.asarray(image.convert("RGB")), dpi), 1, open_engines(tuple(EngineName)), 60
    )
    assert read.blank
    assert not read.words
    assert len(jpeg) > 1000


def test_a_single_word_is_not_blank() -> None:
    canvas = Canvas()
    canvas.write(90, 140, "Hết.", 12)
    assert not is_blank(ink_channel(np.asarray(canvas.finish().image)), 300)


@pytest.mark.parametrize("level", [Level.CLEAN, Level.OFFICE])
def test_no_written_page_is_called_blank(level: Level) -> None:
    for paper in draw_dossier(9):
        for page in paper.pages:
            image, dpi, _ = damage(page, level, Random(3))
            if page.truth.words:
                assert not is_blank(ink_channel(np.asarray(image.convert("RGB"))), dpi)


def test_upscaled_scan_is_seen_through() -> None:
    page = PAINTERS["unknown"](Random(1), "a", "").pages[0]
    small = page.image.resize((827, 1170), Image.Resampling.LANCZOS)
    upscaled = np.asarray(small.resize((1654, 2339), Image.Resampling.BICUBIC))
    assert effective_dpi(ink_channel(upscaled), 200) <= 120
    real = np.asarray(page.image.resize((1654, 2339), Image.Resampling.LANCZOS))
    assert effective_dpi(ink_channel(real), 200) == 200


def test_quality_verdicts() -> None:
    image, _, _ = _scan("unknown", Level.OFFICE)
    gray = ink_channel(image.pixels)
    assert judge_quality(gray, image.dpi, 0.2)[0].verdict is Verdict.OK
    skewed = judge_quality(gray, image.dpi, 4.0)[0]
    assert [reason.code for reason in skewed.reasons] == ["skewed"]
    blurred = judge_quality(cv2.GaussianBlur(gray, (0, 0), 3.5), image.dpi, 0.0)[0]
    assert "blurred" in [reason.code for reason in blurred.reasons]
    coarse = judge_quality(gray[::2, ::2], 100, 0.0)[0]
    assert coarse.verdict is Verdict.BAD
    cut = judge_quality(np.ascontiguousarray(gray[:, 330:]), image.dpi, 0.0)[0]
    assert "cut_edge" in [reason.code for reason in cut.reasons]
