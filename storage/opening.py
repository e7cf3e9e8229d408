"""The archive opened: store, database and trail of the settings, put together."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TypedDict

from schemas.environment_errors import DiskFull, SettingWrong, write_error
from schemas.settings import Encryption, Settings, StoreSettings
from schemas.store_errors import StoreUnavailable
from storage import keys
from storage.archive.archive import Archive
from storage.archive.audit_trail import AuditTrail
from storage.archive.ledger import Ledger
from storage.archive.trail_key import trail_keys
from storage.audit.events import last_event
from storage.database.digests import Digests
from storage.database.engine import Database
from storage.index.refresh import refresh_index
from storage.logs import start_logging
from storage.objects.encryption import Envelope, open_envelope
from storage.objects.seaweedfs import Address, embedded
from storage.objects.store import ObjectStore
from storage.record_kinds import KIND_OF
from storage.telemetry import start_telemetry

_READY_SECONDS = 20.0


@contextmanager
def open_archive(settings: Settings) -> Iterator[Archive]:
    """The archive of `settings`: embedded below `settings.data`, or an S3 endpoint and PostgreSQL.

    Raises `StoreUnavailable`, `DatabaseUnavailable`, `DiskFull`.
    """
    start_telemetry(settings.telemetry)
    with ExitStack() as stack:
        try:
            settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise write_error(str(settings.data), error) from error
        start_logging(settings.logs, settings.data)
        store = _open_store(settings, stack)
        database = Database(settings.database)
        stack.callback(database.close)
        database.prepare()
        refresh_index(database)
        trail = AuditTrail(store, database, trail_keys(settings, _next_event(store, database)))
        yield make_archive(store, database, trail)


def make_archive(store: ObjectStore, database: Database, trail: AuditTrail) -> Archive:
    """The parts put together: what is read of the store is held to what the database knows of it."""
    archive = Archive(store, database, Ledger(database), trail, KIND_OF)
    store.digests = Digests(database)
    store.on_altered = partial(_note_altered, archive)
    return archive


def _note_altered(archive: Archive, key: str, expected: str, found: str) -> None:
    """An altered object is on record as soon as anybody meets it, not only when a sweep does."""
    from storage.records.losses import note_loss  # it writes with the archive

    if not key.startswith(keys.LOSSES):  # what tells of losses is not told of by itself
        note_loss(archive, key, expected, found)


def _next_event(store: ObjectStore, database: Database) -> int:
    """The number after the last event, in the index and in the store: whichever is ahead."""
    last = last_event(database)
    ahead = (keys.number_in(name, keys.AUDIT) for name in store.keys(keys.AUDIT, after=keys.audit(last)))
    return max([last, *(number for number in ahead if number)]) + 1


def open_endpoint(settings: StoreSettings) -> ObjectStore:
    """The store behind an S3 endpoint. Raises `StoreUnavailable`."""
    store = ObjectStore(
        settings.endpoint,
        settings.access_key,
        settings.secret_key.get_secret_value(),
        settings.bucket,
        secure=settings.secure,
        ca_file=settings.ca_file,
        **_encryption(settings),
    )
    store.prepare()
    return store


def embedded_store(
    address: Address,
    bucket: str,
    *,
    envelope: Envelope | None = None,
    sse: bool = False,
    on_this_host: bool = True,
) -> ObjectStore:
    """A bucket of the embedded server, which proves by its certificate that it is ours."""
    return ObjectStore(
        address.endpoint,
        address.access_key,
        address.secret_key,
        bucket,
        ca_file=address.ca_file,
        on_this_host=on_this_host,
        envelope=envelope,
        sse=sse,
    )


class _Encryption(TypedDict):
    envelope: Envelope | None
    sse: bool


def _encryption(settings: StoreSettings) -> _Encryption:
    """How objects are encrypted at rest. Raises `SettingWrong` without the key that is needed."""
    envelope = settings.encryption is Encryption.ENVELOPE
    if envelope and not settings.key_file:
        raise SettingWrong("store.key_file", "openssl rand -hex 32")
    return {
        "envelope": open_envelope(settings.key_file) if envelope and settings.key_file else None,
        "sse": settings.encryption is Encryption.SSE,
    }


def second_store(settings: Settings) -> ObjectStore | None:
    """Where every object is copied to, if the settings name one. Raises `StoreUnavailable`."""
    return open_endpoint(settings.second_store) if settings.second_store.endpoint else None


def _open_store(settings: Settings, stack: ExitStack) -> ObjectStore:
    if settings.store.endpoint:
        return open_endpoint(settings.store)
    address = stack.enter_context(embedded(settings.data))
    store = embedded_store(address, settings.store.bucket, **_encryption(settings.store))
    deadline = time.monotonic() + _READY_SECONDS
    while True:
        try:
            store.prepare()
        except (StoreUnavailable, DiskFull):  # a volume is not registered yet
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return store
