"""The calibration of field confidence: a small table, fitted on drawn papers (`make confidence`)."""

from functools import cache
from importlib.resources import files

from schemas.base.model import Frozen


class Threshold(Frozen):
    """Fields surer than `confidence` were wrong at the rate `error`, at most, when it was fitted."""

    error: float
    confidence: float


class Calibration(Frozen):
    """A logistic regression over named features, and what may be accepted at which error."""

    weights: dict[str, float]
    intercept: float
    curve: tuple[tuple[float, float], ...]
    """Isotonic correction: pairs of (regression's probability, observed rate), rising."""
    thresholds: tuple[Threshold, ...]
    fitted_on: str

    def threshold(self, error: float) -> float:
        """Least confidence at which no more than `error` of the accepted fields are wrong.

        Above 1, so that nothing is accepted, when the fit knows none.
        """
        fitting = [known.confidence for known in self.thresholds if known.error <= error]
        return min(fitting, default=2.0)


@cache
def calibration() -> Calibration:
    """The table in use."""
    text = (files("schemas.catalogue") / "confidence.json").read_text("utf-8")
    return Calibration.model_validate_json(text)
