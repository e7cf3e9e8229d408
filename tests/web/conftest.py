"""The room that tests of the desk are made in."""

from pathlib import Path

import pytest
from room import Room, make_room

from schemas.settings import Limits, Settings
from storage.archive import Archive


@pytest.fixture
def room(archive: Archive, tmp_path: Path) -> Room:
    """An application on an empty archive, on SQLite and on PostgreSQL."""
    settings = Settings(data=tmp_path / "data", limits=Limits(max_bytes=400_000_000))
    return make_room(archive, settings)
