"""Papers of the grammar read: words with boxes misread as engines do, or painted and scanned."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from random import Random

from pydantic import JsonValue

from bench.papers import FIELD_ERROR, PAPER_ERROR, look, scan_and_read
from ocr.extraction.fields import with_plausibility
from ocr.extraction.label_matching import label_key
from ocr.extraction.rereading import is_doubted
from ocr.extraction.splitting import split_papers
from ocr.layout.line_merging import join_rows
from ocr.layout.reading_order import reading_order
from rules.review.triage import review_dossier, state_after_reading
from samples.drawing.damage import Level
from samples.forms.families import family_of
from samples.forms.grammar import DrawnForm, draw_foreign, draw_form
from samples.forms.misreading import misread
from samples.forms.painting import paint
from samples.forms.second_looks import answered, look_at
from samples.forms.sheet import HEIGHT, WIDTH, Sheet
from samples.forms.wordings import form_wordings
from samples.scores import same_value
from schemas.catalogue import document_types
from schemas.document_type import DocumentType
from schemas.page import Block, PageText
from schemas.paper import UNKNOWN, Extract, FieldValue, State

_TODAY = date(2026, 11, 22)

Job = tuple[str, int, int, float, float]
"""Type, family, seed, share of letters misread on the mean, share of labels taken off the lists."""


@dataclass(frozen=True)
class ReadForm:
    """A paper of the grammar, as it was understood."""

    form: DrawnForm
    types: tuple[str, ...]
    extract: Extract | None
    """None when its type was not told."""

    @property
    def fields(self) -> dict[str, FieldValue]:
        """What was read of it."""
        return self.extract.fields if self.extract else {}

    @property
    def kind(self) -> str:
        """Its type."""
        return self.form.document_type

    @property
    def true(self) -> dict[str, JsonValue]:
        """What stands on it."""
        return self.form.fields

    def is_right(self, name: str) -> bool:
        """Whether the value read is the paper's."""
        value = self.fields[name].value if name in self.fields else None
        true = self.true.get(name)
        return (
            value is not None and true is not None and same_value(self.form.document_type, name, true, value)
        )

    @property
    def is_passed(self) -> bool:
        """No person would see it."""
        kind = document_types()[self.form.document_type]
        return self.is_told and state_after_reading(kind, self.fields) is State.READ

    @property
    def is_whole(self) -> bool:
        """Everything that stands on it was read right, and nothing else."""
        read = {name for name, value in self.fields.items() if value.value is not None}
        return self.is_told and read == set(self.true) and all(self.is_right(name) for name in read)

    @property
    def is_told(self) -> bool:
        """One paper, of its type."""
        return self.types == (self.form.document_type,)


def page_of(sheet: Sheet, number: int, rate: float, rng: Random) -> PageText:
    """A sheet as the reading of a page."""
    lines = reading_order(join_rows(misread(rng, sheet.runs, rate)), sheet.cells)
    return PageText(
        page_number=number,
        width_px=WIDTH,
        height_px=HEIGHT,
        dpi=300,
        effective_dpi=300,
        blocks=(Block(lines=lines),) if lines else (),
        engine="grammar",
    )


def pages_of(form: DrawnForm, rng: Random, rate: float) -> list[PageText]:
    """The paper as it is read, `rate` of its letters wrong."""
    return [page_of(sheet, number, rate, rng) for number, sheet in enumerate(form.sheets, 1)]


def without_labels(kind: DocumentType, family: int, share: float) -> DocumentType:
    """The type, with a part of the labels of a family taken off its lists."""
    labels = family_of(kind, form_wordings()[kind.id], family).labels.values()
    rng = Random(f"unlisted-{kind.id}-{family}")
    gone = {label_key(label) for label in labels if label and rng.random() < share}
    fields = {}
    for name, rule in kind.fields.items():
        finders = [finder.with_changes(labels=_listed(finder.labels, gone)) for finder in rule.find]
        kept = tuple(new for new, old in zip(finders, rule.find, strict=True) if new.labels or not old.labels)
        fields[name] = rule.with_changes(find=kept or rule.find)
    sections = [
        section.with_changes(begins=_listed(section.begins, gone) or section.begins)
        for section in kind.sections
    ]
    return kind.with_changes(fields=fields, sections=tuple(sections), stops=_listed(kind.stops, gone))


def _listed(labels: tuple[str, ...], gone: set[str]) -> tuple[str, ...]:
    return tuple(label for label in labels if label_key(label) not in gone)


