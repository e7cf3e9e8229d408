"""Fields of one paper: each rule's finders tried in turn, the first ink found gives the value."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pydantic import JsonValue

from ocr.extraction.form import Form, Located
from ocr.extraction.label_matching import label_key
from ocr.extraction.locators import find
from ocr.extraction.unlisted_labels import find_unlisted
from ocr.extraction.value_parsers import parse_value
from ocr.extraction.written_values import is_written, with_written
from ocr.text.syllables import familiarity, is_syllable, rival
from schemas.base.geometry import enclosing
from schemas.base.vietnamese import fold
from schemas.document_type import FieldCheck, FieldRule, Finder, Locator, ValueKind
from schemas.paper import Echo, Evidence, FieldValue, Source

_UNREAD = 0.0
"""Confidence of a field that the paper shows and that could not be read."""
_PARCEL = re.compile(
    r"^(?:(?:thửa đất|thửa|tờ bản đồ|lô đất|lô)(?: số)?[\s:.]*\d[\w/-]*\s*[,;]\s*)+", re.IGNORECASE
)
"""`thửa đất số 122, tờ bản đồ số 12, …` before the place of a building."""
_LIVED = re.compile(r"\s*[,;]?\s+(?:kể )?từ (?:ngày|tháng|năm)\b.*$", re.IGNORECASE)
"""`… từ ngày 01/01/2015 đến ngày …` after a place of residence."""
_NO_LABELS = (FieldCheck.PLACE, FieldCheck.ETHNIC_GROUP, FieldCheck.NATIONALITY)
_COUNTED = re.compile(r"^(?:[^\W\d_]|\d{1,2})[.)]\s*")
_UNLIMITED = ("khong thoi han", "khong xac dinh thoi han", "vo thoi han")
"""What a paper says, without marks, that never expires: it has no such day."""


def read_fields(form: Form) -> dict[str, FieldValue]:
    """Values of a paper by field id; fields the paper does not show are left out."""
    fields = read_listed(form)
    for name, located in find_unlisted(form, fields).items():
        rule = form.type.fields[name]
        found = _address_alone(rule, located)
        value = _value(rule.kind, found.raw)
        if value is None or _can_be(form, rule, value):
            fields[name] = with_written(_field(found, value), rule.kind, form.pages)
    return {name: fields[name] for name in form.type.fields if name in fields}


def read_listed(form: Form) -> dict[str, FieldValue]:
    """The fields that stand where the type says, beside the labels that it knows."""
    fields: dict[str, FieldValue] = {}
    for name, rule in form.type.fields.items():
        value = _read(form, rule)
        if value:
            fields[name] = with_written(value, rule.kind, form.pages)
    return fields


def _read(form: Form, rule: FieldRule) -> FieldValue | None:
    """The first value that parses; else the first ink found, with value None."""
    if rule.many:
        return _read_all(form, rule)
    unread: Located | None = None
    for at, finder in enumerate(rule.find):
        for found in _find(form, rule, finder):
            if rule.kind is ValueKind.DATE and fold(found.raw) in _UNLIMITED:
                return None
            value = found.value or _value(rule.kind, found.raw)
            if value is not None and _can_be(form, rule, value):
                again = rule.find[at + 1 :] if finder.where is Locator.CODE else ()
                read = _field(found, value, _echoes(form, rule, (*again, *rule.echoes)))
                return read.with_changes(
                    evidence=read.evidence.with_changes(rivals=_rivals(form, rule, finder, value))
                )
            unread = unread or found
            if _shows_ink(found) and is_written(found, form.pages):
                return _field(found, None)
            if _shows_ink(found) and finder.where is Locator.DATE_LINE:
                break  # another line's date, on an annex say, is not this paper's
    return _field(unread, None) if unread and _shows_ink(unread) else None


def _find(form: Form, rule: FieldRule, finder: Finder) -> Iterator[Located]:
    return (_address_alone(rule, found) for found in find(form, finder))


def _address_alone(rule: FieldRule, found: Located) -> Located:
    """Of a place neither the parcel before the address nor the days somebody lived there after it."""
    if rule.check is not FieldCheck.PLACE:
        return found
    return replace(found, raw=_LIVED.sub("", _PARCEL.sub("", found.raw)) or found.raw)


def _can_be(form: Form, rule: FieldRule, value: JsonValue) -> bool:
    """A place is no bare number; neither it nor a people is worded like a label of the paper."""
    if rule.check is FieldCheck.PLACE and not any(map(str.isalpha, str(value))):
        return False
    return rule.check not in _NO_LABELS or label_key(_COUNTED.sub("", str(value))) not in form.own_labels


def _rivals(form: Form, rule: FieldRule, finder: Finder, value: JsonValue) -> int:
    """How many other values the same finder names."""
    values = {str(_value(rule.kind, found.raw)) for found in _find(form, rule, finder) if not found.value}
    return len(values - {str(value), "None"})


def _echoes(form: Form, rule: FieldRule, finders: Sequence[Finder]) -> tuple[Echo, ...]:
    """Where the paper says the value again: the first that each source says."""
    echoes: dict[Source, Echo] = {}
    for found in (found for finder in finders for found in find(form, finder)):
        value = _value(rule.kind, found.raw)
        if value is not None and found.source not in echoes:
            echoes[found.source] = Echo(
                value=value, raw=found.raw, page_number=found.page_number, box=found.box, source=found.source
            )
    return tuple(echoes.values())


def _read_all(form: Form, rule: FieldRule) -> FieldValue | None:
    """All values of the first finder that has any, in printed order; one that does not parse spoils all."""
    for finder in rule.find:
        shown = [found for found in find(form, finder) if _shows_ink(found)]
        founds = list({str(parse_value(rule.kind, found.raw)): found for found in reversed(shown)}.values())[
            ::-1
        ]
        if founds:
            values = [parse_value(rule.kind, found.raw) for found in founds]
            first = founds[0]
            whole = Located(
                raw="; ".join(found.raw for found in founds),
                page_number=first.page_number,
                box=enclosing([f.box for f in founds if f.page_number == first.page_number]),
                lines=tuple(line for f in founds if f.page_number == first.page_number for line in f.lines),
                evidence=_together([found.evidence for found in founds]),
                source=first.source,
            )
            known = [str(value) for value in values if value is not None]
            return _field(whole, "; ".join(known) if len(known) == len(values) else None)
    return None


def _value(kind: ValueKind, raw: str) -> JsonValue:
    if kind is ValueKind.PAPER_LIST:
        rows = [line.split("|") for line in raw.split("\n")]
        if any(len(row) != 3 for row in rows):
            return None
        return [{"name": n, "originals": int(a), "copies": int(b)} for n, a, b in rows]
    return parse_value(kind, raw)


def _together(parts: Sequence[Evidence]) -> Evidence:
    return Evidence(
        words=math.prod(part.words for part in parts),
        weakest=min(part.weakest for part in parts),
        label=min(part.label for part in parts),
        letters=sum(part.letters for part in parts),
    )


def with_plausibility(raw: str, evidence: Evidence) -> Evidence:
    """`evidence` with what the syllables of `raw` tell."""
    words = [word.strip(".,;:()") for word in raw.split()]
    words = [word for word in words if word.isalpha()]
    if not words:
        return evidence
    return evidence.with_changes(
        familiar=round(min(map(familiarity, words)), 4),
        syllables=round(sum(map(is_syllable, words)) / len(words), 4),
        rivalled=round(max(rival(word) - familiarity(word) for word in words), 4),
    )


def _field(found: Located, value: JsonValue, echoes: tuple[Echo, ...] = ()) -> FieldValue:
    """The value as it was read; how sure it is, its evidence and its checks will tell."""
    return FieldValue(
        value=value,
        raw=found.raw,
        confidence=_UNREAD if value is None else found.evidence.words,
        page_number=found.page_number,
        box=found.box,
        lines=found.lines,
        source=found.source,
        evidence=with_plausibility(found.raw, found.evidence),
        echoes=echoes,
        label_box=found.label_box,
    )


def _shows_ink(found: Located) -> bool:
    """Something stands there, not just the rest of a dotted leader."""
    return any(character.isalnum() for character in found.raw)
