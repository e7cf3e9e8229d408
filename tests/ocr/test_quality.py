"""Pages made bad on purpose are called bad for the right reason; good ones are left alone."""

from collections.abc import Callable
from random import Random

import cv2
import numpy as np
import pytest

from ocr.preprocessing.deskew import measure_skew, turn
from ocr.preprocessing.gray_levels import ink_channel
from ocr.preprocessing.page_image import Gray
from ocr.preprocessing.scan_quality import judge_quality
from samples.dossiers import PAINTERS
from samples.drawing.damage import Level, damage
from schemas.page import Verdict
from schemas.quality import QUALITY_RULES, quality_advice


def scanned(kind: str, seed: int, level: Level = Level.OFFICE) -> tuple[Gray, int]:
    paper = PAINTERS[kind](Random(seed), "c", "")
    image, dpi, _ = damage(paper.pages[0], level, Random(seed))
    return ink_channel(np.asarray(image.convert("RGB"))), dpi


def _resized(gray: Gray, factor: float) -> Gray:
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return cv2.resize(gray, None, fx=factor, fy=factor, interpolation=how)


def _folded(gray: Gray) -> Gray:
    distance = np.abs(np.arange(gray.shape[0]) - 0.4 * gray.shape[0])
    return (gray * (1 - 0.45 * np.exp(-((distance / 3) ** 2)))[:, None]).astype(np.uint8)


FAULTS: dict[str, Callable[[Gray], Gray]] = {
    "low_resolution": lambda gray: _resized(_resized(gray, 0.5), 2),
    "blurred": lambda gray: cv2.GaussianBlur(gray, (0, 0), 1.8),
    "faint": lambda gray: (200 + gray * 0.18).astype(np.uint8),
    "too_dark": lambda gray: (gray * 0.4).astype(np.uint8),
    "cut_edge": lambda gray: np.ascontiguousarray(gray[:, : round(0.75 * gray.shape[1])]),
    "skewed": lambda gray: turn(gray, 4.5),
    "folded": _folded,
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", ["administrative_document", "birth_certificate", "unknown"])
def test_a_page_made_bad_is_told_why(kind: str, fault: str) -> None:
    gray, dpi = scanned(kind, 71)
    spoilt = FAULTS[fault](gray)
    quality, effective = judge_quality(spoilt, dpi, measure_skew(spoilt, dpi))
    assert fault in [reason.code for reason in quality.reasons]
    assert quality.verdict is not Verdict.OK
    if fault == "low_resolution":
        assert 70 <= effective <= 140


@pytest.mark.parametrize("level", [Level.CLEAN, Level.OFFICE])
@pytest.mark.parametrize("kind", PAINTERS)
def test_good_pages_raise_no_alarm(kind: str, level: Level) -> None:
    gray, dpi = scanned(kind, 72, level)
    quality, effective = judge_quality(gray, dpi, measure_skew(gray, dpi))
    assert quality.reasons == ()
    assert effective == dpi


def test_a_true_150_dpi_scan_is_below_the_limit_of_the_law() -> None:
    gray, _ = scanned("administrative_document", 73)
    quality, effective = judge_quality(_resized(gray, 0.75), 150, 0.0)
    assert effective == 150
    assert [reason.code for reason in quality.reasons] == ["low_resolution"]


def test_every_rule_says_what_to_do_in_both_languages() -> None:
    for rule in QUALITY_RULES:
        assert quality_advice(rule.code).vi != quality_advice(rule.code).en
        assert rule.source
