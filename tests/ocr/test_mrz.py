"""The machine-readable zone: believed only where its check digits hold."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.engines.registry import open_engines
from ocr.page import read_page
from ocr.preprocessing.page_image import PageImage
from ocr.recognition.mrz import check_digit, is_valid, read_zone
from samples.drawing.damage import Level, damage
from samples.papers.identity_card import draw_identity_card
from schemas.page import CodeKind, Line, Word
from schemas.settings import EngineName

ZONE = ("IDVNM0990000176001099000017<<7", "9901018M2401014VNM<<<<<<<<<<<4", "NGUYEN<<VAN<A<<<<<<<<<<<<<<<<<")
"""A card of nobody's; number, optional data, birth and expiry check."""


def lines_of(*texts: str) -> list[Line]:
    return [
        Line(words=(Word(text=text, box=(100, 100 + 40 * n, 900, 130 + 40 * n), confidence=0.9),))
        for n, text in enumerate(texts)
    ]


def test_check_digits() -> None:
    assert check_digit("099000017") == "6"
    assert is_valid(ZONE)
    assert not is_valid((ZONE[0], ZONE[1].replace("990101", "990102"), ZONE[2]))


@pytest.mark.parametrize(
    "read",
    [
        ZONE,
        (
            "IDVNMO99OOOO176001O99000017<<7",
            "99O1018M24O1O14VNM<<<<<<<<<<<4",
            "NGUYEN<<VAN<A<<<<<<<<<<<<<<<<<",
        ),
        ("[DVNM0990000176001099000017<<7", "9901018M2401014VNM«««<<<<<<<<4", "NGUYEN<<VAN<A<<<<<<<<<<<<<<<"),
        ("IDVNM0990000176001099000017<<7", "9901018M2401014VNM<<<<<<<<<4", "NGUYEN<<VAN<A<<<<<<<<<<<<<<<<<"),
        (
            "IDVNMO09900O0176001099000017<<7",
            "9901018M2401014VNM<<<<<<<<<<<4",
            "NGUYEN<<VAN<A<<<<<<<<<<<<<<<<<",
        ),
    ],
    ids=["exact", "O for 0", "[ for I, « for <", "filler too short", "one digit twice"],
)
def test_look_alikes_are_understood_by_their_place(read: tuple[str, str, str]) -> None:
    zone = read_zone(lines_of("Ngón trỏ trái", *read), lambda _: ())
    assert zone is not None
    assert zone.first == 1
    assert zone.lines == ZONE


def test_the_better_of_two_readings_counts_line_by_line() -> None:
    spoilt = (ZONE[0].replace("0990", "0880"), ZONE[1], ZONE[2])
    assert read_zone(lines_of(*spoilt), lambda _: ()) is None
    zone = read_zone(lines_of(*spoilt), lambda _: [ZONE[0], ZONE[1].replace("9901", "9801"), ZONE[2]])
    assert zone is not None
    assert zone.lines == ZONE


@given(st.integers(5, 28), st.characters(min_codepoint=48, max_codepoint=57))
def test_a_misread_digit_is_never_believed(at: int, digit: str) -> None:
    """With weights 7, 3, 1 every single digit counts; a zone is right or none."""
    text = ZONE[0][:at] + digit + ZONE[0][at + 1 :]
    zone = read_zone(lines_of(text, *ZONE[1:]), lambda _: ())
    assert zone is None or zone.lines == ZONE


@pytest.mark.parametrize("engines", [tuple(EngineName), (EngineName.TESSERACT,)])
def test_a_cards_zone_is_read(engines: tuple[EngineName, ...]) -> None:
    paper = draw_identity_card(Random(12), "c", "chip")
    page = paper.pages[-1]
    image, dpi, _ = damage(page, Level.OFFICE, Random(3))
    read, _ = read_page(PageImage(np.asarray(image.convert("RGB")), dpi), 1, open_engines(engines), 60)
    zones = [code for code in read.codes if code.kind is CodeKind.MRZ]
    truth = page.truth.text.splitlines()[-3:]
    assert [zone.text.splitlines()[:2] for zone in zones] == [truth[:2]]
    assert read.text.splitlines()[-3:-1] == truth[:2]
    x0, y0, x1, y1 = zones[0].box
    assert 0 < x0 < x1 < read.width_px
    assert 0 < y0 < y1 < read.height_px
