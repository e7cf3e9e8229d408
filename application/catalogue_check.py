"""A file of the catalogue checked for who writes it: each fault with its line, in words. Kiểm danh mục."""

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import process

from schemas.agency import AgencyTable
from schemas.base.language import Bilingual
from schemas.base.model import Frozen
from schemas.catalogue import document_types, with_named_patterns
from schemas.document_type import DocumentType, Finder, Wording
from schemas.indicator import Indicators
from schemas.procedure import Procedure
from schemas.validity import ValidityRules

Place = tuple[str | int, ...]
"""The way to a value: names of entries and numbers in lists, from the top."""
_NEAR = 70
"""Likeness (0 to 100) at which a name is proposed for one that is not known."""


class CatalogueKind(StrEnum):
    """Kinds of file."""

    DOCUMENT_TYPE = "document_type"
    WORDING = "wording"
    PROCEDURE = "procedure"
    VALIDITY = "validity"
    INDICATORS = "indicators"
    AGENCIES = "agencies"


MODELS: dict[CatalogueKind, type[Frozen]] = {
    CatalogueKind.DOCUMENT_TYPE: DocumentType,
    CatalogueKind.WORDING: Wording,
    CatalogueKind.PROCEDURE: Procedure,
    CatalogueKind.VALIDITY: ValidityRules,
    CatalogueKind.INDICATORS: Indicators,
    CatalogueKind.AGENCIES: AgencyTable,
}
_TOLD_BY = {
    "labels": CatalogueKind.WORDING,
    "cases": CatalogueKind.PROCEDURE,
    "terms": CatalogueKind.VALIDITY,
    "indicators": CatalogueKind.INDICATORS,
    "agencies": CatalogueKind.AGENCIES,
}
"""The entry that only this kind of file has; without any of them it is a type of paper."""


class Fault(Frozen):
    """Something in a file that has to be mended."""

    line: int
    """Counted from 1."""
    place: str
    """Where in the file: `fields › full_name › kind`."""
    message: Bilingual


