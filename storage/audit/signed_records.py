"""What the office's key signs, as it is signed and kept: seals of the trail, manifests of backups."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from schemas.backup import Manifest
from schemas.canonical import canonical_bytes


def manifest_bytes(manifest: Manifest) -> bytes:
    """What the signature of a backup's manifest is over: without what versions before did not say."""
    return canonical_bytes(manifest.model_dump(mode="json", exclude_none=True))


def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is the key's over `message` (Ed25519, RFC 8032). Raises `ValueError` for no key."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True
