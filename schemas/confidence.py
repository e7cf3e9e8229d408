"""How sure the machine is of fields and of papers, fitted on layouts left out (`make confidence`)."""

from functools import cache
from importlib.resources import files

from schemas.base.model import Frozen
from schemas.trees import BoostedTrees


class Threshold(Frozen):
    """What is surer than `confidence` was wrong at the rate `error`, at most, when it was fitted."""

    error: float
    confidence: float


class Judgement(BoostedTrees):
    """Trees, what was observed at each of their probabilities, and what may be accepted at which error."""

    curve: tuple[tuple[float, float], ...]
    """Isotonic correction: pairs of (trees' probability, observed rate), rising."""
    thresholds: tuple[Threshold, ...]

    def threshold(self, error: float) -> float:
        """Least confidence at which no more than `error` of the accepted are wrong.

        Above 1, so that nothing is accepted, when the fit knows none.
        """
        fitting = [known.confidence for known in self.thresholds if known.error <= error]
        return min(fitting, default=2.0)


class Effect(Frozen):
    """What two allowed errors mean for people, as it was on layouts left out."""

    field_error: float
    """Allowed share of wrong fields among those accepted without a person."""
    paper_error: float
    """Allowed share of papers that are not whole and right among those passed without a person."""
    papers_seen: float
    """Share of papers that a person sees."""
    fields_each: float
    """Doubtful fields of such a paper, on the mean."""
    fields_wrong: float
    """Share of wrong fields among the accepted."""
    papers_wrong: float
    """Share of papers that lack something or have it wrong among the passed."""
    papers_wrong_at_most: float
    """The largest share that what was measured does not refute at 95 %."""


class Calibration(Frozen):
    """What judges fields and papers, and what it leaves to people."""

    field: Judgement
    paper: Judgement
    effects: tuple[Effect, ...]
    fitted_on: str

    def effect(self, field_error: float, paper_error: float) -> Effect | None:
        """The effect of the nearest errors that are no larger; None when both are smaller than any tried."""
        fitting = [
            known
            for known in self.effects
            if known.field_error <= field_error and known.paper_error <= paper_error
        ]
        return max(fitting, key=lambda known: (known.field_error, known.paper_error), default=None)


@cache
def calibration() -> Calibration:
    """The table in use."""
    text = (files("schemas.catalogue") / "confidence.json").read_text("utf-8")
    return Calibration.model_validate_json(text)
