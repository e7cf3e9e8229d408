"""Fit the confidence of fields: `python -m bench.confidence` writes `schemas/catalogue/confidence.json`.

Papers of seeds, fonts and layouts that no score is measured on are read as the product reads them.
A logistic regression over `rules.fields.confidence.features` gives the probability that a value is right;
an isotonic curve, fitted on predictions for types held out, straightens it. The thresholds are the
least confidences at which, on those held-out predictions, no more than a wanted share was wrong: as
wrong as on a type that the regression has never seen.
"""

import argparse
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from bench.papers import Job, ReadPaper, read_papers
from rules.fields.confidence import features
from samples.dossiers import LAYOUTS, PAINTERS
from samples.drawing.damage import Level
from schemas.catalogue import document_types
from schemas.paper import Source

SEEDS = range(2000, 2008)
FONTS = "ac"
"""Neither these seeds nor these fonts are scored by `make bench`."""
_TABLE = Path(__file__).parent.parent / "schemas" / "catalogue" / "confidence.json"
_ERRORS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05)
_EDGES = (0.0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 0.999, 1.0)
_ENOUGH = 20
"""Fields between two edges for a point of the curve."""
_SUREST = 0.9995
_LEVELS = (Level.OFFICE, Level.BAD)
"""Clean scans would make the thresholds look better than they are on what offices have."""
Array = NDArray[np.float64]


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
    _TABLE.write_text(json.dumps(fit(list(read_papers(jobs))), indent=1) + "\n", "utf-8")


def fit(papers: Sequence[ReadPaper]) -> dict[str, object]:
    """The table of `schemas.confidence.Calibration`."""
    rows, right, flagged, groups = [], [], [], []
    for paper in papers:
        rules = document_types()[paper.job.kind].fields
        for name, value in paper.fields.items():
            if value.value is not None and value.source is Source.OCR:
                rows.append(features(rules[name], value, value.problems))
                right.append(paper.is_right(name))
                flagged.append(bool(value.problems))
                groups.append(paper.job.kind)
    names = sorted({name for row in rows for name in row})
    table = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    truth, held_out = np.array(right, dtype=np.float64), np.zeros(len(rows))
    for train, test in GroupKFold(min(8, len(set(groups)))).split(table, truth, groups):
        held_out[test] = _model().fit(table[train], truth[train]).predict_proba(table[test])[:, 1]
    curve = _curve(held_out, truth)
    straight = np.interp(held_out, *np.array(curve).T)
    model = _model().fit(table, truth)
    return {
        "weights": {name: round(float(w), 4) for name, w in zip(names, model.coef_[0], strict=True)},
        "intercept": round(float(model.intercept_[0]), 4),
        "curve": curve,
        "thresholds": _thresholds(straight[~np.array(flagged)], truth[~np.array(flagged)]),
        "fitted_on": f"{len(rows)} fields of {len(papers)} papers, {datetime.now(UTC):%Y-%m-%d}",
    }


def _model() -> LogisticRegression:
    return LogisticRegression(C=1.0, max_iter=5000)


def _curve(predicted: Array, truth: Array) -> list[list[float]]:
    """Isotonic regression at the edges given, and at 0 and 1: few points, rising."""
    straight = IsotonicRegression(out_of_bounds="clip").fit(predicted, truth)
    points = [[0.0, float(straight.predict([0.0])[0])]]
    for low, high in pairwise(_EDGES):
        inside = predicted[(predicted >= low) & (predicted < high)]
        if len(inside) >= _ENOUGH:
            points.append([float(inside.mean()), float(straight.predict(inside).mean())])
    points.append([1.0, min(float(straight.predict([1.0])[0]), _SUREST)])
    rising = np.maximum.accumulate([y for _, y in points])
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
