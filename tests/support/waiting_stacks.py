"""Waiting stacks to claim, for tests of claims."""

from schemas.base.clock import now
from schemas.base.ids import derive_id, sha256_of
from schemas.batch import Batch, MediaType, Outcome, Receipt, Scan
from schemas.claim import Claim
from schemas.filing import PageState
from storage.archive.ledger import Ledger
from storage.archive.receipts import stack_receipts


def batch_of(ledger: Ledger, unit: str, stacks: int, *, name: str = "lô", pages: int = 2) -> Batch:
    """A batch of `unit` with waiting stacks of so many pages."""
    batch = Batch(id=derive_id("batch", unit, name), name=name, unit=unit, created_at=now())
    ledger.add_batch(batch)
    ledger.add_receipts([receipt_of(batch, f"{n:04}", pages) for n in range(stacks)])
    return batch


def receipt_of(batch: Batch, stack: str, pages: int) -> Receipt:
    digest = sha256_of(f"{batch.id}{stack}".encode())
    return Receipt(
        id=derive_id("receipt", batch.id, stack),
        batch_id=batch.id,
        stack=stack,
        position=1,
        name=stack,
        received_at=now(),
        sha256=digest,
        scan=Scan(sha256=digest, media_type=MediaType.PDF, size_bytes=9, page_count=pages),
    )


def settle(ledger: Ledger, claim: Claim) -> None:
    """File the stack of `claim`: its pages are read."""
    pages = [
        PageState(
            batch_id=claim.batch_id,
            stack=claim.stack,
            scan=r.scan.sha256,
            page_number=n,
            outcome=Outcome.READ,
            reading_key="k",
        )
        for r in stack_receipts(ledger.database, claim.batch_id, claim.stack)
        if r.scan
        for n in range(1, r.scan.page_count + 1)
    ]
    ledger.record_filing(claim.stack, pages, [], [], claim)
