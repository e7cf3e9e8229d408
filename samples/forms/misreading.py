"""How engines misread words: marks lost, words glued together, leaders; and how sure they say they are.

The rates are those of office scans read by both engines: 0.4 % of letters, mostly marks; digits less.
"""

from random import Random

from samples.forms.sheet import Run
from schemas.base.geometry import Box
from schemas.page import Line, Word

_CONFUSED = {
    "ế": "éê",
    "ề": "èê",
    "ể": "ếê",
    "ễ": "ếê",
    "ệ": "êẹ",
    "ắ": "ăá",
    "ằ": "ăà",
    "ẵ": "ãă",
    "ậ": "âạ",
    "ấ": "âá",
    "ầ": "âà",
    "ẩ": "ấâ",
    "ố": "ôó",
    "ồ": "ôò",
    "ộ": "ôọ",
    "ỗ": "ồõ",
    "ớ": "ơó",
    "ờ": "òơ",
    "ợ": "ơọ",
    "ứ": "ưú",
    "ừ": "ùư",
    "ự": "ưụ",
    "ữ": "ũư",
    "ỉ": "iì",
    "ị": "i",
    "ủ": "uú",
    "ụ": "u",
    "đ": "d",
    "Đ": "D",
    "ì": "í",
    "ỳ": "ý",
    "Ế": "ÉÊ",
    "Ề": "ÈÊ",
    "Ậ": "ÂẠ",
    "Ộ": "ÔỌ",
    "Ủ": "UÚ",
    "Ị": "I",
    "1": "l7",
    "0": "O6",
    "5": "6S",
    "8": "3",
    "3": "8",
    "6": "5",
}


def misread(rng: Random, runs: list[Run], rate: float) -> list[Line]:
    """Lines as an engine gives them; `rate` is the share of letters misread."""
    return [Line(words=words) for run in runs if (words := tuple(_words(rng, run, rate)))]


def _words(rng: Random, run: Run, rate: float) -> list[Word]:
    words: list[Word] = []
    for text, box in run.words:
        if set(text) <= {"."} and rng.random() < 0.5:
            continue
        shown, wrong = _letters(rng, text, rate)
        sure = rng.betavariate(40, 0.6) if not wrong else rng.betavariate(6, 2.5)
        words.append(Word(text=shown, box=box, confidence=round(min(sure, 0.9999), 4)))
        if len(words) > 1 and rng.random() < 3 * rate / 4 and words[-2].text[-1] not in ":.,":
            second, first = words.pop(), words.pop()
            joined = Box(
                first.box.left,
                min(first.box.top, second.box.top),
                second.box.right,
                max(first.box.bottom, second.box.bottom),
            )
            words.append(
                Word(
                    text=first.text + second.text,
                    box=joined,
                    confidence=min(first.confidence, second.confidence),
                )
            )
    return words


def _letters(rng: Random, text: str, rate: float) -> tuple[str, bool]:
    shown = "".join(
        rng.choice(_CONFUSED[c])
        if c in _CONFUSED and rng.random() < (rate / 2 if c.isdigit() else 4 * rate)
        else c
        for c in text
    )
    return shown, shown != text
