"""Mutated files through every border: named errors or a reading, bounded time and memory, no worker lost."""

import tempfile
from pathlib import Path

from bench.fuzz import LIMITS, fuzz, peak_memory
from flows.workers.pool import worker_pool
from schemas.settings import Sandbox, Settings


def test_mutated_files_end_in_what_is_expected(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", processes=1, limits=LIMITS, sandbox=Sandbox.REQUIRED)
    with worker_pool(settings) as pool, peak_memory() as peak:
        for kind, told, slowest in fuzz(pool, 20, 8, Path(tempfile.gettempdir()) / "fuzz"):
            assert not [what for what in told if what.startswith("UNEXPECTED")], (kind, told)
            assert slowest < LIMITS.page_timeout_seconds * 3, kind
    assert peak[0] < LIMITS.worker_memory_bytes
