"""What is seen and what is read are the same: a page's own words count where its picture shows them.

A PDF may hold words that no viewer shows (an invisible layer under a scan, a layer that is switched off), and
show words that are none of its text: annotations, filled fields, stamps and numbers painted by registry
programs. The picture decides.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import pikepdf

from ocr.preprocessing.page_image import Gray, Rgb
from schemas.base.geometry import Box
from schemas.page import Line

_HIDDEN_FLAGS = 2 | 32
"""Hidden and NoView (PDF 32000-1, table 165): viewers do not show these annotations."""
_NO_PICTURE = ("/Link", "/Popup")
_LEAST_CONTRAST = 40
"""Levels of gray between a word and its ground."""
_MOST_HIDDEN = 0.02
"""Share of a page's own words that may be invisible; more, and none of them is believed."""
_MARGIN_PX = 2
_LETTER_HEIGHTS = (0.4, 2.5)
"""Of letters that are none of the own words, in heights of these."""
_LEAST_LETTERS = 2
_NEAR = 2.0
"""Letters of a word stand closer than so many of their heights."""


def has_shown_annotations(page: pikepdf.Page) -> bool:
    """Whether a viewer paints anything over the page's own content: fields, notes, stamps, signatures."""
    annotations = page.obj.get("/Annots", pikepdf.Array())
    return any(_is_shown(annotation) for annotation in annotations)


def shown_lines(lines: Sequence[Line], pixels: Rgb) -> tuple[Line, ...]:
    """`lines` if the picture shows their words; without the few it does not, none where these are many."""
    gray = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    shown: list[Line] = []
    words = hidden = 0
    for line in lines:
        seen = tuple(word for word in line.words if not _says(word.text) or _has_ink(gray, word.box))
        words += sum(_says(word.text) for word in line.words)
        hidden += len(line.words) - len(seen)
        if seen:
            shown.append(Line(words=seen))
    return tuple(shown) if hidden <= _MOST_HIDDEN * words else ()


def without_words(gray: Gray, lines: Sequence[Line]) -> Gray:
    """The page with its own words painted over: what is left is something else."""
    rest = gray.copy()
    for line in lines:
        for word in line.words:
            if _says(word.text):
                x0, y0, x1, y1 = word.box
                rest[max(y0 - _MARGIN_PX, 0) : y1 + _MARGIN_PX, max(x0 - _MARGIN_PX, 0) : x1 + _MARGIN_PX] = (
                    255
                )
    return rest


def has_letters(rest: Gray, lines: Sequence[Line]) -> bool:
    """Whether what is left of a page looks like print of the size of its own words."""
    heights = [word.box.height for line in lines for word in line.words if _says(word.text)]
    usual = float(np.median(heights)) if heights else 0.0
    _, ink = cv2.threshold(rest, 255 - 2 * _LEAST_CONTRAST, 255, cv2.THRESH_BINARY_INV)
    _, _, boxes, _ = cv2.connectedComponentsWithStats(ink)
    low, high = (share * usual for share in _LETTER_HEIGHTS)
    tall, wide = boxes[1:, cv2.CC_STAT_HEIGHT], boxes[1:, cv2.CC_STAT_WIDTH]
    letters = boxes[1:][(tall >= low) & (tall <= high) & (wide <= 2 * tall)]
    return any(_has_neighbours(letter, letters) for letter in letters)


def _has_neighbours(letter: np.ndarray[tuple[int, ...], np.dtype[np.int32]], letters: Gray) -> bool:
    left, top, width, height = (int(edge) for edge in letter[:4])
    near = (np.abs(letters[:, 1] - top) < height) & (np.abs(letters[:, 0] - left) < width + _NEAR * height)
    return int(near.sum()) >= _LEAST_LETTERS


def _says(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _has_ink(gray: Gray, box: Box) -> bool:
    x0, y0, x1, y1 = box
    place = gray[y0:y1, x0:x1]
    return place.size > 0 and int(place.max()) - int(place.min()) >= _LEAST_CONTRAST


def _is_shown(annotation: pikepdf.Object) -> bool:
    if not isinstance(annotation, pikepdf.Dictionary) or "/AP" not in annotation:
        return False
    if str(annotation.get("/Subtype")) in _NO_PICTURE or int(annotation.get("/F", 0)) & _HIDDEN_FLAGS:
        return False
    x0, y0, x1, y1 = (float(edge) for edge in annotation.get("/Rect", [0, 0, 0, 0]))
    return x0 != x1 and y0 != y1
