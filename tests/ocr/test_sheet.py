"""Pieces set on one sheet: what was read across several of them belongs to none."""

import numpy as np

from ocr.recognition.crop_sheet import lay_out, take_up
from schemas.base.geometry import Box
from schemas.page import Line, Word


def test_digits_read_as_one_number_are_nobodys() -> None:
    gray = np.full((200, 400), 255, np.uint8)
    boxes = [Box(40 * n, 50, 40 * n + 14, 72) for n in range(1, 5)]
    _, pieces = lay_out(gray, boxes)
    one = pieces[1]
    own = Word(text="2", box=(one.left + 2, one.top + 2, one.left + 12, one.top + 20), confidence=0.9)
    across = Word(
        text="012", box=(pieces[0].left, one.top + 2, pieces[2].left + 14, one.top + 20), confidence=0.9
    )
    assert [len(words) for words in take_up([Line(words=(own,))], pieces)] == [0, 1, 0, 0]
    assert [len(words) for words in take_up([Line(words=(across,))], pieces)] == [0, 0, 0, 0]


def test_lone_digits_stand_apart() -> None:
    gray = np.full((200, 400), 255, np.uint8)
    _, lone = lay_out(gray, [Box(40, 50, 54, 72), Box(80, 50, 94, 72)])
    _, words = lay_out(gray, [Box(40, 50, 140, 72), Box(150, 50, 250, 72)])
    assert lone[1].left - lone[0].left - 14 > 22
    assert words[1].left - words[0].left - 100 < 22
