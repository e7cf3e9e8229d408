"""A second look: what was read with doubt is read again on its own, and the readings vote.

The regions of all doubtful fields of a paper stand on one sheet, a line below the other, so that each engine
is started once; what it does not confirm it is shown a second time, smaller. A reading that no other engine
confirms changes nothing; which engines confirm a value is evidence for it (`rules/fields/confidence.py`).
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from pydantic import JsonValue

from ocr.engines.engine import Engine, Layout
from ocr.extraction.fields import with_plausibility
from ocr.extraction.value_parsers import parse_value
from ocr.extraction.word_votes import Looks, mend, unconfirmed, unseen
from ocr.preprocessing.gray_levels import flat, written
from ocr.preprocessing.page_image import Gray, Rgb
from ocr.recognition.crop_sheet import lay_out, take_up
from schemas.base.geometry import Box
from schemas.base.vietnamese import fold, nfc, same_spelling
from schemas.document_type import DocumentType, FieldRule, ValueKind
from schemas.errors import EngineFailed
from schemas.page import Line, PageText
from schemas.paper import FieldValue, Source
from schemas.units import is_known_place

_DOUBTED = 0.97
"""A value whose words are surer than this, together, is not looked at again."""
_CONFIRMED = 2
"""A new value needs so many readings, the first included."""
_KNOWN = 1.5
"""What it counts for, in readings, to be a known place."""
_SIZES = (1.0, 0.75)
"""Of the page's own: of digits printed well Tesseract reads one in ten right at one of them alone."""
_AROUND, _BESIDE = 0.18, 0.25
"""What of the page is shown above and below, left and right of a line, in its heights."""
_NO_DIGIT, _NO_LETTER = re.compile(r"\D"), re.compile(r"[\W_]")
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
            if value.page_number == number and is_doubted(value, document_type.fields[name])
        ]
        if doubted:
            gray = flat(written(_decoded(jpeg), page.dpi), page.dpi)
            boxes = {name: [_shown(line, gray.shape) for line in fields[name].lines] for name in doubted}
            asked = {name: (document_type.fields[name].kind, fields[name]) for name in doubted}
            readings = {
                engine.family: _read(gray, page.dpi, boxes, asked, engine, timeout_seconds)
                for engine in engines
            }
            for name, (kind, value) in asked.items():
                own = {family: reading[name] for family, reading in readings.items()}
                result[name] = _vote(value, kind, own)
    return result


def is_doubted(value: FieldValue, rule: FieldRule) -> bool:
    """Whether `value` is read again: from print, single, and of words that are not all sure."""
    if value.source is not Source.OCR or rule.kind is ValueKind.PAPER_LIST or rule.many or not value.lines:
        return False
    return value.value is None or value.evidence.words < _DOUBTED


def _read(
    gray: Gray,
    dpi: int,
    boxes: Mapping[str, Sequence[Box]],
    asked: Mapping[str, tuple[ValueKind, FieldValue]],
    engine: Engine,
    timeout_seconds: int,
) -> dict[str, tuple[str, ...]]:
    """What `engine` reads of each field, once, or once at each size until it says the same."""
    readings: dict[str, tuple[str, ...]] = dict.fromkeys(boxes, ())
    for size in _SIZES:
        left = {name: boxes[name] for name in boxes if not _confirms(*asked[name], readings[name])}
        if left:
            for name, raw in _read_once(gray, dpi, left, size, engine, timeout_seconds).items():
                readings[name] = (*readings[name], raw)
    return readings


def _read_once(
    gray: Gray,
    dpi: int,
    boxes: Mapping[str, Sequence[Box]],
    size: float,
    engine: Engine,
    timeout_seconds: int,
) -> dict[str, str]:
    """What `engine` reads of each field's lines, set on one sheet, at `size` of the page's own."""
    sheet, pieces = lay_out(gray, [box for lines in boxes.values() for box in lines], width=0, is_line=True)
    shown = cv2.resize(sheet, None, fx=size, fy=size, interpolation=cv2.INTER_AREA)
    lines = engine.read(shown, round(dpi * size), Layout.SHEET, timeout_seconds)
    words = iter(take_up([_scaled(line, 1 / size) for line in lines], pieces))
    return {
        name: nfc(" ".join(word.text for _ in own for word in next(words))) for name, own in boxes.items()
    }


