"""Reading held against the truth: fields by the contract's comparison, text by error rates."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from pydantic import JsonValue
from rapidfuzz.distance import Levenshtein

from samples.truth import DossierTruth
from schemas.base.vietnamese import fold, nfc, with_one_tone_placement
from schemas.catalogue import document_types
from schemas.document_type import ValueKind
from schemas.paper import FieldValue

_EXACT_KINDS = (
    ValueKind.PERSONAL_ID,
    ValueKind.CODE,
    ValueKind.DIGITS,
    ValueKind.DATE,
    ValueKind.DATE_TIME,
    ValueKind.YEAR,
)


@dataclass
class FieldScore:
    """Counts of fields; `wrong` values count against precision and recall alike."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    invented: int = 0
    unnoticed: int = 0
    """Wrong or invented, and not sent to a person."""

    def __iadd__(self, other: "FieldScore") -> Self:
        for name in ("right", "wrong", "missed", "invented", "unnoticed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self

    @property
    def precision(self) -> float:
        """Right among all values given."""
        given = self.right + self.wrong + self.invented
        return self.right / given if given else 1.0

    @property
    def recall(self) -> float:
        """Right among all values that are on the papers."""
        true = self.right + self.wrong + self.missed
        return self.right / true if true else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass
class PaperScore:
    """One true paper, and how its fields were read; `wrong` lists (field, true, read)."""

    document_type: str
    type_right: bool
    score: FieldScore = field(default_factory=FieldScore)
    wrong: list[tuple[str, str, str]] = field(default_factory=list)


ReadPaper = tuple[str, tuple[int, ...], Mapping[str, FieldValue]]
"""Type, page numbers in the file, fields."""


def compare_papers(truth: DossierTruth, papers: Sequence[ReadPaper]) -> Iterator[PaperScore]:
    """Each true paper against the read paper that shares most of its pages."""
    for true in truth.papers:
        best = max(papers, key=lambda paper: len(set(paper[1]) & set(true.pages)), default=None)
        if best is None or not set(best[1]) & set(true.pages):
            best = ("", (), {})
        result = PaperScore(true.document_type, best[0] == true.document_type)
        fields = best[2] if result.type_right else {}
        for name in sorted({*true.fields, *fields}):
            _compare(result, name, true.fields.get(name), fields.get(name))
        yield result


def _compare(result: PaperScore, name: str, true: JsonValue, read: FieldValue | None) -> None:
    value = read.value if read else None
    score = result.score
    if true is None and value is None:
        return
    if value is None:
        score.missed += 1
    elif true is not None and same_value(result.document_type, name, true, value):
        score.right += 1
        return
    else:
        score.wrong += true is not None
        score.invented += true is None
        score.unnoticed += bool(read and not read.needs_review)
    result.wrong.append((name, str(true), str(value)))


def same_value(document_type: str, name: str, true: JsonValue, read: JsonValue) -> bool:
    """The contract's comparison.

    Spaces, tone placement, trailing punctuation, case and the raised 2 of m² are folded; ids, codes and
    dates are exact apart from spaces.
    """
    if not isinstance(true, str) or not isinstance(read, str):
        return true == read
    kind = document_types()[document_type].fields[name].kind
    if kind in _EXACT_KINDS:
        return true.replace(" ", "") == read.replace(" ", "")
    return _compared(true) == _compared(read)


def _compared(text: str) -> str:
    return with_one_tone_placement(nfc(text)).replace("²", "2").rstrip(" .,;:").casefold()


def character_error_rate(true: str, read: str) -> float:
    """Edits a true character, NFC and white space folded; may exceed 1."""
    a, b = nfc(true), nfc(read)
    return Levenshtein.distance(a, b) / max(len(a), 1)


def folded_error_rate(true: str, read: str) -> float:
    """The same without marks and case: what is left when only marks are wrong."""
    a, b = fold(true), fold(read)
    return Levenshtein.distance(a, b) / max(len(a), 1)


def word_error_rate(true: str, read: str) -> float:
    """Edits a true word."""
    a, b = nfc(true).split(), nfc(read).split()
    return Levenshtein.distance(a, b) / max(len(a), 1)
