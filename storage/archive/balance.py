"""What a batch holds, counted: files by what became of them, pages by where they are."""

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from schemas.batch import Balance, Batch, Outcome
from schemas.paper import State
from storage.database.tables.intake import PageRow, ReceiptRow
from storage.database.tables.papers import DossierRow, PaperRow


def count_batch(session: Session, batch: Batch) -> Balance:
    """Where every file and page of `batch` is."""
    files = session.execute(
        select(
            func.count(),
            func.count(ReceiptRow.linked_to),
            func.count(ReceiptRow.refusal),
        ).where(ReceiptRow.batch_id == batch.id)
    ).one()
    outcomes = dict(
        session.execute(
            select(PageRow.outcome, func.count())
            .where(PageRow.batch_id == batch.id)
            .group_by(PageRow.outcome)
        )
        .tuples()
        .all()
    )
    blank = session.scalar(select(func.count()).where(PageRow.batch_id == batch.id, PageRow.blank.is_(True)))
    dossiers = session.scalar(select(func.count()).where(DossierRow.batch_id == batch.id))
    of_batch = PaperRow.batch_id == batch.id
    review = case((PaperRow.state.in_([State.NEEDS_REVIEW, State.RESCAN]), 1))
    papers = session.execute(select(func.count(), func.count(review)).where(of_batch)).one()
    return Balance(
        batch=batch,
        files=files[0],
        files_linked=files[1],
        files_refused=files[2],
        files_taken=files[0] - files[1] - files[2],
        pages=sum(outcomes.values()),
        pages_waiting=outcomes.get(Outcome.WAITING, 0),
        pages_read=outcomes.get(Outcome.READ, 0),
        pages_needing_person=outcomes.get(Outcome.NEEDS_PERSON, 0),
        pages_rejected=outcomes.get(Outcome.REJECTED, 0),
        pages_blank=blank or 0,
        dossiers=dossiers or 0,
        papers=papers[0],
        papers_to_review=papers[1],
    )
