"""The papers of one dossier against each other: one person has one name, one birth, one number.

Nothing is merged and nothing corrected: what differs is a problem on both papers.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from schemas.base.language import Bilingual
from schemas.base.vietnamese import same_spelling
from schemas.document_type import DocumentType, Person
from schemas.paper import FieldValue, Problem

_ID_LENGTH = 12
_WHOLE_DATE = 10
Fields = Mapping[str, FieldValue]
PaperProblems = dict[str, tuple[Problem, ...]]
"""Problems of one paper by field."""


class _Seen(NamedTuple):
    """A person on a paper."""

    paper: int
    document_type: DocumentType
    fields: Fields
    person: Person

    def value(self, part: str) -> str:
        """Text of `full_name`, `personal_id` or `born`; empty when the paper does not say."""
        name = getattr(self.person, part)
        value = self.fields[name].value if name in self.fields else None
        return value if isinstance(value, str) else ""


def check_agreement(papers: Sequence[tuple[DocumentType, Fields]]) -> list[PaperProblems]:
    """Problems of each paper with the others of its dossier, in the order given."""
    found: list[dict[str, list[Problem]]] = [{} for _ in papers]
    seen = [
        _Seen(at, kind, fields, person) for at, (kind, fields) in enumerate(papers) for person in kind.persons
    ]
    for one, other in combinations(seen, 2):
        if one.paper != other.paper:
            for part in _differences(one, other):
                _tell(found, one, other, part)
                _tell(found, other, one, part)
    return [{name: tuple(problems) for name, problems in own.items()} for own in found]


def _differences(one: _Seen, other: _Seen) -> list[str]:
    """Which of name, birth and number differ between two papers that speak of one person."""
    numbers = one.value("personal_id"), other.value("personal_id")
    if numbers[0] and numbers[0] == numbers[1]:
        return [part for part in ("full_name", "born") if not _same(part, one.value(part), other.value(part))]
    births = one.value("born"), other.value("born")
    alike = same_spelling(one.value("full_name")) == same_spelling(other.value("full_name")) != ""
    same_day = births[0] == births[1] and len(births[0]) == _WHOLE_DATE
    both_new = all(len(number) == _ID_LENGTH for number in numbers)
    return ["personal_id"] if alike and same_day and both_new else []


def _same(part: str, one: str, other: str) -> bool:
    """Equal as far as both say; a year agrees with a date of that year."""
    if not one or not other:
        return True
    if part == "born":
        least = min(len(one), len(other))
        return one[:least] == other[:least]
    return same_spelling(one) == same_spelling(other)


def _tell(found: list[dict[str, list[Problem]]], on: _Seen, other: _Seen, part: str) -> None:
    name = getattr(on.person, part)
    label, paper = on.document_type.fields[name].label, other.document_type.title
    said, again = on.value(part), other.value(part)
    message = Bilingual(
        vi=f"{label.vi}: giấy này ghi “{said}”, {paper.vi} trong cùng hồ sơ ghi “{again}”.",
        en=f"{label.en}: this paper says “{said}”, the {paper.en} of the same dossier “{again}”.",
    )
    found[on.paper].setdefault(name, []).append(Problem(code="papers_differ", message=message))
