"""Procedures (thủ tục hành chính) as catalogue data: what each asks for, of whom, and what stands in for it.

The YAML files of `schemas/catalogue/procedures/` are of this shape, and so is what an office changes
for itself (`sohoa procedures`): a new edition with its dates, never code. Every rule names its basis.
"""

import re
from datetime import date
from enum import StrEnum

from pydantic import Field, field_validator, model_validator

from schemas.base.language import Bilingual
from schemas.base.model import Frozen

_CODE = re.compile(r"^(?P<national>\d\.\d{6})(\.\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}(\.\d{2})?)?$")


class Level(StrEnum):
    """Cấp thực hiện: who settles the procedure."""

    PROVINCE = "province"
    COMMUNE = "commune"
    BOTH = "both"


class Presentation(StrEnum):
    """What is done with the paper at the counter."""

    HAND_IN = "hand_in"
    """Phải nộp."""
    SHOW = "show"
    """Phải xuất trình: compared, photographed, given back."""


class ValidityPeriod(Frozen):
    """Days on which something holds: from `since`, and before `until` (both may be open)."""

    since: date | None = None
    until: date | None = None

    def holds(self, on: date) -> bool:
        """Whether `on` lies in it."""
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)


class DataSource(Frozen):
    """A database that answers instead of a paper.

    `since` is the day its owner announced it for that use; without one the rule stands in the law and is
    not in force yet (Decree 224/2026/NĐ-CP art. 18.4).
    """

    name: Bilingual
    basis: str = Field(min_length=1)
    since: date | None = None


class Substitute(Frozen):
    """Another paper that is accepted: by its type, or by its code among results (mã kết quả)."""

    document_type: str
    result: str = Field("", pattern=r"^(KQ\.[A-Z]\d{2}\.\d{6})?$")
    basis: str = Field(min_length=1)


class Component(Frozen):
    """Thành phần hồ sơ: one paper that a case asks for."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: Bilingual
    basis: str = Field(min_length=1, description="legal text that asks for it")
    document_type: str = Field("", description="type on file; empty: a paper the product has no type for")
    result: str = Field("", pattern=r"^(KQ\.[A-Z]\d{2}\.\d{6})?$", description="its mã kết quả, if it is one")
    whose: str = Field("applicant", description="the party the paper is about")
    role: str = Field("", description="name field of the type's person who must be that party; empty: any")
    how: Presentation = Presentation.HAND_IN
    originals: int = Field(1, ge=0)
    copies: int = Field(0, ge=0)
    made_anew: bool = Field(False, description="a form, filled in for this dossier, never taken from file")
    original_kept: bool = Field(False, description="the original is handed in even when it is on file")
    must_digitise: bool = Field(False, description="Circular 01/2023/TT-VPCP")
    digitise_basis: str = ""
    max_age_days: int | None = Field(None, gt=0, description="older ones are not accepted here")
    purposes: tuple[str, ...] = Field((), description="words one of which the paper's purpose must hold")
    only_if: str = Field("", description="a fact of the case; the paper is asked for only where it holds")
    one_of: str = Field("", description="components of the same name: one of them is enough")
    data: tuple[DataSource, ...] = ()
    substitutes: tuple[Substitute, ...] = ()
    in_force: ValidityPeriod = ValidityPeriod()

    @model_validator(mode="after")
    def _whole(self) -> "Component":
        if self.originals + self.copies == 0:
            raise ValueError(f"{self.id}: neither original nor copy is a note, not a paper")
        if self.must_digitise and not self.digitise_basis:
            raise ValueError(f"{self.id}: must_digitise needs its digitise_basis")
        return self


class Case(Frozen):
    """Trường hợp: a procedure asks for other papers in other cases."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: Bilingual
    parties: dict[str, Bilingual] = Field(
        default_factory=lambda: {"applicant": Bilingual(vi="Người yêu cầu", en="Applicant")}, min_length=1
    )
    facts: dict[str, Bilingual] = Field(default_factory=dict)
    """Facts on which components depend; the official says which hold."""
    components: tuple[Component, ...] = ()
    notes: tuple[str, ...] = ()
    """What the legal text says beside its list: never papers."""

    @model_validator(mode="after")
    def _refers_to_what_is_there(self) -> "Case":
        ids = [component.id for component in self.components]
        if len(set(ids)) != len(ids):
            raise ValueError(f"{self.id}: two components share an id")
        for component in self.components:
            if component.whose not in self.parties:
                raise ValueError(f"{component.id}: no party {component.whose}")
            if component.only_if and component.only_if not in self.facts:
                raise ValueError(f"{component.id}: no fact {component.only_if}")
        return self

    def component(self, name: str) -> Component | None:
        """The component of that id."""
        return next((component for component in self.components if component.id == name), None)


class Procedure(Frozen):
    """One edition of a procedure: what holds while it is in force."""

    code: str
    name: Bilingual
    field: Bilingual
    level: Level
    basis: str = Field(min_length=1)
    in_force: ValidityPeriod = ValidityPeriod()
    days: int | None = Field(None, gt=0, description="working days at most")
    result: str = Field("", pattern=r"^(KQ\.[A-Z]\d{2}\.\d{6})?$")
    result_type: str = Field("", description="document type of the result")
    cases: tuple[Case, ...] = Field(min_length=1)
    checked: bool = Field(False, description="a person here compared it with the legal text")

    @field_validator("code")
    @classmethod
    def _national_code(cls, code: str) -> str:
        match = _CODE.match(code)
        if not match:
            raise ValueError(f"{code}: not a code of a procedure (1.001193, 1.001193.000.00.00.H10)")
        return match["national"]

    def case(self, name: str) -> Case | None:
        """The case of that id; the only or first one for an empty `name`."""
        return next((case for case in self.cases if case.id == name or not name), None)


def national_code(code: str) -> str | None:
    """`1.001193.000.00.00.H10` → `1.001193`; None for what is no code of a procedure."""
    match = _CODE.match(code.strip())
    return match["national"] if match else None
