"""Catalogue data of the product: document types, procedures, validity. Dated and sourced in each file."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from schemas.agency import Agency, AgencyTable
from schemas.base.model import Frozen
from schemas.document_type import DocumentType, FieldRule, Finder, Locator, Section, ValueKind, Wording
from schemas.environment_errors import SettingWrong
from schemas.indicator import Indicator, Indicators, Note
from schemas.procedure import Procedure
from schemas.validity import ValidityRules

_ALSO_LABELLED = (Locator.PATTERN, Locator.DATE_LINE, Locator.CODE)
"""What is found so may have a label on other papers; what has its place on the paper has none."""
_ENUMERATOR = re.compile(r"^(?:(?:\d{1,2}|[a-zđ]|[IVX]{1,4})[.)]|[-–+•])\s+")
Loaded = TypeVar("Loaded", bound=Frozen)


@cache
def document_types() -> dict[str, DocumentType]:
    """All types by id, in the order of their file names. Raises `SettingWrong` on a bad file."""
    words = dict(_named("wordings", Wording))
    return {
        loaded.id: with_wording(loaded, words.get(loaded.id, Wording()))
        for loaded in _load_all("document_types", DocumentType)
    }


def with_wording(kind: DocumentType, wording: Wording) -> DocumentType:
    """The type, found by the words of the dictionary besides its own.

    A field without a label in its own file is looked for by label last. What begins a section begins it in
    all its wordings.
    """
    fields = {name: _with_labels(field, wording.labels.get(name, ())) for name, field in kind.fields.items()}
    sections = tuple(
        section.with_changes(
            begins=_all(
                section.begins, *_wordings_of(kind, wording, section), wording.sections.get(section.name, ())
            )
        )
        for section in kind.sections
    )
    meant = {label.casefold() for section in sections for label in section.begins}
    meant |= {label.casefold() for field in fields.values() for f in field.find for label in f.labels}
    others = tuple(text for text in (*wording.others, *wording.headings) if text.casefold() not in meant)
    english = tuple(label for labels in wording.english.values() for label in labels)
    return kind.with_changes(
        fields=fields,
        sections=sections,
        titles=_all(kind.titles, wording.titles),
        relatives=_all(kind.relatives, wording.relatives),
        stops=_all(kind.stops, others),
        english=_all(kind.english, english),
    )


def _with_labels(field: FieldRule, labels: tuple[str, ...]) -> FieldRule:
    if not labels or field.kind is ValueKind.PAPER_LIST:
        return field
    by_label = [finder for finder in field.find if finder.where is Locator.LABEL]
    if not by_label and field.find[0].where not in _ALSO_LABELLED:
        return field
    if not by_label:
        return field.with_changes(find=(*field.find, Finder(where=Locator.LABEL, labels=labels)))
    return field.with_changes(
        find=tuple(
            finder.with_changes(labels=_all(finder.labels, labels)) if finder is by_label[0] else finder
            for finder in field.find
        )
    )


def _wordings_of(kind: DocumentType, wording: Wording, section: Section) -> Iterator[tuple[str, ...]]:
    """All labels of the fields that begin a section, but for those that other fields have too."""
    shared = Counter(label for labels in wording.labels.values() for label in labels)
    for name, field in kind.fields.items():
        own = [finder for finder in field.find if finder.section == section.name]
        if any(set(finder.labels) & set(section.begins) for finder in own):
            yield tuple(label for label in wording.labels.get(name, ()) if shared[label] == 1)


def _all(*parts: tuple[str, ...]) -> tuple[str, ...]:
    """All texts once, without what a list counts with: `a. Thửa đất số`, `- Địa chỉ`."""
    plain = (_ENUMERATOR.sub("", text) for part in parts for text in part)
    return tuple(dict.fromkeys(text for text in plain if text))


@cache
def procedures() -> tuple[Procedure, ...]:
    """All editions of the procedures the product knows, by code, older ones first. Raises `SettingWrong`."""
    return tuple(sorted(_load_all("procedures", Procedure), key=lambda p: (p.code, str(p.in_force.since))))


@cache
def validity() -> ValidityRules:
    """How long papers may be used, and what ends them. Raises `SettingWrong`."""
    return _load(files("schemas.catalogue") / "validity.yaml", ValidityRules)


def indicators() -> dict[str, Indicator]:
    """The indicators by id, in the order people are shown them. Raises `SettingWrong`."""
    return {one.id: one for one in _indicators().indicators}


def indicator_notes() -> tuple[Note, ...]:
    """What was decided where their formulas leave room."""
    return _indicators().notes


@cache
def _indicators() -> Indicators:
    return _load(files("schemas.catalogue") / "indicators.yaml", Indicators)


@cache
def agencies() -> dict[str, Agency]:
    """The provinces of today and of before 1 July 2025, by their codes on the portal."""
    listed = _load(files("schemas.catalogue") / "agencies.yaml", AgencyTable).agencies
    return {one.code: one for one in listed}


@cache
def authority_words() -> frozenset[str]:
    """Words that names of authorities are made of, in small letters."""
    known = yaml.safe_load((files("schemas.catalogue") / "authorities.yaml").read_text("utf-8"))
    return frozenset(known["words"].split())


@cache
def names() -> tuple[frozenset[str], frozenset[str]]:
    """Family names, and middle and given names, in small letters."""
    known = yaml.safe_load((files("schemas.catalogue") / "names.yaml").read_text("utf-8"))
    family, given = (frozenset(known[kind].lower().split()) for kind in ("family", "given"))
    return family, given


@cache
def ethnic_groups() -> tuple[str, ...]:
    """The ethnic groups of Vietnam in all spellings in use."""
    return _listed_peoples("ethnic_groups")


@cache
def nationalities() -> tuple[str, ...]:
    """Countries as Vietnamese papers name them."""
    return _listed_peoples("nationalities")


def _listed_peoples(kind: str) -> tuple[str, ...]:
    known = yaml.safe_load((files("schemas.catalogue") / "peoples.yaml").read_text("utf-8"))
    return tuple(name.strip() for name in known[kind].split(","))


@cache
def birth_provinces() -> dict[str, str]:
    """Province codes of the personal id (Circular 59/2021/TT-BCA) and their names then."""
    text = (files("schemas.catalogue") / "provinces.yaml").read_text("utf-8")
    codes: dict[str, str] = yaml.safe_load(text)["birth_registration"]
    return codes


@cache
def patterns() -> dict[str, str]:
    """Regular expressions by the names that types call them by."""
    named: dict[str, str] = yaml.safe_load((files("schemas.catalogue") / "patterns.yaml").read_text("utf-8"))
    return named


def with_named_patterns(data: Any) -> Any:
    """What a file holds, each `pattern` that is a name replaced by the regular expression of that name."""
    if isinstance(data, list):
        return [with_named_patterns(entry) for entry in data]
    if not isinstance(data, dict):
        return data
    return {
        name: patterns().get(value, value)
        if name == "pattern" and isinstance(value, str)
        else with_named_patterns(value)
        for name, value in data.items()
    }


def _named(folder: str, kind: type[Loaded]) -> Iterator[tuple[str, Loaded]]:
    for file in (files("schemas.catalogue") / folder).iterdir():
        if file.name.endswith(".yaml"):
            yield file.name.removesuffix(".yaml"), _load(file, kind)


def _load_all(folder: str, kind: type[Loaded]) -> Iterator[Loaded]:
    for file in sorted((files("schemas.catalogue") / folder).iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".yaml"):
            yield _load(file, kind)


def _load(file: Traversable, kind: type[Loaded]) -> Loaded:
    try:
        return kind.model_validate(with_named_patterns(yaml.safe_load(file.read_text("utf-8"))))
    except (ValidationError, yaml.YAMLError) as error:
        raise SettingWrong(f"catalogue/{file.name}", str(error)) from error
