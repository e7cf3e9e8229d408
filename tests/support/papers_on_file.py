"""Papers as they lie on file, made for the tests of the rules."""

from datetime import UTC, date, datetime

from rules.reuse.identity import mentions_of
from schemas.base.ids import derive_id
from schemas.catalogue import document_types
from schemas.completeness import Holding, Party
from schemas.paper import FieldValue, PageRef, Paper, Source, State
from schemas.subject import Revocation, identity_of

AT = datetime(2026, 11, 22, tzinfo=UTC)
TODAY = date(2026, 11, 22)
DUNG = {"full_name": "Nguyễn Thị Dung", "date_of_birth": "1990-05-17", "personal_id": "001190012345"}


def paper(
    document_type: str,
    state: State = State.VERIFIED,
    *,
    sources: dict[str, Source] | None = None,
    raw: dict[str, str] | None = None,
    doubtful: tuple[str, ...] = (),
    **values: str,
) -> Paper:
    """A paper of that type with these values."""
    fields = {
        name: FieldValue(
            value=value,
            raw=(raw or {}).get(name, value),
            confidence=0.99,
            page_number=1,
            box=(1, 2, 3, 4),
            source=(sources or {}).get(name, Source.OCR),
            needs_review=name in doubtful,
        )
        for name, value in values.items()
    }
    return Paper(
        id=derive_id("paper", document_type, *sorted(values.values())),
        revision=1,
        dossier_id="d",
        document_type=document_type,
        confidence=1,
        state=state,
        fields=fields,
        read_at=AT,
        pages=(PageRef(scan="s", page_number=1, reading_key="k"),),
        pdf_key="",
        pdf_sha256="",
        alto_key="",
        alto_sha256="",
    )


def holding(made: Paper, revoked: str = "") -> Holding:
    """The paper on file; `revoked` since that day."""
    since = date.fromisoformat(revoked or "2000-01-01")
    gone = Revocation(id="r", paper_id=made.id, since=since, source="QĐ 12/QĐ-UBND", by="hoa", at=AT)
    return Holding(
        paper=made,
        unit="H10",
        mentions=mentions_of(document_types()[made.document_type], made),
        revocation=gone if revoked else None,
    )


def party(*papers: Paper | Holding, numbers: tuple[str, ...] = (DUNG["personal_id"],)) -> Party:
    """Somebody with these numbers, and papers that name them or look so."""
    held = tuple(one if isinstance(one, Holding) else holding(one) for one in papers)
    return Party(tiers=tuple(frozenset({identity_of(number)}) for number in numbers), holdings=held)


def card(**values: str) -> Paper:
    """Dung's identity card."""
    return paper("identity_card", **{**DUNG, "issued_on": "2022-03-01", "expires_on": "2030-05-17", **values})


def status(**values: str) -> Paper:
    """Her certificate of marital status, for a marriage."""
    known = {"issued_on": "2026-10-01", "purpose": "Để đăng ký kết hôn", "marital_status": "Chưa kết hôn"}
    return paper("marital_status_certificate", **{**DUNG, **known, **values})
