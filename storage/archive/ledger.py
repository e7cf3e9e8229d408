"""The ledger: which sheet is where. Every page is waiting, read, with a person, or rejected."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import Update, select, update

from schemas.batch import Balance, Batch, Outcome, Receipt, Refusal
from schemas.claim import Claim
from schemas.errors import NotOnRecord
from schemas.filing import FiledPaper, PageState
from schemas.page import Reading
from schemas.paper import Dossier, PageRef, Paper, State
from storage.archive.balance import count_batch
from storage.archive.dossiers import dossiers_of_batch
from storage.database.engine import Database
from storage.database.tables.intake import ArrivalRow, BatchRow, PageRow, ReceiptRow
from storage.database.tables.papers import DossierRow, PaperRow
from storage.database.upserts import insert_missing
from storage.index.rows import set_dossier, set_page, set_paper
from storage.queues.stacks import complete_claim, enter_stacks, note_progress, refuse_filing


class Ledger:
    """All that the product asks of SQL about intake and reading."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def add_batch(self, batch: Batch) -> None:
        """Enter `batch`; entering it again changes nothing."""
        with self.database.session() as session:
            row: dict[str, object] = {
                "id": batch.id,
                "name": batch.name,
                "unit": batch.unit,
                "created_at": batch.created_at,
                "record": batch.model_dump(mode="json"),
            }
            insert_missing(session, BatchRow, [row])

    def add_receipts(self, receipts: Sequence[Receipt]) -> None:
        """Enter received files and, for those taken, their pages as waiting. Idempotent."""
        with self.database.session() as session:
            insert_missing(session, ReceiptRow, [_receipt_row(receipt) for receipt in receipts])
            pages = [row for receipt in receipts for row in _waiting_rows(receipt)]
            insert_missing(session, PageRow, pages)
            enter_stacks(session, [(r.batch_id, r.stack) for r in receipts if r.scan and not r.linked_to])
            taken = ArrivalRow.id.in_([receipt.id for receipt in receipts])
            session.execute(update(ArrivalRow).where(taken).values(waiting=False))

    def waiting_stacks(self, batch_id: str) -> list[str]:
        """Stacks of a batch with a page still waiting, in order."""
        query = select(PageRow.stack).where(PageRow.batch_id == batch_id, PageRow.outcome == Outcome.WAITING)
        with self.database.session() as session:
            return sorted(set(session.scalars(query)))

    def record_filing(
        self,
        stack: str,
        pages: Sequence[PageState],
        dossiers: Sequence[tuple[Dossier, int]],
        papers: Sequence[FiledPaper],
        claim: Claim | None = None,
    ) -> None:
        """Enter a filed stack in one transaction: its pages, dossiers (with revision), papers.

        Raises `ClaimLost`, and enters nothing, when `claim` is not ours any more.
        """
        with self.database.session() as session:
            for page in pages:
                set_page(session, page)
            for dossier, revision in dossiers:
                set_dossier(session, dossier, revision, stack)
            for filed in papers:
                set_paper(session, filed)
            if claim:
                complete_claim(session, claim)

    def set_aside(self, claim: Claim, refusal: Refusal) -> None:
        """Give the waiting pages of a stack to a person: whoever began it was lost, time and again."""
        waiting = (PageRow.batch_id == claim.batch_id) & (PageRow.stack == claim.stack)
        with self.database.session() as session:
            session.execute(
                update(PageRow)
                .where(waiting, PageRow.outcome == Outcome.WAITING)
                .values(outcome=Outcome.NEEDS_PERSON, refusal=refusal.model_dump(mode="json"))
            )
            complete_claim(session, claim)

    def note_reading(self, receipt: Receipt, page: PageRef, reading: Reading) -> None:
        """A page was read; it still waits for its stack to be filed. Shown while the paper is in hand."""
        with self.database.session() as session:
            session.execute(_noted(receipt, page, reading))
            note_progress(session, receipt.batch_id, receipt.stack)

    def note_known(self, receipt: Receipt, page: PageRef, reading: Reading) -> None:
        """A page was read before, here or where the same bytes were handed in; noted once."""
        with self.database.session() as session:
            is_new = PageRow.view.is_distinct_from(reading.view_sha256)
            session.execute(_noted(receipt, page, reading).where(is_new))

    def wait_again(self, dossier: Dossier) -> None:
        """Let the dossier's stack be filed again: its pages wait."""
        pages = [*dossier.pages, *([dossier.separator] if dossier.separator else [])]
        with self.database.session() as session:
            row = session.get(DossierRow, dossier.id)
            stack = row.stack if row else dossier.stack
            own = (PageRow.batch_id == dossier.batch_id) & (PageRow.stack == stack)
            for page in pages:
                session.execute(
                    update(PageRow)
                    .where(own, PageRow.scan == page.scan, PageRow.page_number == page.page_number)
                    .values(outcome=Outcome.WAITING)
                )
            enter_stacks(session, [(dossier.batch_id, stack)])
            refuse_filing(session, dossier.batch_id, stack)
            papers = update(PaperRow).where(PaperRow.dossier_id == dossier.id)
            session.execute(papers.values(state=State.REREADING))  # nobody's until it is filed again

    def retry(self, batch_id: str, codes: Sequence[str]) -> int:
        """Set pages that failed with one of `codes` back to waiting; how many."""
        query = select(PageRow).where(
            PageRow.batch_id == batch_id,
            PageRow.outcome == Outcome.NEEDS_PERSON,
            PageRow.refusal.is_not(None),
        )
        with self.database.session() as session:
            again = [row for row in session.scalars(query) if (row.refusal or {}).get("code") in codes]
            for row in again:
                row.outcome, row.refusal = Outcome.WAITING, None
            enter_stacks(session, [(row.batch_id, row.stack) for row in again])
            return len(again)

    def batches(self) -> list[Batch]:
        """All batches, newest first."""
        query = select(BatchRow).order_by(BatchRow.created_at.desc(), BatchRow.id)
        with self.database.session() as session:
            return [_batch(row) for row in session.scalars(query)]

    def batch(self, name: str) -> Batch:
        """The batch of that id or name (the newest). Raises `NotOnRecord`."""
        found = next((batch for batch in self.batches() if name in (batch.id, batch.name)), None)
        if found is None:
            raise NotOnRecord(name)
        return found

    def batch_by_id(self, batch_id: str) -> Batch:
        """The batch of exactly that id. Raises `NotOnRecord`."""
        with self.database.session() as session:
            row = session.get(BatchRow, batch_id)
            if row is None:
                raise NotOnRecord(batch_id)
            return _batch(row)

    def unfinished(self) -> list[Batch]:
        """Batches with waiting pages, oldest first."""
        query = select(PageRow.batch_id).where(PageRow.outcome == Outcome.WAITING).distinct()
        with self.database.session() as session:
            waiting = set(session.scalars(query))
        return [batch for batch in reversed(self.batches()) if batch.id in waiting]

    def balance(self, batch: Batch) -> Balance:
        """Where every file and page of `batch` is."""
        with self.database.session() as session:
            return count_batch(session, batch)

    def dossier(self, key: str) -> Dossier:
        """The dossier of that id or code. Raises `NotOnRecord`."""
        query = select(DossierRow.record).where((DossierRow.id == key) | (DossierRow.code == key))
        with self.database.session() as session:
            record = session.scalars(query.order_by(DossierRow.id).limit(1)).first()
        if record is None:
            raise NotOnRecord(key)
        return Dossier.model_validate(record)

    def stack_dossiers(self, batch_id: str, stack: str) -> list[str]:
        """Ids of the dossiers that a stack was filed as."""
        query = select(DossierRow.id).where(DossierRow.batch_id == batch_id, DossierRow.stack == stack)
        with self.database.session() as session:
            return list(session.scalars(query))

    def stack_of(self, dossier_id: str) -> str:
        """The stack that the dossier lay in. Raises `NotOnRecord`."""
        with self.database.session() as session:
            row = session.get(DossierRow, dossier_id)
            if row is None:
                raise NotOnRecord(dossier_id)
            return row.stack

    def dossiers(self, batch_id: str) -> list[Dossier]:
        """Dossiers of a batch by name."""
        return dossiers_of_batch(self.database, batch_id)

    def paper(self, paper_id: str) -> Paper:
        """The paper of that id, or whose id begins so. Raises `NotOnRecord`."""
        query = select(PaperRow.record).where(PaperRow.id.startswith(paper_id, autoescape=True))
        with self.database.session() as session:
            records = session.scalars(query.limit(2)).all()
        if len(records) != 1 or not paper_id:
            raise NotOnRecord(paper_id)
        return Paper.model_validate(records[0])

    def papers(self, dossier: Dossier) -> list[Paper]:
        """Papers of a dossier in their order."""
        query = select(PaperRow.record).where(PaperRow.dossier_id == dossier.id)
        with self.database.session() as session:
            found = {p.id: p for p in map(Paper.model_validate, session.scalars(query))}
        return [found[paper_id] for paper_id in dossier.papers if paper_id in found]


