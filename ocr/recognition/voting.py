"""Which of two readings is right, and how surely: agreement, confidence, plausibility, kind of token.

Weights were fitted by `python -m bench.weights` on drawn pages that no score is taken from.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise, product
from math import exp, log
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein, Opcode

from ocr.text.syllables import familiarity, is_syllable, rival
from schemas.base.geometry import Box, enclosing
from schemas.base.vietnamese import nfc
from schemas.page import Word

Weights = dict[str, list[float]]
_CORE = re.compile(r"(\W*)(.*?)(\W*)", re.DOTALL)
_ODD = re.compile(r"[^\w./,:;()%-]")
_STOPS = (".", ",", ";", ":")
"""Marks that trueocr confuses; which of them it is Tesseract sees better."""
_SHORT = 4
"""Letters of an abbreviation in capitals, such as TM. and UBND., after which a stop is a full stop."""
_MARKS_DIFFER = 0.9
"""Confidence at most where the marks around a word were read differently."""
_ALONE = 0.6
"""What is left of the confidence in a word that the other engine did not see."""
_OVERLAP = 0.3
_LEAST_SURE, _MOST_SURE = 0.01, 0.999


class Pair(NamedTuple):
    """The same ink as two engines read it; either may have seen nothing."""

    first: tuple[Word, ...]
    second: tuple[Word, ...]


def surety(word: Word, engine: str) -> float:
    """Probability that `word`, read by `engine` alone, is right; its own confidence if none is known."""
    weights = _weights().get(engine)
    return _probability(weights, traits(word)) if weights else word.confidence


def choose(pair: Pair) -> tuple[Word, ...]:
    """The reading that is more likely right, its words' confidence the probability of that."""
    first, second = pair.first, _cut_alike(pair)
    if any("<" in word.text for word in pair.second):
        return pair.second
    if not first or not second:
        return tuple(_doubted(word) for word in first or second)
    if len(first) != len(second):
        return _better_whole(first, second)
    return tuple(_better(a, b) for a, b in zip(first, second, strict=True))


def pair_up(first: Sequence[Word], second: Sequence[Word]) -> list[Pair]:
    """Words of one line by two engines, put together where their boxes share ink, left to right."""
    groups: list[Pair] = []
    for item in [*(Pair((word,), ()) for word in first), *(Pair((), (word,)) for word in second)]:
        sharing = [group for group in groups if _share(group, item)]
        groups = [group for group in groups if group not in sharing]
        whole = [*sharing, item]
        groups.append(Pair(*(tuple(w for group in whole for w in group[side]) for side in (0, 1))))
    return sorted(groups, key=lambda group: min(word.box.left for side in group for word in side))


def traits(word: Word) -> list[float]:
    """What tells of a reading by itself; the first is 1."""
    known, other, *rest = _text_traits(word.text)
    doubt = log(1.02 - word.confidence)
    steps = (float(word.confidence < 0.9), float(word.confidence < 0.7))
    return [1.0, doubt, doubt * doubt, doubt * known, known, doubt * other, other, *steps, *rest]


@lru_cache(maxsize=20_000)
def _text_traits(text: str) -> tuple[float, ...]:
    text = nfc(text)
    bare = text.strip(".,;:()\"'“”/-")
    letters = bare.isalpha()
    known = familiarity(bare) if letters else 0.0
    other = rival(bare) if letters else 0.0
    stacked = any(len(_split(char)) > 2 for char in text)
    return (
        known,
        other,
        max(other - known, 0.0),
        float(letters and known == 0.0),
        float(letters and not is_syllable(bare)),
        float(any(char.isdigit() for char in text)),
        float(not any(char.isalnum() for char in text)),
        float(stacked),
        float("\u0303" in _split(text)),
        float(bare != text),
        float(text.isupper()),
        min(len(text), 12) / 12,
        float(bool(_ODD.search(bare))),
    )


def joint_traits(first: Word, second: Word) -> list[float]:
    """What tells between two readings of one word, in this order."""
    a, b = nfc(first.text), nfc(second.text)
    doubts = log(1.02 - first.confidence), log(1.02 - second.confidence)
    same_letters = float(_bare(a) == _bare(b))
    more_known = familiarity(a) - familiarity(b)
    return [
        *traits(first),
        *traits(second)[1:],
        same_letters,
        float(a.casefold() == b.casefold()),
        float(len(a) - len(b)),
        more_known,
        same_letters * more_known,
        same_letters * doubts[0],
        same_letters * doubts[1],
        doubts[0] * doubts[1],
    ]


def compared(pair: Pair) -> Iterator[tuple[Word, Word]]:
    """The cores that two readings are judged by, word by word; nothing where they cannot be matched."""
    second = _cut_alike(pair)
    if len(pair.first) == len(second):
        yield from (_cores(a, b) for a, b in zip(pair.first, second, strict=True))


