"""Fit how likely unknown words are a label: `python -m bench.labels` writes `ocr/labels.json`.

Papers of the grammar are read with a part of their own labels taken off the lists, as if their makers had
worded them otherwise. Every phrase that stays unexplained, with every field that stays missing, is a sample:
is the value that stands there the field's? The families are those that no score is measured on.

`--leave-out` prints how well it does on types that it was not fitted on.
"""

import argparse
import json
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random
from typing import NamedTuple

import numpy as np
from pydantic import JsonValue
from rapidfuzz import fuzz

from bench.form_reading import pages_of, without_labels
from bench.tables import Table
from bench.trees import Array, new_trees, table_of, written
from ocr.extraction.fields import read_listed
from ocr.extraction.form import Form
from ocr.extraction.unlisted_labels import LEAST, candidates
from ocr.extraction.value_parsers import parse_value
from samples.forms.grammar import draw_form
from schemas.catalogue import document_types
from schemas.document_type import ValueKind
from schemas.paper import UNKNOWN

FAMILIES, SEEDS = range(1000, 1120), range(1)
SHARE = 0.3
"""Labels of a family that are taken off the lists."""
_TREES = Path(__file__).parent.parent / "ocr" / "labels.json"
_ROUNDS = 200
_ALIKE = 90.0


class Sample(NamedTuple):
    """A phrase and a field."""

    row: dict[str, float]
    is_right: bool
    kind: str
    paper: str
    field: str


def main() -> None:
    """Draw, read, fit, write; or leave types out and tell."""
    parser = argparse.ArgumentParser(prog="bench.labels")
    parser.add_argument("--leave-out", action="store_true", help="print the figures on types left out")
    samples = draw_samples(FAMILIES, SEEDS)
    if parser.parse_args().leave_out:
        print(leave_types_out(samples).markdown)
        return
    names, table, truth = _as_table(samples)
    model = new_trees(rounds=_ROUNDS).fit(table, truth)
    _TREES.write_text(json.dumps(written(model, names)) + "\n", "utf-8")


def draw_samples(families: Sequence[int], seeds: Sequence[int]) -> list[Sample]:
    """Samples of all types."""
    jobs = [
        (kind, family, seed)
        for kind in sorted(set(document_types()) - {UNKNOWN})
        for family in families
        for seed in seeds
    ]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        return [sample for own in pool.map(read_samples, jobs, chunksize=8) for sample in own]


def read_samples(job: tuple[str, int, int]) -> list[Sample]:
    """Phrases of one paper with the fields that are missing."""
    name, family, seed = job
    drawn = draw_form(name, family, seed)
    kind = without_labels(document_types()[name], family, SHARE)
    form = Form(kind, pages_of(drawn, Random(f"labels-{job}"), 0.004))
    fields = read_listed(form)
    return [
        Sample(
            dict(candidate.features),
            _is_value(
                kind.fields[candidate.field].kind, candidate.found.raw, drawn.fields.get(candidate.field)
            ),
            name,
            "-".join(map(str, job)),
            candidate.field,
        )
        for candidate in candidates(form, fields)
    ]


def _is_value(kind: ValueKind, raw: str, true: JsonValue) -> bool:
    """What stands there is the field's value, a misread letter aside."""
    value = parse_value(kind, raw)
    if true is None or value is None:
        return False
    return fuzz.ratio(str(value).casefold(), str(true).casefold()) >= _ALIKE


def leave_types_out(samples: Sequence[Sample]) -> Table:
    """For each type, fitted on all others: how many fields have a candidate, are taken, are taken rightly."""
    _, table, truth = _as_table(samples)
    rows = []
    for kind in sorted({sample.kind for sample in samples}):
        own = np.array([sample.kind == kind for sample in samples])
        model = new_trees(rounds=_ROUNDS).fit(table[~own], truth[~own])
        likely = model.predict_proba(table[own])[:, 1]
        rows.append((kind, *_figures([s for s in samples if s.kind == kind], likely)))
    return Table(
        title="Values beside labels that no list has, by types left out",
        heads=("type", "fields that could be taken", "taken", "of them right"),
        rows=tuple(rows),
    )


def _figures(samples: Sequence[Sample], likely: Array) -> tuple[str, str, str]:
    """The likeliest phrase of each field of a paper is taken from `LEAST` on."""
    best: dict[tuple[str, str], tuple[float, bool]] = {}
    for sample, chance in zip(samples, likely, strict=True):
        key = (sample.paper, sample.field)
        best[key] = max(best.get(key, (0.0, False)), (float(chance), sample.is_right))
    there = {(sample.paper, sample.field) for sample in samples if sample.is_right}
    taken = [is_right for chance, is_right in best.values() if chance >= LEAST]
    return str(len(there)), str(len(taken)), f"{sum(taken)} ({sum(taken) / max(len(taken), 1):.1%})"


def _as_table(samples: Sequence[Sample]) -> tuple[list[str], Array, Array]:
    names = sorted({name for sample in samples for name in sample.row})
    truth = np.array([sample.is_right for sample in samples], dtype=np.float64)
    return names, table_of([sample.row for sample in samples], names), truth


if __name__ == "__main__":
    main()
