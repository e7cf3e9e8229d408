"""Reading order: the halves of a two-column head or foot apart, tables cell by cell."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ocr.layout.columns import by_height, columns_apart, pieces_of, zones
from schemas.base.geometry import Box
from schemas.page import Line, Word

_LABELS = 3
"""So many pieces left of the body that end in a colon are labels of a table, no notes."""
_MOST_NOTES = 0.4
"""Of a page's lines: notes stand beside a few, labels beside most."""
_NOTE = 3.0
"""A note in the margin is at least so wide, in letter heights: narrower ones number the lines."""


def reading_order(lines: Sequence[Line], table: Sequence[Box] = ()) -> tuple[Line, ...]:
    """Lines as a person reads them: the left half of a two-column head or foot before the right.

    Only a head with the national motto, a foot with "Nơi nhận", and a row of
    two signers are taken for columns; all other lines stay as the reader
    gave them, however wide their gaps (justified prose, forms, tables).
    """
    if not lines:
        return ()
    rows = [sorted(line.words, key=lambda word: word.box.left) for line in lines]
    height = float(np.median([w.box.height for row in rows for w in row]))
    rows = _cell_by_cell(rows, table) if table else rows
    rows = _notes_after(_labels_with_values(rows, height), height)
    for zone in zones(rows, height):
        rows = columns_apart(rows, zone, height)
    return tuple(Line(words=tuple(row)) for row in rows)


def _cell_by_cell(lines: list[list[Word]], table: Sequence[Box]) -> list[list[Word]]:
    """Lines cut at the cells of the table, in the order of the cells; other lines around them by height."""
    parts: dict[tuple[int, int], list[Word]] = {}
    for number, line in enumerate(lines):
        for word in line:
            cell = _cell_of(word, table)
            parts.setdefault((cell, number), []).append(word)
    outside = [line for (cell, _), line in parts.items() if cell < 0]
    first, result = min(box.top for box in table), []
    result += [line for line in outside if line[0].box.top < first]
    for cell, box in enumerate(table):
        result += [line for line in outside if first <= line[0].box.top < box.top and line not in result]
        result += by_height([line for (owner, _), line in parts.items() if owner == cell])
    return result + [line for line in outside if line not in result]


def _cell_of(word: Word, table: Sequence[Box]) -> int:
    """Number of the cell that holds the word's middle; -1 outside the table."""
    x, y = (
        word.box.center_x,
        word.box.center_y,
    )
    inside = (
        k for k, (left, top, right, bottom) in enumerate(table) if left <= x < right and top <= y < bottom
    )
    return next(inside, -1)


def _labels_with_values(lines: list[list[Word]], height: float) -> list[list[Word]]:
    """Two or more labels side by side above their values: each label before its own value.

    Labels end in a colon and stand apart; each value begins under its label.
    """
    result = list(lines)
    for above, below in pairwise(lines):
        labels = [part for piece in pieces_of(above, 1.5 * height) for part in _at_colons(piece, height)]
        values = pieces_of(below, 1.5 * height)
        named = all(label[-1].text.endswith(":") for label in labels)
        close = below[0].box.top - above[0].box.bottom < 1.5 * height
        under = len(labels) == len(values) and all(
            abs(label[0].box.left - value[0].box.left) < 1.5 * height
            for label, value in zip(labels, values, strict=True)
        )
        if len(labels) > 1 and named and close and under:
            flat = [piece for pair in zip(labels, values, strict=True) for piece in pair]
            result[result.index(above) : result.index(below) + 1] = flat
    return result


def _at_colons(piece: list[Word], height: float) -> list[list[Word]]:
    """The piece cut where a label's colon is followed by more than a blank's white."""
    parts = [[piece[0]]]
    for before, word in pairwise(piece):
        if before.text.endswith(":") and word.box.left - before.box.right > 0.6 * height:
            parts.append([])
        parts[-1].append(word)
    return parts


def _notes_after(rows: list[list[Word]], height: float) -> list[list[Word]]:
    """Notes left of the body read after the body lines they stand beside.

    The body begins where most lines do; what ends before it, and is no number of a line, is a note.
    """
    starts = np.array([piece[0].box.left for row in rows for piece in pieces_of(row, 1.5 * height)])
    near = np.abs(starts[:, None] - starts[None, :]) < height
    body = float(starts[near.sum(axis=1).argmax()]) - height
    lefts = [pieces_of(row, 1.5 * height)[0] for row in rows]
    beside = [left for left, row in zip(lefts, rows, strict=True) if left[-1].box.right < body]
    with_colon = sum(left[-1].text.endswith(":") for left in beside)
    if with_colon >= _LABELS or len(beside) > _MOST_NOTES * len(rows):
        return rows  # labels of a table
    result: list[list[Word]] = []
    notes: list[list[Word]] = []
    for row in rows:
        note, *rest = pieces_of(row, 1.5 * height)
        wide = note[-1].box.right - note[0].box.left > _NOTE * height
        is_note = wide and note[-1].box.right < body and bool(rest or notes)
        if notes and not is_note:
            result += notes
            notes = []
        if is_note:
            notes.append(note)
        kept = [word for piece in rest for word in piece] if is_note else row
        result += [kept] if kept else []
    return result + notes
