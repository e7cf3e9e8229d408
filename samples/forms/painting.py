"""Sheets of words painted: pages for what only pixels show, read as any scan is."""

from PIL import Image, ImageDraw

from samples.drawing.canvas import INK
from samples.forms.sheet import HEIGHT, WIDTH, Sheet
from samples.truth import DrawnPage, PageTruth

_RULE_PX = 3


def paint(sheet: Sheet) -> DrawnPage:
    """The sheet as a page image at 300 dpi, the cells of its tables ruled."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen = ImageDraw.Draw(image)
    for cell in sheet.cells:
        pen.rectangle(cell, outline=INK, width=_RULE_PX)
    for run in sheet.runs:
        face = sheet.face(run.style, run.scale)
        for word, box in run.words:
            left, top, _, _ = face.getbbox(word)
            pen.text((box.left - left, box.top - top), word, font=face, fill=INK)
    words = tuple(word for run in sheet.runs for word in run.words)
    lines = tuple(" ".join(word for word, _ in run.words) for run in sheet.runs)
    return DrawnPage(image, PageTruth(lines=lines, words=words, width_px=WIDTH, height_px=HEIGHT))
