"""The queue: which paper is next, and who has it.

A paper is claimed by one person at a time: a lease that ends when nothing happens for a while.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Exists, Select, and_, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from rules.review.answers import Policy, blind_fields
from schemas.account import Account
from schemas.base.model import Frozen
from schemas.catalogue import document_types
from schemas.document_type import ValueKind
from schemas.paper import Paper, State
from storage.database.engine import Database
from storage.database.leases import end_lease, lease_holder, take_lease
from storage.database.scope import in_units
from storage.database.tables.accounts import LeaseRow
from storage.database.tables.intake import BatchRow
from storage.database.tables.papers import HandRow, PaperRow

IDLE_SECONDS = 600.0
"""A claimed paper is anybody's again after so long without a sign of its person."""


class QueueFilter(Frozen):
    """Which part of the queue a person works on; empty: all of it."""

    batch_id: str = ""
    document_type: str = ""


class QueueGroup(Frozen):
    """What lies in the queue, of one batch and type."""

    batch_id: str
    batch_name: str
    document_type: str
    papers: int
    doubts: int


@dataclass(frozen=True)
class Queue:
    """The queue as one person sees it: papers of their units, that they may settle."""

    database: Database
    account: Account
    policy: Policy

    def heaps(self) -> list[QueueGroup]:
        """The queue of the person's units by batch and type, oldest batch first."""
        query = (
            select(
                PaperRow.batch_id,
                BatchRow.name,
                PaperRow.document_type,
                func.count(),
                func.sum(PaperRow.doubts),
            )
            .join(BatchRow, BatchRow.id == PaperRow.batch_id)
            .where(PaperRow.state == State.NEEDS_REVIEW, in_units(PaperRow.unit, self.account.unit))
            .group_by(PaperRow.batch_id, BatchRow.name, BatchRow.created_at, PaperRow.document_type)
            .order_by(BatchRow.created_at, PaperRow.document_type)
        )
        with self.database.session() as session:
            rows = session.execute(query).all()
        return [
            QueueGroup(batch_id=b, batch_name=n, document_type=t, papers=c, doubts=d)
            for b, n, t, c, d in rows
        ]

    def left(self) -> int:
        """How many papers of the person's units wait."""
        query = select(func.count()).where(
            PaperRow.state == State.NEEDS_REVIEW, in_units(PaperRow.unit, self.account.unit)
        )
        with self.database.session() as session:
            return session.scalar(query) or 0

    def claim_next(self, wanted: QueueFilter) -> str | None:
        """Id of the paper this person has begun, else of the next one free; None when there is none.

        What blocks most comes first: the oldest paper, then the rest of its dossier.
        """
        begun: str | None
        with self.database.session() as session:
            begun = session.scalar(self._claimable(wanted, own=True).limit(1))
            if begun:
                take_lease(session, paper_lease(begun), self.account.login, IDLE_SECONDS)
                return begun
        skipped: list[str] = []
        while True:
            with self.database.session() as session:
                free = self._claimable(wanted, own=False).where(PaperRow.id.not_in(skipped)).limit(1)
                paper_id: str | None = session.scalar(free)
                if paper_id is None or self._take(session, paper_id):
                    return paper_id
                skipped.append(paper_id)

    def claim_alike(self, kind: ValueKind, wanted: QueueFilter, most: int) -> list[tuple[Paper, str]]:
        """Papers with their doubtful fields of one kind, claimed, for a look at all of them together."""
        with self.database.session() as session:
            records = session.scalars(
                self._claimable(wanted, own=False, of=PaperRow.record).limit(10 * most)
            ).all()
        found: list[tuple[Paper, str]] = []
        for paper in map(Paper.model_validate, records):
            rules = document_types()[paper.document_type]
            blind = blind_fields(rules, paper, self.policy)
            names = [
                name
                for name, field in paper.fields.items()
                if field.needs_review
                and field.value is not None
                and rules.fields[name].kind is kind
                and name not in blind
            ]
            with self.database.session() as session:
                if names and len(found) + len(names) <= most and self._take(session, paper.id):
                    found += [(paper, name) for name in names]
        return found

    def claim(self, paper_id: str, *, answered: bool = False) -> str:
        """Take this paper, or keep it; who has it otherwise. An empty string means: this person.

        A paper that this person has answered, and that waits for another, is not theirs any more (their own
        name is returned): a check sent while they typed may arrive after the answer. `answered` takes it.
        """
        with self.database.session() as session:
            if not take_lease(session, paper_lease(paper_id), self.account.login, IDLE_SECONDS):
                return lease_holder(session, paper_lease(paper_id))
            if answered or not self._waits_for_another(session, paper_id):
                return ""
            end_lease(session, paper_lease(paper_id), self.account.login)
            return self.account.login

    def release(self, paper_id: str) -> None:
        """Put the paper back; its draft stays."""
        with self.database.session() as session:
            end_lease(session, paper_lease(paper_id), self.account.login)

    def _take(self, session: Session, paper_id: str) -> bool:
        """Claim a paper that was free a moment ago, unless somebody settled it and let it go since."""
        if not take_lease(session, paper_lease(paper_id), self.account.login, IDLE_SECONDS):
            return False
        still = self._claimable(QueueFilter(), own=True).where(PaperRow.id == paper_id)
        if session.scalar(still) is None:
            end_lease(session, paper_lease(paper_id), self.account.login)
            return False
        return True

    def _waits_for_another(self, session: Session, paper_id: str) -> bool:
        waits = PaperRow.state == State.NEEDS_REVIEW
        query = select(self._hand()).where(PaperRow.id == paper_id, waits)
        return bool(session.scalar(query))

    def _hand(self) -> Exists:
        """Whether this person had a hand in the paper of the row."""
        return exists().where(HandRow.paper_id == PaperRow.id, HandRow.login == self.account.login)

    def _claimable(
        self, wanted: QueueFilter, *, own: bool, of: InstrumentedAttribute[Any] = PaperRow.id
    ) -> Select[tuple[Any]]:
        """Papers free for this person, or those they have, what blocks most first; `of` each, one column."""
        mine = aliased(LeaseRow)
        lease_name = "paper:" + PaperRow.id
        held = and_(mine.name == lease_name, mine.until > _now())
        own_lease = exists().where(held, mine.holder == self.account.login)
        others = exists().where(held, mine.holder != self.account.login)
        query = select(of).where(
            PaperRow.state == State.NEEDS_REVIEW,
            in_units(PaperRow.unit, self.account.unit),
            own_lease if own else ~others,
            ~self._hand(),
        )
        if wanted.batch_id:
            query = query.where(PaperRow.batch_id == wanted.batch_id)
        if wanted.document_type:
            query = query.where(PaperRow.document_type == wanted.document_type)
        return query.order_by(PaperRow.read_at, PaperRow.dossier_id, PaperRow.number)


def paper_lease(paper_id: str) -> str:
    """Name of the lease on a paper."""
    return f"paper:{paper_id}"


def _now() -> datetime:
    return datetime.now(UTC)
