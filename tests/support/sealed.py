"""A trail that was sealed, for tests."""

from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from storage.archive.archive import Archive
from storage.audit.seals import seal
from storage.audit.signing_key import KeyInFile

PRIVATE = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
KEY = KeyInFile(PRIVATE)
PUBLIC = KEY.public.hex()
NOW = datetime(2026, 11, 22, 17, 5, tzinfo=UTC)


def busy(archive: Archive, events: int, seals: int) -> None:
    """Some days at the desk: `events` in all, sealed every so often and at the end."""
    for number in range(events):
        archive.audit.append("paper.view", f"p{number}", purpose="Kiểm tra", detail=f"r{number}")
        if number % (events // seals) == 0:
            seal(archive, KEY, NOW)
    seal(archive, KEY, NOW)
