"""Finding the printed labels of a form despite recognition errors."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

from ocr.extraction.label_places import MOST_MORE, has_colon, stands_alone
from ocr.extraction.running_text import follows_clause, goes_on, is_bracketed
from ocr.text.tokens import Row, Token, bare

_SHORT = 6
"""Labels of fewer letters must match exactly, before a colon or in their very letters."""
_LEAST_END, _LIKE_END = 2, 45.0
"""Letters of a label's last word, from which on it is compared on its own, and how alike it must be."""
_LIKE_SHORT_END = 67.0
"""The same of a short last word: cha is not ich."""
_LIKE_TAIL = 90.0
"""The same of the words by which a label is longer than another."""
_LONG, _LIKE_WITHOUT_COLON = 11, 90.0
"""A label of fewer letters must be so alike without a colon: Nam Định is not Năm sinh."""
_LIKE_INLINE = 0.95
"""The same in running text, where words mean other things, too."""
_LIKE = 84.0
"""Similarity (0…100) from which a longer label counts as found."""


@dataclass(frozen=True)
class Hit:
    """A label found: tokens `start`…`end` (exclusive) of row `row`."""

    label: str
    row: int
    start: int
    end: int
    score: float
    """0…1."""
    is_inline: bool = False
    """It stands in running text, after a comma."""

    @property
    def key(self) -> str:
        """What all spellings of the label have in common."""
        return label_key(self.label)

    def overlaps(self, other: "Hit") -> bool:
        """Both use a token of the same row."""
        return self.row == other.row and self.start < other.end and other.start < self.end


@cache
def label_key(label: str) -> str:
    """What spellings of a label have in common: letters without marks; of a short label with them."""
    letters = bare(label)
    return letters if len(letters) >= _SHORT else label.casefold().strip(" :.")


@cache
def label_keys(labels: tuple[str, ...]) -> frozenset[str]:
    """The keys of `labels`."""
    return frozenset(map(label_key, labels))


def find_labels(rows: Sequence[Row], labels: Iterable[str]) -> tuple[Hit, ...]:
    """Every place where one of `labels` stands, in reading order; the longer label wins a place."""
    wanted = _listed(tuple(labels))
    hits: list[Hit] = []
    for at, row in enumerate(rows):
        found = _in_row(row, at, wanted)
        if found and at and goes_on(rows[at - 1], row):
            found = [kept for hit in found if (kept := _in_sentence(rows[at - 1], row, hit))]
        found = [hit for hit in found if not any(_has_more(hit, other) for other in found)]
        found = [hit for hit in found if not any(_eats_value(row, hit, other) for other in found)]
        for hit in sorted(found, key=lambda hit: -hit.score * _letters(row, hit)):
            if not any(hit.overlaps(taken) for taken in hits):
                hits.append(hit)
    return tuple(sorted(hits, key=lambda hit: (hit.row, hit.start)))


def _in_sentence(above: Row, row: Row, hit: Hit) -> Hit | None:
    """A label that a line of running text begins with: what tells one inside, or a label in small letters."""
    if hit.start or hit.is_inline or has_colon(row, hit.end):
        return hit
    is_meant = hit.label[:1].islower() or follows_clause(above.tokens[-1].text, row.tokens[0].text)
    return replace(hit, is_inline=True) if is_meant and hit.score >= _LIKE_INLINE else None


def _has_more(hit: Hit, other: Hit) -> bool:
    """The same label, more alike without a word beside it: `Nữ Ngày sinh:` is a value before the label."""
    inside = hit.start <= other.start and other.end <= hit.end
    return inside and hit.key == other.key and other.score > hit.score


def _eats_value(row: Row, longer: Hit, shorter: Hit) -> bool:
    """The longer label's last words are but like what follows the shorter: tên Hoàng is not tên chồng."""
    if longer.start != shorter.start or longer.end <= shorter.end:
        return False
    if not row.in_capitals and _begins_anew(row, shorter.end) and longer.label[-1:].islower():
        return not has_colon(row, longer.end)
    if longer.score >= shorter.score:
        return False
    tail = "".join(token.bare for token in row.tokens[shorter.end : longer.end])
    return fuzz.ratio(tail, bare(longer.label)[-len(tail) :]) < _LIKE_TAIL


def _begins_anew(row: Row, at: int) -> bool:
    """A capital after a word in small letters: a value, where a label would go on in small letters."""
    return row.tokens[at].text[:1].isupper() and row.tokens[at - 1].text[-1:].islower()


def _letters(row: Row, hit: Hit) -> int:
    """Letters that the label covers: of two labels for the same words the more alike is meant."""
    return sum(len(token.bare) for token in row.tokens[hit.start : hit.end])


def is_cut_short(row: Row, hit: Hit) -> bool:
    """The label goes on in small letters to its colon: `Quốc tịch` of `Quốc tịch người mẹ:` is another."""
    if hit.is_inline or has_colon(row, hit.end):
        return False
    more = row.tokens[hit.end : hit.end + MOST_MORE]
    end = next((at for at, token in enumerate(more) if token.text.endswith(":")), None)
    return end is not None and all(token.text[:1].islower() for token in more[: end + 1])


