"""Dossiers at the counter (tiếp nhận hồ sơ), and what was used again instead of asked for."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import ConfigDict, Discriminator, Field, JsonValue, RootModel, Tag

from schemas.base.language import Bilingual
from schemas.base.model import Frozen
from schemas.completeness import ComponentAnswer


class Submission(Frozen):
    """A dossier that somebody hands in, as it is received: what for, by whom, for whom."""

    id: str
    code: str
    provisional: bool = Field(False, description="numbered here, until the one-stop software gives its code")
    unit: str
    procedure: str
    procedure_since: date | None = None
    case: str
    facts: tuple[str, ...] = ()
    parties: tuple[tuple[str, str], ...] = Field(min_length=1)
    """Identity (`schemas.subject`) of each party, in the case's order; the first is who hands it in."""
    opened_at: datetime
    opened_by: str


class UseKind(StrEnum):
    """Where a component came from instead of the citizen."""

    PAPER = "paper"
    """A paper on file."""
    DATA = "data"
    """A look-up in a database; its result is kept (Decree 123/2015/NĐ-CP; procedure 1.003198)."""


class ReuseEvent(Frozen):
    """Khai thác, sử dụng lại: a component served from what the state holds, and what was seen then."""

    id: str
    submission_id: str
    component: str
    kind: UseKind
    paper_id: str = ""
    revision: int = 0
    pdf_sha256: str = ""
    values: dict[str, JsonValue] = Field(default_factory=dict)
    """The paper's values as shown, or the look-up's result."""
    shown: ComponentAnswer
    purpose: str
    unit: str
    by: str
    at: datetime


class AskReason(StrEnum):
    """Why a citizen is asked for what the state holds; the law knows no other reasons."""

    NOT_FOUND = "not_found"
    INCOMPLETE = "incomplete"
    INACCURATE = "inaccurate"
    SPECIAL_LAW = "special_law"


ASK_REASONS = {
    AskReason.NOT_FOUND: Bilingual(vi="Không khai thác được thông tin", en="The data cannot be retrieved"),
    AskReason.INCOMPLETE: Bilingual(vi="Thông tin không đầy đủ", en="The data are incomplete"),
    AskReason.INACCURATE: Bilingual(vi="Thông tin không chính xác", en="The data are inaccurate"),
    AskReason.SPECIAL_LAW: Bilingual(
        vi="Luật chuyên ngành yêu cầu bản giấy", en="A special law asks for the paper"
    ),
}
ASK_BASIS = "Quyết định 163/QĐ-BTP (TTHC 1.001193); Nghị định 224/2026/NĐ-CP, Điều 18"


class AskedAnyway(Frozen):
    """A citizen was asked for a paper that is on file or answered by data, and why."""

    id: str
    submission_id: str
    component: str
    kind: Literal["asked"] = "asked"
    reason: AskReason
    note: str = Field("", max_length=300)
    shown: ComponentAnswer
    unit: str
    by: str
    at: datetime


def _which(use: object) -> str:
    kind = use.get("kind") if isinstance(use, dict) else getattr(use, "kind", "")
    return "asked" if kind == "asked" else "reuse"


class AnyUse(
    RootModel[
        Annotated[
            Annotated[ReuseEvent, Tag("reuse")] | Annotated[AskedAnyway, Tag("asked")], Discriminator(_which)
        ]
    ]
):
    """Either, as it lies in the store."""

    model_config = ConfigDict(frozen=True)
