"""Subjects (chủ thể): whom a paper speaks of, and how numbers old and new are known to be one person's.

Nothing merges by name. Each mention stands under the number printed beside it, or alone when there is
none; numbers are joined by links, each with its proof, and a link can be undone.
"""

from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from schemas.base.ids import derive_id
from schemas.base.model import Frozen


class SubjectKind(StrEnum):
    """Cá nhân, tổ chức."""

    PERSON = "person"
    ORGANISATION = "organisation"


class Mention(Frozen):
    """One paper speaks of one subject. `role` is the type's field of the name; `born` an ISO date or year."""

    paper_id: str
    role: str
    kind: SubjectKind = SubjectKind.PERSON
    name: str
    number: str = ""
    born: str = ""
    sure: bool = True
    """No person has to look at the number or the name any more."""
    weight: int = Field(1, ge=1)
    """How much it counts for who the number's holder is: 3 by a code of the card, 2 seen by a person."""

    @property
    def identity(self) -> str:
        """Id of what it stands under."""
        return (
            identity_of(self.number, self.kind)
            if self.number
            else derive_id("mention", self.paper_id, self.role)
        )


class Proof(StrEnum):
    """What joins two numbers."""

    CODE = "code"
    """The citizen card's QR code names the former number (Circular 59/2021/TT-BCA)."""
    PAPER = "paper"
    """Both stand on one paper, as one person's."""
    PERSON = "person"
    """An official saw something that proves it, and said what."""


class Link(Frozen):
    """Two identities are one subject's, and what proves it."""

    id: str
    one: str
    other: str
    proof: Proof
    paper_id: str = Field("", description="the paper that proves it")
    note: str = Field("", max_length=300, description="what an official saw; never a number")
    by: str = ""
    at: datetime | None = None


class Undone(Frozen):
    """Something on record that no longer counts: a link, a revocation, a use. What it undoes stays."""

    of: str
    by: str
    at: datetime
    reason: str = Field("", max_length=300)


class Revocation(Frozen):
    """Thu hồi, hủy bỏ: an authority ended a paper's force from a day on."""

    id: str
    paper_id: str
    since: date
    source: str = Field(min_length=3, max_length=300, description="number and date of the decision")
    by: str
    at: datetime


def identity_of(number: str, kind: SubjectKind = SubjectKind.PERSON) -> str:
    """Id under which everything with that number stands; the number cannot be read from it at sight."""
    return derive_id("identity", kind, number)
