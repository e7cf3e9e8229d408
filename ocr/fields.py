"""Fields of one paper: each rule's finders tried in turn, the first ink found gives the value."""

from collections.abc import Sequence

from pydantic import JsonValue

from ocr.finders import find
from ocr.form import Form, Found
from ocr.values import parse_value
from schemas.document_type import DocumentType, FieldRule, Kind
from schemas.page import PageText, enclosing
from schemas.paper import FieldValue

_UNREAD = 0.0
"""Confidence of a field that the paper shows and that could not be read."""


def read_fields(document_type: DocumentType, pages: Sequence[PageText]) -> dict[str, FieldValue]:
    """Values of a paper by field id; fields the paper does not show are left out."""
    form = Form(document_type, pages)
    fields: dict[str, FieldValue] = {}
    for name, rule in document_type.fields.items():
        value = _read(form, rule)
        if value:
            fields[name] = value
    return fields


def _read(form: Form, rule: FieldRule) -> FieldValue | None:
    """The first value that parses; else the first ink found, with value None."""
    if rule.many:
        return _read_all(form, rule)
    unread: Found | None = None
    for found in (found for finder in rule.find for found in find(form, finder)):
        value = found.value or _value(rule.kind, found.raw)
        if value is not None:
            return _field(found, value, found.confidence)
        unread = unread or found
    return _field(unread, None, _UNREAD) if unread and _shows_ink(unread) else None


def _read_all(form: Form, rule: FieldRule) -> FieldValue | None:
    """All values of the first finder that has any, in printed order; one that does not parse spoils all."""
    for finder in rule.find:
        founds = [found for found in find(form, finder) if _shows_ink(found)]
        if founds:
            values = [parse_value(rule.kind, found.raw) for found in founds]
            first = founds[0]
            whole = Found(
                raw="; ".join(found.raw for found in founds),
                page_number=first.page_number,
                box=enclosing([f.box for f in founds if f.page_number == first.page_number]),
                confidence=min(found.confidence for found in founds),
                source=first.source,
            )
            if any(value is None for value in values):
                return _field(whole, None, _UNREAD)
            return _field(whole, "; ".join(map(str, values)), whole.confidence)
    return None


def _value(kind: Kind, raw: str) -> JsonValue:
    if kind is Kind.PAPER_LIST:
        rows = [line.split("|") for line in raw.split("\n")]
        if any(len(row) != 3 for row in rows):
            return None
        return [{"name": n, "originals": int(a), "copies": int(b)} for n, a, b in rows]
    return parse_value(kind, raw)


def _field(found: Found, value: JsonValue, confidence: float) -> FieldValue:
    return FieldValue(
        value=value,
        raw=found.raw,
        confidence=confidence,
        page_number=found.page_number,
        box=found.box,
        source=found.source,
    )


def _shows_ink(found: Found) -> bool:
    """Something stands there, not just the rest of a dotted leader."""
    return any(character.isalnum() for character in found.raw)
