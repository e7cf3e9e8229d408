"""Rows of the ledger as they are entered, each from the record it indexes."""

from collections.abc import Collection

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from rules.reuse.procedure_lookup import named_in
from rules.reuse.validity import date_of, text_of
from schemas.filing import FiledPaper, PageState
from schemas.paper import Dossier, Paper
from storage.database.tables.intake import PageRow
from storage.database.tables.papers import DossierRow, HandRow, PaperRow
from storage.database.upserts import insert_missing
from storage.index.register_links import meet
from storage.index.subjects import enter_subjects, forget_subjects


def set_page(session: Session, page: PageState) -> None:
    """Enter where a page is now."""
    session.execute(
        update(PageRow)
        .where(
            PageRow.scan == page.scan,
            PageRow.page_number == page.page_number,
            PageRow.batch_id == page.batch_id,
            PageRow.stack == page.stack,
        )
        .values(
            outcome=page.outcome,
            blank=page.blank,
            reading_key=page.reading_key,
            refusal=page.refusal.model_dump(mode="json") if page.refusal else None,
        )
    )


def set_dossier(session: Session, dossier: Dossier, revision: int, stack: str) -> None:
    """Enter the latest revision of a dossier; papers that are none of its any more leave."""
    _remove_papers(session, dossier.id, dossier.papers)
    before = session.get(DossierRow, dossier.id)
    code_before = before.code if before else None
    session.merge(
        DossierRow(
            id=dossier.id,
            revision=revision,
            batch_id=dossier.batch_id,
            stack=stack,
            code=dossier.code,
            unit=dossier.unit,
            procedure=before.procedure if before else None,
            record=dossier.model_dump(mode="json"),
        )
    )
    session.flush()
    meet(session, {code_before, dossier.code})


def remove_dossier(session: Session, dossier_id: str) -> None:
    """Its pages were joined to another's: it leaves, with the papers that nobody took along."""
    row = session.get(DossierRow, dossier_id)
    if row is not None:
        _remove_papers(session, dossier_id, ())
        session.flush()
        session.delete(row)
        session.flush()
        meet(session, [row.code])


def _remove_papers(session: Session, dossier_id: str, kept: Collection[str]) -> None:
    gone = select(PaperRow).where(PaperRow.dossier_id == dossier_id, PaperRow.id.not_in(kept))
    for row in session.scalars(gone).all():
        forget_subjects(session, row.id)
        session.delete(row)


def set_paper(session: Session, filed: FiledPaper) -> None:
    """Enter the latest revision of a paper whose dossier is there, and whom it speaks of."""
    paper = filed.paper
    owner = session.execute(
        select(DossierRow.unit, DossierRow.batch_id).where(DossierRow.id == paper.dossier_id)
    ).one()
    code = session.scalar(select(DossierRow.code).where(DossierRow.id == paper.dossier_id))
    row = session.scalars(select(PaperRow).where(PaperRow.id == paper.id)).first()
    if row is None:
        row = PaperRow(id=paper.id)
        session.add(row)
    row.revision, row.dossier_id = paper.revision, paper.dossier_id
    row.document_type, row.state = paper.document_type, paper.state
    row.record = paper.model_dump(mode="json")
    row.unit, row.batch_id = owner
    row.read_at, row.stale = paper.read_at, paper.text_is_stale
    row.dated = date_of(paper)
    row.doubts = sum(field.needs_review for field in paper.fields.values())
    row.exact, row.folded = filed.exact, filed.folded
    session.flush()
    enter_subjects(session, paper, row.unit)
    _note_procedure(session, paper)
    meet(session, [code])
    session.execute(delete(HandRow).where(HandRow.paper_id == paper.id))
    insert_missing(session, HandRow, [{"paper_id": paper.id, "login": login} for login in paper.hands])


def _note_procedure(session: Session, paper: Paper) -> None:
    """A receipt slip says which procedure its dossier is of."""
    code = named_in(text_of(paper, "procedure_name")) if paper.document_type == "receipt_slip" else None
    if code:
        session.execute(update(DossierRow).where(DossierRow.id == paper.dossier_id).values(procedure=code))
