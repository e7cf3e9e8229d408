"""What programs send to the API, and what they are answered."""

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from schemas.completeness import Completeness
from schemas.submission import AskReason


class Sent(BaseModel):
    """A request's body."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PeopleQuery(Sent):
    """What is known of somebody: a number or a part of it, a name with or without marks."""

    query: str = Field(min_length=1, max_length=200)
    limit: int = Field(20, ge=1, le=50)


class FoundPersonAnswer(BaseModel):
    """Somebody who may be meant."""

    identity: str
    name: str
    number: str
    born: str
    papers: int


class PapersQuery(Sent):
    """Words that stand on a paper, and which papers are searched."""

    query: str = Field(min_length=1, max_length=200)
    document_type: str = ""
    procedure: str = ""
    year: str = Field("", pattern=r"^(\d{4})?$")
    limit: int = Field(20, ge=1, le=100)


class FoundPaper(BaseModel):
    """A paper with the words."""

    paper: str
    revision: int
    document_type: str
    state: str
    exact: bool


class CompletenessQuery(Sent):
    """Who wants what: parties by number, or by the identity that a search gave."""

    procedure: str = Field(max_length=40)
    case: str = Field("", max_length=60)
    parties: dict[str, str] = Field(description="party → personal id, enterprise code, or identity")
    facts: tuple[str, ...] = ()


class CompletenessAnswer(BaseModel):
    """What is on file, what may be used, what must be brought, and why."""

    answer: Completeness
    to_bring: tuple[str, ...]
    """Ids of the components that the citizen still has to bring."""
    usable: dict[str, str]
    """By component: the paper on file that may be used."""


class LinkAnswer(BaseModel):
    """Where one file is fetched from, and for how long that is good."""

    url: str
    seconds: int


class SubmissionQuery(CompletenessQuery):
    """A dossier that is received."""

    code: str = Field("", max_length=60)


class UseQuery(Sent):
    """A component served by a paper on file, or by the result of a look-up."""

    component: str = Field(max_length=60)
    paper: str = Field("", max_length=36)
    result: dict[str, JsonValue] = Field(default_factory=dict)


class AskQuery(Sent):
    """A component asked for all the same, for one of the law's reasons."""

    component: str = Field(max_length=60)
    reason: AskReason
    note: str = Field("", max_length=300)


class UndoQuery(Sent):
    """Why a use is taken back."""

    reason: str = Field("", max_length=300)
