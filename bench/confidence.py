"""Fit the confidence of fields: `python -m bench.confidence` writes `schemas/catalogue/confidence.json`.

Two kinds of papers: drawn ones, read as the product reads them, of seeds, fonts and layouts that no score is
measured on; and papers of the grammar, whose families are layouts and wordings. Boosted trees over
`rules.fields.confidence.features` give the probability that a value is right; an isotonic curve, fitted on
predictions for types and families held out, straightens it. The thresholds are the least confidences at
which, on those held-out predictions, no more than a wanted share was wrong: as on a layout never seen.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.isotonic import IsotonicRegression
from sklearn.model_selection import GroupKFold

from bench.forms import ReadForm, read_forms
from bench.papers import Job, ReadPaper, read_papers
from rules.fields.confidence import features
from samples.dossiers import LAYOUTS, PAINTERS
from samples.drawing.damage import Level
from schemas.catalogue import document_types
from schemas.paper import FieldValue, Source

SEEDS = range(2000, 2003)
FONTS = "ac"
"""Neither these seeds nor these fonts are scored by `make bench`."""
FAMILIES, FORM_SEEDS = range(1000, 1060), range(2)
"""Families of the grammar that no score is measured on."""
_TABLE = Path(__file__).parent.parent / "schemas" / "catalogue" / "confidence.json"
_ERRORS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05)
_EDGES = (0.0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 0.999, 1.0)
_ENOUGH = 20
"""Fields between two edges for a point of the curve."""
_SUREST = 0.9995
_FOLDS = 6
_RISING = {
    "words": 1,
    "weakest": 1,
    "label": 1,
    "agreeing": 1,
    "checked": 1,
    "echoed": 1,
    "problem": -1,
    "disagreeing": -1,
    "rivalled": -1,
    "rivals": -1,
    "followed": -1,
    "ends_open": -1,
    "capitals_inside": -1,
}
"""Features that speak for a value the more of them there is (1), or against it (-1)."""
_LEVELS = (Level.OFFICE, Level.BAD)
"""Clean scans would make the thresholds look better than they are on what offices have."""
Array = NDArray[np.float64]


class Sample(NamedTuple):
    """A value that was read, and whether it is right."""

    row: dict[str, float]
    is_right: bool
    is_flagged: bool
    """A check failed: it goes to a person whatever its confidence."""
    group: str
    """What is held out together: a type of drawn papers, a family of the grammar."""


def main() -> None:
    """Read, fit, write."""
    parser = argparse.ArgumentParser(prog="bench.confidence")
    parser.add_argument("--seeds", type=int, default=len(SEEDS), help="how many seeds of each layout")
    seeds = SEEDS[: parser.parse_args().seeds]
    jobs = [
        Job(kind, layout, seed, fonts, level)
        for kind in sorted(set(PAINTERS) - {"unknown"})
        for layout in LAYOUTS.get(kind, ("",))
        for seed in seeds
        for fonts in FONTS
        for level in _LEVELS
    ]
    samples = [*drawn_samples(read_papers(jobs)), *form_samples(read_forms(FAMILIES, FORM_SEEDS))]
    _TABLE.write_text(json.dumps(fit(samples)) + "\n", "utf-8")


def drawn_samples(papers: Iterator[ReadPaper] | Sequence[ReadPaper]) -> Iterator[Sample]:
    """Values of drawn papers that were read from print."""
    for paper in papers:
        for name, value in paper.fields.items():
            if value.value is not None and value.source is Source.OCR:
                yield _sample(paper.job.kind, name, value, paper.job.kind, is_right=paper.is_right(name))


def form_samples(papers: Iterator[ReadForm] | Sequence[ReadForm]) -> Iterator[Sample]:
    """Values of papers of the grammar."""
    for paper in papers:
        kind = paper.form.document_type
        for name, value in paper.fields.items():
            if value.value is not None and value.source is Source.OCR:
                yield _sample(kind, name, value, f"{kind}-{paper.form.family}", is_right=paper.is_right(name))


def _sample(kind: str, name: str, value: FieldValue, group: str, *, is_right: bool) -> Sample:
    rule = document_types()[kind].fields[name]
    return Sample(features(rule, value, value.problems), is_right, bool(value.problems), group)


def fit(samples: Sequence[Sample]) -> dict[str, object]:
    """The table of `schemas.confidence.Calibration`."""
    names = sorted({name for sample in samples for name in sample.row})
    table = np.array([[sample.row.get(name, 0.0) for name in names] for sample in samples])
    truth, held_out = np.array([s.is_right for s in samples], dtype=np.float64), np.zeros(len(samples))
    groups = [sample.group for sample in samples]
    for train, test in GroupKFold(_FOLDS).split(table, truth, groups):
        held_out[test] = _model(names).fit(table[train], truth[train]).predict_proba(table[test])[:, 1]
    curve = _curve(held_out, truth)
    straight = np.interp(held_out, *np.array(curve).T)
    unflagged = ~np.array([sample.is_flagged for sample in samples])
    model = _model(names).fit(table, truth)
    return {
        "names": names,
        "baseline": round(float(model._baseline_prediction[0, 0]), 5),  # noqa: SLF001  (no other way to its trees)
        "trees": [_nodes(predictors[0].nodes) for predictors in model._predictors],  # noqa: SLF001
        "curve": curve,
        "thresholds": _thresholds(straight[unflagged], truth[unflagged]),
        "fitted_on": f"{len(samples)} fields of {len(set(groups))} groups, {datetime.now(UTC):%Y-%m-%d}",
    }


def _nodes(nodes: Any) -> list[tuple[int, float, int, int]]:
    """A tree as `schemas.confidence.Node`s."""
    return [
        (-1, round(float(node["value"]), 5), 0, 0)
        if node["is_leaf"]
        else (
            int(node["feature_idx"]),
            round(float(node["num_threshold"]), 6),
            int(node["left"]),
            int(node["right"]),
        )
        for node in nodes
    ]


def _model(names: Sequence[str]) -> HistGradientBoostingClassifier:
    """Trees that never hold it for a value when a check fails, or against it when a reading agrees."""
    rising = [_RISING.get(name, 1 if name.startswith("check:") else 0) for name in names]
    return HistGradientBoostingClassifier(
        max_depth=4,
        max_iter=150,
        learning_rate=0.06,
        min_samples_leaf=20,
        monotonic_cst=rising,
        random_state=1,
    )


def _curve(predicted: Array, truth: Array) -> list[list[float]]:
    """Isotonic regression at the edges given, and at 0 and 1: few points, rising."""
    straight = IsotonicRegression(out_of_bounds="clip").fit(predicted, truth)
    points = [[0.0, float(straight.predict([0.0])[0])]]
    for low, high in pairwise(_EDGES):
        inside = predicted[(predicted >= low) & (predicted < high)]
        if len(inside) >= _ENOUGH:
            points.append([float(inside.mean()), float(straight.predict(inside).mean())])
    points.append([1.0, min(float(straight.predict([1.0])[0]), _SUREST)])
    rising = np.minimum(np.maximum.accumulate([y for _, y in points]), _SUREST)
    return [[round(x, 5), round(float(y), 5)] for (x, _), y in zip(points, rising, strict=True)]


def _thresholds(confidence: Array, truth: Array) -> list[dict[str, float]]:
    """For each wanted error, the least confidence from which on the accepted are no more wrong than that."""
    order = np.argsort(-confidence)
    wrong = np.cumsum(1 - truth[order]) / np.arange(1, len(order) + 1)
    found = []
    for error in _ERRORS:
        fitting = np.flatnonzero(wrong <= error)
        if len(fitting):
            least = float(confidence[order][fitting[-1]])
            found.append({"error": error, "confidence": round(least, 4)})
    return found


if __name__ == "__main__":
    main()
