"""What a backup says of itself; see `storage.preservation.backup`."""

from datetime import datetime

from schemas.base.model import Frozen

_PRINTED_DIGITS, _GROUP = 24, 4


class Part(Frozen):
    """A file of a backup."""

    name: str
    sha256: str
    """Of the file as it lies there, encrypted or not."""
    size_bytes: int


class TrailHead(Frozen):
    """The last event of the audit trail at some time: who keeps it elsewhere is a witness."""

    number: int
    sha256: str
    """Of the event as stored; it holds all events before."""

    @property
    def printed(self) -> str:
        """`1234: ab12 cd34 …`: short enough to type, long enough (96 bits) that no other event has it."""
        digits = self.sha256[:_PRINTED_DIGITS]
        groups = (digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))
        return f"{self.number}: {' '.join(groups)}"


class Manifest(Frozen):
    """One run of `sohoa backup`: what it added, and which run it builds on."""

    number: int
    made_at: datetime
    objects: int
    """Objects that this run added."""
    size_bytes: int
    """Their bytes, before encryption."""
    parts: tuple[Part, ...]
    damaged: tuple[str, ...] = ()
    """Keys of objects that could not be read whole: not in this run, tried again in the next."""
    previous: str
    """SHA-256 of the manifest before, as it lies there; empty for the first."""
    key: str
    """Public key of the seal that signs it, 64 hex digits."""
    trail: TrailHead | None = None
    """The last event before this run; None in runs of versions that did not say."""


class SignedManifest(Frozen):
    """A manifest as it lies beside its parts."""

    manifest: Manifest
    signature: str
    """Ed25519, over the manifest in canonical JSON."""


class Restored(Frozen):
    """What `sohoa restore` brought back."""

    runs: int
    objects: int
    rows: int
    """Accounts, tokens, webhooks, drafts: what the store does not hold."""
    damaged: tuple[str, ...]
    """What is wrong with the trail afterwards; empty when nothing is."""
