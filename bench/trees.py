"""Boosted trees of scikit-learn as the data that `schemas.trees.BoostedTrees` reads."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

Array = NDArray[np.float64]


def new_trees(rising: Sequence[int] | None = None, rounds: int = 150) -> HistGradientBoostingClassifier:
    """Trees that are the same at every fit; `rising` says of each feature what it speaks for (1, -1, 0)."""
    return HistGradientBoostingClassifier(
        max_depth=4,
        max_iter=rounds,
        learning_rate=0.06,
        min_samples_leaf=20,
        monotonic_cst=rising,
        random_state=1,
    )


def table_of(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> Array:
    """Rows of features by name; what a row lacks is 0."""
    return np.array([[row.get(name, 0.0) for name in names] for row in rows])


def written(model: HistGradientBoostingClassifier, names: Sequence[str]) -> dict[str, object]:
    """Fields of `schemas.trees.BoostedTrees`."""
    return {
        "names": list(names),
        "baseline": round(float(model._baseline_prediction[0, 0]), 5),  # noqa: SLF001  (no other way to its trees)
        "trees": [_nodes(predictors[0].nodes) for predictors in model._predictors],  # noqa: SLF001
    }


def _nodes(nodes: Any) -> list[tuple[int, float, int, int]]:
    """A tree as `schemas.trees.Node`s."""
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
