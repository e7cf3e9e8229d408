"""Files exactly as they were handed in, from the papers that lie in them, under their own names."""

from pathlib import PurePosixPath

from schemas.errors import NotOnRecord
from schemas.frozen import Frozen
from schemas.paper import Paper
from storage import keys
from storage.archive import Archive
from storage.receipts import receipt_of


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
    """All papers of the dossier that have pages in the file: who saves it sees them too."""
    dossier = archive.ledger.dossier(paper.dossier_id)
    return [
        other
        for other in archive.ledger.papers(dossier)
        if any(page.scan == original.sha256 for page in other.pages)
    ]


def _name(archive: Archive, paper: Paper, scan: str) -> str:
    dossier = archive.ledger.dossier(paper.dossier_id)
    receipt = receipt_of(archive.database, dossier.batch_id, archive.ledger.stack_of(dossier.id), scan)
    return PurePosixPath(receipt.name).name if receipt else scan[:8]
