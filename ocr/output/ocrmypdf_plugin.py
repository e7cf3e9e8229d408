"""The invisible text of a PDF, replayed from our own words: an OCRmyPDF plug-in.

OCRmyPDF keeps its work (grafting, fonts, PDF/A), and we keep ours (reading): nothing is recognised
or rasterised a second time, and equal input gives equal bytes. `ocr/output/pdfa.py` loads it by module name
and hands the pages over as the options `sohoa_pages` and `sohoa_date`.
"""

import io
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pikepdf
from fontTools.ttLib import TTFont
from ocrmypdf import hookimpl
from ocrmypdf.builtin_plugins.tesseract_ocr import TesseractOptions
from ocrmypdf.hocrtransform import Baseline, BoundingBox, OcrClass, OcrElement
from ocrmypdf.pluginspec import OcrEngine, OrientationConfidence
from pikepdf.pdfa import resolve_save_kwargs
from PIL import Image

from schemas.page import Line, PageText, Word

CREATOR = "Sohoa"
_SLACK_MM = 0.5
"""How far a word's text box may grow towards its line's, so that words select as one line."""
_LEAST_POINTS = 3
_LEVELS = 8


def page_element(page: PageText) -> OcrElement:
    """`page` as OCRmyPDF's tree: PAGE > LINE > WORD, boxes in pixels of the page."""
    slack = _SLACK_MM / 25.4 * page.dpi
    children = [
        _line_element(group, page.dpi)
        for line in page.lines
        for group in _even_groups(_writable(line, page), slack)
    ]
    box = BoundingBox(0, 0, page.width_px, page.height_px)
    return OcrElement(
        ocr_class=OcrClass.PAGE,
        bbox=box,
        dpi=float(page.dpi),
        page_number=page.page_number,
        children=children,
    )


@lru_cache(maxsize=20_000)
def printable(text: str) -> str:
    """`text` in NFC with only what the embedded font can show.

    Other characters would make OCRmyPDF search every font of the machine; the record keeps them.
    """
    kept: list[str] = []
    covered = _font()[0]
    for character in unicodedata.normalize("NFC", text):
        known = ord(character) in covered
        kept += character if known else unicodedata.normalize("NFKC", character)
    return "".join(c for c in kept if ord(c) in covered and unicodedata.category(c)[0] != "C")


@cache
def _font() -> tuple[frozenset[int], float, float]:
    """Code points, ascent and descent (per em) of the font OCRmyPDF embeds."""
    file = files("ocrmypdf.data") / "NotoSans-Regular.ttf"
    with TTFont(io.BytesIO(file.read_bytes()), lazy=True) as font:
        em = font["head"].unitsPerEm
        ascent, descent = font["hhea"].ascent / em, -font["hhea"].descent / em
        return frozenset(font.getBestCmap()), ascent, descent


def _writable(line: Line, page: PageText) -> list[Word]:
    """Words with printable text, clipped to the page."""
    words = []
    for word in line.words:
        text = printable(word.text)
        x0, y0 = max(word.box.left, 0), max(word.box.top, 0)
        x1, y1 = min(word.box.right, page.width_px), min(word.box.bottom, page.height_px)
        if text.strip() and x0 < x1 and y0 < y1:
            words.append(Word(text=text, box=(x0, y0, x1, y1), confidence=word.confidence))
    return words


def _even_groups(words: Sequence[Word], slack: float) -> Iterator[list[Word]]:
    """Neighbours whose tops and bottoms agree within `slack`: each becomes one text line."""
    group: list[Word] = []
    for word in words:
        boxes = [w.box for w in [*group, word]]
        tops, bottoms = [b[1] for b in boxes], [b[3] for b in boxes]
        even = max(tops) - min(tops) <= 2 * slack and max(bottoms) - min(bottoms) <= 2 * slack
        if group and (not even or word.box.left <= group[-1].box.left):
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def _line_element(words: list[Word], dpi: int) -> OcrElement:
    """One LINE whose font box, ascent to descent, is the words' band."""
    _, ascent, descent = _font()
    top = sum(w.box.top for w in words) / len(words)
    bottom = sum(w.box.bottom for w in words) / len(words)
    height = max(bottom - top, _LEAST_POINTS / 72 * dpi)
    middle = (top + bottom) / 2
    top, bottom = middle - height / 2, middle + height / 2
    font_size = height / (ascent + descent)
    left, right = words[0].box.left, max(word.box.right for word in words)
    right = max(right, left + round(2 * height))  # narrower lines are dropped as improbable
    return OcrElement(
        ocr_class=OcrClass.LINE,
        bbox=BoundingBox(left, bottom - descent * font_size - font_size, right, bottom),
        baseline=Baseline(0.0, -descent * font_size),
        children=[
            OcrElement(
                ocr_class=OcrClass.WORD,
                bbox=BoundingBox(*word.box),
                text=word.text,
                confidence=word.confidence,
            )
            for word in words
        ],
    )


