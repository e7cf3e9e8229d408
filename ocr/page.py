"""One page from pixels to text: the reading path in one function."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ocr.engines.engine import Engine, Layout
from ocr.layout.barcodes import find_codes
from ocr.layout.facing_pages import apart, find_fold
from ocr.layout.line_merging import join_rows
from ocr.layout.reading_order import reading_order
from ocr.layout.seals_and_signatures import find_marks
from ocr.preprocessing.blank_page import is_blank
from ocr.preprocessing.deskew import turn
from ocr.preprocessing.gray_levels import ink_channel, written
from ocr.preprocessing.orientation import four_way_orientation
from ocr.preprocessing.page_crop import cut_out
from ocr.preprocessing.page_image import Gray, PageImage, Rgb
from ocr.preprocessing.prepare import Prepared, prepare
from ocr.preprocessing.scan_quality import DAMAGED, judge_quality
from ocr.preprocessing.table_rules import cells, ruling
from ocr.recognition.crop_sheet import lay_out
from ocr.recognition.handwriting import find_handwriting
from ocr.recognition.mrz import read_zone, with_zone, zone_code
from ocr.recognition.recognise import recognise
from ocr.sources.visible_text import has_letters, without_words
from schemas.arrangement import Turn
from schemas.base.geometry import Box
from schemas.base.stopwatch import Step, step
from schemas.base.vietnamese import nfc
from schemas.page import Block, Code, Line, Mark, PageText, Word
from schemas.settings import JPEG_QUALITY

READING_VERSION = "10"
"""Goes into every reading key: raise it with any change to how a page is prepared or read."""
_ETH = str.maketrans("Ðð", "Đđ")
"""Icelandic eth looks like đ and is never Vietnamese."""
_PAINTED_CONFIDENCE = 0.6
_BLOCK_GAP = 1.6
"""A gap of so many line heights begins a new block."""


def read_page(
    image: PageImage,
    page_number: int,
    engines: Sequence[Engine],
    timeout_seconds: int,
    jpeg_quality: int = JPEG_QUALITY,
    turned: Turn | None = None,
) -> tuple[PageText, bytes]:
    """The page's text, and its upright deskewed view as JPEG, never altered otherwise.

    A dark ground around the sheet is cut away. `turned` is how far it has to be turned clockwise when
    a person said so. Raises `ReadingFailed` when the engine fails.
    """
    if image.lines and turned is None:
        page = _born_digital(image, page_number, engines, timeout_seconds)
        return page, _jpeg(image.pixels, jpeg_quality)
    with step(Step.BLANKNESS):
        image = cut_out(image)
        gray, ink = ink_channel(image.pixels), written(image.pixels, image.dpi)
        blank = not image.damaged and is_blank(ink, image.dpi) and not find_codes(gray)
    if blank:
        return _blank_page(image, page_number), _jpeg(image.pixels, jpeg_quality)
    with step(Step.ORIENTATION):
        rotation = _rotation(gray, image.dpi, engines[0], timeout_seconds) if turned is None else turned
        upright, ink = (np.ascontiguousarray(np.rot90(each, -rotation // 90)) for each in (image.pixels, ink))
    with step(Step.PREPARATION):
        prepared = prepare(ink, image.dpi)
        view = turn(upright, prepared.skew_degrees)
    with step(Step.CHOICE):
        lines = recognise(prepared.gray, prepared.dpi, engines, timeout_seconds)
        lines, zone = _with_zone(lines, prepared, engines, timeout_seconds)
    with step(Step.QUALITY):
        quality, effective_dpi = judge_quality(ink_channel(upright), image.dpi, prepared.skew_degrees)
    with step(Step.ORDER):
        height, width = view.shape[:2]
        read, fold = _in_order(lines, prepared)
        blocks = _blocks(_on_view(read, prepared.scale, (width, height)))
    with step(Step.MARKS):
        codes = (*find_codes(ink_channel(view)), *zone)
        marks = _marks(view, image.dpi, [line for block in blocks for line in block.lines])
    page = PageText(
        page_number=page_number,
        width_px=width,
        height_px=height,
        dpi=image.dpi,
        signed_on=image.signed_on,
        effective_dpi=effective_dpi,
        rotation_degrees=rotation,
        skew_degrees=round(prepared.skew_degrees, 2),
        quality=DAMAGED if image.damaged else quality,
        codes=codes,
        blocks=blocks,
        fold_px=fold,
        marks=marks,
        engine=" + ".join(engine.name for engine in engines),
    )
    with step(Step.VIEW):
        return page, _jpeg(view, jpeg_quality)


def _marks(view: Rgb, dpi: int, lines: Sequence[Line]) -> tuple[Mark, ...]:
    """What stands on the view beside its print."""
    return (*find_marks(view, dpi, lines), *find_handwriting(written(view, dpi), dpi, lines))


def _with_zone(
    lines: tuple[Line, ...], prepared: Prepared, engines: Sequence[Engine], timeout_seconds: int
) -> tuple[tuple[Line, ...], tuple[Code, ...]]:
    """Lines with a card's machine-readable zone as its check digits have it, and the zone as a code."""

    def again(box: Box) -> list[str]:
        strip, _ = lay_out(prepared.gray, [box])
        read = engines[-1].read(strip, prepared.dpi, Layout.ZONE, timeout_seconds)
        return [line.text.replace(" ", "") for line in read]

    zone = read_zone(lines, again)
    if zone is None:
        return lines, ()
    code = zone_code(lines, zone)
    x0, y0, x1, y1 = (round(edge / prepared.scale) for edge in code.box)
    return with_zone(lines, zone), (code.with_changes(box=(x0, y0, x1, y1)),)


