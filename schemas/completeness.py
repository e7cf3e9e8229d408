"""The answer to "does this person still have to bring anything?" (thành phần hồ sơ: đủ, thiếu, vì sao)."""

from datetime import date
from enum import StrEnum

from schemas.base.language import Bilingual
from schemas.base.model import Frozen
from schemas.paper import Paper
from schemas.procedure import Component, DataSource
from schemas.subject import Mention, Revocation


class Obstacle(StrEnum):
    """Why a paper on file cannot be used here."""

    OTHER_PERSON = "other_person"
    UNPROVEN = "unproven"
    """Same name and birth, no number that proves whose it is."""
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    TOO_OLD = "too_old"
    NOT_YET = "not_yet"
    UNDATED = "undated"
    WRONG_PURPOSE = "wrong_purpose"
    UNVERIFIED = "unverified"
    UNSIGNED = "unsigned"


class Reason(Frozen):
    """One rule that applied: what it says of this paper, and the legal text."""

    hindrance: Obstacle | None = None
    message: Bilingual
    basis: str


class Holding(Frozen):
    """A paper on file, with what speaks against it."""

    paper: Paper
    unit: str
    mentions: tuple[Mention, ...]
    revocation: Revocation | None = None


class Party(Frozen):
    """One of those the case is about, and every paper that may name them.

    `tiers` are their identities: the one asked for, then those joined to it by one proof, by two, …
    `holdings` may hold papers that only share name and birth: they are never offered.
    """

    tiers: tuple[frozenset[str], ...] = ()
    holdings: tuple[Holding, ...] = ()

    @property
    def identities(self) -> frozenset[str]:
        """All of them."""
        return frozenset().union(*self.tiers)


class Candidate(Frozen):
    """A paper on file that a component could be, and what stands against it; nothing: it may be used."""

    paper_id: str
    revision: int
    document_type: str
    unit: str
    dated: str = ""
    valid_until: date | None = None
    against: tuple[Reason, ...] = ()
    substitute: str = ""
    """Legal text that lets this paper stand in for the one named."""
    caution: Bilingual | None = None

    @property
    def is_usable(self) -> bool:
        """Nothing stands against it."""
        return not self.against


class Verdict(StrEnum):
    """What becomes of one component."""

    ON_FILE = "on_file"
    """A paper on file may be used."""
    BY_DATA = "by_data"
    """A database answers; the paper may not be asked for."""
    MADE_ANEW = "made_anew"
    """A form that is filled in for this dossier."""
    UNUSABLE = "unusable"
    """On file, but something stands against each paper."""
    MISSING = "missing"
    NOT_ASKED = "not_asked"
    """Not in this case: its condition does not hold, or another paper of its group is there."""


class ComponentAnswer(Frozen):
    """One component: verdict, what is on file (best first), which data may answer, and the legal text."""

    component: Component
    verdict: Verdict
    found: tuple[Candidate, ...] = ()
    data: DataSource | None = None
    pending: tuple[DataSource, ...] = ()
    """Databases the law names that do not answer yet."""
    why: tuple[Reason, ...] = ()

    @property
    def to_bring(self) -> bool:
        """The citizen has to bring it."""
        wanted = self.verdict in (Verdict.UNUSABLE, Verdict.MISSING)
        return wanted or (self.component.original_kept and self.verdict is Verdict.ON_FILE)


class Completeness(Frozen):
    """The answer for one case on one day; the rules it was given by are those in force then."""

    procedure: str
    procedure_since: date | None
    case: str
    on: date
    facts: tuple[str, ...] = ()
    components: tuple[ComponentAnswer, ...]

    @property
    def to_bring(self) -> tuple[ComponentAnswer, ...]:
        """What the citizen still has to bring."""
        return tuple(answer for answer in self.components if answer.to_bring)

    def answer(self, component: str) -> ComponentAnswer | None:
        """The answer for the component of that id."""
        return next((a for a in self.components if a.component.id == component), None)
