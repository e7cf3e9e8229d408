"""How plausible a word is as Vietnamese. The only importer of wordfreq.

A witness in doubt and in the choice between two readings, never a dictionary that corrects: a
rare name stays as it was read, and only its confidence tells that it is rare.
"""

import re
import unicodedata
from functools import cache
from itertools import product
from math import log10

from wordfreq import get_frequency_dict

_ONSET = r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx])?"
_OPEN = (
    "uyê|iêu|yêu|oai|oao|oay|oeo|uai|uây|uôi|uya|uyu|ươi|ươu|ai|ao|au|ay|âu|ây|eo|êu|ia|iu|oa|oe|oi|ôi|ơi|"
    "ua|ui|uy|uê|uơ|ưa|ưi|ưu|[aăâeêioôơuưy]"
)
_NASAL = (
    "uyên|uyn|uynh|yn|ynh|iên|iêm|iêng|yên|yêm|yêng|oan|oam|oang|oanh|oăn|oăm|oăng|oen|oem|uân|uâng|uôn|uôm|"
    "uông|ươn|ươm|ương|uênh|oong|[aăâeêioôơuư](?:n|m|ng)|(?:a|ê|i)nh"
)
_STOPPED = (
    "uyêt|uyt|uych|yt|ych|iêt|iêp|iêc|yêt|oat|oac|oach|oap|oăt|oăc|oet|uât|uôt|uôc|ươt|ươp|ươc|uêch|ooc|"
    "[aăâeêioôơuư](?:t|p|c)|(?:a|ê|i)ch"
)
_SYLLABLE = re.compile(rf"{_ONSET}(?:(?:{_OPEN}|{_NASAL})[̣̀́̃̉]?|(?:{_STOPPED})[̣́])")
_TONES = "̣̀́̃̉"
_MISTAKEN = ("\u0301\u0309\u0303\u0300", "\u0302\u0306", "\u0323\u0309", "dđ")
"""Marks that engines take for one another: sắc, hỏi, ngã, huyền; mũ and trăng; nặng and hỏi; d and đ.
Tones are also overlooked."""
_VOWELS, _HATS = "aeiouy", "\u0302\u0306\u031b"
_RARE = -8.0


def is_syllable(text: str) -> bool:
    """Whether `text` could be a Vietnamese syllable: onset, rhyme and a tone that the rhyme can carry.

    Stopped rhymes (-c, -ch, -p, -t) carry only sắc and nặng. Case is ignored.
    """
    split = unicodedata.normalize("NFD", text.casefold())
    tones = "".join(char for char in split if char in _TONES)
    plain = unicodedata.normalize("NFC", "".join(char for char in split if char not in _TONES))
    return bool(_SYLLABLE.fullmatch(plain + tones))


def familiarity(text: str) -> float:
    """How common `text` is among Vietnamese syllables: 0 unheard of … 1 one word in ten."""
    frequency = _frequencies().get(text.casefold(), 0.0)
    return max(log10(frequency) - _RARE, 0.0) / -_RARE if frequency else 0.0


def rival(text: str) -> float:
    """How common the likeliest syllable is that differs from `text` in one easily mistaken mark."""
    split = unicodedata.normalize("NFD", text.casefold())
    others = [
        split[:at] + other + split[at + 1 :]
        for at, char in enumerate(split)
        for alike in _MISTAKEN
        if char in alike
        for other in alike
        if other != char
    ]
    if not set(_TONES) & set(split):
        others += [split[:at] + tone + split[at:] for at, tone in product(_tone_places(split), _TONES)]
    return max((familiarity(unicodedata.normalize("NFC", other)) for other in others), default=0.0)


def _tone_places(split: str) -> list[int]:
    """Where engines overlook a tone: above or below a vowel with a mark, below any vowel."""
    return [
        at + 1
        for at, char in enumerate(split)
        if char in _HATS or (char in _VOWELS and split[at + 1 : at + 2] not in tuple(_HATS))
    ]


@cache
def _frequencies() -> dict[str, float]:
    return get_frequency_dict("vi", "small")
