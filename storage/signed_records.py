"""What the office's key signs, as it is signed and kept: seals of the trail, manifests of backups."""

from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import SerializerFunctionWrapHandler, model_serializer

from schemas.backup import Manifest
from schemas.canonical import canonical_bytes
from schemas.frozen import Frozen


class Seal(Frozen):
    """What a signature is over."""

    number: int
    first: int
    last: int
    head: str
    """SHA-256 of the last event, as stored."""
    previous: str
    """SHA-256 of the seal before, in its canonical form."""
    sealed_at: datetime
    key: str
    """Public key, 64 hex digits."""
    locked_until: datetime | None = None
    """The store refuses to delete or change it before; None where it cannot."""
    next_key: str = ""
    """Public key that the seals after this are signed with, when the office hands over to another."""

    @model_serializer(mode="wrap")
    def _as_signed(self, fields: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Without `next_key` where it says nothing: so were seals written before there was one."""
        record: dict[str, Any] = fields(self)
        return record if self.next_key else {name: record[name] for name in record if name != "next_key"}

    @property
    def canonical(self) -> bytes:
        """What its signature is over."""
        return canonical_bytes(self.model_dump(mode="json"))

    @property
    def signed_next_by(self) -> str:
        """Public key that must sign the seal after this."""
        return self.next_key or self.key


class SignedSeal(Frozen):
    """A seal as it lies in the store and in exports."""

    seal: Seal
    signature: str

    @property
    def line(self) -> bytes:
        """The one way it is written."""
        return canonical_bytes(self.model_dump(mode="json"))


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
