"""Copies of scans never outlive their owner for long."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from flows.workers.scratch_folder import scratch_folder


def test_leavings_of_dead_processes_are_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    dead, alive = tmp_path / f"sohoa-{ended.pid}-x", tmp_path / "sohoa-1-y"
    for folder in (dead, alive):
        folder.mkdir()
        (folder / "scan").touch()
    with scratch_folder() as own:
        assert not dead.exists()
        assert alive.exists(), "its owner lives"
        assert Path(tempfile.gettempdir()) == own
        assert own.stat().st_mode & 0o077 == 0
    assert not own.exists()
