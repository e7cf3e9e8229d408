"""Recognition: the first engine reads the page, the second is asked only what is doubtful."""

from collections.abc import Sequence
from typing import NamedTuple

from ocr.engines.engine import Engine, Layout
from ocr.preprocessing.page_image import Gray
from ocr.recognition.crop_sheet import lay_out, take_up
from ocr.recognition.split_numbers import with_whole_numbers
from ocr.recognition.voting import Pair, choose, pair_up, surety
from ocr.text.certain_words import with_certain_words
from ocr.text.national_motto import with_motto
from ocr.text.syllables import familiarity, is_syllable, rival
from schemas.base.geometry import Box, enclosing
from schemas.base.stopwatch import Step, step
from schemas.page import Line, Word
from schemas.settings import EngineName

_SURE = 0.95
"""A word at least so surely right is not read again."""
_VERY_SURE, _AS_COMMON = 0.97, 0.1
"""The engine's own confidence, and how much less common, under which a likely mistake is looked into."""
_CAPITALS = 0.75
"""Share of capitals from which on a line is set in capitals."""
_FEW_WORDS = 3
_NOISE, _LONE_NOISE, _NOISE_LENGTH = 0.2, 0.4, 3
"""A word of so few characters, three letters apart, less sure than this is none (DUC of a foreign name is
one); the second holds for a line of its own."""
_ZONE = 20
"""So long a word with filler is a line of a machine-readable zone (ICAO 9303: 30 characters)."""
_LIKE_DIGITS = ("O", "o", "l", "I")
_BESIDE, _AROUND = 0.2, 0.12
"""What of the page is shown beside, above and below a word to be read again, in line heights."""


def recognise(gray: Gray, dpi: int, engines: Sequence[Engine], timeout_seconds: int) -> tuple[Line, ...]:
    """Lines of a prepared page; each word's confidence is the probability that it is right.

    The first of `engines` reads the page; the second, if there is one, is asked where that one is
    in doubt. Raises `ReadingFailed` when an engine fails.
    """
    first, *others = engines
    with step(Step.FIRST_READER):
        lines = [list(line.words) for line in first.read(gray, dpi, Layout.PAGE, timeout_seconds)]
    sure = [[surety(word, first.family) for word in line] for line in lines]
    for second in others[:1]:
        asked = [_asked(*pair) for pair in zip(lines, sure, strict=True)]
        for at, words in reversed(_read_again(gray, dpi, lines, asked, second, timeout_seconds)):
            pairs = pair_up(lines[at.line][at.start : at.end], words)
            chosen = [word for pair in pairs for word in choose(_in_order(pair, first))]
            lines[at.line][at.start : at.end] = chosen
            sure[at.line][at.start : at.end] = [word.confidence for word in chosen]
    found = (_without_noise(_with_confidence(*pair)) for pair in zip(lines, sure, strict=True))
    return tuple(Line(words=tuple(_put_right(words))) for words in found if words)


def _put_right(words: Sequence[Word]) -> list[Word]:
    """The words of a line as they can only be: numbers whole, one case, set phrases with their marks."""
    return with_motto(_in_capitals(with_certain_words(with_whole_numbers(words))))


def read_pairs(gray: Gray, dpi: int, engines: Sequence[Engine], timeout_seconds: int) -> list[Pair]:
    """Every word of a prepared page as both engines read it: what weights are fitted on."""
    first, second = engines
    lines = [list(line.words) for line in first.read(gray, dpi, Layout.PAGE, timeout_seconds)]
    asked = [[True] * len(line) for line in lines]
    again = _read_again(gray, dpi, lines, asked, second, timeout_seconds)
    return [pair for at, words in again for pair in pair_up(lines[at.line][at.start : at.end], words)]


class _Stretch(NamedTuple):
    """Words `start` to `end` of a line."""

    line: int
    start: int
    end: int


def _read_again(
    gray: Gray,
    dpi: int,
    lines: Sequence[Sequence[Word]],
    asked: Sequence[Sequence[bool]],
    engine: Engine,
    timeout_seconds: int,
) -> list[tuple[_Stretch, tuple[Word, ...]]]:
    """What `engine` reads of the words asked about, set on one sheet."""
    stretches = [_Stretch(n, *run) for n, line in enumerate(asked) for run in _runs(line)]
    if not stretches:
        return []
    boxes = [_shown(lines[at.line], at.start, at.end, gray.shape) for at in stretches]
    sheet, pieces = lay_out(gray, boxes)
    with step(Step.SECOND_READER):
        read = engine.read(sheet, dpi, Layout.SHEET, timeout_seconds)
    words = take_up(read, pieces)
    return list(zip(stretches, words, strict=True))


