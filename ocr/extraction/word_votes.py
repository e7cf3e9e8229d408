"""Words of a value that second looks read otherwise: mended where these agree, else counted.

Of a long text one mark is soon misread, at one size, by one engine: each word is confirmed by itself.
"""

import unicodedata
from collections.abc import Mapping, Sequence

from rapidfuzz.distance import Levenshtein

from ocr.recognition.voting import split_marks
from ocr.text.syllables import is_syllable
from schemas.base.vietnamese import same_spelling

Looks = Mapping[str, Sequence[str]]
"""What each engine read of a value, by family, at each size it was shown at."""
_TWICE = 2


def mend(raw: str, looks: Looks) -> str:
    """`raw` with the words that engines read alike, and otherwise than they stand there.

    All engines must say so, one of them at every size, and none what stands there. Of a word that is no
    syllable it is enough that one does, when no engine reads another syllable. That a mark is gone they are
    not believed: what cuts a line out of its page may cut one off.
    """
    words = raw.split()
    seen = _aligned(words, looks)
    return " ".join(
        _better(word, [[look[at] for look in own] for own in seen.values()]) for at, word in enumerate(words)
    )


def unconfirmed(raw: str, looks: Looks) -> dict[str, int]:
    """Of each engine: how many words of `raw` it reads as they stand at no size."""
    words = raw.split()
    return {
        family: sum(all(not _is_same(word, look[at]) for look in own) for at, word in enumerate(words))
        for family, own in _aligned(words, looks).items()
    }


def unseen(raw: str, looks: Looks) -> int:
    """How many words of `raw` no engine reads as they stand."""
    words = raw.split()
    seen = [look for own in _aligned(words, looks).values() for look in own]
    return sum(all(not _is_same(word, look[at]) for look in seen) for at, word in enumerate(words))


def _better(word: str, seen: Sequence[Sequence[str | None]]) -> str:
    readings = [other for own in seen for other in own if other]
    steady = [
        own[0]
        for own in seen
        if len(own) >= _TWICE and own[0] and all(_is_same(own[0], each) for each in own)
    ]
    if len(seen) < _TWICE or not steady or any(_is_same(word, other) for other in readings):
        return word
    for other in steady:
        (lead, old, tail), (_, core, _) = split_marks(word), split_marks(other)
        says_so = all(any(_is_same(other, each) for each in own) for own in seen)
        alone = not _is_syllable(word) and {_core(each) for each in readings if _is_syllable(each)} == {
            _core(other)
        }
        if (says_so or alone) and core and _marks(core) >= _marks(old):
            return f"{lead}{core}{tail}"
    return word


def _is_syllable(word: str) -> bool:
    return is_syllable(split_marks(word)[1])


def _marks(word: str) -> int:
    """How many marks its letters bear, the bar of Đ among them."""
    return sum(unicodedata.combining(sign) > 0 or sign in "đĐ" for sign in unicodedata.normalize("NFD", word))


def _aligned(words: Sequence[str], looks: Looks) -> dict[str, list[list[str | None]]]:
    """What each look has for each of `words`; None where it has nothing, or another count of words."""
    return {family: [_aligned_look(words, text.split()) for text in own] for family, own in looks.items()}


def _aligned_look(words: Sequence[str], read: Sequence[str]) -> list[str | None]:
    """Dashes and specks tell nothing: those of `words` are taken as read, those beside the line as none."""
    aligned = [None if _is_word(word) else word for word in words]
    own = [at for at, word in enumerate(words) if _is_word(word)]
    read = [word for word in read if _is_word(word)]
    steps = Levenshtein.opcodes([_core(words[at]) for at in own], [_core(word) for word in read])
    others = [step for step in steps if step.tag in ("insert", "delete")]
    uneven = {edge for step in others for edge in (step.src_start, step.src_end)}
    for step in steps:
        is_even = step.tag == "replace" and not uneven & {step.src_start, step.src_end}
        if step.tag == "equal" or is_even:
            for at, word in zip(own[step.src_start : step.src_end], read[step.dest_start :], strict=False):
                aligned[at] = word
    return aligned


def _is_word(text: str) -> bool:
    return any(map(str.isalnum, text))


def _is_same(word: str, other: str | None) -> bool:
    return other is not None and _core(word) == _core(other)


def _core(word: str) -> str:
    """What counts of a word: its letters and digits, in any case and either placement of a tone."""
    return same_spelling(split_marks(word)[1] or word)