def _better(first: Word, second: Word) -> Word:
    """The core of the likelier reading within the marks that both or the first saw around it."""
    one, two = _cores(first, second)
    joint = joint_traits(one, two)
    weights = _weights()
    if one.text == two.text:
        best, sure = one.text, _probability(weights["agreed"], joint)
    else:
        right = [_probability(weights[side], joint) for side in ("first", "second")]
        best, sure = (one.text, right[0]) if right[0] >= right[1] else (two.text, right[1])
    (lead, core, tail), (b_lead, b_core, b_tail) = split_marks(first.text), split_marks(second.text)
    if not core or not b_core:
        return first.with_changes(text=best, confidence=sure)
    if (lead, tail) != (b_lead, b_tail):
        sure = min(sure, _MARKS_DIFFER)
        if tail in _STOPS and b_tail in _STOPS:
            tail = "." if best.isupper() and len(best) <= _SHORT and "." in (tail, b_tail) else b_tail
    return first.with_changes(text=lead + best + tail, confidence=sure)


def _cores(first: Word, second: Word) -> tuple[Word, Word]:
    """Both without the marks around them; a code one engine read without its points is the other's."""
    a, b = split_marks(first.text)[1], split_marks(second.text)[1]
    if a and b:
        first, second = first.with_changes(text=a), second.with_changes(text=b)
    if a != b and _without_marks(a) == _without_marks(b):
        longer = max(a, b, key=len)
        first, second = (word.with_changes(text=longer) for word in (first, second))
    return first, second


def split_marks(text: str) -> tuple[str, str, str]:
    """Marks before, the core, marks after."""
    found = _CORE.fullmatch(nfc(text))
    return (found[1], found[2], found[3]) if found else ("", text, "")


def _better_whole(first: Sequence[Word], second: Sequence[Word]) -> tuple[Word, ...]:
    """Readings that cannot be matched word by word: the surer one as a whole."""
    whole = [
        Word(
            text=" ".join(w.text for w in side),
            box=enclosing([w.box for w in side]),
            confidence=min(w.confidence for w in side),
        )
        for side in (first, second)
    ]
    best = _better(*whole)
    chosen = first if best.text == whole[0].text else second
    return tuple(word.with_changes(confidence=best.confidence) for word in chosen)


def _cut_alike(pair: Pair) -> tuple[Word, ...]:
    """The second reading with its words cut where the first has blanks: engines see letters, we see white."""
    texts = [nfc(word.text) for word in pair.first]
    whole = "".join(nfc(word.text) for word in pair.second)
    if len(pair.first) == len(pair.second) or not pair.first or not pair.second:
        return pair.second
    sure = min((word.confidence for word in pair.second), default=0.0)
    blocks = Levenshtein.opcodes("".join(texts), whole)
    ends = [sum(map(len, texts[: k + 1])) for k in range(len(texts) - 1)]
    cuts = [next(_moved(end, b) for b in blocks if b.src_start <= end <= b.src_end) for end in ends]
    pieces = [whole[start:stop] for start, stop in pairwise([0, *cuts, len(whole)])]
    if not all(pieces):
        return pair.second
    return tuple(
        Word(text=piece, box=word.box, confidence=sure)
        for piece, word in zip(pieces, pair.first, strict=True)
    )


def _moved(at: int, block: Opcode) -> int:
    """Where a place in the first text lies in the second, within one block of the alignment."""
    return block.dest_start + min(at - block.src_start, block.dest_end - block.dest_start)


def _doubted(word: Word) -> Word:
    """A word only one engine saw."""
    return word.with_changes(confidence=word.confidence * _ALONE)


def _share(one: Pair, other: Pair) -> bool:
    """Whether words of the two engines stand on the same ink."""
    crossed = [*product(one.first, other.second), *product(one.second, other.first)]
    return any(_common(a.box, b.box) > _OVERLAP for a, b in crossed)


def _common(a: Box, b: Box) -> float:
    """Width two boxes have in common, as share of the narrower one's."""
    return a.overlap_x(b) / max(min(a.width, b.width), 1)


def _without_marks(code: str) -> str:
    """A number or code without the points and strokes in it, which one engine overlooks at times."""
    return "".join(c for c in code if c.isalnum()) if any(c.isdigit() for c in code) else code


def _bare(text: str) -> str:
    return "".join(char for char in _split(text.casefold().replace("đ", "d")) if char.isalnum())


def _split(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def _probability(weights: Sequence[float], values: Sequence[float]) -> float:
    score = sum(weight * value for weight, value in zip(weights, values, strict=True))
    return min(max(1 / (1 + exp(-max(min(score, 30.0), -30.0))), _LEAST_SURE), _MOST_SURE)


@cache
def weights_digest() -> str:
    """First eight hex digits of the weights' SHA-256: part of every reading key."""
    return hashlib.sha256((files("ocr") / "weights.json").read_bytes()).hexdigest()[:8]


@cache
def _weights() -> Weights:
    weights: Weights = json.loads((files("ocr") / "weights.json").read_text("utf-8"))
    return weights
