"""The clerk's desk: which paper is next, who has it, what was answered, what became of it.

A paper is claimed by one person at a time: a lease that ends when nothing happens for a while. A
settlement writes the next revision under its own number, write-once: of two who settle the same
revision one wins, and the other is told.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import Field
from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from rules.settling import Policy, Said, blind_fields, dismiss, same_content, settle
from schemas.account import Account, Actor
from schemas.catalogue import document_types
from schemas.document_type import Kind
from schemas.errors import NotOnRecord, ObjectExists, ObjectMissing, RecordChanged
from schemas.frozen import Frozen
from schemas.paper import Paper, State
from storage import keys
from storage.archive import Archive
from storage.database import Database
from storage.leases import end_lease, lease_holder, take_lease
from storage.ledger import set_page, set_paper
from storage.reindex import pages_of_paper, paper_text
from storage.tables import BatchRow, DraftRow, HandRow, LeaseRow, PaperRow

_TRIES = 3
IDLE_SECONDS = 600.0
"""A claimed paper is anybody's again after so long without a sign of its person."""


class Wanted(Frozen):
    """Which part of the queue a person works on; empty: all of it."""

    batch_id: str = ""
    document_type: str = ""


class Heap(Frozen):
    """What lies in the queue, of one batch and type."""

    batch_id: str
    batch_name: str
    document_type: str
    papers: int
    doubts: int


class Draft(Frozen):
    """Answers given on a revision of a paper and not handed in yet."""

    revision: int
    answers: dict[str, Said] = Field(default_factory=dict)
    keystrokes: int = 0


