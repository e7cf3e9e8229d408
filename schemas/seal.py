"""Seals (niêm phong) of the audit trail, as they are signed and kept."""

from datetime import datetime
from typing import Any

from pydantic import SerializerFunctionWrapHandler, model_serializer

from schemas.base.model import Frozen
from schemas.canonical import canonical_bytes


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
