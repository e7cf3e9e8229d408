"""Draw `reading.png`: a read page with its boxes, and its fields beside it."""

import io
from pathlib import Path
from random import Random

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ocr.engines.registry import open_engines
from ocr.extraction.splitting import split_papers
from ocr.output.font import sheet_font
from ocr.page import read_page
from ocr.preprocessing.page_image import PageImage
from samples.dossiers import encode_page
from samples.drawing.damage import Level
from samples.papers.birth_certificate import draw_birth_certificate
from schemas.catalogue import document_types
from schemas.paper import FieldValue
from schemas.settings import EngineName

_FOLDER = Path(__file__).parent
_SIZE = (1640, 1000)
_PAGE_WIDTH = 660
_SURE, _DOUBTFUL, _INK, _PALE = (18, 122, 86), (200, 96, 16), (32, 36, 44), (112, 118, 128)


def main() -> None:
    """Read a drawn office scan and show what was read where."""
    drawn = draw_birth_certificate(Random(21), "a", "leaders").pages[0]
    jpeg, _ = encode_page(drawn, Level.OFFICE, Random(4))
    scan = np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB"))
    page, view = read_page(PageImage(scan, 200), 1, open_engines(tuple(EngineName)), 60)
    (paper,) = split_papers([page])
    canvas = Image.new("RGB", _SIZE, (250, 250, 248))
    scale = _PAGE_WIDTH / page.width_px
    picture = Image.open(io.BytesIO(view)).resize(
        (_PAGE_WIDTH, round(page.height_px * scale)), Image.Resampling.LANCZOS
    )
    canvas.paste(picture, (30, 34))
    pen = ImageDraw.Draw(canvas, "RGBA")
    pen.rectangle((30, 34, 30 + picture.width, 34 + picture.height), outline=(205, 205, 200))
    kind = document_types()[paper.document_type]
    pen.text((730, 34), kind.title.vi, fill=_INK, font=sheet_font(30))
    pen.text(
        (730, 76),
        f"{kind.title.en} · {len(paper.fields)} values, each with its place on the page",
        fill=_PALE,
        font=sheet_font(17),
    )
    for row, (name, field) in enumerate(paper.fields.items()):
        _draw_field(pen, row, kind.fields[name].label.vi, field, scale)
    canvas.save(_FOLDER / "reading.png", optimize=True)


def _draw_field(pen: ImageDraw.ImageDraw, row: int, label: str, field: FieldValue, scale: float) -> None:
    colour = _SURE if field.confidence > 0.9 else _DOUBTFUL
    x0, y0, x1, y1 = (round(edge * scale) for edge in field.box)
    pen.rectangle((28 + x0, 32 + y0, 32 + x1, 36 + y1), outline=colour, fill=(*colour, 38), width=2)
    y = 118 + row * 34
    pen.text((730, y), label, fill=_PALE, font=_fit(pen, label, 330))
    text = str(field.value)
    pen.text((1075, y - 1), text, fill=_INK, font=_fit(pen, text, 460))
    pen.text((1550, y), f"{100 * field.confidence:.0f} %", fill=colour, font=sheet_font(17))
    pen.line((730, y + 27, 1610, y + 27), fill=(228, 228, 224))


def _fit(pen: ImageDraw.ImageDraw, text: str, width: int) -> ImageFont.FreeTypeFont:
    size = 18
    while size > 10 and pen.textlength(text, font=sheet_font(size)) > width:
        size -= 1
    return sheet_font(size)


if __name__ == "__main__":
    cv2.setNumThreads(1)
    main()
