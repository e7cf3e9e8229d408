"""Who wants to be told of verified papers, and what they have not been told yet.

The audit trail is the queue: each webhook remembers how far in it it was told, so that nothing is told
out of order and nothing is lost while a receiver is down.
"""

import base64
import secrets
from datetime import UTC, datetime, timedelta
from itertools import takewhile

from sqlalchemy import delete, func, or_, select

from rules.access.permissions import sees_unit
from schemas.base.ids import derive_id
from schemas.base.model import Frozen
from schemas.errors import NotOnRecord
from schemas.paper import Paper, State
from schemas.program import Webhook
from schemas.request_errors import AlreadyExists
from storage.archive.archive import Archive
from storage.database.engine import Database
from storage.database.tables.papers import DossierRow
from storage.database.tables.reuse import WebhookRow
from storage.database.tables.trail import AuditRow

_AT_ONCE = 500
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=1)
_TOLD = "paper.settle"


class Delivery(Frozen):
    """One thing to tell: an event of the trail, and what became of the paper; None when it is not told."""

    number: int
    digest: str
    """SHA-256 of the event, which holds all of the trail before it."""
    at: datetime
    paper: Paper | None = None
    unit: str = ""


class Webhooks:
    """All of them."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._database: Database = archive.database

    def add(self, url: str, unit: str) -> Webhook:
        """A new one, told of what happens from now on. Raises `AlreadyExists` when the URL is taken."""
        secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
        with self._database.session() as session:
            if session.scalar(select(WebhookRow.id).where(WebhookRow.url == url)):
                raise AlreadyExists(url)
            told = session.scalar(select(func.max(AuditRow.number))) or 0
            name = derive_id("webhook", url, secret)
            row = WebhookRow(id=name, url=url, unit=unit, secret=secret, told=told, failures=0, next_at=None)
            session.add(row)
            return _webhook(row)

    def all(self) -> list[Webhook]:
        """Every one, by address."""
        with self._database.session() as session:
            return [_webhook(row) for row in session.scalars(select(WebhookRow).order_by(WebhookRow.url))]

    def due(self) -> list[Webhook]:
        """Those that may be tried now."""
        now = datetime.now(UTC)
        query = select(WebhookRow).where(or_(WebhookRow.next_at.is_(None), WebhookRow.next_at <= now))
        with self._database.session() as session:
            return [_webhook(row) for row in session.scalars(query.order_by(WebhookRow.url))]

    def remove(self, url: str) -> None:
        """Tell it nothing more. Raises `NotOnRecord`."""
        with self._database.session() as session:
            found = session.scalar(select(WebhookRow).where(WebhookRow.url == url))
            if found is None:
                raise NotOnRecord(url)
            session.execute(delete(WebhookRow).where(WebhookRow.url == url))

    def untold(self, hook: Webhook) -> list[Delivery]:
        """What the webhook was not told yet, oldest first; events that are not its business too.

        It ends before a number that is not indexed yet: its writer is about to.
        """
        query = select(AuditRow).where(AuditRow.number > hook.told).order_by(AuditRow.number)
        with self._database.session() as session:
            rows = session.scalars(query.limit(_AT_ONCE)).all()
        unbroken = takewhile(lambda pair: pair[1].number == pair[0], enumerate(rows, hook.told + 1))
        return [self._telling(hook, row) for _, row in unbroken]

    def told(self, hook: Webhook, number: int) -> None:
        """It was told everything up to that event."""
        with self._database.session() as session:
            row = session.get(WebhookRow, hook.id)
            if row:
                row.told, row.failures, row.next_at = number, 0, None

    def failed(self, hook: Webhook) -> None:
        """It did not answer: try again later, each time after twice as long, up to an hour."""
        with self._database.session() as session:
            row = session.get(WebhookRow, hook.id)
            if row:
                wait = min(_FIRST_WAIT * 2 ** min(row.failures, 20), _LONGEST_WAIT)
                row.failures, row.next_at = row.failures + 1, datetime.now(UTC) + wait

    def _telling(self, hook: Webhook, event: AuditRow) -> Delivery:
        key = event.record.get("record") if event.action == _TOLD else None
        if key is None:
            return Delivery(number=event.number, digest=event.digest, at=event.at)
        paper = self._archive.get_record(key, Paper)
        with self._database.session() as session:
            unit = session.scalar(select(DossierRow.unit).where(DossierRow.id == paper.dossier_id)) or ""
        wanted = paper.state is State.VERIFIED and sees_unit(hook.unit, unit)
        return Delivery(
            number=event.number, digest=event.digest, at=event.at, paper=paper if wanted else None, unit=unit
        )


def _webhook(row: WebhookRow) -> Webhook:
    return Webhook(
        id=row.id,
        url=row.url,
        unit=row.unit,
        secret=row.secret,
        told=row.told,
        failures=row.failures,
        next_at=row.next_at,
    )
