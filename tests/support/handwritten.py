"""Lines of words with gaps, and pages with digits that a hand wrote into them."""

import numpy as np

from bench.digits.strokes import Hand
from ocr.preprocessing.page_image import Gray
from schemas.base.geometry import Box
from schemas.page import Line, Word

HEIGHT, LETTER = 40, 20
"""Of a line, and of each of its letters, in pixels."""


def line_of(*texts: str, confidence: float = 0.95, **wider: int) -> Line:
    """Words of letters of one width, a letter apart; the second `before1` pixels further, `ink1` wider."""
    words, x = [], 100
    for at, text in enumerate(texts):
        x += wider.get(f"before{at}", 0)
        right = x + LETTER * len(text) + wider.get(f"ink{at}", 0)
        words.append(Word(text=text, box=Box(x, 500, right, 500 + HEIGHT), confidence=confidence))
        x = right + LETTER
    return Line(words=tuple(words))


def page_with(text: str, seed: int, box: Box) -> Gray:
    """A white page with digits of one hand in the box."""
    page: Gray = np.full((1000, 1600), 255, np.uint8)
    hand, x = Hand(np.random.default_rng(seed)), box.left + 6
    for digit in text:
        ink = hand.write(digit, box.height - 6)
        high, wide = ink.shape
        top = box.top + (box.height - high) // 2
        np.minimum(page[top : top + high, x : x + wide], 255 - ink, out=page[top : top + high, x : x + wide])
        x += wide - 4
    return page
