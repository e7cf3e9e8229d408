"""Separator sheets as scanners give them: askew, faint, in a corner, small, at low resolution."""

from random import Random

import cv2
import numpy as np
import pytest
from PIL import Image

from ocr.engines.registry import open_engines
from ocr.page import read_page
from ocr.preprocessing.page_image import PageImage, Rgb
from samples.drawing.marks import draw_qr
from schemas.separator import Separator, read_separator, separator_payload
from schemas.settings import EngineName

_WIDTH, _HEIGHT = 2480, 3508
_SAYS = Separator(batch="lô 7", dossier_code="H47.06-261005-0155", pages_expected=12)


def _scanned(
    rng: Random, *, degrees: float = 0.0, black: int = 0, at: tuple[int, int] = (900, 1200), mm: int = 40
) -> Rgb:
    """The sheet's code alone, at 150 dpi, with noise and JPEG's marks."""
    side = round(mm / 25.4 * 300)
    sheet = np.full((_HEIGHT, _WIDTH, 3), 255, np.uint8)
    code = draw_qr(separator_payload(_SAYS)).convert("RGB").resize((side, side), Image.Resampling.NEAREST)
    sheet[at[1] : at[1] + side, at[0] : at[0] + side] = np.asarray(code)
    sheet = (black + sheet * ((245 - black) / 255)).astype(np.uint8)
    small = cv2.resize(sheet, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    height, width = small.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    small = cv2.warpAffine(small, turn, (width, height), borderValue=(244, 244, 242))
    noise = np.random.default_rng(rng.randrange(2**32)).normal(0, 6, small.shape)
    _, coded = cv2.imencode(".jpg", np.clip(small + noise, 0, 255).astype(np.uint8))
    decoded = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    assert decoded is not None
    return np.asarray(decoded)


@pytest.mark.parametrize(
    "harm",
    [
        {},
        {"degrees": 14.0},
        {"degrees": 187.0},
        {"black": 200},
        {"black": 205, "degrees": -9.0},
        {"at": (60, 60), "mm": 20},
        {"at": (_WIDTH - 300, _HEIGHT - 300), "mm": 20, "degrees": 1.5},
        {"at": (60, _HEIGHT - 300), "mm": 18, "black": 160},
    ],
    ids=str,
)
def test_a_separators_code_is_read_however_it_was_scanned(harm: dict[str, object]) -> None:
    pixels = _scanned(Random(str(harm)), **harm)  # type: ignore[arg-type]
    page, _ = read_page(PageImage(pixels, 150), 1, open_engines((EngineName.TRUEOCR,)), 60)
    assert [read_separator(code.text) for code in page.codes if code.text] == [_SAYS]
    assert not page.blank
