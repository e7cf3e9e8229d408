"""Write-once objects in any S3. The MinIO SDK is met here, in `s3_client` and `s3_errors` alone."""

import hashlib
import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from copy import copy
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

import urllib3
from minio import Minio
from minio.commonconfig import COMPLIANCE
from minio.datatypes import Object
from minio.error import S3Error
from minio.retention import Retention
from minio.sse import SseS3

from schemas.base.ids import sha256_of
from schemas.environment_errors import SettingWrong
from schemas.request_errors import NotAllowed
from schemas.store_errors import ObjectAltered, ObjectExists, ObjectMissing, StoreUnavailable
from storage import keys
from storage.database.digests import Digests, named_digest
from storage.objects.disk_sync import DiskSync
from storage.objects.encryption import Envelope, is_closed
from storage.objects.s3_client import READY, TIMEOUT, s3_client, tls_options
from storage.objects.s3_errors import as_ours
from storage.objects.unproven import Facts, Unproven

_LEAST_PART = 5 * 1024**2
"""S3's least part size. Objects go in one PUT: a multipart upload would ignore If-None-Match."""
_PROBE = ".lock/"
_PROBE_LOCK = timedelta(minutes=1)
_LONGEST_LINK = 300
"""Seconds. Long enough to begin a download."""
_SHA256 = "x-amz-meta-sha256"