def json_schema(kind: CatalogueKind) -> dict[str, Any]:
    """What an editor completes and checks a file of this `kind` by (JSON Schema 2020-12)."""
    schema = MODELS[kind].model_json_schema(mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def check_file(text: str) -> list[Fault]:
    """The faults of a file of the catalogue, in the order of its lines; empty: it can be used."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        return [_unreadable(error)]
    if node is None or not isinstance(data, dict):
        return [Fault(line=1, place="", message=Bilingual(vi="Tệp trống.", en="The file is empty."))]
    kind = next((kind for name, kind in _TOLD_BY.items() if name in data), CatalogueKind.DOCUMENT_TYPE)
    try:
        loaded = MODELS[kind].model_validate(with_named_patterns(data))
    except ValidationError as error:
        told = [(details["loc"], _sentence(details, kind)) for details in error.errors()]
    else:
        told = list(_contradictions(loaded))
    faults = [
        Fault(line=_line(node, place), place=" › ".join(map(str, place)), message=sentence)
        for place, sentence in told
    ]
    return sorted(faults, key=lambda fault: fault.line)


def _unreadable(error: yaml.YAMLError) -> Fault:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or "?"
    message = Bilingual(
        vi=f"Không đọc được từ dòng này: xem lại lùi đầu dòng, dấu hai chấm, ngoặc kép ({what}).",
        en=f"Unreadable from this line: look at indents, colons, quotes ({what}).",
    )
    return Fault(line=mark.line + 1 if mark else 1, place="", message=message)


def _line(node: yaml.Node, place: Place) -> int:
    """The line of the innermost part of `place` that is there."""
    line = node.start_mark.line
    for step in place:
        inner: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            key, inner = next(((k, v) for k, v in node.value if k.value == step), (None, None))
            line = key.start_mark.line if key else line
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            inner = node.value[step]
            line = inner.start_mark.line
        if inner is None:
            break
        node = inner
    return line + 1


def _sentence(error: ErrorDetails, kind: CatalogueKind) -> Bilingual:
    name = str(error["loc"][-1]) if error["loc"] else ""
    given, context = str(error.get("input"))[:60], error.get("ctx", {})
    if error["type"] == "extra_forbidden":
        return _unknown_name(name, kind)
    if error["type"] in _SENTENCES:
        return _SENTENCES[error["type"]](name, given, context)
    wanted = next((shape for begin, shape in _SHAPES.items() if error["type"].startswith(begin)), None)
    if wanted:
        return Bilingual(
            vi=f"“{name}” phải là {wanted.vi}, không phải “{given}”.",
            en=f"“{name}” must be {wanted.en}, not “{given}”.",
        )
    return Bilingual(vi=f"“{name}”: {error['msg']}.", en=f"“{name}”: {error['msg']}.")


def _no_choice(_name: str, given: str, context: dict[str, Any]) -> Bilingual:
    choice = str(context["expected"]).replace("'", "").replace(" or ", ", ")
    return Bilingual(
        vi=f"“{given}” không có trong danh sách. Chọn một: {choice}.",
        en=f"“{given}” is none of: {choice}.",
    )


_SENTENCES: dict[str, Callable[[str, str, dict[str, Any]], Bilingual]] = {
    "missing": lambda name, _given, _context: Bilingual(
        vi=f"Thiếu mục “{name}”.", en=f"“{name}” is missing."
    ),
    "enum": _no_choice,
    "literal_error": _no_choice,
    "value_error": lambda _name, _given, context: Bilingual(
        vi=f"Không hợp lệ: {context['error']}.", en=f"Not valid: {context['error']}."
    ),
    "greater_than": lambda _name, given, context: Bilingual(
        vi=f"{given} phải lớn hơn {context['gt']}.", en=f"{given} must be greater than {context['gt']}."
    ),
    "greater_than_equal": lambda _name, given, context: Bilingual(
        vi=f"{given} phải từ {context['ge']} trở lên.", en=f"{given} must be at least {context['ge']}."
    ),
    "less_than_equal": lambda _name, given, context: Bilingual(
        vi=f"{given} phải từ {context['le']} trở xuống.", en=f"{given} must be at most {context['le']}."
    ),
    "too_short": lambda name, _given, _context: Bilingual(
        vi=f"“{name}” cần ít nhất một dòng.", en=f"“{name}” needs an entry."
    ),
}
"""Sentences by pydantic's type of error."""
_SHAPES = {
    "string": Bilingual(vi="chữ", en="text"),
    "int": Bilingual(vi="số nguyên", en="a whole number"),
    "float": Bilingual(vi="số", en="a number"),
    "decimal": Bilingual(vi="số", en="a number"),
    "bool": Bilingual(vi="true hoặc false", en="true or false"),
    "date": Bilingual(vi="ngày viết 2026-07-01", en="a day written 2026-07-01"),
    "tuple": Bilingual(vi="danh sách, mỗi dòng bắt đầu bằng “- ”", en="a list, each line begun with “- ”"),
    "dict": Bilingual(vi="các mục “tên: giá trị”", en="entries “name: value”"),
    "model": Bilingual(vi="các mục “tên: giá trị”", en="entries “name: value”"),
}


def _unknown_name(name: str, kind: CatalogueKind) -> Bilingual:
    schema = json_schema(kind)
    parts = [schema, *schema.get("$defs", {}).values()]
    known = sorted({entry for part in parts for entry in part.get("properties", {})})
    near = process.extractOne(name, known, score_cutoff=_NEAR)
    vi, en = (f" Có phải “{near[0]}”?", f" Is it “{near[0]}”?") if near else ("", "")
    return Bilingual(vi=f"Không có mục “{name}”.{vi}", en=f"There is no entry “{name}”.{en}")


def _contradictions(loaded: Frozen) -> Iterator[tuple[Place, Bilingual]]:
    """What is of the right shape and refers to what is not there."""
    if isinstance(loaded, DocumentType):
        yield from _of_type(loaded)
    if isinstance(loaded, Procedure):
        known = document_types().keys()
        for at, case in enumerate(loaded.cases):
            for number, component in enumerate(case.components):
                if component.document_type and component.document_type not in known:
                    yield (
                        ("cases", at, "components", number, "document_type"),
                        _not_there(component.document_type, "loại giấy tờ", "type of paper"),
                    )


def _of_type(kind: DocumentType) -> Iterator[tuple[Place, Bilingual]]:
    sections = {section.name for section in kind.sections}
    for place, finder in _finders(kind):
        if finder.section and finder.section not in sections:
            yield (*place, "section"), _not_there(finder.section, "phần", "section")
        yield from _pattern((*place, "pattern"), finder.pattern)
    for part in ("recognise", "joins", "ends"):
        for at, phrase in enumerate(getattr(kind, part)):
            yield from _pattern((part, at, "pattern"), phrase.pattern)
    for place, name in _named_fields(kind):
        if name not in kind.fields:
            yield place, _not_there(name, "trường", "field")


def _finders(kind: DocumentType) -> Iterator[tuple[Place, Finder]]:
    for name, field in kind.fields.items():
        for way, finders in (("find", field.find), ("echoes", field.echoes)):
            for at, finder in enumerate(finders):
                yield ("fields", name, way, at), finder


def _named_fields(kind: DocumentType) -> Iterator[tuple[Place, str]]:
    """Fields that other entries of the type speak of."""
    for at, name in enumerate(kind.dated):
        yield ("dated", at), name
    for part, persons in (("persons", kind.persons), ("organisations", kind.organisations)):
        for at, person in enumerate(persons):
            for role, name in person.model_dump().items():
                if name:
                    yield (part, at, role), str(name)
    if kind.purpose:
        yield ("purpose",), kind.purpose


def _pattern(place: Place, pattern: str) -> Iterator[tuple[Place, Bilingual]]:
    try:
        re.compile(pattern)
    except re.error as error:
        yield (
            place,
            Bilingual(vi=f"Biểu thức chính quy sai: {error}.", en=f"Not a regular expression: {error}."),
        )


def _not_there(name: str, vi: str, en: str) -> Bilingual:
    return Bilingual(vi=f"Không có {vi} “{name}”.", en=f"There is no {en} “{name}”.")
