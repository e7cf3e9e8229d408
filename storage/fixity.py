"""Fixity (OAIS): every object read again and hashed, and the audit chain walked."""

from collections.abc import Iterator

from schemas.errors import ObjectAltered, ObjectMissing, SohoaError
from schemas.ids import sha256_of
from storage import keys
from storage.archive import Archive


def check_objects(archive: Archive) -> Iterator[tuple[str, SohoaError | None]]:
    """Each key with what is wrong with it, or None.

    A scan's name is its hash, so that it is checked even against a server that lies.
    """
    for key in archive.store.keys():  # noqa: SIM118  (a method of the store)
        if key.startswith("."):
            continue
        try:
            _check(archive, key)
        except (ObjectAltered, ObjectMissing) as error:
            yield key, error
        else:
            yield key, None


def _check(archive: Archive, key: str) -> None:
    content = archive.store.get(key)
    if key.startswith(keys.SCANS) and key != keys.scan(sha256_of(content)):
        raise ObjectAltered(key)


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
