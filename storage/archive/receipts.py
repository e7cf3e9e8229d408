"""Files as they were handed in, looked up: by batch, by stack, by their bytes."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select

from schemas.batch import PagePlace, Receipt
from storage.database.engine import Database
from storage.database.tables.intake import PageRow, ReceiptRow

_AT_ONCE = 500
"""Names in one query."""


def batch_receipts(database: Database, batch_id: str, *, refused: bool = False) -> list[Receipt]:
    """Files of a batch in order; only the refused ones if wanted."""
    query = select(ReceiptRow.record).where(ReceiptRow.batch_id == batch_id)
    if refused:
        query = query.where(ReceiptRow.refusal.is_not(None))
    query = query.order_by(ReceiptRow.stack, ReceiptRow.position)
    with database.session() as session:
        return [Receipt.model_validate(record) for record in session.scalars(query)]


def stack_receipts(database: Database, batch_id: str, stack: str) -> list[Receipt]:
    """Files of one stack as they are now, taken and not merely linked, in order."""
    receipts = receipts_of(database, batch_id, [stack])[stack]
    before = {receipt.supersedes for receipt in receipts}
    in_order = sorted(receipts, key=lambda receipt: receipt.position)
    return [r for r in in_order if r.scan and not r.linked_to and r.id not in before]


def superseded_receipts(database: Database, batch_id: str, stack: str) -> list[Receipt]:
    """Files of a stack that grew since they were taken, as they were then."""
    receipts = {receipt.id: receipt for receipt in receipts_of(database, batch_id, [stack])[stack]}
    return [receipts[r.supersedes] for r in receipts.values() if r.supersedes in receipts]


def receipts_of(database: Database, batch_id: str, stacks: Iterable[str]) -> dict[str, list[Receipt]]:
    """All files of some stacks, also refused, linked and superseded ones, in the order they came.

    A stack of none has an empty list.
    """
    receipts: dict[str, list[Receipt]] = {stack: [] for stack in stacks}
    names = list(receipts)
    with database.session() as session:
        for start in range(0, len(names), _AT_ONCE):
            some = ReceiptRow.stack.in_(names[start : start + _AT_ONCE])
            query = select(ReceiptRow.record).where(ReceiptRow.batch_id == batch_id, some)
            for record in session.scalars(query):
                receipt = Receipt.model_validate(record)
                receipts[receipt.stack].append(receipt)
    return {stack: _in_time(own) for stack, own in receipts.items()}


def receipt_of(database: Database, batch_id: str, stack: str, sha256: str) -> Receipt | None:
    """The receipt that brought these bytes into the stack and was taken, not linked."""
    query = select(ReceiptRow.record).where(
        ReceiptRow.batch_id == batch_id,
        ReceiptRow.stack == stack,
        ReceiptRow.sha256 == sha256,
        ReceiptRow.linked_to.is_(None),
        ReceiptRow.refusal.is_(None),
    )
    with database.session() as session:
        record = session.scalars(query.limit(1)).first()
    return Receipt.model_validate(record) if record else None


def brought_from_elsewhere(database: Database, batch_id: str, stack: str) -> list[tuple[PagePlace, Receipt]]:
    """Pages that people laid in this stack and that came with others, with the files that brought them."""
    query = (
        select(PageRow.scan, PageRow.page_number, ReceiptRow.record)
        .join(ReceiptRow, ReceiptRow.id == PageRow.receipt_id)
        .where(PageRow.batch_id == batch_id, PageRow.stack == stack, ReceiptRow.stack != stack)
        .order_by(ReceiptRow.stack, ReceiptRow.position, PageRow.page_number)
    )
    with database.session() as session:
        return [
            (PagePlace(scan=scan, page_number=number), Receipt.model_validate(record))
            for scan, number, record in session.execute(query)
        ]


def laid_elsewhere(database: Database, stack: str, receipts: Sequence[Receipt]) -> set[tuple[str, str, int]]:
    """Pages of these files of the stack, as receipt, scan and number, that people laid in another."""
    query = select(PageRow.receipt_id, PageRow.scan, PageRow.page_number)
    ids = [receipt.id for receipt in receipts]
    away: set[tuple[str, str, int]] = set()
    with database.session() as session:
        for start in range(0, len(ids), _AT_ONCE):
            some = PageRow.receipt_id.in_(ids[start : start + _AT_ONCE])
            away.update(session.execute(query.where(some, PageRow.stack != stack)).tuples())
    return away


def _in_time(receipts: list[Receipt]) -> list[Receipt]:
    before = {receipt.id: receipt.supersedes for receipt in receipts}
    return sorted(receipts, key=lambda r: (r.received_at, _age(before, r.id), r.id))


def _age(superseded: Mapping[str, str | None], receipt_id: str) -> int:
    """How many versions of the file were before."""
    before = superseded.get(receipt_id)
    return 1 + _age(superseded, before) if before else 0