def _scaled(line: Line, by: float) -> Line:
    return Line(
        words=tuple(
            word.with_changes(box=Box(*(round(edge * by) for edge in word.box))) for word in line.words
        )
    )


def _shown(line: Box, shape: tuple[int, ...]) -> Box:
    beside, around = round(_BESIDE * line.height), round(_AROUND * line.height)
    return Box(
        max(line.left - beside, 0),
        max(line.top - around, 0),
        min(line.right + beside, shape[1]),
        min(line.bottom + around, shape[0]),
    )


def _vote(value: FieldValue, kind: ValueKind, readings: Mapping[str, Sequence[str]]) -> FieldValue:
    """The value that most engines give, the first reading's when they are even; `readings` by engine.

    Of readings that differ, a place as the table of units spells it counts for more.
    """
    value = _mended(value, kind, readings)
    first = _spelling(value.value) if value.value is not None else ""
    meanings = {_spelling(meant): (raw, meant) for raw, meant in _meanings(kind, readings)}
    if value.value is not None:
        meanings[first] = (value.raw, value.value)
    votes = Counter([first] if first else [])
    for raws in readings.values():
        votes.update({_spelling(meant) for _, meant in _meanings(kind, {"": raws})})
    weights = {spelling: count + _KNOWN * is_known_place(spelling) for spelling, count in votes.items()}
    best = max(weights, key=lambda spelling: (weights[spelling], spelling == first), default=first)
    if votes[best] < _CONFIRMED and weights.get(best, 0) < _KNOWN:
        best = first
    raw, meant = meanings.get(best, (value.raw, value.value))
    voted = value.with_changes(raw=raw, value=meant)
    confirming = tuple(family for family in readings if _is_confirmed(kind, voted, family, readings))
    evidence = value.evidence.with_changes(
        looks=len(readings),
        agreeing=len(confirming),
        agreeing_engines=confirming,
        alike=sum(
            family in confirming or _is_any_alike(kind, voted, raws) for family, raws in readings.items()
        ),
        unseen=0 if kind.is_number else unseen(raw, readings),
    )
    return voted.with_changes(evidence=with_plausibility(raw, evidence))


def _mended(value: FieldValue, kind: ValueKind, looks: Looks) -> FieldValue:
    """The value with those words of its text that second looks agree to be others."""
    if value.value is None or kind.is_number:
        return value
    raw = mend(value.raw, looks)
    meant = parse_value(kind, raw) if raw != value.raw else None
    return value if meant is None else value.with_changes(raw=raw, value=meant)


def _is_confirmed(kind: ValueKind, value: FieldValue, family: str, looks: Looks) -> bool:
    """An engine says the same: of a text each word, at one size or another."""
    if value.value is None:
        return False
    by_word = not kind.is_number and not unconfirmed(value.raw, looks)[family]
    return by_word or _confirms(kind, value, looks[family])


def _meanings(kind: ValueKind, readings: Mapping[str, Sequence[str]]) -> list[tuple[str, JsonValue]]:
    parsed = [(raw, parse_value(kind, raw)) for raws in readings.values() for raw in raws]
    return [(raw, meant) for raw, meant in parsed if meant is not None]


def _confirms(kind: ValueKind, value: FieldValue, raws: Sequence[str]) -> bool:
    """A reading says the same."""
    return value.value is not None and any(
        _spelling(meant) == _spelling(value.value) for _, meant in _meanings(kind, {"": raws})
    )


def _is_any_alike(kind: ValueKind, value: FieldValue, raws: Sequence[str]) -> bool:
    """A reading says the same, or at least the same digits of a number, the same letters without marks."""
    return _confirms(kind, value, raws) or any(_bare(kind, raw) == _bare(kind, value.raw) for raw in raws)


def _bare(kind: ValueKind, raw: str) -> str:
    return _NO_DIGIT.sub("", raw) if kind.is_number else _NO_LETTER.sub("", fold(raw))


def _spelling(value: JsonValue) -> str:
    """Equal for readings that say the same; case counts only where it can differ by sense."""
    return same_spelling(str(value)).rstrip(" .,;:")


def _decoded(jpeg: bytes) -> Rgb:
    decoded = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR_RGB)
    if decoded is None:
        raise EngineFailed("second look", "view image")
    return np.asarray(decoded)