def read_form(job: Job) -> ReadForm:
    """Draw, misread, understand."""
    kind, family, seed, rate, unlisted = job
    form = draw_form(kind, family, seed) if kind != UNKNOWN else draw_foreign(seed)
    rng = Random(f"misread-{kind}-{family}-{seed}")
    pages = pages_of(form, rng, rate * rng.expovariate(1.0))  # few papers have most of the misread letters
    with _unlisted(kind, family, unlisted):
        return _reviewed(form, [_looked_at(rng, extract, form) for extract in split_papers(pages)])


def _looked_at(rng: Random, extract: Extract, form: DrawnForm) -> Extract:
    """The second look, which the grammar has no pixels for, as it was counted where there are."""
    rules = document_types()[extract.document_type].fields
    fields = dict(extract.fields)
    for name, value in fields.items():
        if value.value is not None and is_doubted(value, rules[name]):
            look = look_at(rng, rules[name].kind, is_printed=is_printed(form, name, value))
            read = form.fields[name] if look.is_right and _is_misread(form, name, value) else value.value
            raw = value.raw if read == value.value else str(read)
            evidence = answered(with_plausibility(raw, value.evidence), look)
            fields[name] = value.with_changes(value=read, raw=raw, evidence=evidence)
    return extract.with_changes(fields=fields)


def _is_misread(form: DrawnForm, name: str, value: FieldValue) -> bool:
    """A second look can mend it: as many words as the field's stand there, with other letters."""
    true = form.fields.get(name)
    return isinstance(true, str) and true != value.value and len(true.split()) == len(value.raw.split())


def is_printed(form: DrawnForm, name: str, value: FieldValue) -> bool:
    """Whether the letters of `value` were read right: the field's, or others that stand on the paper."""
    true = form.fields.get(name)
    if (
        true is not None
        and value.value is not None
        and same_value(form.document_type, name, true, value.value)
    ):
        return True
    printed = {word for sheet in form.sheets for run in sheet.runs for word, _ in run.words}
    return set(value.raw.split()) <= printed


@contextmanager
def _unlisted(kind: str, family: int, share: float) -> Iterator[None]:
    """The catalogue without a part of the family's labels."""
    whole = document_types()[kind]
    if share and kind != UNKNOWN:
        document_types()[kind] = without_labels(whole, family, share)
    try:
        yield
    finally:
        document_types()[kind] = whole


def read_painted(job: tuple[str, int, int, Level]) -> ReadForm:
    """Draw, paint, scan, read with both engines, look again, understand: as the product does."""
    form, _, looked = read_twice(job)
    return _reviewed(form, looked)


def read_all_painted(families: Sequence[int], levels: Sequence[Level]) -> Iterator[ReadForm]:
    """One painted paper of each type and family, damaged by the levels in turn."""
    kinds = sorted(set(document_types()) - {UNKNOWN})
    jobs = [
        (kind, family, 0, levels[(family + at) % len(levels)])
        for family in families
        for at, kind in enumerate(kinds)
    ]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(read_painted, jobs)


def read_twice(job: tuple[str, int, int, Level]) -> tuple[DrawnForm, list[Extract], list[Extract]]:
    """A paper painted, scanned and read; its papers as they were read first, and after the second look."""
    kind, family, seed, level = job
    form = draw_form(kind, family, seed)
    rng = Random(f"painted-{job}")
    seen = [scan_and_read(paint(sheet), level, rng, number) for number, sheet in enumerate(form.sheets, 1)]
    extracts = list(split_papers([page for page, _ in seen]))
    return form, extracts, [look(extract, seen) for extract in extracts]


def _reviewed(form: DrawnForm, extracts: Sequence[Extract]) -> ReadForm:
    reviewed = review_dossier(extracts, FIELD_ERROR, PAPER_ERROR, _TODAY)
    own = [extract for extract in reviewed if extract.document_type == form.document_type]
    types = tuple(extract.document_type for extract in extracts)
    return ReadForm(form, types, own[0] if own else None)


def read_forms(
    families: Sequence[int], seeds: Sequence[int], rate: float = 0.004, unlisted: float = 0.0
) -> Iterator[ReadForm]:
    """Papers of all types; `unlisted` is the share of a family's labels that is taken off the lists."""
    kinds = sorted(set(document_types()) - {UNKNOWN})
    jobs = [
        (kind, family, seed, rate, unlisted)
        for kind in (*kinds, UNKNOWN)
        for family in families
        for seed in seeds
    ]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(read_form, jobs, chunksize=8)
