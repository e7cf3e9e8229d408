"""Acceptance samples: how many fields to key again, and what error rate the result proves.

Exact, not from a table: the one-sided 95 % upper bound of the share of wrong fields, hypergeometric
because a batch is finite (Clopper-Pearson in the limit). TCVN 7790-1 (ISO 2859-1) answers another
question, the producer's risk at an agreed AQL; an office wants a statement about *this* batch.
"""

from math import exp, lgamma

from schemas.sampling import CONFIDENCE


def upper_bound(population: int, drawn: int, wrong: int) -> float:
    """Largest share (0…1) of wrong fields among `population` that the sample does not refute at 95 %.

    `wrong` of `drawn` sampled fields were wrong. 1 when nothing was drawn.
    """
    if not drawn:
        return 1.0
    low, high = wrong, population - drawn + wrong
    while low < high:  # the most wrong fields of which so few would be found one time in twenty
        middle = (low + high + 1) // 2
        if _at_most(population, middle, drawn, wrong) > 1 - CONFIDENCE:
            low = middle
        else:
            high = middle - 1
    return low / population


def sample_size(population: int, limit: float, allowed: int = 1) -> int:
    """Fewest fields to draw so that `allowed` wrong ones still prove an error of at most `limit`.

    The whole population when less would prove nothing.
    """
    low, high = min(allowed + 1, population), population
    while low < high:
        middle = (low + high) // 2
        if upper_bound(population, middle, allowed) <= limit:
            high = middle
        else:
            low = middle + 1
    return low


def _at_most(population: int, bad: int, drawn: int, wrong: int) -> float:
    """Probability of finding at most `wrong` of the `bad` fields among `drawn` (hypergeometric)."""
    least = max(0, drawn - (population - bad))
    whole = _log_ways(population, drawn)
    return sum(
        exp(_log_ways(bad, k) + _log_ways(population - bad, drawn - k) - whole)
        for k in range(least, min(wrong, bad, drawn) + 1)
    )


def _log_ways(of: int, chosen: int) -> float:
    """Logarithm of the number of ways to choose."""
    return lgamma(of + 1) - lgamma(chosen + 1) - lgamma(of - chosen + 1)
