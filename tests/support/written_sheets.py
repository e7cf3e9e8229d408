"""Sheets of words for one kind of layout each, and what is understood of them."""

from collections.abc import Sequence
from random import Random

from bench.form_reading import page_of
from ocr.extraction.splitting import split_papers
from samples.forms.sheet import LEFT, RIGHT, WIDTH, Sheet
from schemas.page import PageText
from schemas.paper import Extract


def empty_sheet() -> Sheet:
    """A sheet with nothing on it."""
    return Sheet(Random(1), "a", "serif", 13.0)


def titled(*lines: str) -> Sheet:
    """A sheet with the motto and a title, each line centred."""
    sheet = empty_sheet()
    for line in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", *lines):
        sheet.centre(WIDTH // 2, line)
        sheet.y += sheet.step
    return sheet


def write(sheet: Sheet, lines: Sequence[str]) -> Sheet:
    """The sheet with further lines from the left."""
    for line in lines:
        sheet.y = sheet.paragraph(LEFT, LEFT, RIGHT, line)
    return sheet


def write_at(sheet: Sheet, *pieces: tuple[int, str]) -> None:
    """One further line, each piece at its place from the left, in pixels."""
    for x, text in pieces:
        sheet.write(x, sheet.y, text)
    sheet.y += sheet.step


def read(*sheets: Sheet) -> tuple[Extract, ...]:
    """The papers on the sheets, every letter read right."""
    pages: list[PageText] = [page_of(sheet, at, 0.0, Random(1)) for at, sheet in enumerate(sheets, 1)]
    return split_papers(pages)
