"""The calibration of field confidence: a small table, fitted on drawn papers (`make confidence`)."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from schemas.base.model import Frozen


class Threshold(Frozen):
    """Fields surer than `confidence` were wrong at the rate `error`, at most, when it was fitted."""

    error: float
    confidence: float


Node = tuple[int, float, int, int]
"""Of a tree: which feature, up to which value the left node follows, the left and the right node.

A leaf has the feature -1, and its weight in the second place.
"""


class Calibration(Frozen):
    """Boosted trees over named features, and what may be accepted at which error."""

    names: tuple[str, ...]
    """Of the features, in the order that nodes number them."""
    baseline: float
    """Log odds before any tree."""
    trees: tuple[tuple[Node, ...], ...]
    """Each tree's nodes, the root first; their leaves' weights add up to log odds."""
    curve: tuple[tuple[float, float], ...]
    """Isotonic correction: pairs of (regression's probability, observed rate), rising."""
    thresholds: tuple[Threshold, ...]
    fitted_on: str

    def log_odds(self, features: Mapping[str, float]) -> float:
        """What the trees say of a value with these features; what is not named counts as 0."""
        row = [features.get(name, 0.0) for name in self.names]
        return self.baseline + sum(_leaf(tree, row) for tree in self.trees)

    def threshold(self, error: float) -> float:
        """Least confidence at which no more than `error` of the accepted fields are wrong.

        Above 1, so that nothing is accepted, when the fit knows none.
        """
        fitting = [known.confidence for known in self.thresholds if known.error <= error]
        return min(fitting, default=2.0)


def _leaf(tree: Sequence[Node], row: Sequence[float]) -> float:
    feature, value, left, right = tree[0]
    while feature >= 0:
        feature, value, left, right = tree[left if row[feature] <= value else right]
    return value


@cache
def calibration() -> Calibration:
    """The table in use."""
    text = (files("schemas.catalogue") / "confidence.json").read_text("utf-8")
    return Calibration.model_validate_json(text)
