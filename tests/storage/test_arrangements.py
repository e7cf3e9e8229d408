"""Acts at the table as they are kept: whoever was slower is told, and what a crash left is made good."""

import pytest
from waiting_stacks import batch_of, receipt_of

from schemas.arrangement import ArrangedPaper, Arrangement, LaidDossier, Leaf
from schemas.base.clock import now
from schemas.batch import Batch, Receipt
from schemas.request_errors import RecordChanged, ScanThereAlready
from schemas.store_errors import ClaimLost
from storage import keys
from storage.archive.archive import Archive
from storage.archive.receipts import brought_from_elsewhere, laid_elsewhere, stack_receipts
from storage.queues.stacks import Claims
from storage.records.arrangements import laid_dossier, last_of_batch, lay, taken_back

Page = tuple[str, int]


@pytest.fixture
def batch(archive: Archive) -> Batch:
    """Four stacks of two pages each, none of them filed."""
    return batch_of(archive.ledger, "H10", 4)


def _receipt(archive: Archive, batch: Batch, stack: str) -> Receipt:
    (receipt,) = stack_receipts(archive.database, batch.id, stack)
    return receipt


def _laid(archive: Archive, batch: Batch, stack: str, *pages: Page) -> LaidDossier:
    """The dossier of a stack with these pages: the stack that each came with, and its number."""
    leaves = [
        Leaf(
            scan=_receipt(archive, batch, came).sha256 or "",
            page_number=number,
            whence="" if came == stack else came,
        )
        for came, number in pages
    ]
    papers = tuple(ArrangedPaper(pages=(leaf,)) for leaf in leaves)
    known = laid_dossier(archive, f"dossier {stack}")
    return LaidDossier(
        dossier_id=f"dossier {stack}", stack=stack, papers=papers, number=known.number if known else 0
    )


def _act(batch: Batch, before: list[LaidDossier], after: list[LaidDossier]) -> Arrangement:
    return Arrangement(batch_id=batch.id, by="lan", at=now(), dossiers=tuple(after), before=tuple(before))


def _move(archive: Archive, batch: Batch, source: str, target: str) -> Arrangement:
    """The second page of one stack goes to another."""
    before = [
        _laid(archive, batch, source, (source, 1), (source, 2)),
        _laid(archive, batch, target, (target, 1), (target, 2)),
    ]
    after = [
        _laid(archive, batch, source, (source, 1)),
        _laid(archive, batch, target, (target, 1), (target, 2), (source, 2)),
    ]
    return _act(batch, before, after)


def _lies_in(archive: Archive, batch: Batch, stack: str) -> list[tuple[str, int]]:
    """Pages of the stack that came with others."""
    brought = brought_from_elsewhere(archive.database, batch.id, stack)
    return [(receipt.stack, place.page_number) for place, receipt in brought]


def test_a_page_goes_and_comes_back(archive: Archive, batch: Batch) -> None:
    kept = lay(archive, _move(archive, batch, "0000", "0001"))
    assert _lies_in(archive, batch, "0001") == [("0000", 2)]
    receipts = stack_receipts(archive.database, batch.id, "0000")
    assert laid_elsewhere(archive.database, "0000", receipts) == {(receipts[0].id, receipts[0].sha256, 2)}
    lay(archive, taken_back(kept, "lan"))
    assert _lies_in(archive, batch, "0001") == []
    assert laid_elsewhere(archive.database, "0000", receipts) == set()
    assert archive.ledger.balance(batch).pages == 8


def test_an_act_upon_an_older_one_is_refused(archive: Archive, batch: Batch) -> None:
    first = _move(archive, batch, "0000", "0001")
    late = _move(archive, batch, "0001", "0002")
    lay(archive, first)
    with pytest.raises(RecordChanged):
        lay(archive, late)
    assert _lies_in(archive, batch, "0002") == []
    lay(archive, _move(archive, batch, "0002", "0003"))
    assert _lies_in(archive, batch, "0003") == [("0002", 2)], "other dossiers of the batch are free"


def test_what_was_kept_and_not_entered_is_made_good(archive: Archive, batch: Batch) -> None:
    """The power went between the object and the rows."""
    first = _move(archive, batch, "0000", "0001")
    numbered = first.with_changes(number=10_001)
    dossiers = tuple(laid.with_changes(number=10_001) for laid in first.dossiers)
    archive.put_record(keys.arrangement(batch.id, 10_001), numbered.with_changes(dossiers=dossiers))
    assert _lies_in(archive, batch, "0001") == []
    kept = lay(archive, _move(archive, batch, "0002", "0003"))
    assert kept.number == 10_002
    assert _lies_in(archive, batch, "0001") == [("0000", 2)]
    assert last_of_batch(archive, batch.id) == kept


def test_equal_bytes_beside_the_table_keep_a_page_away(archive: Archive, batch: Batch) -> None:
    twin = receipt_of(batch, "0000", 2).with_changes(id="twin", stack="0001", position=2)
    archive.ledger.add_receipts([twin])
    with pytest.raises(ScanThereAlready):
        lay(
            archive,
            _act(
                batch,
                [_laid(archive, batch, "0000", ("0000", 1), ("0000", 2))],
                [
                    _laid(archive, batch, "0000", ("0000", 1)),
                    LaidDossier(
                        dossier_id="other",
                        stack="0001",
                        papers=(
                            ArrangedPaper(
                                pages=(Leaf(scan=twin.sha256 or "", page_number=2, whence="0000"),)
                            ),
                        ),
                    ),
                ],
            ),
        )
    assert last_of_batch(archive, batch.id) is None


def test_whoever_reads_the_stack_meanwhile_may_not_file_it(archive: Archive, batch: Batch) -> None:
    claims = Claims(archive.database)
    claim = claims.take()
    assert claim
    assert claim.stack == "0000"
    lay(archive, _move(archive, batch, "0000", "0001"))
    with pytest.raises(ClaimLost):
        archive.ledger.record_filing("0000", [], [], [], claim)
