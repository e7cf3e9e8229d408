"""How long papers may be used and what ends them, as catalogue data (`schemas/catalogue/validity.yaml`)."""

from datetime import date

from pydantic import Field

from schemas.base.language import Bilingual
from schemas.base.model import Frozen
from schemas.procedure import ValidityPeriod


class Term(Frozen):
    """Papers of a type are good for `months` from their date, until the day in a field, or to `last_day`.

    With `digits`, only those whose holder's number has so many.
    """

    document_type: str
    months: int | None = Field(None, gt=0)
    until: str = ""
    endless_age: int | None = Field(None, gt=0, description="without `until`, who was so old has no last day")
    last_day: date | None = None
    digits: int | None = None
    basis: str
    in_force: ValidityPeriod = ValidityPeriod()
    says: Bilingual


class Ending(Frozen):
    """A paper is superseded by a later one `by` these types of the same holder, or with the same fields."""

    document_type: str
    by: tuple[str, ...]
    same: tuple[str, ...] = Field((), description="fields that must be equal; none: the same holder")
    basis: str
    in_force: ValidityPeriod = ValidityPeriod()
    says: Bilingual


class ValidityRules(Frozen):
    """All of them."""

    terms: tuple[Term, ...]
    endings: tuple[Ending, ...]
