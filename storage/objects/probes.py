"""Requests that only checks of a server make: past what `ObjectStore` lets anybody do."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from schemas.request_errors import NotAllowed
from storage.objects.store import ObjectStore

_LINK = timedelta(minutes=1)


def remove_probe(store: ObjectStore, key: str) -> None:
    """Remove what a check of the server put; nothing else is ever removed. Raises `NotAllowed`."""
    if not key.startswith("."):
        raise NotAllowed(key)
    with store.translated(key):
        store.sdk.remove_object(store.bucket, key)


def put_raw(store: ObjectStore, key: str, content: bytes, headers: dict[str, str]) -> int:
    """The status the server gives a PUT with exactly these headers."""
    with store.translated(key):
        url = store.sdk.get_presigned_url("PUT", store.bucket, key, _LINK)
        return store.http.request("PUT", url, body=content, headers=headers).status


def clock_of(store: ObjectStore) -> datetime:
    """The server's time, as its answers tell it."""
    with store.translated(store.bucket):
        told = store.http.request("GET", store.url)
    return parsedate_to_datetime(told.headers["date"])
