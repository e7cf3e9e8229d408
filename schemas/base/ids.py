"""Names that follow from content: the same thing gets the same id, whatever crashed in between."""

import hashlib
import uuid

NAMESPACE = uuid.UUID("6f1d5b0e-5a37-5c1e-9d7e-50a0a50a0a50")
"""Root of Sohoa's version 5 UUIDs (RFC 9562 §5.5); never change it."""


def sha256_of(content: bytes) -> str:
    """Lower-case hexadecimal SHA-256 of `content` (64 characters)."""
    return hashlib.sha256(content).hexdigest()


def derive_id(kind: str, *parts: str | int) -> str:
    """UUID of a `kind` of thing that is fully named by `parts`; equal parts give equal ids."""
    return str(uuid.uuid5(NAMESPACE, "\x1f".join([kind, *map(str, parts)])))


def receipt_id(batch_id: str, stack: str, name: str, sha256: str) -> str:
    """Of a file handed in as part of a stack: the same bytes elsewhere are another file."""
    return derive_id("receipt", batch_id, stack, name, sha256)
