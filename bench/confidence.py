"""Fit how sure fields and papers are: `python -m bench.confidence`; into `schemas/catalogue/confidence.json`.

Three kinds of papers: drawn ones, read as the product reads them, of seeds, fonts and layouts that no score
is measured on; papers of the grammar, whose families are layouts and wordings, as words; and some families
painted, scanned and read, which are fewer and weigh as much as all others. First the fields are judged; then,
from their confidence while their family was held out, the papers; then both allowed errors are tried on all
of them, which tells what a person would see (`bench/judgement.py` says how each is fitted).
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from bench.form_reading import ReadForm, read_all_painted, read_forms
from bench.judgement import fit_judgement
from bench.papers import Job, ReadPaper, read_papers
from bench.trees import Array, new_trees
from rules.fields.confidence import features, has_doubtful_digits
from rules.review.sampling import upper_bound
from rules.review.whole_paper import paper_features
from samples.dossiers import LAYOUTS, PAINTERS
from samples.drawing.damage import Level
from schemas.catalogue import document_types
from schemas.paper import Source

SEEDS = range(2000, 2002)
FONTS = "ac"
"""Neither these seeds nor these fonts are scored by `make bench`."""
FAMILIES = range(1120, 1240)
"""Families of the grammar that no score is measured on, nor the labels fitted on (`bench/labels.py`)."""
PAINTED = range(1176, 1208)
"""Those of them that are painted: what is wrong there is wrong for the reasons that it is on paper."""
UNLISTED = 0.25
"""Share of labels that half of their papers have and no list: as on layouts never seen."""
_TABLE = Path(__file__).parent.parent / "schemas" / "catalogue" / "confidence.json"
_FIELD_ERRORS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05)
_PAPER_ERRORS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
"""Allowed shares of wrong ones that a threshold is known for."""
_ALL_PAPERS = 1_000_000
"""Papers that those measured are taken for a sample of."""
_RISING = {
    "words": 1,
    "weakest": 1,
    "label": 1,
    "agreeing": 1,
    "checked": 1,
    "echoed": 1,
    "problem": -1,
    "disagreeing": -1,
    "unlike": -1,
    "unseen": -1,
    "rivalled": -1,
    "rivals": -1,
    "followed": -1,
    "ends_open": -1,
    "capitals_inside": -1,
}
"""Features that speak for a value the more of them there is (1), or against it (-1)."""
_PAPER_RISING = {
    "all": 1,
    "least": 1,
    "weakest": 1,
    "filled": 1,
    "decoded": 1,
    "type": 1,
    "unsure": -1,
    "unread": -1,
    "problems": -1,
    "unlisted": -1,
    "unexplained": -1,
}
"""The same of papers (`rules.review.whole_paper.paper_features`)."""
_LEVELS = (Level.OFFICE, Level.BAD)
"""Clean scans would make the thresholds look better than they are on what offices have."""


@dataclass(frozen=True)
class Sample:
    """A value that was read, and whether it is right."""

    row: dict[str, float]
    is_right: bool
    is_flagged: bool
    """A check failed: it goes to a person whatever its confidence."""
    group: str
    """What is held out together: a type of drawn papers, a family of the grammar."""
    field: str
    paper: ReadForm | ReadPaper
    weight: float = 1.0
    """How many papers outside it stands for."""


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
    forms = [*read_forms(FAMILIES, range(1)), *read_forms(FAMILIES, range(1, 2), unlisted=UNLISTED)]
    samples = [*drawn_samples(read_papers(jobs)), *form_samples(forms)]
    painted = list(form_samples(read_all_painted(PAINTED, tuple(Level))))
    share = len(samples) / len(painted)
    samples += [replace(sample, weight=share) for sample in painted]
    _TABLE.write_text(json.dumps(fit(samples)) + "\n", "utf-8")


def drawn_samples(papers: Iterator[ReadPaper] | Sequence[ReadPaper]) -> Iterator[Sample]:
    """Values of drawn papers that were read from print."""
    for paper in papers:
        yield from _samples(paper, paper.kind)


def form_samples(papers: Iterator[ReadForm] | Sequence[ReadForm]) -> Iterator[Sample]:
    """Values of papers of the grammar."""
    for paper in papers:
        yield from _samples(paper, f"{paper.kind}-{paper.form.family}")


def _samples(paper: ReadForm | ReadPaper, group: str) -> Iterator[Sample]:
    for name, value in paper.fields.items():
        if value.value is not None and value.source is Source.OCR:
            rule = document_types()[paper.kind].fields[name]
            flagged = has_doubtful_digits(rule, value) or any(p.is_failed_check for p in value.problems)
            row = features(rule, value, value.problems)
            yield Sample(row, paper.is_right(name), flagged, group, name, paper)


def fit(samples: Sequence[Sample]) -> dict[str, object]:
    """The table of `schemas.confidence.Calibration`."""
    truth = np.array([sample.is_right for sample in samples], dtype=np.float64)
    eligible = np.array([not sample.is_flagged for sample in samples])
    groups = [sample.group for sample in samples]
    fields, sure = fit_judgement(
        [sample.row for sample in samples],
        truth,
        groups,
        eligible,
        _field_trees,
        _FIELD_ERRORS,
        np.array([sample.weight for sample in samples]),
    )
    papers = _judged_papers(samples, sure)
    paper, whole = fit_judgement(
        [each.row for each in papers],
        np.array([each.is_whole for each in papers], dtype=np.float64),
        [each.group for each in papers],
        np.array([not each.is_flagged for each in papers]),
        _paper_trees,
        _PAPER_ERRORS,
        np.array([each.weight for each in papers]),
    )
    judged = [replace(each, whole=float(likely)) for each, likely in zip(papers, whole, strict=True)]
    return {
        "field": fields,
        "paper": paper,
        "effects": _effects(judged, _least(fields), _least(paper)),
        "fitted_on": f"{len(samples)} fields of {len(set(groups))} groups, {len(papers)} papers, "
        f"{datetime.now(UTC):%Y-%m-%d}",
    }


def _field_trees(names: Sequence[str]) -> HistGradientBoostingClassifier:
    """Trees that never hold it for a value when a check fails, or against it when a reading agrees."""
    return new_trees([_RISING.get(name, int(name.startswith(("check:", "confirmed:")))) for name in names])


def _paper_trees(names: Sequence[str]) -> HistGradientBoostingClassifier:
    """Few trees: papers are fewer than fields. Surer fields speak for the whole, doubts against it."""
    return new_trees([_PAPER_RISING.get(name, 0) for name in names], rounds=80)


@dataclass(frozen=True)
class _Judged:
    """A paper with its fields judged while its family was held out."""

    row: dict[str, float]
    is_whole: bool
    is_flagged: bool
    """A field failed a check or could not be read: it goes to a person in any case."""
    group: str
    fields: tuple[tuple[float, bool, bool], ...]
    """Of each value: confidence, whether it goes to a person in any case, whether it is right."""
    unread: int
    weight: float
    whole: float = 0.0

    def doubts(self, least_field: float) -> int:
        """Fields that a person sees."""
        return self.unread + sum(sure < least_field or flagged for sure, flagged, _ in self.fields)


def _judged_papers(samples: Sequence[Sample], sure: Array) -> list[_Judged]:
    by_paper: dict[int, list[tuple[Sample, float]]] = {}
    for sample, confidence in zip(samples, sure, strict=True):
        if sample.paper.is_told:
            by_paper.setdefault(id(sample.paper), []).append((sample, float(confidence)))
    return [_judged(own) for own in by_paper.values()]


def _judged(own: Sequence[tuple[Sample, float]]) -> _Judged:
    paper = own[0][0].paper
    assert paper.extract
    new = {sample.field: confidence for sample, confidence in own}
    fields = {
        name: value.with_changes(confidence=new.get(name, value.confidence))
        for name, value in paper.fields.items()
    }
    kind = document_types()[paper.kind]
    unread = sum(value.value is None for value in fields.values())
    unread += sum(rule.required and name not in fields for name, rule in kind.fields.items())
    return _Judged(
        row=paper_features(kind, paper.extract.confidence, fields, paper.extract.unexplained),
        is_whole=paper.is_whole,
        is_flagged=unread > 0 or any(sample.is_flagged for sample, _ in own),
        group=own[0][0].group,
        fields=tuple((confidence, sample.is_flagged, sample.is_right) for sample, confidence in own),
        unread=unread,
        weight=own[0][0].weight,
    )


def _least(judgement: Mapping[str, object]) -> dict[float, float]:
    thresholds = judgement["thresholds"]
    assert isinstance(thresholds, list)
    return {known["error"]: known["confidence"] for known in thresholds}


def _effects(
    papers: Sequence[_Judged], fields: Mapping[float, float], wholes: Mapping[float, float]
) -> list[dict[str, float]]:
    """For each pair of allowed errors, what people would have seen and what would have slipped through."""
    rows = []
    for field_error, paper_error in product(fields, wholes):
        least, least_whole = fields[field_error], wholes[paper_error]
        doubts = [each.doubts(least) for each in papers]
        passed = [
            each.is_whole
            for each, count in zip(papers, doubts, strict=True)
            if not count and each.whole >= least_whole
        ]
        seen, doubtful = (
            len(papers) - len(passed),
            sum(map(bool, doubts)),
        )  # the others' least sure field is seen
        accepted = [
            is_right
            for each in papers
            for confidence, is_flagged, is_right in each.fields
            if confidence >= least and not is_flagged
        ]
        wrong = len(passed) - sum(passed)
        rows.append(
            {
                "field_error": field_error,
                "paper_error": paper_error,
                "papers_seen": round(seen / len(papers), 4),
                "fields_each": round((sum(doubts) + seen - doubtful) / max(seen, 1), 2),
                "fields_wrong": round(1 - sum(accepted) / max(len(accepted), 1), 5),
                "papers_wrong": round(wrong / max(len(passed), 1), 4),
                "papers_wrong_at_most": round(upper_bound(_ALL_PAPERS, len(passed), wrong), 4),
            }
        )
    return rows


if __name__ == "__main__":
    main()
