"""What a person may want to put into a doubtful field: from the dossier or the table of units."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from pydantic import JsonValue
from rapidfuzz import fuzz

from rules.fields.numbers import amend_notation
from rules.review.typed_values import shown
from schemas.base.vietnamese import fold, same_spelling
from schemas.catalogue import document_types
from schemas.document_type import FieldCheck
from schemas.paper import Keyed, Paper
from schemas.units import District, Province, Ward, own_name, provinces_before, unit_key, wards_today

_MOST = 4
_WHOLE = 3
_ALIKE = 70.0
"""Likeness (0…100) of two names of units that may be one."""
Unit = TypeVar("Unit", Province, District, Ward)
_PARTS = ("full_name", "personal_id", "born")


def suggest_values(
    paper: Paper, name: str, others: Sequence[Paper], rivals: Sequence[Keyed] = ()
) -> tuple[str, ...]:
    """Other readings, what other evidence proposes, the person's values on `others`, what two people keyed.

    At most four.
    """
    rule = document_types()[paper.document_type].fields[name]
    kind, field = rule.kind, paper.fields.get(name)
    now = same_spelling(shown(kind, field.value)) if field else ""
    values: list[JsonValue] = [entry.value for entry in rivals]
    values += [echo.value for echo in field.echoes] if field else []
    values += [proposal.value for proposal in field.proposals] if field else []
    values += _of_same_person(paper, name, others)
    if field and isinstance(field.value, str) and rule.check is FieldCheck.PLACE:
        values.append(amend_place(field.value))
    if field and isinstance(field.value, str) and rule.check is FieldCheck.DOCUMENT_NUMBER:
        kind_named = paper.fields.get("document_kind")
        values.append(amend_notation(field.value, str(kind_named.value) if kind_named else None))
    found: dict[str, str] = {}
    for text in (shown(kind, value) for value in values if value is not None):
        if same_spelling(text) != now or rivals:
            found.setdefault(same_spelling(text), text)
    return tuple(found.values())[:_MOST]


def amend_place(address: str) -> str | None:
    """`address` with its province, district and ward as the table spells the ones most like them.

    None when a part is like none of them. Papers of before 1 July 2025 only: those have all three.
    """
    parts = [part.strip(" .;") for part in address.split(",")]
    if len(parts) < _WHOLE:
        return None
    province = _most_like(parts[-1], provinces_before().values())
    district = (
        _most_like(parts[-2], (d for same in province.districts.values() for d in same)) if province else None
    )
    ward = _most_like(parts[-3], (w for same in district.wards.values() for w in same)) if district else None
    if not (province and district and ward):
        return None
    known = zip(parts[-3:], (ward.name, district.name, province.name), strict=True)
    return ", ".join([*parts[:-3], *(_as_said(said, name) for said, name in known)])


def complete_place(typed: str) -> tuple[str, ...]:
    """Addresses that go on with `typed`: its last part completed to a province, the first also to a ward.

    `Xã Vân Hồ, phú` → `Xã Vân Hồ, Tỉnh Phú Thọ`. Provinces of before 1 July 2025, wards of today.
    """
    *before, last = (part.strip() for part in typed.split(","))
    wanted = fold(last)
    if not wanted:
        return ()
    head = ", ".join(before)
    names = [province.name for province in provinces_before().values()]
    names += [ward for wards in wards_today().values() for ward in wards.values()] if not before else []
    fitting = sorted(
        {
            name
            for name in names
            if fold(own_name(name)).startswith(unit_key(last)) or fold(name).startswith(wanted)
        }
    )
    return tuple(f"{head}, {name}" if head else name for name in fitting[: 2 * _MOST])


def _most_like(said: str, units: Iterable[Unit]) -> Unit | None:
    """The unit whose own name looks most like what was read."""
    own = own_name(said)
    best = max(units, key=lambda unit: fuzz.ratio(own, own_name(unit.name)), default=None)
    return best if best and fuzz.ratio(own.lower(), own_name(best.name).lower()) >= _ALIKE else None


def _as_said(said: str, name: str) -> str:
    """The unit's name with its kind as the paper writes it: `xã`, `TX.`."""
    kind = said[: len(said) - len(own_name(said))]
    return f"{kind}{own_name(name)}" if kind else name


def _of_same_person(paper: Paper, name: str, others: Sequence[Paper]) -> Iterator[JsonValue]:
    """Values of the same part of the same person (one name or one number in common) on other papers."""
    for own in document_types()[paper.document_type].persons:
        part = next((part for part in _PARTS if getattr(own, part) == name), None)
        for other in others if part else ():
            for person in document_types()[other.document_type].persons:
                known = {p: _text(other, getattr(person, p)) for p in _PARTS}
                mine = {p: _text(paper, getattr(own, p)) for p in _PARTS if p != part}
                same = any(value and fold(value) == fold(known[p]) for p, value in mine.items())
                if part and same and known[part]:
                    yield known[part]


def _text(paper: Paper, name: str) -> str:
    value = paper.fields[name].value if name in paper.fields else None
    return value if isinstance(value, str) else ""
