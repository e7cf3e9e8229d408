"""Programs told of verified papers: signed messages (Standard Webhooks), tried again until they are taken."""

import json
from datetime import UTC, datetime

import requests
from standardwebhooks.webhooks import Webhook as Signer

from schemas.paper import Paper
from schemas.program import Webhook
from storage.archive import Archive
from storage.webhooks import Telling, Webhooks

_TIMEOUT_SECONDS = 5
_TAKEN = range(200, 300)


def tell_webhooks(archive: Archive) -> int:
    """Tell every webhook that is due what it does not know yet; how many messages were taken.

    A message names the paper, its revision, type, dossier and unit: never a person. Its id stays the same
    however often it is sent.
    """
    hooks, taken = Webhooks(archive), 0
    for hook in hooks.due():
        for telling in hooks.untold(hook):
            if telling.paper and not _send(hook, telling, telling.paper):
                hooks.failed(hook)
                break
            taken += bool(telling.paper)
            hooks.told(hook, telling.number)
    return taken


def _send(hook: Webhook, telling: Telling, paper: Paper) -> bool:
    told = {
        "type": "paper.verified", "timestamp": telling.at.isoformat(),
        "data": {"paper": paper.id, "revision": paper.revision, "document_type": paper.document_type,
                 "dossier": paper.dossier_id, "unit": telling.unit},
    }  # fmt: skip
    body, at, name = json.dumps(told), datetime.now(UTC), f"{hook.id}.{telling.number}"
    headers = {
        "content-type": "application/json", "webhook-id": name, "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Signer(hook.secret).sign(name, at, body),
    }  # fmt: skip
    try:
        answer = requests.post(
            hook.url, data=body.encode(), headers=headers, timeout=_TIMEOUT_SECONDS, allow_redirects=False
        )
    except requests.RequestException:
        return False
    return answer.status_code in _TAKEN
