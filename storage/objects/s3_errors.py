"""What the S3 SDK and the connection below it raise, as errors of ours."""

from collections.abc import Iterator
from contextlib import contextmanager

import urllib3
from minio.error import MinioException, S3Error

from schemas.environment_errors import DiskFull
from schemas.store_errors import ObjectExists, ObjectMissing, StoreUnavailable
from storage.telemetry import timed


@contextmanager
def as_ours(key: str, call: str, endpoint: str, own_bucket: str = "") -> Iterator[None]:
    """Measures the `call` on `key`, and translates what it raises.

    `own_bucket` is named when the server is ours and on this host: what it cannot write then is a full disk.
    Raises `ObjectMissing`, `ObjectExists`, `DiskFull`, `StoreUnavailable`.
    """
    try:
        with timed("store", call):
            yield
    except S3Error as error:
        if error.code in ("NoSuchKey", "NoSuchObject", "NotFound"):
            raise ObjectMissing(key) from error
        if error.code == "PreconditionFailed":
            raise ObjectExists(key) from error
        if error.code == "InternalError" and own_bucket:
            raise DiskFull(own_bucket, str(error.code)) from error
        raise StoreUnavailable(endpoint, str(error.code)) from error
    except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
        raise StoreUnavailable(endpoint, type(error).__name__) from error
