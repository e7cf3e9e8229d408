"""Real parts for all tests: an S3 server, PostgreSQL, drawn dossiers. Nothing here is a mock."""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import hypothesis
import pytest
from minio.deleteobjects import DeleteObject
from trail_signing import SIGNING

from bench.postgres import create_database, postgres
from flows.workers.pool import WorkerPool, worker_pool
from samples.dossiers import draw_dossier, write_dossier
from samples.drawing.damage import Level
from schemas.settings import Limits, Settings
from storage.archive.archive import Archive
from storage.archive.audit_trail import AuditTrail
from storage.database.engine import Database
from storage.objects.seaweedfs import Address, embedded
from storage.objects.store import ObjectStore
from storage.opening import embedded_store, make_archive

# A slow machine is no fault of the code: what takes long is measured in `bench/`.
hypothesis.settings.register_profile("sohoa", deadline=None)
hypothesis.settings.load_profile("sohoa")


@pytest.fixture(autouse=True)
def _private_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test touches the user's data or takes settings from outside."""
    for name in [name for name in os.environ if name.startswith("SOHOA_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SOHOA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LANG", "vi_VN.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)


@pytest.fixture(scope="session")
def store_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """One embedded S3 server for the session."""
    with embedded(tmp_path_factory.mktemp("store")) as address:
        yield address


@pytest.fixture
def store(store_address: Address) -> Iterator[ObjectStore]:
    """A bucket of the test's own; it goes afterwards, for the server has volumes for some hundred."""
    bucket = f"test-{uuid.uuid4().hex[:12]}"
    made = embedded_store(store_address, bucket)
    made.prepare()
    yield made
    client = made._client
    held = (DeleteObject(one.object_name or "") for one in client.list_objects(made.bucket, recursive=True))
    assert not list(client.remove_objects(made.bucket, held))
    client.remove_bucket(made.bucket)


@pytest.fixture(scope="session")
def postgres_port() -> Iterator[int]:
    """A PostgreSQL server of Debian's, run by its own user.

    Not below pytest's own folder: the next session of pytest closes that to all other users.
    """
    with TemporaryDirectory(prefix="sohoa-postgres-") as folder, postgres(Path(folder)) as port:
        yield port


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, prepared database: every test of the ledger runs on both kinds."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    else:
        url = create_database(request.getfixturevalue("postgres_port"), f"test_{uuid.uuid4().hex[:12]}")
    made = Database(url)
    made.prepare()
    yield made
    made.close()


@pytest.fixture
def archive(store: ObjectStore, database: Database) -> Archive:
    """An empty archive on both kinds of database."""
    return make_archive(store, database, AuditTrail(store, database, SIGNING))


@pytest.fixture
def lite_archive(store: ObjectStore, tmp_path: Path) -> Iterator[Archive]:
    """An empty archive on SQLite, for tests that are not about the database."""
    database = Database(f"sqlite:///{tmp_path / 'lite.sqlite'}")
    database.prepare()
    yield make_archive(store, database, AuditTrail(store, database, SIGNING))
    database.close()


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Two workers, small limits."""
    limits = Limits(max_bytes=20_000_000, max_pages=400)
    return Settings(data=tmp_path_factory.mktemp("data"), processes=2, limits=limits, settle_seconds=0.3)


@pytest.fixture(scope="session")
def pool(settings: Settings) -> Iterator[WorkerPool]:
    """Worker processes for the session."""
    with worker_pool(settings) as made:
        yield made


@pytest.fixture(scope="session")
def dossier_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A drawn office-quality dossier with a blank page; its truth lies beside it."""
    file = tmp_path_factory.mktemp("dossier") / "ho-so-003.pdf"
    papers = draw_dossier(3)
    write_dossier(papers, file, name="ho-so-003", level=Level.OFFICE, seed=3)
    return file


@pytest.fixture(scope="session")
def page_jpeg() -> bytes:
    """One drawn page as a JPEG at 200 dpi."""
    from samples.dossiers import encode_page

    paper = draw_dossier(5)[1]
    return encode_page(paper.pages[0], Level.OFFICE, Random(5))[0]


@pytest.fixture(scope="session")
def tesseract() -> str:
    """Path of the real program."""
    found = shutil.which("tesseract")
    assert found
    return found
