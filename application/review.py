"""The clerk's desk: what was answered on a paper, and what became of it.

A settlement writes the next revision under its own number, write-once: of two who settle the same
revision one wins, and the other is told.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, select

from rules.access.permissions import reach_of
from rules.review.answers import Policy, apply_answers, dismiss, same_content, take_back
from schemas.account import Account, Actor
from schemas.audit_event import Event
from schemas.base.ids import sha256_of
from schemas.catalogue import document_types
from schemas.errors import NotOnRecord
from schemas.paper import Paper, State
from schemas.request_errors import NotTakenBack, RecordChanged
from schemas.review import Draft, FieldAnswer
from schemas.store_errors import ObjectExists, ObjectMissing
from schemas.submission import ReuseEvent
from storage import keys
from storage.archive.archive import Archive, record_bytes
from storage.database.engine import Database
from storage.database.leases import end_lease
from storage.database.scope import in_units
from storage.database.tables.accounts import DraftRow
from storage.database.tables.papers import PaperRow
from storage.queues.reviews import paper_lease
from storage.records.papers import catch_up
from storage.records.submissions import find_uses

_TRIES = 3


@dataclass(frozen=True)
class Review:
    """The desk of one person."""

    archive: Archive
    account: Account
    policy: Policy

    def paper(self, paper_id: str) -> Paper:
        """A paper of the person's units. Raises `NotOnRecord`: also for those of others."""
        query = select(PaperRow.record, PaperRow.state).where(
            PaperRow.id == paper_id, in_units(PaperRow.unit, reach_of(self.account))
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

    def submit_answers(self, paper_id: str, base: int, said: Mapping[str, FieldAnswer], by: Actor) -> Paper:
        """Hand in answers given on revision `base`. Raises `RecordChanged`: nothing is overwritten."""

        def answered(paper: Paper) -> Paper:
            kind = document_types()[paper.document_type]
            return apply_answers(kind, paper, said, by, _now(), self.policy)

        return self._change(paper_id, base, answered, by, "paper.settle", " ".join(sorted(said)))

    def dismiss(self, paper_id: str, base: int, state: State, by: Actor) -> Paper:
        """Send the paper back to the scanner, or out of the dossier. Raises `RecordChanged`."""

        def dismissed(paper: Paper) -> Paper:
            return dismiss(paper, state, by, _now())

        return self._change(paper_id, base, dismissed, by, f"paper.{state}", "")

    def take_back(self, paper_id: str, base: int, by: Actor) -> Paper:
        """Undo what this person said last of the paper, and give them their answers to mend.

        Raises `NotTakenBack` when others spoke, or used the paper, since; `RecordChanged`.
        """
        now = self._unchanged(paper_id, base)
        before = self._before_last_word(now)
        used = [u for u in find_uses(self._database, paper_id=paper_id) if isinstance(u, ReuseEvent)]
        if before is None or (now.settled_at and any(use.at >= now.settled_at for use in used)):
            raise NotTakenBack(paper_id[:8])

        def taken_back(paper: Paper) -> Paper:
            return take_back(paper, before, by)

        after = self._change(paper_id, base, taken_back, by, "paper.take_back", "")
        answers = {
            name: FieldAnswer(answer=field.answer, value=field.value)
            for name, field in now.fields.items()
            if field.answer and by.login in field.confirmed_by and field != before.fields.get(name)
        }
        self.keep_draft(paper_id, Draft(revision=after.revision, answers=answers))
        return after

    def _before_last_word(self, paper: Paper) -> Paper | None:
        """The revision before a person spoke last; machines may have made PDFs in between."""
        earlier = self.revisions(paper)[1:]
        return next((one for one in earlier if one.settled_at != paper.settled_at), None)

    def revisions(self, paper: Paper) -> list[Paper]:
        """All revisions of the paper, newest first: before and after of every correction."""
        numbers = range(paper.revision, 0, -1)
        return [self.archive.get_record(keys.paper(paper.id, number), Paper) for number in numbers]

    @property
    def _database(self) -> Database:
        return self.archive.database

    def _change(
        self, paper_id: str, base: int, change: Callable[[Paper], Paper], by: Actor, action: str, detail: str
    ) -> Paper:
        """Write what `change` makes of the paper; a PDF renewed in the same moment is no change."""
        for _ in range(_TRIES):
            before = self._unchanged(paper_id, base)
            after = change(before)
            digest = sha256_of(record_bytes(after))[:16]
            told = f"r{before.revision}→r{after.revision} {digest} {detail}".rstrip()
            try:
                self.archive.commit(after, Event(action=action, target=after.id, detail=told), by, new=True)
            except ObjectExists:
                catch_up(self.archive, before)
                continue
            self._let_go(after, by)
            return after
        raise RecordChanged(paper_id)

    def _unchanged(self, paper_id: str, base: int) -> Paper:
        """The paper now, when it says what revision `base` said."""
        paper = self.paper(paper_id)
        if not self.is_still_so(paper, base):
            raise RecordChanged(paper_id)
        return paper

    def _let_go(self, paper: Paper, by: Actor) -> None:
        """The paper is nobody's any more, and the answers are handed in."""
        with self._database.session() as session:
            session.execute(delete(DraftRow).where(DraftRow.paper_id == paper.id, DraftRow.login == by.login))
            end_lease(session, paper_lease(paper.id), by.login)


def _now() -> datetime:
    return datetime.now(UTC)
