"""The room that tests of the desk are made in."""

from pathlib import Path

import pytest
from room import Room, make_room

from schemas.settings import Limits, Settings
from storage.archive import Archive


@pytest.fixture
def room(lite_archive: Archive, tmp_path: Path) -> Room:
    """An application on an empty archive."""
    settings = Settings(data=tmp_path / "data", limits=Limits(max_bytes=400_000_000))
    return make_room(lite_archive, settings)
