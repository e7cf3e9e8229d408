"""Files exactly as they were handed in, from the papers that lie in them, under their own names."""

from pathlib import PurePosixPath

from sqlalchemy import select

from schemas.base.model import Frozen
from schemas.batch import Receipt
from schemas.errors import NotOnRecord
from schemas.paper import Paper
from storage import keys
from storage.archive.archive import Archive
from storage.database.tables.intake import PageRow, ReceiptRow


class Original(Frozen):
    """A file that holds pages of a paper, perhaps besides others."""

    sha256: str
    name: str
    """As it was handed in, without the folders above."""


def originals(archive: Archive, paper: Paper) -> list[Original]:
    """The files that the pages of `paper` came in, in the order of its pages."""
    return [
        Original(sha256=scan, name=_name(archive, paper, scan))
        for scan in dict.fromkeys(page.scan for page in paper.pages)
    ]


def read_original(archive: Archive, paper: Paper, number: int) -> tuple[Original, bytes]:
    """The n-th file (from 1) and its bytes. Raises `NotOnRecord`, `ObjectAltered`."""
    found = originals(archive, paper)
    if not 1 <= number <= len(found):
        raise NotOnRecord(f"{paper.id[:8]}/{number}")
    original = found[number - 1]
    return original, archive.store.get(keys.scan(original.sha256))


def papers_within(archive: Archive, paper: Paper, original: Original) -> list[Paper]:
    """All papers of the stacks that pages of the file lie in: who saves it sees them too."""
    batch_id = archive.ledger.dossier(paper.dossier_id).batch_id
    with archive.database.session() as session:
        stacks = session.scalars(
            select(PageRow.stack)
            .where(PageRow.scan == original.sha256, PageRow.batch_id == batch_id)
            .distinct()
        ).all()
    dossiers = (i for stack in stacks for i in archive.ledger.stack_dossiers(batch_id, stack))
    papers = (other for i in dossiers for other in archive.ledger.papers(archive.ledger.dossier(i)))
    return [other for other in papers if any(page.scan == original.sha256 for page in other.pages)]


def _name(archive: Archive, paper: Paper, scan: str) -> str:
    dossier = archive.ledger.dossier(paper.dossier_id)
    brought = (
        select(ReceiptRow.record)
        .join(PageRow, PageRow.receipt_id == ReceiptRow.id)
        .where(PageRow.scan == scan, PageRow.batch_id == dossier.batch_id)
        .where(PageRow.stack == archive.ledger.stack_of(dossier.id))
    )
    with archive.database.session() as session:
        record = session.scalars(brought.limit(1)).first()
    return PurePosixPath(Receipt.model_validate(record).name).name if record else scan[:8]
