"""A second look: what was read with doubt is read again on its own, larger, and the readings vote.

The regions of all doubtful fields of a paper stand on one sheet, so that each engine is started
once. A reading that no other confirms changes nothing; what was confirmed, and how often, is
evidence for the value (`rules/fields/confidence.py`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from pydantic import JsonValue

from ocr.engines.engine import Engine, Layout
from ocr.extraction.fields import with_plausibility
from ocr.extraction.value_parsers import parse_value
from ocr.preprocessing.gray_levels import flat, written
from ocr.preprocessing.page_image import Gray, Rgb
from ocr.recognition.crop_sheet import lay_out, take_up
from schemas.base.geometry import Box
from schemas.base.vietnamese import nfc, same_spelling
from schemas.document_type import DocumentType, ValueKind
from schemas.errors import EngineFailed
from schemas.page import Line, PageText, Word
from schemas.paper import FieldValue, Source
from schemas.units import is_known_place

_DOUBTED = 0.97
"""A value whose words are surer than this, together, is not looked at again."""
_CONFIRMED = 2
"""A new value needs so many readings, the first included."""
_KNOWN = 1.5
"""What it counts for, in readings, to be a known place."""
_LARGER = 1.5
_AROUND, _BESIDE = 0.18, 0.25
"""What of the page is shown above and below, left and right of a line, in its heights."""
View = tuple[PageText, bytes]
"""A read page and its view image as JPEG."""


def look_again(
    document_type: DocumentType,
    fields: Mapping[str, FieldValue],
    views: Mapping[int, View],
    engines: Sequence[Engine],
    timeout_seconds: int,
) -> dict[str, FieldValue]:
    """`fields` with the doubtful ones read again by each engine; `views` by page number.

    Raises `ReadingFailed` when an engine fails.
    """
    result = dict(fields)
    for number, (page, jpeg) in views.items():
        doubted = [
            name
            for name, value in fields.items()
            if value.page_number == number and _is_doubted(value, document_type.fields[name].kind)
        ]
        if doubted:
            gray = flat(written(_decoded(jpeg), page.dpi), page.dpi)
            boxes = {name: [_shown(line, gray.shape) for line in fields[name].lines] for name in doubted}
            readings = [_read(gray, page.dpi, boxes, engine, timeout_seconds) for engine in engines]
            for name in doubted:
                kind, many = document_type.fields[name].kind, document_type.fields[name].many
                if not many:
                    result[name] = _vote(fields[name], kind, [reading[name] for reading in readings])
    return result


def _is_doubted(value: FieldValue, kind: ValueKind) -> bool:
    if value.source is not Source.OCR or kind is ValueKind.PAPER_LIST or not value.lines:
        return False
    return value.value is None or value.evidence.words < _DOUBTED


def _read(
    gray: Gray, dpi: int, boxes: Mapping[str, Sequence[Box]], engine: Engine, timeout_seconds: int
) -> dict[str, str]:
    """What `engine` reads of each field's lines, set on one sheet and enlarged."""
    flat_boxes = [box for lines in boxes.values() for box in lines]
    sheet, pieces = lay_out(gray, flat_boxes)
    larger = cv2.resize(sheet, None, fx=_LARGER, fy=_LARGER, interpolation=cv2.INTER_CUBIC)
    lines = engine.read(larger, round(dpi * _LARGER), Layout.SHEET, timeout_seconds)
    said = iter(take_up([_smaller(line) for line in lines], pieces))
    return {name: nfc(" ".join(word.text for _ in own for word in next(said))) for name, own in boxes.items()}


def _smaller(line: Line) -> Line:
    return Line(
        words=tuple(
            Word(text=word.text, box=_scaled(word.box), confidence=word.confidence) for word in line.words
        )
    )


def _scaled(box: Box) -> Box:
    return Box(*(round(edge / _LARGER) for edge in box))


def _shown(line: Box, shape: tuple[int, ...]) -> Box:
    beside, around = round(_BESIDE * line.height), round(_AROUND * line.height)
    return Box(
        max(line.left - beside, 0),
        max(line.top - around, 0),
        min(line.right + beside, shape[1]),
        min(line.bottom + around, shape[0]),
    )


def _vote(value: FieldValue, kind: ValueKind, raws: Sequence[str]) -> FieldValue:
    """The value that most readings give, the first reading's when they are even.

    Of readings that differ, one that is a place as the table of units spells it counts for more.
    """
    said = [(value.raw, value.value), *((raw, parse_value(kind, raw)) for raw in raws)]
    readings = {_spelling(meant): (raw, meant) for raw, meant in reversed(said) if meant is not None}
    counts = Counter(_spelling(meant) for _, meant in said if meant is not None)
    first = _spelling(value.value) if value.value is not None else ""
    weights = {one: count + _KNOWN * is_known_place(one) for one, count in counts.items()}
    best = max(weights, key=lambda one: (weights[one], one == first), default=first)
    if counts[best] < _CONFIRMED and weights.get(best, 0) < _KNOWN:
        best = first
    agreeing = sum(_spelling(meant) == best for _, meant in said[1:] if meant is not None)
    raw, meant = readings.get(best, (value.raw, value.value))
    evidence = value.evidence.with_changes(looks=len(raws), agreeing=agreeing)
    return value.with_changes(raw=raw, value=meant, evidence=with_plausibility(raw, evidence))


def _spelling(value: JsonValue) -> str:
    """Equal for readings that say the same; case counts only where it can differ by sense."""
    return same_spelling(str(value)).rstrip(" .,;:")


def _decoded(jpeg: bytes) -> Rgb:
    decoded = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR_RGB)
    if decoded is None:
        raise EngineFailed("second look", "view image")
    return np.asarray(decoded)
