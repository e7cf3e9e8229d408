"""Where digitised papers meet the register: a dossier's papers say how far it is digitised here."""

from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from schemas.indicator import Fact
from schemas.paper import UNKNOWN, Dossier, Paper, State
from storage.database.engine import Database
from storage.database.scope import in_units
from storage.database.tables.papers import DossierRow, PaperRow
from storage.database.tables.register import RegisterRow
from storage.database.tables.reuse import SubmissionRow, UndoneRow, UseRow

_NOT_OURS = (State.REJECTED, State.SUPERSEDED)
_SIGNED = (State.SIGNED, State.ARCHIVED)
_SEEN = (State.VERIFIED, *_SIGNED)


def meet(session: Session, codes: Collection[str | None]) -> None:
    """Note in the register how far the dossiers of those codes are digitised; it may lack some or all."""
    if not (named := [code for code in codes if code]):
        return
    query = select(RegisterRow.code, RegisterRow.stage).where(RegisterRow.code.in_(named))
    known = dict(session.execute(query).tuples().all())
    stages = stages_of(session, known) if known else {}
    for code, before in known.items():
        if (stage := stages.get(code, 0)) != before:
            session.execute(
                update(RegisterRow)
                .where(RegisterRow.code == code)
                .values(stage=stage, changed_at=datetime.now(UTC))
            )


def stages_of(session: Session, codes: Collection[str]) -> dict[str, int]:
    """What the archive says of those dossiers, as facts; those it knows nothing of are left out."""
    query = select(DossierRow.code, PaperRow.state, PaperRow.document_type, PaperRow.doubts)
    query = query.join(PaperRow, PaperRow.dossier_id == DossierRow.id)
    papers: dict[str, list[tuple[str, bool]]] = {}
    for code, state, kind, doubts in session.execute(query.where(DossierRow.code.in_(codes))):
        if state not in _NOT_OURS:
            clear = kind != UNKNOWN and not doubts and state != State.NEEDS_REVIEW
            papers.setdefault(str(code), []).append((state, clear))
    stages = {code: _stage(found) for code, found in papers.items()}
    used = (
        select(SubmissionRow.code)
        .join(UseRow, UseRow.submission_id == SubmissionRow.id)
        .outerjoin(UndoneRow, UndoneRow.of == UseRow.id)
        .where(SubmissionRow.code.in_(codes), UndoneRow.of.is_(None), UseRow.kind != "asked")
    )
    for code in session.scalars(used):
        stages[code] = stages.get(code, 0) | Fact.REUSED_HERE
    return stages


def stage_of(database: Database, code: str) -> int:
    """How far the register's dossier of that code is digitised here, as facts."""
    with database.session() as session:
        return session.scalar(select(RegisterRow.stage).where(RegisterRow.code == code)) or 0


def papers_of(database: Database, code: str) -> list[Paper]:
    """Papers on record under a dossier's code."""
    query = select(PaperRow.record).join(DossierRow, DossierRow.id == PaperRow.dossier_id)
    query = query.where(DossierRow.code == code, PaperRow.state.not_in(_NOT_OURS)).order_by(PaperRow.number)
    with database.session() as session:
        return [Paper.model_validate(record) for record in session.scalars(query)]


def unmet_dossiers(database: Database, reach: str, limit: int) -> tuple[list[Dossier], int]:
    """Digitised dossiers of a unit and those below it that the register does not know, and how many."""
    query = select(DossierRow.record).outerjoin(RegisterRow, RegisterRow.code == DossierRow.code)
    query = query.where(RegisterRow.code.is_(None), in_units(DossierRow.unit, reach))
    with database.session() as session:
        count = session.scalar(select(func.count()).select_from(query.subquery())) or 0
        records = session.scalars(query.order_by(DossierRow.id).limit(limit))
        return [Dossier.model_validate(record) for record in records], count


def _stage(papers: list[tuple[str, bool]]) -> int:
    """Each step asks for the one before."""
    stage = int(Fact.SCANNED)
    if all(clear for _, clear in papers):
        stage |= Fact.UNDERSTOOD
        if all(state in _SEEN for state, _ in papers):
            stage |= Fact.VERIFIED
            if all(state in _SIGNED for state, _ in papers):
                stage |= Fact.SIGNED
    return stage
