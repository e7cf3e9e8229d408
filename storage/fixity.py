"""Fixity (OAIS): every object read again and hashed, and the audit chain walked."""

from collections.abc import Iterator

from schemas.errors import ObjectAltered, ObjectMissing, SohoaError
from schemas.frozen import Frozen
from schemas.ids import sha256_of
from storage import keys
from storage.archive import Archive


class FixityReport(Frozen):
    """What a walk through the store found; `damaged` are keys with the code of what is wrong."""

    objects: int
    events: int
    damaged: tuple[tuple[str, str], ...]


def check_objects(archive: Archive) -> Iterator[tuple[str, SohoaError | None]]:
    """Each key with what is wrong with it, or None.

    A scan's name is its hash, so that it is checked even against a server that lies.
    """
    for key in archive.store.keys():
        if key.startswith("."):
            continue
        try:
            content = archive.store.get(key)
            if key.startswith(keys.SCANS) and key != keys.scan(sha256_of(content)):
                raise ObjectAltered(key)
        except (ObjectAltered, ObjectMissing) as error:
            yield key, error
        else:
            yield key, None


def missing_objects(archive: Archive) -> Iterator[str]:
    """Keys that the ledger knows and the store lacks."""
    for batch in archive.ledger.batches():
        for receipt in archive.ledger.receipts(batch.id):
            if receipt.sha256 and not archive.store.exists(keys.scan(receipt.sha256)):
                yield keys.scan(receipt.sha256)
        for dossier in archive.ledger.dossiers(batch.id):
            for paper in archive.ledger.papers(dossier):
                wanted = [paper.pdf_key, paper.alto_key, keys.paper(paper.id, paper.revision)]
                wanted += [keys.text(page) for page in paper.pages]
                yield from (key for key in wanted if not archive.store.exists(key))
