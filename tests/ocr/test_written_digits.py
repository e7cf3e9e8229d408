"""The reader of digits: what its chances mean, what it sees of a crop, and that it reads."""

from itertools import product

import numpy as np
import pytest
from handwritten import page_with
from hypothesis import given
from hypothesis import strategies as st

from ocr.preprocessing.page_image import Gray
from ocr.recognition.written_digits import (
    as_input,
    chance_of,
    first_guess,
    inked_width,
    likeliest,
    read_digits,
)
from schemas.base.geometry import Box


@given(st.integers(0, 2**32))
def test_chances_are_those_of_all_paths(seed: int) -> None:
    """The likeliest reading is that of the paths that say it, of all 11 ** 4 that there are."""
    logits = np.random.default_rng(seed).normal(0, 3, (4, 11))
    chances = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    text, chance = likeliest(chances, 1)[0]
    assert chance_of(chances, text) == pytest.approx(chance, rel=1e-6)
    assert chance >= chance_of(chances, "1") - 1e-9
    labels = [0, *{int(digit) + 1 for digit in text}]
    paths = product(labels, repeat=4)
    said = sum(
        np.exp(sum(chances[at, label] for at, label in enumerate(p))) for p in paths if _say(p) == text
    )
    assert chance == pytest.approx(said, rel=1e-6)


def _say(path: tuple[int, ...]) -> str:
    return "".join(
        str(label - 1) for at, label in enumerate(path) if label and (at == 0 or path[at - 1] != label)
    )


def test_digits_of_many_hands_are_read() -> None:
    """Strokes like those trained on: that it reads at all. `bench/digits/accuracy.py` has hands left out."""
    rng = np.random.default_rng(20)
    first = in_three = 0
    for seed in range(100):
        text = f"{rng.integers(1, 32):02d}"
        gap = Box(200, 500, 200 + 35 * len(text), 540)
        readings = [said for said, _ in likeliest(read_digits(page_with(text, seed, gap), gap), 3)]
        first += readings[0] == text
        in_three += text in readings
    assert first >= 85
    assert in_three >= 94


def test_an_empty_gap_says_nothing() -> None:
    gap = Box(200, 500, 300, 540)
    assert likeliest(read_digits(page_with("", 0, gap), gap), 1)[0][0] == ""


def test_what_can_stand_there_alone_is_likely() -> None:
    """Of chances that speak for 39, a day can be 29 or 3 alone."""
    chances = np.full((4, 11), -9.0)
    chances[0, 4], chances[0, 3] = -0.2, -1.8
    chances[1, 0], chances[3, 0] = -0.01, -0.01
    chances[2, 10] = -0.01
    assert first_guess(chances) == "39"
    assert likeliest(chances, 1)[0][0] == "39"
    days = [f"{day:02d}" for day in range(1, 32)]
    assert likeliest(chances, 3, days)[0][0] == "29"
    assert all(text in days for text, _ in likeliest(chances, 12, days))


def _crop(*strokes: tuple[int, int, int, int]) -> Gray:
    """A white crop of 32 by 100 pixels with black boxes: left, top, right, bottom."""
    crop: Gray = np.full((32, 100), 255, np.uint8)
    for left, top, right, bottom in strokes:
        crop[top:bottom, left:right] = 0
    return crop


@pytest.mark.parametrize(
    "print_beside", [(0, 4, 3, 28), (97, 4, 100, 28), (4, 10, 7, 13)], ids=["before", "after", "colon"]
)
def test_print_beside_a_gap_is_taken_out(print_beside: tuple[int, int, int, int]) -> None:
    digit = (40, 4, 46, 28)
    assert np.array_equal(as_input(_crop(digit, print_beside)), as_input(_crop(digit)))


@pytest.mark.parametrize("stroke", [(30, 4, 33, 28), (0, 4, 12, 28), (40, 20, 46, 26)])
def test_other_strokes_stay(stroke: tuple[int, int, int, int]) -> None:
    seen = as_input(_crop((60, 4, 66, 28), stroke))
    left, top, right, bottom = stroke
    assert seen[top:bottom, left:right].mean() > 0.9


def test_however_little_speaks_for_days_they_are_found_among_all_digits() -> None:
    even = np.full((4, 11), np.log(1 / 11))
    days = [f"{day:02d}" for day in range(1, 32)]
    assert len(likeliest(even, 12, days)) >= 8


def test_a_part_of_what_can_stand_there_cannot() -> None:
    chances = np.full((4, 11), -9.0)
    chances[0, 3] = chances[1, 0] = chances[2, 0] = chances[3, 0] = -0.01  # a 2 and nothing else
    days = [f"{day:02d}" for day in range(1, 32)]
    assert likeliest(chances, 1)[0][0] == "2"
    assert "2" not in [text for text, _ in likeliest(chances, 3, days)]


def test_gray_paper_is_paper() -> None:
    crop = _crop((40, 4, 46, 28))
    assert np.allclose(as_input(np.minimum(crop, 170)), as_input(crop), atol=0.05)


@pytest.mark.parametrize("wide", [10, 47, 48, 64, 96, 128])
def test_the_network_sees_no_more_white_than_it_was_trained_on(wide: int) -> None:
    shown = np.zeros((32, 128), np.float32)
    shown[10:20, :wide] = 1
    assert inked_width(shown) == min(each for each in (48, 64, 96, 128) if each >= wide)
    assert inked_width(np.zeros((32, 128), np.float32)) == 48


def test_white_beside_the_digits_says_nothing() -> None:
    """Two digits in a wide gap are as likely as in a narrow one."""
    narrow, wide = Box(200, 500, 270, 540), Box(200, 500, 420, 540)
    sure = [
        max(likeliest(read_digits(page_with("17", seed, narrow), gap), 1)[0][1] for seed in range(4))
        for gap in (narrow, wide)
    ]
    assert min(sure) > 0.6
