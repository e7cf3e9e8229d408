"""Whom a made-up paper speaks of: number, sex and birth of one person fit each other."""

from random import Random

from samples.persons import draw_person
from schemas.document_type import DocumentType, ValueKind

_CHILDREN, _GROWN = (2006, 2015), (1955, 2004)
_SEXES = {"wife_": "female", "husband_": "male", "mother_": "female", "father_": "male"}
_AT_ODDS = 0.03
"""Share of persons whose papers say things that do not fit each other."""


def draw_cast(kind: DocumentType, rng: Random) -> dict[str, str]:
    """What is settled by who a person is: the contract's value by field (ISO dates, `male`, digits)."""
    settled: dict[str, str] = {}
    for person in kind.persons:
        if rng.random() < _AT_ODDS:
            continue
        prefix = next((prefix for prefix in _SEXES if person.full_name.startswith(prefix)), "")
        is_child = kind.id == "birth_certificate" and not prefix
        drawn = draw_person(rng, born=_CHILDREN if is_child else _GROWN, gender=_SEXES.get(prefix, ""))
        born = kind.fields.get(person.born)
        settled |= {
            person.personal_id: drawn.personal_id,
            person.previous_id: drawn.previous_id,
            person.born: str(drawn.born_on.year)
            if born and born.kind is ValueKind.YEAR
            else drawn.born_on.isoformat(),
            f"{prefix}gender": drawn.gender,
        }
    return {name: value for name, value in settled.items() if name in kind.fields}
