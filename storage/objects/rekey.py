"""A new master key for what lies in envelopes: the data key of each object is wrapped anew with the newest.

What was done is skipped when it is run again. Locked copies of seals stay as they are until their lock ends:
the old key stays in the file until then.
"""

import io
from collections.abc import Iterator
from typing import Any

from minio import Minio
from minio.datatypes import Object

from schemas.base.model import Frozen
from schemas.environment_errors import SettingWrong
from storage.objects.encryption import Envelope
from storage.objects.store import ObjectStore

_HEAD_BYTES = 64
_LEAST_PART = 5 * 1024**2
_SHA256 = "x-amz-meta-sha256"


class Rekeyed(Frozen):
    """What `sohoa rekey` did."""

    objects: int
    """Looked at."""
    closed_anew: int
    waiting: int
    """Locked copies that still need an older key."""


def rekey(store: ObjectStore) -> Iterator[Rekeyed]:
    """Go through all objects; where it stands, after each. Raises `SettingWrong` without an envelope."""
    if store.envelope is None:
        raise SettingWrong("store.encryption", "envelope")
    overwriting, objects, anew = store.connect(once=False), 0, 0
    for key in store.keys(""):
        anew += _close_anew(store, store.envelope, overwriting, key)
        objects += 1
        yield Rekeyed(objects=objects, closed_anew=anew, waiting=0)
    yield Rekeyed(objects=objects, closed_anew=anew, waiting=_waiting(store.beside("seals"), store.envelope))


def _close_anew(store: ObjectStore, envelope: Envelope, overwriting: Minio, key: str) -> bool:
    """The bytes change places in one PUT: nothing is ever missing."""
    if not envelope.is_of_older_key(_read(store, key, length=_HEAD_BYTES)[0]):
        return False
    stored, headers = _read(store, key)
    closed = envelope.close_anew(stored)
    if closed is None:
        return False
    with store.translated(key, "put"):
        overwriting.put_object(
            store.bucket,
            key,
            io.BytesIO(closed),
            len(closed),
            headers.get("content-type", "application/octet-stream"),
            metadata={"sha256": headers.get(_SHA256, "")},
            part_size=max(len(closed), _LEAST_PART),
        )
    return True


def _waiting(beside: ObjectStore, envelope: Envelope) -> int:
    if not beside.is_there():
        return 0
    with beside.translated(beside.bucket):
        versions = beside.sdk.list_objects(beside.bucket, recursive=True, include_version=True)
        return sum(
            envelope.is_of_older_key(_read(beside, str(entry.object_name), entry, length=_HEAD_BYTES)[0])
            for entry in versions
            if not entry.is_delete_marker
        )


def _read(
    store: ObjectStore, key: str, version: Object | None = None, *, length: int = 0
) -> tuple[bytes, Any]:
    """The bytes as they lie there, all or the first of them, and the headers beside."""
    with store.translated(key, "get"):
        response = store.sdk.get_object(
            store.bucket, key, length=length, version_id=version.version_id if version else None
        )
        try:
            return bytes(response.read()), response.headers
        finally:
            response.close()
            response.release_conn()
