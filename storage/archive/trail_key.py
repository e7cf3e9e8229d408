"""The keys that events of the trail are signed with by whoever writes them (HMAC-SHA-256, RFC 2104).

A file of lines `<64 hex digits> <number>`: the key, and the first event that it signs. The last line signs
what is written now. Events before the first line are of a version that signed none; the chain and the seals
alone hold these. All processes and machines of one archive need the same file.
"""

import hmac
import secrets
from hashlib import sha256
from pathlib import Path

from schemas.base.model import Frozen
from schemas.environment_errors import SettingWrong
from schemas.settings import Settings
from storage.private_files import make_once

_KEY_BYTES = 32


class TrailKeys(Frozen):
    """Keys in order, each with the number of the first event that it signs."""

    ring: tuple[tuple[int, bytes], ...]

    @property
    def since(self) -> int:
        """The first event that must be signed."""
        return self.ring[0][0]

    def sign(self, number: int, content: bytes) -> str:
        """The signature of event `number`, 64 hex digits."""
        return hmac.new(self._key_of(number), content, sha256).hexdigest()

    def is_signed(self, number: int, content: bytes, signature: str) -> bool:
        """Whether one of us wrote it."""
        return hmac.compare_digest(self.sign(number, content).encode(), signature.encode())

    def pseudonym(self, kind: str, text: str) -> str:
        """What stands on the trail for a search or a person: the same for the same, and no way back from it.

        A plain hash of a number of twelve digits is undone by trying them all.
        """
        key = hmac.new(self.ring[0][1], b"pseudonym", sha256).digest()
        return hmac.new(key, f"{kind} {text}".encode(), sha256).hexdigest()

    def lines(self) -> str:
        """As the file has them."""
        return "".join(f"{key.hex()} {since}\n" for since, key in self.ring)

    def _key_of(self, number: int) -> bytes:
        return next((key for since, key in reversed(self.ring) if since <= number), self.ring[0][1])


def read_keys(text: str) -> TrailKeys:
    """The keys in a file's text; a first line without a number signs from the first event on.

    Raises `ValueError`.
    """
    ring = []
    for line in text.splitlines():
        key, _, since = line.strip().partition(" ")
        ring.append((int(since or 1), bytes.fromhex(key)))
    if not ring or ring != sorted(ring) or any(len(key) != _KEY_BYTES for _, key in ring):
        raise ValueError("lines of 64 hex digits and a number")
    return TrailKeys(ring=tuple(ring))


def new_keys(first: int) -> TrailKeys:
    """A new key, which signs from event `first` on."""
    return TrailKeys(ring=((first, secrets.token_bytes(_KEY_BYTES)),))


def trail_keys(settings: Settings, first: int) -> TrailKeys:
    """The keys of this archive: from the file the settings name, else made once below `data`.

    New ones sign from event `first` on. Raises `SettingWrong` for a file that holds none.
    """
    file = trail_key_file(settings)
    try:
        if settings.trail.key_file is None:
            return read_keys(make_once(file, lambda: new_keys(first).lines().encode()).decode())
        return read_keys(file.read_text())
    except (OSError, ValueError) as error:
        raise SettingWrong("trail.key_file", f"{file}: {error}") from error


def trail_key_file(settings: Settings) -> Path:
    """Where the keys lie."""
    return settings.trail.key_file or settings.data / "keys" / "trail.key"