class ObjectStore:
    """One bucket. All methods raise `StoreUnavailable` when nobody answers."""

    def __init__(
        self,
        endpoint: str,
        access_key: str,
        secret_key: str,
        bucket: str,
        *,
        secure: bool = True,
        on_this_host: bool = False,
        ca_file: str = "",
        envelope: Envelope | None = None,
        sse: bool = False,
    ) -> None:
        """`envelope` encrypts here what is put there; `sse` asks the server to (SSE-S3)."""
        self.endpoint = endpoint
        self.bucket = bucket
        self._scheme = "https" if secure else "http"
        self._on_this_host = on_this_host
        self._disk = DiskSync()
        self._unproven = Unproven()
        self.envelope = envelope
        self._sse = SseS3() if sse else None
        options = tls_options(secure=secure, ca_file=ca_file)
        self.http = urllib3.PoolManager(retries=False, timeout=TIMEOUT, **options)
        """For requests that are not the SDK's: checks of the server."""
        self.digests: Digests | None = None
        """What is known of objects elsewhere; set by who opens the archive."""
        self.on_altered: Callable[[str, str, str], None] | None = None
        """Told of key, expected and present SHA-256 of an object that was altered."""
        self.connect = partial(s3_client, endpoint, access_key, secret_key, secure=secure, ca_file=ca_file)
        self._client = self.connect()

    @property
    def sdk(self) -> Minio:
        """The SDK's client, for checks of the server."""
        return self._client

    @property
    def url(self) -> str:
        """Where the server answers."""
        return f"{self._scheme}://{self.endpoint}/"

    def prepare(self, *, lockable: bool = False) -> None:
        """Make the bucket if it is not there, and prove that it can be written."""
        with self.translated(self.bucket):
            if not self._client.bucket_exists(self.bucket):
                self._client.make_bucket(self.bucket, object_lock=lockable)
            self._client.put_object(self.bucket, READY, io.BytesIO(b"ok"), 2)

    def beside(self, name: str) -> "ObjectStore":
        """Another bucket of the same server: `sohoa` → `sohoa-seals`."""
        made = copy(self)
        made.bucket = f"{self.bucket}-{name}"
        made._unproven = Unproven()  # noqa: SLF001  (its own)
        made.digests = None
        return made

    def enforces_lock(self) -> bool:
        """Whether a locked object really cannot be deleted: tried, never assumed."""
        key, until = f"{_PROBE}{uuid4()}", datetime.now(UTC) + _PROBE_LOCK
        lock = Retention(COMPLIANCE, until)
        try:
            written = self._client.put_object(self.bucket, key, io.BytesIO(b"lock"), 4, retention=lock)
        except S3Error:  # a bucket without locks, or a server that knows none
            return False
        try:
            self._client.remove_object(self.bucket, key, version_id=written.version_id)
        except S3Error as error:
            return error.code == "AccessDenied"
        return False

    def put(
        self,
        key: str,
        content: bytes,
        media_type: str = "application/octet-stream",
        *,
        locked_until: datetime | None = None,
    ) -> str:
        """Write `content` under a new key and return its SHA-256.

        Writing the same bytes again is no error. Raises `ObjectExists` when the key holds other
        bytes, `ObjectAltered` when the server received something else than was sent.
        """
        digest = sha256_of(content)
        sent = self.envelope.close(key, content) if self.envelope else content
        try:
            with self.translated(key, "put"):
                written = self._client.put_object(
                    self.bucket,
                    key,
                    io.BytesIO(sent),
                    len(sent),
                    media_type,
                    sse=self._sse,
                    metadata={"sha256": digest},
                    part_size=max(len(sent), _LEAST_PART),
                    retention=Retention(COMPLIANCE, locked_until) if locked_until else None,
                )
        except ObjectExists:
            if sha256_of(self.read(key)[0]) != digest:  # what lies there, not what lies beside it
                raise
            return digest
        etag = (written.etag or "").strip('"')
        if etag and etag != hashlib.md5(sent, usedforsecurity=False).hexdigest():
            raise ObjectAltered(key, "ETag")
        self._unproven.note(key, Facts(digest, len(sent)))
        return digest

    def put_scan(self, content: bytes) -> str:
        """Keep a file exactly as received, under its SHA-256, which is returned."""
        return self.put(keys.scan(sha256_of(content)), content)

    def get(self, key: str) -> bytes:
        """The bytes under `key`, held to what is known of them elsewhere, else to the hash beside them.

        Raises `ObjectMissing`, `ObjectAltered`: then it is on record, too.
        """
        content, stored = self.read(key)
        found = sha256_of(content)
        expected = (self.digests.expected(key) if self.digests else named_digest(key)) or stored
        if found != expected:
            if self.on_altered:
                self.on_altered(key, expected, found)
            raise ObjectAltered(key)
        return content

    def read(self, key: str) -> tuple[bytes, str]:
        """The bytes under `key`, altered or not, and the SHA-256 stored with them. Raises `ObjectMissing`.

        Of what should be in an envelope and is not, the hash beside counts for nothing: it is empty.
        """
        with self.translated(key, "get"):
            response = self._client.get_object(self.bucket, key)
            try:
                content = bytes(response.read())
                told = int(response.headers.get("content-length", len(content)))
                if len(content) != told:
                    raise StoreUnavailable(self.endpoint, f"{key}: {len(content)} of {told} bytes")
                beside = response.headers.get(_SHA256, "")
                trusted = not self.envelope or is_closed(content)
                return self._opened(key, content), beside if trusted else ""
            finally:
                response.close()
                response.release_conn()

    def _opened(self, key: str, stored: bytes) -> bytes:
        if self.envelope:
            return self.envelope.open(key, stored)
        if is_closed(stored):
            raise SettingWrong("store.encryption", f"{key} is in an envelope; its key is not in the settings")
        return stored

    def exists(self, key: str) -> bool:
        """Whether `key` holds an object."""
        try:
            self.digest(key)
        except ObjectMissing:
            return False
        return True

    def digest(self, key: str) -> str:
        """The SHA-256 that was stored with the object. Raises `ObjectMissing`."""
        return self._facts(key).sha256

    def _facts(self, key: str) -> Facts:
        """As the server tells them."""
        with self.translated(key, "stat"):
            facts = self._client.stat_object(self.bucket, key)
        metadata = {k.lower(): v for k, v in (facts.metadata or {}).items()}
        return Facts(str(metadata.get(_SHA256, "")), facts.size or 0)

    def keys(self, prefix: str = "", after: str = "") -> Iterator[str]:
        """All keys below `prefix`, in order; only those that come after `after`."""
        with self.translated(prefix or self.bucket):
            listed = self._client.list_objects(self.bucket, prefix, recursive=True, start_after=after or None)
            for entry in listed:
                if entry.object_name:
                    yield entry.object_name

    def is_there(self) -> bool:
        """Whether the bucket exists."""
        with self.translated(self.bucket):
            return bool(self._client.bucket_exists(self.bucket))

    def first_versions(self, prefix: str) -> dict[str, bytes]:
        """By key, the bytes that were put first, whatever was put over them or marked as deleted since."""
        oldest: dict[str, Object] = {}
        with self.translated(prefix):
            versions = self._client.list_objects(self.bucket, prefix, recursive=True, include_version=True)
            for entry in versions:  # the newest of a key first; times have no fractions to tell two apart
                if not entry.is_delete_marker:
                    oldest[str(entry.object_name)] = entry
            found = {}
            for name, entry in oldest.items():
                response = self._client.get_object(self.bucket, name, version_id=entry.version_id)
                try:
                    found[name] = self._opened(name, bytes(response.read()))
                finally:
                    response.close()
                    response.release_conn()
        return found

    def replace(self, key: str, content: bytes) -> None:
        """Put `content` in the place of an object that was altered or lost. Only repairs may do so."""
        with self.translated(key):
            self._client.remove_object(self.bucket, key)
        self.put(key, content)

    def remove(self, key: str, copy: str) -> None:
        """Take away what has no right to be there; a `copy` of it lies elsewhere. Raises `ObjectMissing`."""
        self.digest(copy)
        with self.translated(key):
            self._client.remove_object(self.bucket, key)

    def flush(self) -> None:
        """Return when what was put is there, and would survive a power cut.

        No server is believed: what this thread put since its last flush is asked for again. An embedded
        store does not sync its files itself; a served one answers for itself. Raises `ObjectMissing` or
        `ObjectAltered` for what was acknowledged and is not there.
        """
        self.prove()
        if self._on_this_host:
            self._disk.sync()

    def prove(self) -> None:
        """Ask again for what this thread put since the last time; as `flush`, without the sync."""
        unproven = self._unproven.take()
        for key, facts in unproven.items():
            if self._facts(key) != facts:
                raise ObjectAltered(key, "not what was put")
        if self.digests:
            self.digests.remember({key: facts.sha256 for key, facts in unproven.items()})

    def link(self, key: str, seconds: int, file_name: str) -> str:
        """A URL that hands out this one object, as a download, for so long; for whoever has it.

        Raises `NotAllowed` where objects are encrypted on our side: nobody else could open it.
        """
        if self.envelope:
            raise NotAllowed("presigned link")
        told: dict[str, str | list[str] | tuple[str]] = {
            "response-content-disposition": f'attachment; filename="{file_name}"'
        }
        with self.translated(key):
            return self._client.get_presigned_url(
                "GET", self.bucket, key, timedelta(seconds=min(seconds, _LONGEST_LINK)), response_headers=told
            )

    def translated(self, key: str, call: str = "other") -> AbstractContextManager[None]:
        """The SDK's and urllib3's exceptions as ours; the call is measured."""
        return as_ours(key, call, self.endpoint, self.bucket if self._on_this_host else "")
