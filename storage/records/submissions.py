"""Submissions and what was used for them, as objects and rows."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rules.access.permissions import sees_unit
from rules.fields.numbers import check_dossier_code
from schemas.account import Actor
from schemas.audit_event import Event
from schemas.base.ids import derive_id
from schemas.base.timezone import HANOI
from schemas.errors import NotOnRecord
from schemas.request_errors import ReuseRefused, SubmissionRefused
from schemas.subject import Undone
from schemas.submission import AskedAnyway, ReuseEvent, Submission
from storage import keys
from storage.archive.archive import Archive
from storage.database.engine import Database
from storage.database.tables.reuse import SubmissionRow, UndoneRow, UseRow
from storage.database.upserts import insert_missing
from storage.index.register_links import meet

_TRIES = 1000
_LEAST_ID = 6
Use = TypeVar("Use", ReuseEvent, AskedAnyway)


def open_submission(archive: Archive, made: Submission, by: Actor) -> Submission:
    """Write a submission under its code, or find the same one. Raises `SubmissionRefused`."""
    if made.code:
        if check_dossier_code(made.code):
            raise SubmissionRefused(made.code)
        return _keep(archive, made, by)
    day = f"{made.opened_at.astimezone(HANOI):%y%m%d}"
    first = _count(archive.database, made.unit, day) + 1
    for number in range(first, first + _TRIES):
        named = made.with_changes(code=f"{made.unit}-{day}-{number:04d}", provisional=True)
        if not archive.store.exists(keys.submission(_id(named.code))):
            try:
                return _keep(archive, named, by, anew=True)
            except SubmissionRefused:  # another official was given this number in the same moment
                continue
    raise SubmissionRefused(made.unit)


def find_submission(database: Database, name: str, reach: str | None) -> Submission:
    """By code or id, of a unit in `reach`; without one, of any, and by the beginning of its id too.

    Raises `NotOnRecord`: also for those of others, and for a beginning that several have.
    """
    named = (SubmissionRow.code == name) | (SubmissionRow.id == name)
    if reach is None and len(name) >= _LEAST_ID:
        named |= SubmissionRow.id.startswith(name, autoescape=True)
    with database.session() as session:
        records = session.scalars(select(SubmissionRow.record).where(named).limit(2)).all()
    submission = Submission.model_validate(records[0]) if len(records) == 1 else None
    if submission is None or (reach is not None and not sees_unit(reach, submission.unit)):
        raise NotOnRecord(name)
    return submission


def find_uses(
    database: Database, *, submission_id: str = "", paper_id: str = ""
) -> list[ReuseEvent | AskedAnyway]:
    """Uses of a submission or of a paper that were not undone, oldest first."""
    query = select(UseRow.kind, UseRow.record).outerjoin(UndoneRow, UndoneRow.of == UseRow.id)
    query = query.where(UndoneRow.of.is_(None)).order_by(UseRow.at, UseRow.id)
    if submission_id:
        query = query.where(UseRow.submission_id == submission_id)
    if paper_id:
        query = query.where(UseRow.paper_id == paper_id)
    with database.session() as session:
        return [
            AskedAnyway.model_validate(record) if kind == "asked" else ReuseEvent.model_validate(record)
            for kind, record in session.execute(query)
        ]


def submissions_of(database: Database, ids: Sequence[str]) -> dict[str, Submission]:
    """Those submissions by id."""
    with database.session() as session:
        records = session.scalars(select(SubmissionRow.record).where(SubmissionRow.id.in_(ids)))
        return {one.id: one for one in map(Submission.model_validate, records)}


def newest_submissions(database: Database, unit: str, limit: int) -> list[Submission]:
    """The latest ones of a unit."""
    query = select(SubmissionRow.record).where(SubmissionRow.unit == unit)
    with database.session() as session:
        records = session.scalars(query.order_by(SubmissionRow.opened_at.desc()).limit(limit))
        return [Submission.model_validate(record) for record in records]


def keep_use(archive: Archive, use: Use, event: Callable[[Use], Event], by: Actor) -> Use:
    """Write what was used for a component, with its event; served by the same already, that is returned.

    Raises `ReuseRefused` when something else serves the component.
    """

    def accept(kept: ReuseEvent | AskedAnyway) -> None:
        if not isinstance(kept, type(use)) or _said(kept) != _said(use):
            raise ReuseRefused(f"{use.submission_id[:8]} {use.component}")

    for number in range(_TRIES):
        named = use.with_changes(id=derive_id("use", use.submission_id, use.component, number))
        if not archive.store.exists(keys.undone(named.id)):
            return archive.commit(named, event(named), by, accept=accept)
    raise ReuseRefused(f"{use.submission_id[:8]} {use.component}")


def enter_submission(database: Database, submission: Submission) -> None:
    """Enter a submission; entering it again changes nothing."""
    row: dict[str, object] = {
        "id": submission.id,
        "code": submission.code,
        "unit": submission.unit,
        "procedure": submission.procedure,
        "opened_at": submission.opened_at,
        "record": submission.model_dump(mode="json"),
    }
    with database.session() as session:
        insert_missing(session, SubmissionRow, [row])


def enter_use(database: Database, use: ReuseEvent | AskedAnyway) -> None:
    """Enter a use; entering it again changes nothing."""
    row: dict[str, object] = {
        "id": use.id,
        "submission_id": use.submission_id,
        "component": use.component,
        "kind": use.kind,
        "paper_id": use.paper_id if isinstance(use, ReuseEvent) else "",
        "at": use.at,
        "record": use.model_dump(mode="json"),
    }
    with database.session() as session:
        insert_missing(session, UseRow, [row])
        _meet(session, use.submission_id)


def enter_undone(database: Database, undone: Undone) -> None:
    """Enter that something no longer counts."""
    with database.session() as session:
        insert_missing(session, UndoneRow, [{"of": undone.of, "record": undone.model_dump(mode="json")}])
        _meet(session, session.scalar(select(UseRow.submission_id).where(UseRow.id == undone.of)))


def _meet(session: Session, submission_id: str | None) -> None:
    meet(session, [session.scalar(select(SubmissionRow.code).where(SubmissionRow.id == submission_id))])


def _keep(archive: Archive, made: Submission, by: Actor, *, anew: bool = False) -> Submission:
    named = made.with_changes(id=_id(made.code))
    same = ("procedure", "case", "parties", "facts", "unit", *(("opened_at",) if anew else ()))

    def accept(kept: Submission) -> None:
        if any(getattr(kept, name) != getattr(named, name) for name in same):
            raise SubmissionRefused(made.code)

    event = Event(action="submission.open", target=named.id, detail=named.procedure)
    return archive.commit(named, event, by, accept=accept)


def _said(use: ReuseEvent | AskedAnyway) -> tuple[str, str]:
    return (use.kind, use.paper_id if isinstance(use, ReuseEvent) else use.reason)


def _count(database: Database, unit: str, day: str) -> int:
    query = select(func.count()).where(SubmissionRow.code.startswith(f"{unit}-{day}-", autoescape=True))
    with database.session() as session:
        return session.scalar(query) or 0


def _id(code: str) -> str:
    """Id of the submission with that code: no two share one."""
    return derive_id("submission", code)


def usual_procedures(database: Database, unit: str) -> dict[str, int]:
    """How often a unit received each procedure, by code."""
    query = select(SubmissionRow.procedure, func.count()).where(SubmissionRow.unit == unit)
    with database.session() as session:
        return dict(session.execute(query.group_by(SubmissionRow.procedure)).tuples().all())