@dataclass(frozen=True)
class Desk:
    """The desk of one person."""

    archive: Archive
    account: Account
    policy: Policy

    def heaps(self) -> list[Heap]:
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
        with self._database.session() as session:
            rows = session.execute(query).all()
        return [Heap(batch_id=b, batch_name=n, document_type=t, papers=c, doubts=d) for b, n, t, c, d in rows]

    def left(self) -> int:
        """How many papers of the person's units wait."""
        query = select(func.count()).where(
            PaperRow.state == State.NEEDS_REVIEW, in_units(PaperRow.unit, self.account.unit)
        )
        with self._database.session() as session:
            return session.scalar(query) or 0

    def claim_next(self, wanted: Wanted) -> str | None:
        """Id of the paper this person has begun, else of the next one free; None when there is none.

        What blocks most comes first: the oldest paper, then the rest of its dossier.
        """
        begun: str | None
        with self._database.session() as session:
            begun = session.scalar(self._claimable(wanted, own=True).limit(1))
            if begun:
                take_lease(session, _lease(begun), self.account.login, IDLE_SECONDS)
                return begun
        skipped: list[str] = []
        while True:
            with self._database.session() as session:
                free = self._claimable(wanted, own=False).where(PaperRow.id.not_in(skipped)).limit(1)
                paper_id: str | None = session.scalar(free)
                if paper_id is None or self._take(session, paper_id):
                    return paper_id
                skipped.append(paper_id)

    def claim_alike(self, kind: Kind, wanted: Wanted, most: int) -> list[tuple[Paper, str]]:
        """Papers with their doubtful fields of one kind, claimed, for a look at all of them together."""
        with self._database.session() as session:
            records = session.scalars(
                self._claimable(wanted, own=False, of=PaperRow.record).limit(10 * most)
            ).all()
        found: list[tuple[Paper, str]] = []
        for paper in map(Paper.model_validate, records):
            rules = document_types()[paper.document_type]
            blind = blind_fields(rules, paper, self.policy)
            names = [
                name for name, field in paper.fields.items()
                if field.needs_review and field.value is not None and rules.fields[name].kind is kind
                and name not in blind
            ]  # fmt: skip
            if names and len(found) + len(names) <= most and not self.claim(paper.id):
                found += [(paper, name) for name in names]
        return found

    def claim(self, paper_id: str) -> str:
        """Take this paper, or keep it; who has it otherwise. An empty string means: this person."""
        with self._database.session() as session:
            if take_lease(session, _lease(paper_id), self.account.login, IDLE_SECONDS):
                return ""
            return lease_holder(session, _lease(paper_id))

    def release(self, paper_id: str) -> None:
        """Put the paper back; its draft stays."""
        with self._database.session() as session:
            end_lease(session, _lease(paper_id), self.account.login)

    def paper(self, paper_id: str) -> Paper:
        """A paper of the person's units. Raises `NotOnRecord`: also for those of others."""
        query = select(PaperRow.record, PaperRow.state).where(
            PaperRow.id == paper_id, in_units(PaperRow.unit, self.account.unit)
        )
        with self._database.session() as session:
            found = session.execute(query).first()
        if found is None:
            raise NotOnRecord(paper_id)
        record, state = found
        return Paper.model_validate({**record, "state": state})

    def draft(self, paper: Paper) -> Draft:
        """What this person answered on the paper before, and on which revision."""
        with self._database.session() as session:
            row = session.get(DraftRow, (paper.id, self.account.login))
            return Draft.model_validate(row.record) if row else Draft(revision=paper.revision)

    def is_still_so(self, paper: Paper, base: int) -> bool:
        """Whether the paper says what revision `base` said."""
        if base == paper.revision:
            return True
        try:
            return same_content(self.archive.get_record(keys.paper(paper.id, base), Paper), paper)
        except ObjectMissing:
            return False

    def keep_draft(self, paper_id: str, draft: Draft) -> None:
        """Keep answers, so that a closed browser loses nothing of them."""
        row = DraftRow(paper_id=paper_id, login=self.account.login, record=draft.model_dump(mode="json"))
        with self._database.session() as session:
            session.merge(row)

    def settle(self, paper_id: str, base: int, said: Mapping[str, Said], by: Actor) -> Paper:
        """Hand in answers given on revision `base`. Raises `RecordChanged`: nothing is overwritten."""

        def answered(paper: Paper) -> Paper:
            kind = document_types()[paper.document_type]
            return settle(kind, paper, said, by, _now(), self.policy)

        return self._change(paper_id, base, answered, by, "paper.settle", " ".join(sorted(said)))

    def dismiss(self, paper_id: str, base: int, state: State, by: Actor) -> Paper:
        """Send the paper back to the scanner, or out of the dossier. Raises `RecordChanged`."""

        def dismissed(paper: Paper) -> Paper:
            return dismiss(paper, state, by, _now())

        return self._change(paper_id, base, dismissed, by, f"paper.{state}", "")

    def revisions(self, paper: Paper) -> list[Paper]:
        """All revisions of the paper, newest first: before and after of every correction."""
        numbers = range(paper.revision, 0, -1)
        return [self.archive.get_record(keys.paper(paper.id, number), Paper) for number in numbers]

    @property
    def _database(self) -> Database:
        return self.archive.database

    def _take(self, session: Session, paper_id: str) -> bool:
        """Claim a paper that was free a moment ago, unless somebody had it, settled it and let it go since."""
        if not take_lease(session, _lease(paper_id), self.account.login, IDLE_SECONDS):
            return False
        still = self._claimable(Wanted(), own=True).where(PaperRow.id == paper_id)
        if session.scalar(still) is None:
            end_lease(session, _lease(paper_id), self.account.login)
            return False
        return True

    def _claimable(
        self, wanted: Wanted, *, own: bool, of: InstrumentedAttribute[Any] = PaperRow.id
    ) -> Select[tuple[Any]]:
        """Papers free for this person, or those they have, what blocks most first; `of` each, one column."""
        mine = aliased(LeaseRow)
        lease_name = "paper:" + PaperRow.id
        held = and_(mine.name == lease_name, mine.until > _now())
        own_lease = exists().where(held, mine.holder == self.account.login)
        others = exists().where(held, mine.holder != self.account.login)
        hand = exists().where(HandRow.paper_id == PaperRow.id, HandRow.login == self.account.login)
        query = select(of).where(
            PaperRow.state == State.NEEDS_REVIEW, in_units(PaperRow.unit, self.account.unit),
            own_lease if own else ~others, ~hand,
        )  # fmt: skip
        if wanted.batch_id:
            query = query.where(PaperRow.batch_id == wanted.batch_id)
        if wanted.document_type:
            query = query.where(PaperRow.document_type == wanted.document_type)
        return query.order_by(PaperRow.read_at, PaperRow.dossier_id, PaperRow.number)

    def _change(
        self, paper_id: str, base: int, change: Callable[[Paper], Paper], by: Actor, action: str, detail: str
    ) -> Paper:
        """Write what `change` makes of the paper; a PDF renewed in the same moment is no change."""
        for _ in range(_TRIES):
            before = self._unchanged(paper_id, base)
            after = change(before)
            try:
                digest = self.archive.put_record(keys.paper(after.id, after.revision), after)
            except ObjectExists:
                self._catch_up(before)
                continue
            self._settled(after, by, action, f"r{before.revision}→r{after.revision} {digest[:16]} {detail}")
            return after
        raise RecordChanged(paper_id)

    def _unchanged(self, paper_id: str, base: int) -> Paper:
        """The paper now, when it says what revision `base` said."""
        paper = self.paper(paper_id)
        if not self.is_still_so(paper, base):
            raise RecordChanged(paper_id)
        return paper

    def _settled(self, paper: Paper, by: Actor, action: str, detail: str) -> None:
        """A revision that lies in the store: flushed, on the trail, in the ledger."""
        self.archive.store.flush()
        self.archive.audit.append(action, paper.id, by, detail=detail.rstrip())
        with self._database.session() as session:
            self._enter(session, paper)
            session.execute(delete(DraftRow).where(DraftRow.paper_id == paper.id, DraftRow.login == by.login))
            end_lease(session, _lease(paper.id), by.login)

    def _enter(self, session: Session, paper: Paper) -> None:
        set_paper(session, paper_text(self.archive, paper))
        for state in pages_of_paper(paper):
            set_page(session, state)

    def _catch_up(self, known: Paper) -> None:
        """Enter a revision that the store has and the ledger lacks: its writer was interrupted."""
        newest = self.archive.get_record(keys.paper(known.id, known.revision + 1), Paper)
        with self._database.session() as session:
            row = session.scalar(select(PaperRow).where(PaperRow.id == known.id))
            if row is not None and row.revision == known.revision:
                self._enter(session, newest)


def in_units(column: InstrumentedAttribute[str], unit: str) -> ColumnElement[bool]:
    """`column` is `unit` or a unit below it; as `rules.access.sees_unit`."""
    return or_(column == unit, column.startswith(f"{unit}.", autoescape=True))


def _lease(paper_id: str) -> str:
    return f"paper:{paper_id}"


def _now() -> datetime:
    return datetime.now(UTC)
