"""Titles, labels, notes as printed on papers of all years and levels; sources stand in `wordings.yaml`."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from schemas.base.model import Frozen


class FieldWording(Frozen):
    """How a field is labelled, and what may stand there."""

    labels: tuple[str, ...]
    english: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    is_labelled: bool = True
    """Whether it has a label at all: an agency of the head has none."""


class FormWording(Frozen):
    """A type of paper in words."""

    titles: tuple[tuple[str, ...], ...]
    """Each in one line or more."""
    fields: dict[str, FieldWording]
    orders: tuple[tuple[str, ...], ...]
    """Ids of fields in printed order; `= TEXT` is a heading."""
    others: tuple[str, ...]
    """Labels that are no field of ours."""
    notes: tuple[str, ...]
    """What else stands on such papers: official notes, footers, guidance."""
    sentences: tuple[str, ...]
    """Running text with `{field}` where a value stands."""


@cache
def form_wordings() -> dict[str, FormWording]:
    """By document type."""
    return {name: _form(entry) for name, entry in _data()["document_types"].items()}


@cache
def foreign_papers() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Titles of papers that are of no known type, each with lines of such a paper."""
    papers = [
        (title, tuple(entry["lines"])) for entry in _data()["unknown_papers"] for title in entry["titles"]
    ]
    relatives = [
        (relative["text"], ())
        for entry in _data()["document_types"].values()
        for relative in entry["relatives"]
        if relative["goes_to"] == "unknown"
    ]
    return tuple(papers + relatives)


@cache
def listed(name: str) -> Any:
    """A common list: `ethnic_groups`, `signer_titles`, `stamps` and others."""
    return _data()[name]


@cache
def _data() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(
        (files("samples.forms") / "wordings.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader
    )
    return loaded


def _form(entry: dict[str, Any]) -> FormWording:
    other = entry["other_labels"]
    return FormWording(
        titles=tuple(filter(None, (_printed(title["lines"]) for title in entry["titles"]))),
        fields={name: _field(field) for name, field in entry["fields"].items()},
        orders=tuple(tuple(filter(None, map(_item, order["items"]))) for order in entry["orders"]),
        others=_whole(other.get("labels", [])),
        notes=_whole(
            [note for kind in ("footers", "official_notes", "guidance_notes") for note in other.get(kind, [])]
        ),
        sentences=tuple(entry.get("running_text", ())),
    )


def _field(entry: dict[str, Any]) -> FieldWording:
    old = [*entry.get("labels_old", []), *entry.get("labels_bilingual", [])]
    labels = _whole([*entry.get("labels", []), *old])
    places = entry.get("position", [])
    return FieldWording(
        labels=labels,
        english=_whole(entry.get("labels_en", [])),
        examples=_whole(map(str, entry.get("examples", []))),
        is_labelled=bool(labels) and any(p in ("right", "below", "cell", "same_row") for p in places),
    )


def _printed(lines: list[str]) -> tuple[str, ...]:
    """Those of a title that are whole."""
    return tuple(line for line in lines if "…" not in line)


def _item(item: str | dict[str, str]) -> str:
    if isinstance(item, str):
        return item
    return f"= {item['heading']}" if "heading" in item and "|" not in item["heading"] else ""


def _whole(texts: Any) -> tuple[str, ...]:
    """Those without a blank to be filled in."""
    return tuple(dict.fromkeys(text.strip(" :") for text in texts if "…" not in text))