def _in_order(pair: Pair, first: Engine) -> Pair:
    """The pair as the weights know it, Tesseract second."""
    return Pair(pair.second, pair.first) if first.family == EngineName.TESSERACT else pair


def _in_capitals(words: Sequence[Word]) -> list[Word]:
    """A line of capitals has no single small letter or word: ậ and Ậ, về and VỀ look alike."""
    plain = [word.text for word in words if not any(char.isdigit() for char in word.text)]
    letters = [char for text in plain for char in text if char.isalpha()]
    if len(plain) < _FEW_WORDS or sum(map(str.isupper, letters)) < _CAPITALS * len(letters):
        return list(words)
    small = [sum(map(str.islower, word.text)) for word in words]
    return [
        word.with_changes(text=word.text.upper()) if count == 1 or word.text.islower() else word
        for word, count in zip(words, small, strict=True)
    ]


def _without_noise(words: Sequence[Word]) -> list[Word]:
    """The line without what stands at its ends: specks, parts of pictures or codes taken for letters."""
    kept = list(words)
    for end in (0, -1):
        while kept and _is_noise(kept[end]):
            kept.pop(end)
    letters = sum(len(word.text) for word in kept)
    doubtful = all(_is_doubtful(word) for word in kept)
    return [] if letters <= _NOISE_LENGTH and doubtful else kept


def _is_doubtful(word: Word) -> bool:
    """A lone word that may be none; a syllable in capitals heads a column: MẸ, CHA, VỢ."""
    is_head = word.text.isupper() and len(word.text) > 1 and is_syllable(word.text)
    return word.confidence < (_NOISE if is_head else _LONE_NOISE) and not word.text.isdigit()


def _is_noise(word: Word) -> bool:
    bare = word.text.strip(".,;:")
    short = len(word.text) < _NOISE_LENGTH or (len(word.text) == _NOISE_LENGTH and not bare.isalpha())
    return short and word.confidence < _NOISE and not (is_syllable(bare) and len(bare) > 1)


def _asked(words: Sequence[Word], sure: Sequence[float]) -> list[bool]:
    """Which words of a line are to be read again; a machine-readable zone has `ocr.recognition.mrz`."""
    if any(len(word.text) >= _ZONE and "<<" in word.text for word in words):
        return [False] * len(words)
    return [
        value < _SURE or _is_number(word) or _is_rivalled(word)
        for word, value in zip(words, sure, strict=True)
    ]


def _is_number(word: Word) -> bool:
    """Numbers and codes are read twice however sure the first engine is: nothing tells a wrong digit."""
    text = word.text
    return text in _LIKE_DIGITS or any(char.isdigit() for char in text) or "/" in text[1:-1]


def _is_rivalled(word: Word) -> bool:
    """Whether one mark more or less makes as common a syllable, and the engine is not very sure."""
    bare = word.text.strip(".,;:()")
    return word.confidence < _VERY_SURE and rival(bare) > familiarity(bare) - _AS_COMMON > 0


def _runs(asked: Sequence[bool]) -> list[tuple[int, int]]:
    """Stretches of neighbours that are to be read again."""
    runs: list[tuple[int, int]] = []
    for at, is_asked in enumerate(asked):
        if is_asked and runs and at == runs[-1][1]:
            runs[-1] = (runs[-1][0], at + 1)
        elif is_asked:
            runs.append((at, at + 1))
    return runs


def _shown(line: Sequence[Word], start: int, end: int, shape: tuple[int, ...]) -> Box:
    """What an engine is shown to read words `start` to `end` of a line: never a neighbour's ink."""
    whole = enclosing([word.box for word in line])
    left, _, right, _ = enclosing([word.box for word in line[start:end]])
    low = line[start - 1].box.right if start else 0
    high = line[end].box.left if end < len(line) else shape[1]
    beside = round(_BESIDE * whole.height)
    return Box(
        max(left - beside, min((left + low) // 2, left), 0),
        max(whole.top - round(_AROUND * whole.height), 0),
        min(right + beside, max((right + high + 1) // 2, right), shape[1]),
        min(whole.bottom + round(_AROUND * whole.height), shape[0]),
    )


def _with_confidence(words: Sequence[Word], sure: Sequence[float]) -> list[Word]:
    return [word.with_changes(confidence=s) for word, s in zip(words, sure, strict=True)]
