"""Fitting what `schemas.confidence.Judgement` holds: trees, judged on groups that they were not fitted on.

An isotonic curve, fitted on those held-out predictions, straightens the trees' probabilities. The thresholds
are the least confidences at which, on the same predictions, no more than a wanted share was wrong: as on a
layout never seen.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.isotonic import IsotonicRegression
from sklearn.model_selection import GroupKFold

from bench.trees import Array, table_of, written

_EDGES = (0.0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 0.999, 1.0)
_ENOUGH = 20
"""Samples between two edges for a point of the curve."""
_SUREST = 0.9995
_FOLDS = 6


def fit_judgement(
    rows: Sequence[Mapping[str, float]],
    truth: Array,
    groups: Sequence[str],
    eligible: Array,
    new_model: Callable[[Sequence[str]], HistGradientBoostingClassifier],
    errors: Sequence[float],
    weights: Array,
) -> tuple[dict[str, object], Array]:
    """The judgement as data, and the confidence of each row when its group was held out.

    `eligible` (of bools) are the rows that may be accepted at all: thresholds are of these, one for each of
    the allowed shares of wrong ones, `errors`. `weights` say how many papers outside each row stands for.
    """
    names = sorted({name for row in rows for name in row})
    table, held_out = table_of(rows, names), np.zeros(len(rows))
    for train, test in GroupKFold(_FOLDS).split(table, truth, groups):
        fitted = new_model(names).fit(table[train], truth[train], sample_weight=weights[train])
        held_out[test] = fitted.predict_proba(table[test])[:, 1]
    curve = _curve(held_out, truth, weights)
    straight = np.interp(held_out, *np.array(curve).T)
    thresholds = _thresholds(straight[eligible], truth[eligible], weights[eligible], errors)
    model = new_model(names).fit(table, truth, sample_weight=weights)
    return {**written(model, names), "curve": curve, "thresholds": thresholds}, straight


def _curve(predicted: Array, truth: Array, weights: Array) -> list[list[float]]:
    """Isotonic regression at the edges given, and at 0 and 1: few points, rising."""
    straight = IsotonicRegression(out_of_bounds="clip").fit(predicted, truth, sample_weight=weights)
    points = [[0.0, float(straight.predict([0.0])[0])]]
    for low, high in pairwise(_EDGES):
        inside = predicted[(predicted >= low) & (predicted < high)]
        if len(inside) >= _ENOUGH:
            points.append([float(inside.mean()), float(straight.predict(inside).mean())])
    points.append([1.0, min(float(straight.predict([1.0])[0]), _SUREST)])
    rising = np.minimum(np.maximum.accumulate([y for _, y in points]), _SUREST)
    return [[round(x, 5), round(float(y), 5)] for (x, _), y in zip(points, rising, strict=True)]


def _thresholds(
    confidence: Array, truth: Array, weights: Array, errors: Sequence[float]
) -> list[dict[str, float]]:
    """For each wanted error, the least confidence from which on the accepted are no more wrong than that."""
    order = np.argsort(-confidence)
    wrong = np.cumsum((1 - truth[order]) * weights[order]) / np.cumsum(weights[order])
    found = []
    for error in errors:
        fitting = np.flatnonzero(wrong <= error)
        if len(fitting):
            least = float(confidence[order][fitting[-1]])
            found.append({"error": error, "confidence": round(least, 4)})
    return found
