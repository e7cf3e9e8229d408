"""The room that tests of the desk are made in."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from counter import Hall
from golden_register import take_golden
from office import Office
from remembering_pool import RememberingPool
from room import Browser, Room, make_room

from flows.workers.pool import WorkerPool
from flows.workers.sandbox import worker_command
from flows.workers.scratch_folder import scratch_folder
from samples.dossiers import PAINTERS, write_dossier
from samples.drawing.damage import Level
from samples.papers.civil_status import draw_marital_status_certificate
from schemas.account import Role
from schemas.settings import Limits, Settings
from storage.archive.archive import Archive


@pytest.fixture(scope="session")
def pool(settings: Settings) -> Iterator[WorkerPool]:
    """Worker processes for the session; reading itself is tested elsewhere."""
    with scratch_folder() as scratch:
        pool = RememberingPool(settings, worker_command(settings, scratch))
        yield pool
        pool.close()


@pytest.fixture
def room(lite_archive: Archive, tmp_path: Path) -> Room:
    """An application on an empty archive, on SQLite: what the database does is tested in `tests/storage`."""
    return _open_room(lite_archive, tmp_path)


@pytest.fixture
def each_room(archive: Archive, tmp_path: Path) -> Room:
    """The same on SQLite and on PostgreSQL: for people who work at the same time, and what they look for."""
    return _open_room(archive, tmp_path)


def _open_room(archive: Archive, tmp_path: Path) -> Room:
    settings = Settings(data=tmp_path / "data", limits=Limits(max_bytes=400_000_000))
    return make_room(archive, settings)


@pytest.fixture
def auditor(room: Room) -> Browser:
    """An auditor of province H19, over the golden register."""
    take_golden(room.archive)
    return room.person("thanh", Role.AUDITOR, "H19")


@pytest.fixture
def hall(room: Room) -> Hall:
    """A one-stop hall whose papers lie in two offices of the province."""
    return Hall(room)


@pytest.fixture
def office(room: Room, pool: WorkerPool, tmp_path: Path) -> Office:
    """A marital status certificate, a two-page administrative document and a slip, well scanned."""
    rng = Random(5)
    drawn = [
        draw_marital_status_certificate(rng, "a", "plain"),
        PAINTERS["receipt_slip"](rng, "a", ""),
        PAINTERS["unknown"](rng, "a", ""),
    ]
    write_dossier(drawn, tmp_path / "hồ sơ.pdf", name="x", level=Level.CLEAN, seed=5)
    return Office(room, pool, tmp_path / "hồ sơ.pdf")