def _in_order(lines: Sequence[Line], prepared: Prepared) -> tuple[tuple[Line, ...], int | None]:
    """Lines as a person reads them, the left of two facing pages before the right; the fold on the view."""
    height, width = prepared.gray.shape
    fold = find_fold(lines, (width, height), prepared.dpi, prepared.cells)
    if fold is None:
        return reading_order(join_rows(lines), prepared.cells), None
    ordered: list[Line] = []
    for right, half in enumerate(apart(lines, fold)):
        table = [box for box in prepared.cells if (box.left >= fold) == bool(right)]
        ordered += reading_order(join_rows(half), table)
    return tuple(ordered), round(fold / prepared.scale)


def _rotation(gray: Gray, dpi: int, engine: Engine, timeout_seconds: int) -> int:
    """Clockwise turn that sets the page upright: by the engine if it can tell, else by ink and reading."""
    turned = engine.quarter_turn(gray)
    if turned is not None:
        return turned
    return four_way_orientation(gray, dpi, _StripReader(engine, dpi, timeout_seconds))


def _born_digital(
    image: PageImage, page_number: int, engines: Sequence[Engine], timeout_seconds: int
) -> PageText:
    """A page that was never paper, by its own words, and what else its picture shows read like a scan."""
    gray = ink_channel(image.pixels)
    size = (image.width_px, image.height_px)
    table = cells(ruling(gray, image.dpi), image.dpi)
    painted = _painted_lines(image, engines, timeout_seconds)
    blocks = _blocks(_on_view(reading_order(join_rows([*image.lines, *painted]), table), 1.0, size))
    return PageText(
        page_number=page_number,
        width_px=size[0],
        height_px=size[1],
        dpi=image.dpi,
        signed_on=image.signed_on,
        effective_dpi=image.dpi,
        codes=find_codes(gray),
        blocks=blocks,
        engine="pdf",
        marks=_marks(image.pixels, image.dpi, image.lines),
    )


def _painted_lines(image: PageImage, engines: Sequence[Engine], timeout_seconds: int) -> tuple[Line, ...]:
    """What a viewer shows beside the own words: filled fields, notes, stamps, painted numbers."""
    rest = without_words(cv2.cvtColor(image.pixels, cv2.COLOR_RGB2GRAY), image.lines)
    if not has_letters(rest, image.lines):
        return ()
    prepared = prepare(rest, image.dpi)
    size = (image.width_px, image.height_px)
    read = _on_view(recognise(prepared.gray, prepared.dpi, engines, timeout_seconds), prepared.scale, size)
    sure = (tuple(word for word in line.words if _is_sure(word)) for line in read)
    return tuple(Line(words=words) for words in sure if words)


def _is_sure(word: Word) -> bool:
    """Bits of rules and logos are no words."""
    return word.confidence >= _PAINTED_CONFIDENCE and any(map(str.isalnum, word.text))


@dataclass(frozen=True)
class _StripReader:
    """Reads a strip to tell which way up it is: its text and mean confidence (0…100)."""

    engine: Engine
    dpi: int
    timeout_seconds: int

    def __call__(self, strip: Gray) -> tuple[str, float]:
        lines = self.engine.read(strip, self.dpi, Layout.SHEET, self.timeout_seconds)
        words = [word for line in lines for word in line.words]
        letters = sum(len(word.text) for word in words)
        sure = sum(word.confidence * len(word.text) for word in words)
        return " ".join(word.text for word in words), 100 * sure / max(letters, 1)


def _blank_page(image: PageImage, page_number: int) -> PageText:
    """A page without ink or a code, as it lies."""
    return PageText(
        page_number=page_number,
        width_px=image.width_px,
        height_px=image.height_px,
        dpi=image.dpi,
        signed_on=image.signed_on,
        effective_dpi=image.dpi,
        blank=True,
    )


def _jpeg(pixels: Rgb, quality: int) -> bytes:
    swapped = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    _, coded = cv2.imencode(".jpg", swapped, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return coded.tobytes()


def _on_view(lines: Sequence[Line], scale: float, size: tuple[int, int]) -> list[Line]:
    """Lines in pixels of the view, `scale` being theirs a view pixel; what is off the page falls out."""
    return [line for line in (_to_view(line, scale, size) for line in lines) if line]


def _blocks(lines: Sequence[Line]) -> tuple[Block, ...]:
    """Lines in reading order put together where they stand close."""
    blocks: list[list[Line]] = []
    for line in lines:
        last = blocks[-1][-1] if blocks else None
        if last and _follows(last, line):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return tuple(Block(lines=tuple(block)) for block in blocks)


def _follows(above: Line, line: Line) -> bool:
    height = max(above.box.height, line.box.height)
    gap = line.box.top - above.box.bottom
    beside = line.box.left >= above.box.right or line.box.right <= above.box.left
    return -height < gap < _BLOCK_GAP * height and not beside


def _to_view(line: Line, scale: float, size: tuple[int, int]) -> Line | None:
    """`line` in pixels of the view; None when nothing of it lies on the page."""
    words = []
    for word in line.words:
        text = nfc(word.text).translate(_ETH)
        x0, y0, x1, y1 = (round(edge / scale) for edge in word.box)
        box = Box(max(x0, 0), max(y0, 0), min(x1, size[0]), min(y1, size[1]))
        if text and box.left < box.right and box.top < box.bottom:
            words.append(Word(text=text, box=box, confidence=word.confidence))
    return Line(words=tuple(words)) if words else None
