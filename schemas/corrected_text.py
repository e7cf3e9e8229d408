"""A page's text as it reads once people have said what stands there.

The machine's words inside a corrected value's lines give way to the person's, spread over the same
ink; everything else stays as read. PDF, ALTO and search are made of the result.
"""

from collections.abc import Iterable, Sequence

from schemas.base.geometry import Box
from schemas.page import Block, Line, PageText, Word
from schemas.paper import FieldValue, Source


def corrected_page(page: PageText, number: int, fields: Iterable[tuple[str, FieldValue]]) -> PageText:
    """`page` with what people typed on it. `fields` are pairs of the text to print and its value.

    Only values that a person changed, on page `number` of the paper, and whose ink is known, count.
    """
    for text, field in fields:
        if field.source is Source.PERSON and field.page_number == number and field.lines and text:
            page = _replace(page, field.lines, text.split())
    return page


def _replace(page: PageText, lines: Sequence[Box], words: Sequence[str]) -> PageText:
    shares = _spread(words, lines)
    blocks = []
    for block in page.blocks:
        kept = [line for old in block.lines if (line := _line(old, lines, shares)) is not None]
        if kept:
            blocks.append(Block(lines=tuple(kept)))
    left = [word for share in shares for word in share]  # ink in which no word was read
    if left:
        blocks.append(Block(lines=(Line(words=tuple(left)),)))
    return page.with_changes(blocks=tuple(blocks))


def _line(line: Line, boxes: Sequence[Box], shares: list[list[Word]]) -> Line | None:
    """`line` with the words inside `boxes` replaced, once, by the share of that box."""
    words: list[Word] = []
    for word in line.words:
        at = next((n for n, box in enumerate(boxes) if _is_inside(word.box, box)), None)
        if at is None:
            words.append(word)
        else:
            words += shares[at]
            shares[at] = []
    return Line(words=tuple(words)) if words else None


def _spread(words: Sequence[str], boxes: Sequence[Box]) -> list[list[Word]]:
    """Words over the boxes of their lines, in order, each as wide as its share of the letters."""
    letters = sum(len(word) + 1 for word in words)
    widths = [box.width for box in boxes]
    shares: list[list[Word]] = [[] for _ in boxes]
    at, done = 0, 0.0
    for word in words:
        while at < len(boxes) - 1 and done >= sum(widths[: at + 1]):
            at += 1
        x0, y0, x1, y1 = boxes[at]
        length = sum(widths) * (len(word) + 1) / letters
        left = round(min(x0 + done - sum(widths[:at]), x1 - 1))
        right = round(min(left + length * len(word) / (len(word) + 1), x1))
        shares[at].append(Word(text=word, box=Box(left, y0, max(right, left + 1), y1), confidence=1.0))
        done += length
    return shares


def _is_inside(box: Box, around: Box) -> bool:
    return around.is_around(box.center_x, box.center_y)
