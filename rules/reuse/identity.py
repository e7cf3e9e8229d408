"""Who a paper speaks of, and whether two papers speak of one person: by number, never by name alone.

A number can be misread as somebody else's, and old nine-digit numbers were given twice in different
provinces. So a paper counts as a person's only when its number is theirs *and* name and birth agree.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz import fuzz

from schemas.base.ids import derive_id
from schemas.base.model import Frozen
from schemas.base.vietnamese import fold
from schemas.document_type import DocumentType, Person
from schemas.paper import FieldValue, Paper, Source
from schemas.subject import Link, Mention, Proof, SubjectKind, identity_of

_NUMBER = re.compile(r"(?<!\d)(?:\d{12}|\d{9})(?!\d)")
_FULL_DATE = 10
_ALIKE, _VERY_ALIKE, _GIVEN_ALIKE = 80.0, 90.0, 50.0
"""Likeness (0…100) of folded names: with the same full birth date, without one, of the given name."""
_CODED, _SEEN, _READ = 3, 2, 1


class KnownHolder(Frozen):
    """Who holds an identity, as the papers under it agree: all spellings of the name, days of birth."""

    names: tuple[str, ...]
    born: tuple[str, ...]


def mentions_of(kind: DocumentType, paper: Paper) -> tuple[Mention, ...]:
    """Everybody the paper names, in the type's order."""
    people = [(SubjectKind.PERSON, person) for person in kind.persons]
    people += [(SubjectKind.ORGANISATION, person) for person in kind.organisations]
    return tuple(m for of, person in people if (m := _mention(of, person, paper)))


def links_of(kind: DocumentType, paper: Paper) -> tuple[Link, ...]:
    """Pairs of numbers that the paper itself proves to be one person's; doubtful ones prove nothing."""
    found = []
    for person in kind.persons:
        number, previous = paper.fields.get(person.personal_id), paper.fields.get(person.previous_id)
        now = _sure_text(number)
        for proof, old in (*_coded(previous), *_beside(number, now)):
            if now and old != now:
                one, other = identity_of(now), identity_of(old)
                found.append(
                    Link(
                        id=derive_id("link", one, other, paper.id),
                        one=one,
                        other=other,
                        proof=proof,
                        paper_id=paper.id,
                    )
                )
    return tuple({link.id: link for link in found}.values())


def holder_of(tiers: Iterable[frozenset[str]], mentions: Sequence[Mention]) -> KnownHolder | None:
    """Who is meant by the identity asked for, the first of `tiers`; None when nobody can say.

    It is asked of the papers under that identity alone: what is joined to it by a number that was given
    twice must not outweigh it. Only when none names it, those joined to it are asked, and have to agree.
    """
    for distance, tier in enumerate(tiers):
        under = [mention for mention in mentions if mention.identity in tier]
        if under:
            return known_holder(under, may_differ=distance == 0)
    return None


def known_holder(mentions: Sequence[Mention], *, may_differ: bool = True) -> KnownHolder | None:
    """Who holds the number that `mentions` stand under, in whatever order.

    None when they disagree and neither side weighs more, or when they disagree at all and may not.
    """
    groups: list[list[Mention]] = []
    for mention in sorted(mentions, key=lambda m: (-m.weight, not m.sure, m.paper_id, m.role)):
        group = next((g for g in groups if _agree(g[0], mention)), None)
        if group is None:
            groups.append(group := [])
        group.append(mention)
    weights = sorted((sum(m.weight for m in group) for group in groups), reverse=True)
    if not groups or (len(weights) > 1 and (weights[0] == weights[1] or not may_differ)):
        return None
    first = max(groups, key=lambda group: sum(m.weight for m in group))
    return KnownHolder(
        names=tuple(dict.fromkeys(m.name for m in first if m.name)),
        born=_sharpest([m.born for m in first if m.born]),
    )


def _sharpest(days: list[str]) -> tuple[str, ...]:
    """Days of birth without those that another says more exactly: a year alone fits many."""
    return tuple(
        day
        for day in dict.fromkeys(days)
        if not any(other != day and other.startswith(day) for other in days)
    )


def is_holder(known: KnownHolder, mention: Mention) -> bool:
    """Name and birth of `mention` fit who is known to hold the identity."""
    if not mention.name:
        return len(mention.born) == _FULL_DATE and mention.born in known.born
    born = known.born or ("",)
    return any(same_person(name, day, mention.name, mention.born) for name in known.names for day in born)


def same_person(name: str, born: str, other_name: str, other_born: str) -> bool:
    """Two spellings under one number can be one person: a few letters misread, no other day of birth."""
    if born and other_born and not (born.startswith(other_born) or other_born.startswith(born)):
        return False
    one, other = fold(name), fold(other_name)
    same_day = len(born) == len(other_born) == _FULL_DATE
    likeness = fuzz.ratio(one, other)
    given = fuzz.ratio(one.rpartition(" ")[2], other.rpartition(" ")[2])
    return likeness >= (_ALIKE if same_day else _VERY_ALIKE) and given >= _GIVEN_ALIKE


def _agree(one: Mention, other: Mention) -> bool:
    if not one.name or not other.name:
        return len(one.born) == _FULL_DATE and one.born == other.born
    return same_person(one.name, one.born, other.name, other.born)


def _mention(kind: SubjectKind, person: Person, paper: Paper) -> Mention | None:
    name, number = paper.fields.get(person.full_name), paper.fields.get(person.personal_id)
    if not (_text(name) or _text(number)):
        return None
    return Mention(
        paper_id=paper.id,
        role=person.full_name,
        kind=kind,
        name=_text(name),
        number=_text(number),
        born=_text(paper.fields.get(person.born)),
        weight=_weight(number, paper),
        sure=not any(field.needs_review for field in (name, number) if field),
    )


def _weight(number: FieldValue | None, paper: Paper) -> int:
    if number and number.source in (Source.QR, Source.MRZ):
        return _CODED
    return _SEEN if paper.settled_by else _READ


def _coded(previous: FieldValue | None) -> Iterator[tuple[Proof, str]]:
    text = _sure_text(previous)
    if previous and text:
        yield Proof.CODE if previous.source is Source.QR else Proof.PAPER, text


def _beside(number: FieldValue | None, now: str) -> Iterator[tuple[Proof, str]]:
    """Numbers that stand beside a person's own in the same ink: `CCCD 001…, CMND cũ 012…`."""
    if number and now and now in _NUMBER.findall(_joined(number.raw)):
        for other in _NUMBER.findall(_joined(number.raw)):
            yield Proof.PAPER, other


def _joined(raw: str) -> str:
    """Digits printed in groups, put together: `0011 6902 0213`; two numbers stay two."""
    return re.sub(r"(?<=\d)[ .](?=\d{3,4}(?:\D|$))", "", raw)


def _sure_text(field: FieldValue | None) -> str:
    return "" if field is None or field.needs_review else _text(field)


def _text(field: FieldValue | None) -> str:
    return field.value if field and isinstance(field.value, str) else ""
