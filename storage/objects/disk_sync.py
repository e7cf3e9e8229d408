"""The disk made safe from a power cut: one `os.sync` serves all threads that wait for it."""

import os
from threading import Lock


class DiskSync:
    """Counts who wants a sync: those who came before it began are served by it."""

    def __init__(self) -> None:
        self._counting, self._syncing = Lock(), Lock()
        self._wanted = self._synced = 0

    def sync(self) -> None:
        """Return when everything written before this call is on the disk."""
        with self._counting:
            self._wanted += 1
            mine = self._wanted
        with self._syncing:  # who waited while another synced what they wrote needs no sync of their own
            if self._synced < mine:
                upto = self._wanted
                os.sync()
                self._synced = upto
