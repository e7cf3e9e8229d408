"""A page as it was understood, to look at: labels and values boxed, colours by how sure each value is.

Green needs nobody, amber goes to a person, red could not be read or does not fit; blue are labels,
violet codes, grey all other words. Beside the page each value stands under its number.
"""

import io
from collections.abc import Sequence
from typing import NamedTuple

from PIL import Image, ImageDraw

from ocr.output.font import sheet_font
from schemas.base.geometry import Box
from schemas.catalogue import document_types
from schemas.page import PageText
from schemas.paper import Extract, FieldValue

_GREEN, _AMBER, _RED = (20, 128, 74), (206, 120, 0), (196, 30, 40)
_BLUE, _VIOLET, _GREY = (36, 92, 190), (128, 60, 170), (176, 180, 186)
_INK, _PALE, _PAPER = (28, 32, 40), (110, 116, 126), (252, 252, 250)
_WIDTH = 1100
"""Pixels of the page in the picture; the panel beside it is as wide as its text needs."""
_PANEL, _ROW, _MARGIN = 760, 46, 24


class _Note(NamedTuple):
    """One value: its number, what it is, where."""

    number: int
    title: str
    value: FieldValue


def draw_reading(page: PageText, view: bytes, papers: Sequence[Extract]) -> bytes:
    """PNG of the page with its boxes and the values of `papers` that stand on it.

    `papers` are those of the page, their fields' `page_number` the page's.
    """
    picture = Image.open(io.BytesIO(view)).convert("RGB")
    scale = _WIDTH / picture.width
    picture = picture.resize((_WIDTH, round(picture.height * scale)), Image.Resampling.LANCZOS)
    notes = _notes(page, papers)
    height = max(picture.height + 2 * _MARGIN, 130 + _ROW * (len(notes) + len(papers)))
    canvas = Image.new("RGB", (_WIDTH + _PANEL + 3 * _MARGIN, height), _PAPER)
    canvas.paste(picture, (_MARGIN, _MARGIN))
    pen = ImageDraw.Draw(canvas, "RGBA")
    for word in page.words:
        _box(pen, word.box, scale, _GREY, width=1)
    for code in page.codes:
        _box(pen, code.box, scale, _VIOLET, width=3)
    for note in notes:
        _draw_note(pen, note, scale)
    if page.fold_px is not None:
        x = _MARGIN + round(page.fold_px * scale)
        pen.line((x, _MARGIN, x, _MARGIN + picture.height), fill=_VIOLET, width=2)
    _panel(pen, page, papers, notes)
    out = io.BytesIO()
    canvas.save(out, "PNG", optimize=True)
    return out.getvalue()


def _notes(page: PageText, papers: Sequence[Extract]) -> list[_Note]:
    found: list[_Note] = []
    for paper in papers:
        rules = document_types()[paper.document_type].fields
        for name, value in paper.fields.items():
            if value.page_number == page.page_number:
                found.append(_Note(len(found) + 1, f"{rules[name].label.vi} · {name}", value))
    return found


def _colour(value: FieldValue) -> tuple[int, int, int]:
    if value.value is None or value.problems:
        return _RED
    return _AMBER if value.needs_review else _GREEN


def _box(
    pen: ImageDraw.ImageDraw,
    box: Box,
    scale: float,
    colour: tuple[int, int, int],
    *,
    width: int,
    fill: int = 0,
) -> None:
    x0, y0, x1, y1 = (_MARGIN + round(edge * scale) for edge in box)
    pen.rectangle((x0 - 2, y0 - 2, x1 + 2, y1 + 2), outline=colour, width=width, fill=(*colour, fill))


def _draw_note(pen: ImageDraw.ImageDraw, note: _Note, scale: float) -> None:
    colour = _colour(note.value)
    if note.value.label_box:
        _box(pen, note.value.label_box, scale, _BLUE, width=2)
    lines = note.value.lines or (note.value.box,)
    for line in lines:
        _box(pen, line, scale, colour, width=2, fill=34)
    x, y, tag = (
        _MARGIN + round(lines[0][2] * scale) + 4,
        _MARGIN + round(lines[0][1] * scale),
        str(note.number),
    )
    pen.rectangle((x, y, x + 6 + 8 * len(tag), y + 15), fill=colour)
    pen.text((x + 3, y - 1), tag, fill="white", font=sheet_font(12))


def _panel(
    pen: ImageDraw.ImageDraw, page: PageText, papers: Sequence[Extract], notes: Sequence[_Note]
) -> None:
    left, y = _WIDTH + 2 * _MARGIN, _MARGIN
    for paper in papers:
        kind = document_types()[paper.document_type]
        pen.text((left, y), f"{kind.title.vi} · {paper.confidence:.2f}", fill=_INK, font=sheet_font(24))
        y += 36
    reasons = ", ".join(reason.code for reason in page.quality.reasons) or "ok"
    size = f"{page.width_px} × {page.height_px} px, {page.effective_dpi}/{page.dpi} dpi"
    pen.text((left, y), f"{size}, {page.skew_degrees}°, {reasons}", fill=_PALE, font=sheet_font(15))
    y += 34
    for note in notes:
        colour, value = _colour(note.value), note.value
        pen.rectangle((left, y + 3, left + 26, y + 25), fill=colour)
        pen.text((left + 4, y + 4), str(note.number), fill="white", font=sheet_font(15))
        pen.text((left + 36, y), _short(note.title, 70), fill=_PALE, font=sheet_font(14))
        text = "—" if value.value is None else str(value.value)
        pen.text((left + 36, y + 17), _short(text, 62), fill=_INK, font=sheet_font(17))
        told = f"{value.confidence:.3f} {value.source}"
        pen.text((left + _PANEL - 110, y), told, fill=colour, font=sheet_font(14))
        if value.problems:
            codes = ", ".join(problem.code for problem in value.problems)
            pen.text((left + _PANEL - 190, y + 19), _short(codes, 24), fill=_RED, font=sheet_font(13))
        y += _ROW


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
