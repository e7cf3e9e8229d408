"""Random programs at a hot folder whose watcher is killed anywhere: a few of `bench.intake`."""

from pathlib import Path

import pytest

from bench.intake import run_programs
from flows.workers.pool import WorkerPool
from schemas.settings import Settings
from storage.archive.archive import Archive
from storage.records import handing_in


def test_whatever_happens_at_the_folder_everything_is_where_it_belongs(
    lite_archive: Archive, pool: WorkerPool, settings: Settings, tmp_path: Path
) -> None:
    assert run_programs(lite_archive, pool, settings, tmp_path, range(20)) == {}


def test_these_programs_would_tell(
    lite_archive: Archive,
    pool: WorkerPool,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With names alone deciding where a file belongs, as once, two deliveries come into one dossier."""
    monkeypatch.setattr(handing_in._Known, "free_stack", lambda _, stack, __: stack)
    assert run_programs(lite_archive, pool, settings, tmp_path, range(300_000, 300_020))
