"""The counter of one official: what is on file of somebody, what they still have to bring, what is used.

Every use is an object first and a row second; nothing of it is ever changed, only undone on record.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from pydantic import JsonValue

from rules.access.permissions import reach_of
from rules.exchange.portal_dossier import exchange_record
from rules.reuse.completeness import ReuseRequirements, check
from schemas.account import Account, Actor
from schemas.audit_event import Event
from schemas.base.model import Frozen
from schemas.base.timezone import HANOI
from schemas.completeness import Completeness, ComponentAnswer, Party, Verdict
from schemas.exchange import HoSo
from schemas.paper import Paper
from schemas.procedure import Case, Procedure
from schemas.request_errors import ReuseRefused, SubmissionRefused
from schemas.subject import Undone
from schemas.submission import AskedAnyway, AskReason, ReuseEvent, Submission, UseKind
from storage import keys
from storage.archive.archive import Archive
from storage.index.holdings import find_party
from storage.index.people_search import person_of
from storage.records import submissions
from storage.records.procedures import Procedures

_SERVED = (Verdict.ON_FILE, Verdict.BY_DATA)


class CheckRequest(Frozen):
    """What an official asks: a procedure and case, for whom, with which facts."""

    procedure: str
    case: str = ""
    parties: dict[str, str]
    facts: frozenset[str] = frozenset()


@dataclass(frozen=True)
class OneStopCounter:
    """One official's counter, or a program's that asks for them."""

    archive: Archive
    procedures: Procedures
    account: Account
    demands: ReuseRequirements

    def party(self, identity: str) -> Party:
        """Everything on file of somebody, in the official's reach."""
        return find_party(self.archive.database, identity, reach_of(self.account))

    def check(self, wanted: CheckRequest, begun: date | None = None) -> tuple[Procedure, Case, Completeness]:
        """What is on file today and what must be brought, by the edition of the day a dossier was `begun`.

        Raises `NotOnRecord`, `SubmissionRefused`.
        """
        on = today()
        procedure = self.procedures.find(wanted.procedure, begun or on)
        case = procedure.case(wanted.case)
        if case is None or not wanted.parties.keys() <= case.parties.keys():
            raise SubmissionRefused(f"{procedure.code} {wanted.case}")
        parties = {name: self.party(identity) for name, identity in wanted.parties.items() if identity}
        facts = wanted.facts & case.facts.keys()
        return procedure, case, check(procedure, case, parties, on, facts, self.demands)

    def open(self, wanted: CheckRequest, code: str, by: Actor) -> Submission:
        """Begin to receive a dossier under its code; without one a provisional code is given.

        The same dossier opened again is found. Raises `SubmissionRefused`, `NotOnRecord`.
        """
        procedure, case, _ = self.check(wanted)
        parties = tuple((name, wanted.parties[name]) for name in case.parties if wanted.parties.get(name))
        if next(iter(case.parties)) not in dict(parties):
            raise SubmissionRefused(f"{procedure.code} {case.id}")
        made = Submission(
            id="",
            code=code.strip(),
            unit=self.account.unit,
            procedure=procedure.code,
            case=case.id,
            procedure_since=procedure.in_force.since,
            facts=tuple(sorted(wanted.facts & case.facts.keys())),
            parties=parties,
            opened_at=datetime.now(UTC),
            opened_by=by.login,
        )
        return submissions.open_submission(self.archive, made, by)

    def wanted_by(self, submission: Submission) -> CheckRequest:
        """What the submission asks."""
        return CheckRequest(
            procedure=submission.procedure,
            case=submission.case,
            parties=dict(submission.parties),
            facts=frozenset(submission.facts),
        )

    def use_paper(self, submission: Submission, component: str, paper_id: str, by: Actor) -> ReuseEvent:
        """Use a paper on file for a component. Pressed twice it is one use. Raises `ReuseRefused`."""
        answer = self._answer(submission, component)
        found = next((f for f in answer.found if f.paper_id == paper_id and f.is_usable), None)
        if found is None:
            raise ReuseRefused(f"{submission.code} {component}")
        paper = self.archive.ledger.paper(found.paper_id)
        event = self._event(submission, answer, UseKind.PAPER, by).with_changes(
            paper_id=paper.id,
            revision=paper.revision,
            pdf_sha256=paper.pdf_sha256,
            values={name: field.value for name, field in paper.fields.items()},
        )
        return self._keep(event, by, paper.id)

    def use_data(
        self, submission: Submission, component: str, values: Mapping[str, JsonValue], by: Actor
    ) -> ReuseEvent:
        """Serve a component by a look-up, whose result is kept. Raises `ReuseRefused`."""
        answer = self._answer(submission, component)
        if answer.data is None:
            raise ReuseRefused(f"{submission.code} {component}")
        event = self._event(submission, answer, UseKind.DATA, by)
        return self._keep(event.with_changes(values=dict(values)), by, submission.id)

    def ask_anyway(
        self, submission: Submission, component: str, reason: AskReason, note: str, by: Actor
    ) -> AskedAnyway:
        """Ask for what the state holds all the same, for one of the law's reasons. Raises `ReuseRefused`."""
        answer = self._answer(submission, component)
        if answer.verdict not in _SERVED:
            raise ReuseRefused(f"{submission.code} {component}")
        asked = AskedAnyway(
            id="",
            submission_id=submission.id,
            component=component,
            reason=reason,
            note=note,
            shown=answer,
            unit=self.account.unit,
            by=by.login,
            at=datetime.now(UTC),
        )

        def event(kept: AskedAnyway) -> Event:
            detail = f"{kept.id} {component} {reason}"
            return Event(action="paper.asked", target=submission.id, detail=detail)

        return submissions.keep_use(self.archive, asked, event, by)

    def undo(self, submission: Submission, event_id: str, reason: str, by: Actor) -> Undone:
        """Take a use back, on the day it was made; it stays on record. Raises `ReuseRefused`."""
        event = next((e for e in self.uses(submission) if e.id == event_id), None)
        if event is None or event.at.astimezone(HANOI).date() != today():
            raise ReuseRefused(f"{submission.code} {event_id[:8]}")
        undone = Undone(of=event_id, by=by.login, at=datetime.now(UTC), reason=reason)
        return self.archive.commit(
            undone, Event(action="use.undo", target=submission.id, detail=event_id), by
        )

    def uses(self, submission: Submission) -> list[ReuseEvent | AskedAnyway]:
        """What counts of the submission's uses, oldest first."""
        return submissions.find_uses(self.archive.database, submission_id=submission.id)

    def exchange(self, submission: Submission) -> HoSo:
        """The submission as the National Portal takes it."""
        used = [use for use in self.uses(submission) if isinstance(use, ReuseEvent)]
        papers = {
            use.paper_id: self.archive.get_record(keys.paper(use.paper_id, use.revision), Paper)
            for use in used
            if use.paper_id
        }
        procedure = self.procedures.find(submission.procedure, day_of(submission))
        owner = person_of(self.archive.database, submission.parties[0][1], reach_of(self.account))
        return exchange_record(submission, procedure, owner, used, papers)

    def _answer(self, submission: Submission, component: str) -> ComponentAnswer:
        _, _, answers = self.check(self.wanted_by(submission), day_of(submission))
        answer = answers.answer(component)
        if answer is None:
            raise ReuseRefused(f"{submission.code} {component}")
        return answer

    def _event(self, submission: Submission, shown: ComponentAnswer, kind: UseKind, by: Actor) -> ReuseEvent:
        return ReuseEvent(
            id="",
            submission_id=submission.id,
            component=shown.component.id,
            kind=kind,
            shown=shown,
            purpose=f"{submission.procedure} {submission.code}",
            unit=self.account.unit,
            by=by.login,
            at=datetime.now(UTC),
        )

    def _keep(self, use: ReuseEvent, by: Actor, target: str) -> ReuseEvent:
        def event(kept: ReuseEvent) -> Event:
            detail = f"{kept.id} {kept.component} r{kept.revision}"
            return Event(action="paper.reuse", target=target, purpose=kept.purpose, detail=detail)

        return submissions.keep_use(self.archive, use, event, by)


def day_of(submission: Submission) -> date:
    """The day it was received, in Hanoi."""
    return submission.opened_at.astimezone(HANOI).date()


def today() -> date:
    """The day in Hanoi."""
    return datetime.now(HANOI).date()