def likeness(text: str, label: str) -> float:
    """How much `text` looks like `label`, marks, case and punctuation aside (0…1)."""
    return fuzz.ratio(bare(text), bare(label)) / 100


class _Label(NamedTuple):
    """A label: its letters, its words, its place in the list."""

    text: str
    target: str
    words: int
    rank: int


class _List:
    """Labels, the longer first, by the letters that a word begins with: what the list is asked most."""

    def __init__(self, labels: tuple[str, ...]) -> None:
        longest_first = sorted(dict.fromkeys(labels), key=lambda label: -len(bare(label)))
        self._labels = [
            _Label(text, bare(text), len([word for word in text.split() if bare(word)]), rank)
            for rank, text in enumerate(longest_first)
        ]
        self._by_head: dict[str, list[_Label]] = {}

    def beginning(self, token: Token) -> list[_Label]:
        """Those whose first letters agree with the word's in part: no others are compared."""
        head = token.bare[:4]
        if head not in self._by_head:
            self._by_head[head] = [
                label for label in self._labels if fuzz.ratio(head, label.target[: len(head)]) >= 50
            ]
        return self._by_head[head]


@lru_cache(maxsize=4_000)
def _listed(labels: tuple[str, ...]) -> _List:
    return _List(labels)


def _in_row(row: Row, at: int, labels: _List) -> list[Hit]:
    """Hits of each label in the order of the list, from left to right."""
    ranked = []
    for start, token in enumerate(row.tokens):
        possible = labels.beginning(token) if token.bare else []
        windows = _windows(row, start) if possible else []
        for label in possible:
            hit = _best_window(row, at, start, label, windows)
            if hit:
                ranked.append((label.rank, start, hit))
    return [hit for _, _, hit in sorted(ranked, key=lambda entry: entry[:2])]


def _windows(row: Row, start: int) -> list[tuple[int, str]]:
    """The letters of the words from `start` up to each end, none beyond a colon: a label ends there."""
    windows, text = [], ""
    for end in range(start + 1, len(row.tokens) + 1):
        if end - start > 1 and row.tokens[end - 2].text.endswith(":"):
            break
        text += row.tokens[end - 1].bare
        windows.append((end, text))
    return windows


def _best_window(
    row: Row, at: int, start: int, wanted: _Label, windows: Sequence[tuple[int, str]]
) -> Hit | None:
    label, target = wanted.text, wanted.target
    best: Hit | None = None
    bracketed = is_bracketed(row, start)
    for end, text in windows[: wanted.words + 3]:
        if len(text) > len(target) + 3:
            break
        if 200 * min(len(text), len(target)) < _LIKE * (len(text) + len(target)):
            continue  # too short to be so alike
        score = fuzz.ratio(text, target, score_cutoff=_LIKE)
        if len(target) < _LONG and score < _LIKE_WITHOUT_COLON and not has_colon(row, end):
            continue
        if len(target) < _SHORT and (score < 100 or not _is_meant(row, start, end, label)):
            continue
        if bracketed and not has_colon(row, end):
            continue
        if score and not (_ends_alike(text, label) and _begins_alike(text, label)):
            continue
        if score and (best is None or score > best.score * 100):
            best = Hit(label, at, start, end, score / 100)
    if best is None or stands_alone(row, best.start, best.end):
        return best
    begins = _begins_clause(row, best.start) or _is_of_sentences(row, best)
    is_clause = best.score >= _LIKE_INLINE and begins
    return replace(best, is_inline=True) if is_clause else None


def _is_of_sentences(row: Row, hit: Hit) -> bool:
    """Words listed in small letters, a name or a number after them: `… cho ông/bà Lê Thanh Trang`."""
    after = row.tokens[hit.end].text if hit.end < len(row.tokens) else ""
    return hit.label[:1].islower() and hit.end - hit.start > 1 and after[:1].isupper()


def _begins_clause(row: Row, start: int) -> bool:
    """What running text says next of a person, after a comma or a name: `… An, sinh ngày …`."""
    return follows_clause(row.tokens[start - 1].text if start else "", row.tokens[start].text)


def _ends_alike(text: str, label: str) -> bool:
    """The last words agree: forms have labels that differ only there (… tên vợ, … tên chồng)."""
    last = bare(label.rsplit(maxsplit=1)[-1]) or bare(label)
    least = _LIKE_SHORT_END if len(last) < _SHORT else _LIKE_END
    return len(last) < _LEAST_END or fuzz.ratio(text[-len(last) :], last) >= least


def _begins_alike(text: str, label: str) -> bool:
    """The first words agree: what a title says is not what a label says."""
    first = bare(label.split(maxsplit=1)[0])
    return fuzz.ratio(text[: len(first)], first) >= (_LIKE_END if len(first) > _LEAST_END else 99)


def _is_meant(row: Row, start: int, end: int, label: str) -> bool:
    """A short label is followed by its colon, or stands in its very letters: VÕ is a name, VỢ is not."""
    said = " ".join(token.text for token in row.tokens[start:end])
    if has_colon(row, end):
        return True
    is_same = said.casefold().strip(" .") == label.casefold().strip(" :.")
    return is_same and (stands_alone(row, start, end) or (end - start > 1 and _begins_clause(row, start)))
