"""The own text of a page that was never paper: exact words, nothing to recognise.

The only importer of pdfminer. A scan's hidden text layer is somebody's OCR and is never taken; one
written with old TCVN3 or VNI fonts is converted; one that is not sound Vietnamese even so (broken
encodings) is read from its picture like any scan.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf
from pdfminer.high_level import extract_pages
from pdfminer.layout import LAParams, LTAnno, LTChar, LTContainer, LTTextLineHorizontal

from ocr.sources.legacy_encodings import from_tcvn3, from_vni
from ocr.text.syllables import familiarity, is_syllable
from schemas.base.geometry import Box
from schemas.base.vietnamese import nfc
from schemas.page import Line, Word

_LEAST_WORDS = 15
_SOUND = 0.7
"""Share of words, of letters only, that are possible or known syllables."""
_PICTURE = 0.4
"""A page with an image over so much of its area may be a scan."""


class _Set(NamedTuple):
    """A word as it is set: its codes, its font, its box."""

    text: str
    font: str
    box: Box


def own_lines(file: Path, page_number: int, page: pikepdf.Page, dpi: int) -> tuple[Line, ...]:
    """Lines of the page's own text in pixels at `dpi`; empty when there is none to be trusted."""
    if "/Font" not in page.resources or _is_pictured(page) or int(page.obj.get("/Rotate", 0)) % 360:
        return ()
    x0, _, _, y1 = (float(edge) for edge in page.cropbox)
    layout = next(
        iter(extract_pages(file, page_numbers=[page_number - 1], laparams=LAParams(boxes_flow=None)))
    )
    found = [_line(line, (x0, y1), dpi / 72) for line in _text_lines(layout)]
    for decode in (_as_it_is, from_tcvn3, from_vni):
        lines = _decoded([words for words in found if words], decode)
        if is_sound([word.text for line in lines for word in line.words]):
            return lines
    return ()


def _as_it_is(text: str, font: str) -> str:
    del font
    return text


def _decoded(found: Sequence[Sequence[_Set]], decode: Callable[[str, str], str]) -> tuple[Line, ...]:
    return tuple(
        Line(words=tuple(Word(text=nfc(decode(w.text, w.font)), box=w.box, confidence=1.0) for w in words))
        for words in found
    )


def is_sound(words: list[str]) -> bool:
    """Whether a text layer is Vietnamese as people write it, and enough to be a page's text."""
    bare = [word.strip(".,;:()\"'“”/-–") for word in words]
    letters = [word for word in bare if word.isalpha()]
    known = sum(is_syllable(word) or familiarity(word) > 0 for word in letters)
    return len(letters) >= _LEAST_WORDS and known >= _SOUND * len(letters)


def _is_pictured(page: pikepdf.Page) -> bool:
    """Whether images may hold what the page shows: in pixels, together as many as a scan has.

    A scan may lie there in strips and tiles, inside forms, or in the content itself.
    """
    x0, y0, x1, y1 = (float(edge) for edge in page.cropbox)
    inches = abs((x1 - x0) * (y1 - y0)) / 72**2
    return _image_pixels(page) > _PICTURE * inches * 100**2


def _image_pixels(page: pikepdf.Page) -> int:
    inline = (
        instruction.iimage
        for instruction in pikepdf.parse_content_stream(page)
        if isinstance(instruction, pikepdf.ContentStreamInlineImage)
    )
    sizes = [(image.width, image.height) for image in inline]
    seen: set[tuple[int, int]] = set()
    return sum(width * height for width, height in sizes) + _pixels_below(page.resources, seen)


def _pixels_below(resources: pikepdf.Object, seen: set[tuple[int, int]]) -> int:
    """Pixels of the images in a page's or a form's resources, and in the forms below."""
    pixels = 0
    for found in dict(resources.get("/XObject", pikepdf.Dictionary())).values():
        if found.objgen in seen:
            continue
        seen.add(found.objgen)
        if str(found.get("/Subtype")) == "/Image":
            pixels += int(found.get("/Width", 0)) * int(found.get("/Height", 0))
        elif "/Resources" in found:
            pixels += _pixels_below(found.Resources, seen)
    return pixels


def _text_lines(layout: LTContainer[Any]) -> Iterator[LTTextLineHorizontal]:
    for item in layout:
        if isinstance(item, LTTextLineHorizontal):
            yield item
        elif isinstance(item, LTContainer):
            yield from _text_lines(item)


def _line(line: LTTextLineHorizontal, origin: tuple[float, float], scale: float) -> list[_Set]:
    """Words between the blanks that the layout or the text itself has."""
    words: list[_Set] = []
    letters: list[LTChar] = []
    for item in [*line, LTAnno(" ")]:
        if isinstance(item, LTChar) and not item.get_text().isspace():
            letters.append(item)
        elif letters:
            text = "".join(letter.get_text() for letter in letters)
            words.append(_Set(text, letters[0].fontname, _box(letters, origin, scale)))
            letters = []
    return words


def _box(letters: list[LTChar], origin: tuple[float, float], scale: float) -> Box:
    left, top = origin
    x0, x1 = min(letter.x0 for letter in letters), max(letter.x1 for letter in letters)
    y0, y1 = min(letter.y0 for letter in letters), max(letter.y1 for letter in letters)
    return Box(
        max(round((x0 - left) * scale), 0),
        max(round((top - y1) * scale), 0),
        max(round((x1 - left) * scale), 1),
        max(round((top - y0) * scale), 1),
    )
