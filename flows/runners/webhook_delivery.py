"""Programs told of verified papers: signed messages (Standard Webhooks), tried again until they are taken.

A receiver is somebody else's: it has some seconds in all, only the status of its answer is read, and it
is spoken to at an address that was looked at before, so that no name leads into our own network unasked.
"""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import httpx
from standardwebhooks.webhooks import Webhook as Signer

from schemas.environment_errors import SettingWrong
from schemas.errors import StoreFailed
from schemas.logs import LogLevel
from schemas.paper import Paper
from schemas.program import Webhook
from schemas.settings import Settings
from storage.access.webhooks import Delivery, Webhooks
from storage.archive.archive import Archive
from storage.audit.timestamps import stamp_last_seal
from storage.database.leases import held
from storage.logs import log_event

Networks = Sequence[IPv4Network | IPv6Network]
_TOTAL_SECONDS = 5.0
_LOOK_SECONDS = 1.0
_STAMP_SECONDS = 300.0
_TAKEN = range(200, 300)
_PORTS = {"http": 80, "https": 443}


def keep_telling(archive: Archive, settings: Settings, stop: threading.Event) -> None:
    """Tell until `stop` is set, and have seals stamped; of several processes of an archive one at a time."""
    stamp_at = time.monotonic()
    while not stop.wait(_LOOK_SECONDS):
        with suppress(StoreFailed, SettingWrong), held(archive.database, "webhooks") as mine:
            if mine:
                tell_webhooks(archive, settings.webhooks.networks)
                if time.monotonic() >= stamp_at:
                    stamp_at = time.monotonic() + _STAMP_SECONDS
                    stamp_last_seal(archive, settings.seal)


def tell_webhooks(archive: Archive, networks: Networks) -> int:
    """Tell every webhook that is due what it does not know yet; how many messages were taken.

    A message names the paper, its revision, type, dossier and unit: never a person. Its id stays the same
    however often it is sent. With it goes the hash of the trail at that event, for the receiver to keep.
    """
    hooks, taken = Webhooks(archive), 0
    for hook in hooks.due():
        for telling in hooks.untold(hook):
            if telling.paper and not _send(hook, telling, telling.paper, networks):
                hooks.failed(hook)
                log_event("webhook.failed", level=LogLevel.WARNING, webhook=hook.id, number=telling.number)
                break
            taken += bool(telling.paper)
            hooks.told(hook, telling.number)
    return taken


def check_address(url: str, networks: Networks) -> None:
    """Raises `SettingWrong` when `url` is none of a web server, or leads where the settings do not allow."""
    try:
        asyncio.run(_address_of(httpx.URL(url), networks))
    except (OSError, httpx.InvalidURL) as error:
        raise SettingWrong(url, f"{error}; SOHOA_WEBHOOKS__NETWORKS='[\"10.0.0.0/8\"]'") from error


def _send(hook: Webhook, telling: Delivery, paper: Paper, networks: Networks) -> bool:
    message = {
        "type": "paper.verified",
        "timestamp": telling.at.isoformat(),
        "data": {
            "paper": paper.id,
            "revision": paper.revision,
            "document_type": paper.document_type,
            "dossier": paper.dossier_id,
            "unit": telling.unit,
        },
        "trail": {"event": telling.number, "sha256": telling.digest},
    }
    body, at, name = json.dumps(message), datetime.now(UTC), f"{hook.id}.{telling.number}"
    headers = {
        "content-type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Signer(hook.secret).sign(name, at, body),
    }
    try:
        return asyncio.run(_post(httpx.URL(hook.url), body.encode(), headers, networks)) in _TAKEN
    except (OSError, TimeoutError, httpx.HTTPError, httpx.InvalidURL):
        return False


async def _post(url: httpx.URL, body: bytes, headers: dict[str, str], networks: Networks) -> int:
    """The status of the answer, of which nothing else is read; all of it within the seconds it has."""
    async with asyncio.timeout(_TOTAL_SECONDS):
        address = await _address_of(url, networks)
        named = {"host": url.netloc.decode("ascii"), **headers}
        async with (
            httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=_TOTAL_SECONDS) as client,
            client.stream(
                "POST",
                url.copy_with(host=str(address)),
                content=body,
                headers=named,
                extensions={"sni_hostname": url.host},
            ) as answer,
        ):
            return answer.status_code


async def _address_of(url: httpx.URL, networks: Networks) -> IPv4Address | IPv6Address:
    """Where `url` leads: an address of the public network, or of `networks`. Raises `OSError`."""
    if url.scheme not in _PORTS or not url.host:
        raise OSError("not an address of a web server")
    port = url.port or _PORTS[url.scheme]
    loop = asyncio.get_running_loop()
    entries = await loop.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
    addresses = [ip_address(str(entry[4][0]).partition("%")[0]) for entry in entries]
    for address in addresses:
        if address.is_global or any(address in network for network in networks):
            return address
    raise OSError(f"{addresses[0] if addresses else url.host} is a private address")
