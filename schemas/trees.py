"""Boosted decision trees as data: fitted offline, evaluated without the library that fitted them."""

from collections.abc import Mapping, Sequence
from math import exp

from schemas.base.model import Frozen

Node = tuple[int, float, int, int]
"""Of a tree: which feature, up to which value the left node follows, the left and the right node.

A leaf has the feature -1, and its weight in the second place.
"""


class BoostedTrees(Frozen):
    """Trees over named features, whose leaves' weights add up to log odds."""

    names: tuple[str, ...]
    """Of the features, in the order that nodes number them."""
    baseline: float
    """Log odds before any tree."""
    trees: tuple[tuple[Node, ...], ...]
    """Each tree's nodes, the root first."""

    def log_odds(self, features: Mapping[str, float]) -> float:
        """What the trees say of a row with these features; what is not named counts as 0."""
        row = [features.get(name, 0.0) for name in self.names]
        return self.baseline + sum(_leaf(tree, row) for tree in self.trees)

    def probability(self, features: Mapping[str, float]) -> float:
        """The same as a probability (0…1), as far as the fit holds."""
        return 1 / (1 + exp(-self.log_odds(features)))


def _leaf(tree: Sequence[Node], row: Sequence[float]) -> float:
    feature, value, left, right = tree[0]
    while feature >= 0:
        feature, value, left, right = tree[left if row[feature] <= value else right]
    return value
