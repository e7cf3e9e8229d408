"""How sure a value is, as the probability that it is right, from all that speaks for and against it.

What the reading itself says (words, label, second looks), whether the checks hold, whether another
place on the paper says the same. The weights are fitted (`bench/confidence.py`) on papers that no
score is measured on; a code that decodes carries its own error correction and is believed.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import log, log1p

import numpy as np

from rules.fields.authorities import is_known_authority
from schemas.catalogue import names
from schemas.confidence import Judgement, calibration
from schemas.document_type import FieldRule, ValueKind
from schemas.paper import FieldValue, Problem, Proposal, Source

_DECODED = {Source.QR: 0.999, Source.BARCODE: 0.999, Source.MRZ: 0.995}
_READER_IS_RIGHT = 0.8
"""Share of crops of hands left out whose digits are read right (`bench/digits/accuracy.py`)."""
_LEAST = 1e-4
_SURE_LABEL = 0.95
"""A label less alike than this may be another's."""


def judge_confidence(rule: FieldRule, value: FieldValue, problems: Sequence[Problem]) -> float:
    """Probability (0…1) that `value` is what the paper says; 0 for what could not be read."""
    if value.value is None:
        return 0.0
    if value.evidence.written:
        return written_confidence(value.proposals)
    if value.source in _DECODED:
        return _DECODED[value.source]
    return judged(calibration().field, features(rule, value, problems))


def written_confidence(proposals: Sequence[Proposal]) -> float:
    """Probability (0…1) of the likeliest of what may be written by hand, as often as the reader is right."""
    return round(proposals[0].chance * _READER_IS_RIGHT, 4) if proposals else 0.0


def judged(judgement: Judgement, seen: Mapping[str, float]) -> float:
    """The trees' probability (0…1) as it was observed where nothing had been fitted."""
    likely = judgement.probability(seen)
    given, observed = ([point[axis] for point in judgement.curve] for axis in (0, 1))
    return round(float(np.interp(likely, given, observed)), 4)


def has_doubtful_digits(rule: FieldRule, value: FieldValue) -> bool:
    """A number or a day of which an engine read other digits: a person looks, however sure the others are."""
    seen = value.evidence
    return rule.kind.is_number and value.source is Source.OCR and seen.alike < seen.looks


def features(rule: FieldRule, value: FieldValue, problems: Sequence[Problem]) -> dict[str, float]:
    """What the trees look at, by name."""
    seen = value.evidence
    doubted = any(problem.is_failed_check for problem in problems)
    is_name = rule.kind is ValueKind.PERSON_NAME
    echoed = any(echo.value is not None for echo in value.echoes)
    return {
        "words": log(max(seen.words, _LEAST)),
        "weakest": log(max(seen.weakest, _LEAST)),
        "doubt": log(max(1 - seen.weakest, _LEAST)),
        "label": seen.label,
        "syllables": seen.syllables,
        "rivalled": seen.rivalled,
        "surname": float(is_name and _is_known(str(value.value).split()[:1], 0)),
        "given": float(is_name and _is_known(str(value.value).split()[1:], 1)),
        f"where:{rule.find[0].where}": 1.0,
        f"doubt:{rule.kind.misread_as}": log(max(1 - seen.weakest, _LEAST)),
        f"agreeing:{rule.kind.misread_as}": float(seen.agreeing),
        "owners": float(seen.owners),
        "repeated": float(seen.repeated),
        "rivals": float(seen.rivals),
        "followed": float(seen.followed),
        "running": float(seen.running),
        "digits": sum(map(str.isdigit, value.raw)) / max(len(value.raw), 1),
        "word_count": float(len(value.raw.split())),
        "ends_open": float(value.raw.rstrip()[-1:] in ",-(" or value.raw.count("(") != value.raw.count(")")),
        "capitals_inside": float(_has_inner_capital(value.raw)),
        "letters": log1p(seen.letters),
        "colon": float(seen.colon),
        "below": float(seen.below),
        "lines": float(seen.lines - 1),
        f"below:{rule.kind.misread_as}": float(seen.below),
        f"lines:{rule.kind.misread_as}": float(seen.lines > 1),
        "lower": float(not is_name and str(value.raw)[:1].islower()),
        "inner_colon": float(":" in value.raw),
        "one_word": float(" " not in value.raw.strip()),
        "label_gone": float(seen.label < _SURE_LABEL),
        "agreeing": float(seen.agreeing),
        "disagreeing": float(seen.looks - seen.agreeing),
        **{f"confirmed:{family}": 1.0 for family in seen.agreeing_engines},
        "unlike": float(seen.looks - seen.alike),
        "unseen": float(seen.unseen),
        "all_agree": float(seen.looks > 0 and seen.agreeing == seen.looks),
        "looked_at": float(seen.looks > 0),
        "problem": float(doubted),
        "checked": float(rule.check is not None and not doubted),
        "echoed": float(echoed and not doubted),
        "authority": float(rule.kind is ValueKind.TEXT and is_known_authority(str(value.value))),
        "familiar": seen.familiar,
        f"part:{rule.find[0].part}": 1.0,
        "unlisted": float(seen.unlisted),
        f"kind:{rule.kind}": 1.0,
        f"check:{rule.check}": float(not doubted),
    }


def _has_inner_capital(text: str) -> bool:
    """A word goes from small letters to a capital: two words that were glued."""
    return any(a.islower() and b.isupper() for a, b in pairwise(text))


def _is_known(words: Sequence[str], part: int) -> bool:
    """All of `words` are known family names (0), or middle and given names (1)."""
    return bool(words) and all(word.lower() in names()[part] for word in words)