def _noted(receipt: Receipt, page: PageRef, reading: Reading) -> Update:
    """What is told of a page that was read."""
    return (
        update(PageRow)
        .where(
            PageRow.scan == page.scan,
            PageRow.page_number == page.page_number,
            PageRow.receipt_id == receipt.id,
        )
        .values(
            view=reading.view_sha256,
            read_at=datetime.now(UTC),
            seconds=reading.seconds,
            reasons=" ".join(reason.code for reason in reading.page.quality.reasons),
        )
    )


def _receipt_row(receipt: Receipt) -> dict[str, object]:
    return {
        "id": receipt.id,
        "batch_id": receipt.batch_id,
        "stack": receipt.stack,
        "position": receipt.position,
        "sha256": receipt.sha256,
        "linked_to": receipt.linked_to,
        "refusal": receipt.refusal.code if receipt.refusal else None,
        "record": receipt.model_dump(mode="json"),
    }


def _waiting_rows(receipt: Receipt) -> Iterable[dict[str, object]]:
    if receipt.scan and not receipt.linked_to:
        for number in range(1, receipt.scan.page_count + 1):
            yield {
                "scan": receipt.scan.sha256,
                "page_number": number,
                "receipt_id": receipt.id,
                "batch_id": receipt.batch_id,
                "stack": receipt.stack,
                "outcome": Outcome.WAITING,
                "blank": False,
            }


def _batch(row: BatchRow) -> Batch:
    whole = {"id": row.id, "name": row.name, "unit": row.unit, "created_at": row.created_at, **row.record}
    return Batch.model_validate(whole)
