"""The SDK's client as the product needs it: objects are written once, waits have an end."""

from typing import Any

import urllib3
from minio import Minio

TIMEOUT = urllib3.Timeout(connect=10, read=30)  # `connect` also limits sending a body
READY = ".ready"
"""The one object that is written again and again: it proves that writing works."""
_RETRY = urllib3.Retry(total=2, connect=2, read=0, backoff_factor=0.2)
_CONNECTIONS = 16


class _WriteOnce(urllib3.PoolManager):
    """Adds `If-None-Match: *` to every PUT of an object: the SDK itself has no word for it."""

    def urlopen(self, method: str, url: str, redirect: bool = True, **kw: Any) -> Any:  # type: ignore[override]
        is_object = "?" not in url and url.split("://", 1)[-1].count("/") > 1
        if method == "PUT" and is_object and not url.endswith(f"/{READY}"):
            kw["headers"] = {**(kw.get("headers") or {}), "If-None-Match": "*"}
        return super().urlopen(method, url, redirect, **kw)


def tls_options(*, secure: bool, ca_file: str) -> dict[str, Any]:
    """How a server proves who it is: by `ca_file`, or by the authorities that Debian knows."""
    return {"cert_reqs": "CERT_REQUIRED", "ca_certs": ca_file or None} if secure else {}


def s3_client(
    endpoint: str, access_key: str, secret_key: str, *, secure: bool, ca_file: str, once: bool = True
) -> Minio:
    """A client whose PUT of an object is refused where there is something; not so with `once` off."""
    kind = _WriteOnce if once else urllib3.PoolManager
    options = tls_options(secure=secure, ca_file=ca_file)
    pool = kind(timeout=TIMEOUT, retries=_RETRY, maxsize=_CONNECTIONS, **options)
    return Minio(endpoint, access_key, secret_key, secure=secure, region="us-east-1", http_client=pool)
