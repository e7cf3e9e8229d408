"""What was put and not asked for again yet: no server is believed that it has what it acknowledged."""

from threading import local
from typing import NamedTuple


class Facts(NamedTuple):
    """Of an object: the SHA-256 of what it holds (hex), and its bytes as they lie in the store."""

    sha256: str
    size: int


class Unproven:
    """Facts by key, each thread its own: who flushes answers for what it put itself."""

    def __init__(self) -> None:
        self._by_thread = local()

    def note(self, key: str, facts: Facts) -> None:
        """This thread put `key`."""
        self._mine()[key] = facts

    def take(self) -> dict[str, Facts]:
        """What this thread put since the last time; after it, nothing."""
        mine = dict(self._mine())
        self._mine().clear()
        return mine

    def _mine(self) -> dict[str, Facts]:
        mine: dict[str, Facts] = self._by_thread.__dict__.setdefault("facts", {})
        return mine