class ReplayEngine(OcrEngine):
    """Stands where Tesseract would, and repeats what was read before."""

    @staticmethod
    def version() -> str:
        """Not shown anywhere."""
        return "1"

    @staticmethod
    def creator_tag(options: Any) -> str:
        """Part of the PDF's creator."""
        del options
        return CREATOR

    def __str__(self) -> str:
        return CREATOR

    @staticmethod
    def languages(options: Any) -> set[str]:
        """Empty: no language is looked for."""
        del options
        return set()

    @staticmethod
    def get_orientation(input_file: Path, options: Any) -> OrientationConfidence:
        """Pages are upright already."""
        del input_file, options
        return OrientationConfidence(0, 0.0)

    @staticmethod
    def supports_generate_ocr() -> bool:
        """Use `generate_ocr`."""
        return True

    @staticmethod
    def generate_ocr(input_file: Path, options: Any, page_number: int = 0) -> tuple[OcrElement, str]:
        """The words of page `page_number` (from 0)."""
        del input_file
        page: PageText = options.sohoa_pages[page_number]
        return page_element(page), page.text

    @staticmethod
    def generate_hocr(input_file: Path, output_hocr: Path, output_text: Path, options: Any) -> None:
        """Never asked for."""
        raise NotImplementedError

    @staticmethod
    def generate_pdf(input_file: Path, output_pdf: Path, output_text: Path, options: Any) -> None:
        """Never asked for."""
        raise NotImplementedError


@hookimpl
def initialize(plugin_manager: Any) -> None:
    """Keep OCRmyPDF from probing for Tesseract."""
    plugin_manager.set_blocked("ocrmypdf.builtin_plugins.tesseract_ocr")


@hookimpl
def register_options() -> dict[str, type[TesseractOptions]]:
    """OCRmyPDF's core reads these options even when the plug-in is blocked."""
    return {"tesseract": TesseractOptions}


@hookimpl
def get_ocr_engine(options: Any) -> ReplayEngine:
    """Replay instead of recognise."""
    del options
    return ReplayEngine()


@hookimpl
def rasterize_pdf_page(output_file: Path, raster_dpi: Any, pageno: int, page_dpi: Any, options: Any) -> Path:
    """An empty image of the right size: nobody looks at it, and rendering costs 1.6 s a page."""
    page: PageText = options.sohoa_pages[pageno - 1]
    dpi = page_dpi or raster_dpi
    size = (page.width_px, page.height_px)
    Path(output_file).write_bytes(_empty_png(size, (float(dpi.x), float(dpi.y))))
    return output_file


@hookimpl
def optimize_pdf(
    input_pdf: Path, output_pdf: Path, context: Any, linearize: bool
) -> tuple[Path, Sequence[str]]:
    """Dates, ids and names that follow from the content, before OCRmyPDF's last PDF/A check."""
    moment = context.options.sohoa_date.replace(microsecond=0).isoformat()
    with pikepdf.open(input_pdf) as pdf:
        for page in pdf.pages:
            _name_text_layer(page)
        with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
            for name in ("xmp:CreateDate", "xmp:ModifyDate", "xmp:MetadataDate"):
                metadata[name] = moment
            metadata["xmp:CreatorTool"] = CREATOR
        if pikepdf.Name.ID in pdf.trailer:
            del pdf.trailer.ID
        save = resolve_save_kwargs("2b", compress_streams=True, deterministic_id=True, linearize=linearize)
        pdf.save(output_pdf, **save)
    return output_pdf, []


def _name_text_layer(page: pikepdf.Page) -> None:
    """OCRmyPDF names the layer at random; we name it always alike."""
    resources: Any = page.resources
    contents: Any = page.obj.Contents
    objects = resources.get("/XObject", pikepdf.Dictionary())
    for name in [name for name in objects if name.startswith("/OCR-")]:
        contents.write(contents.read_bytes().replace(name.encode() + b" ", b"/OCRtext "))
        objects[pikepdf.Name("/OCRtext")] = objects[name]
        del objects[name]


@lru_cache(maxsize=_LEVELS)
def _empty_png(size: tuple[int, int], dpi: tuple[float, float]) -> bytes:
    out = io.BytesIO()
    Image.new("1", size, 1).save(out, "PNG", dpi=dpi, compress_level=1)
    return out.getvalue()
