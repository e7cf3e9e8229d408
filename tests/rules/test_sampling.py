"""Acceptance samples: the bound is exact, and samples prove what they promise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, hypergeom

from rules.review.sampling import sample_size, upper_bound
from schemas.sampling import CONFIDENCE


@pytest.mark.parametrize(
    ("population", "drawn", "wrong"), [(200, 100, 0), (200, 100, 3), (1000, 299, 0), (50, 50, 2), (42, 20, 1)]
)
def test_the_bound_is_the_largest_share_not_refuted(population: int, drawn: int, wrong: int) -> None:
    bad = round(upper_bound(population, drawn, wrong) * population)
    assert hypergeom.cdf(wrong, population, bad, drawn) > 1 - CONFIDENCE or bad == wrong
    if bad < population - drawn + wrong:
        assert hypergeom.cdf(wrong, population, bad + 1, drawn) <= 1 - CONFIDENCE


def test_for_large_batches_it_is_clopper_pearson() -> None:
    for drawn, wrong in ((299, 0), (500, 2), (1000, 12)):
        assert upper_bound(10_000_000, drawn, wrong) == pytest.approx(
            beta.ppf(CONFIDENCE, wrong + 1, drawn - wrong), rel=0.01
        )


def test_known_sizes() -> None:
    assert sample_size(10_000_000, 0.01, allowed=0) == 299, "the rule of three: ln 0.05 / ln 0.99"
    assert sample_size(10_000_000, 0.01, allowed=1) == 473
    assert upper_bound(100, 0, 0) == 1.0
    assert upper_bound(100, 100, 7) == 0.07
    assert sample_size(1, 0.01) == 1


@given(st.integers(1, 3000), st.floats(0.005, 0.2), st.integers(0, 3))
def test_a_drawn_sample_proves_its_limit_when_no_more_is_wrong_than_allowed(
    population: int, limit: float, allowed: int
) -> None:
    drawn = sample_size(population, limit, allowed)
    assert 1 <= drawn <= population
    if drawn < population:
        assert upper_bound(population, drawn, allowed) <= limit
        assert upper_bound(population, drawn - 1, allowed) > limit or drawn == allowed + 1


@given(st.integers(1, 400), st.data())
def test_more_drawn_and_fewer_wrong_is_never_worse(population: int, data: st.DataObject) -> None:
    drawn = data.draw(st.integers(1, population))
    wrong = data.draw(st.integers(0, drawn))
    bound = upper_bound(population, drawn, wrong)
    assert wrong / population <= bound <= 1
    if wrong:
        assert upper_bound(population, drawn, wrong - 1) <= bound
