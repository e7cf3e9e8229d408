"""What people prove about papers: that two numbers are one person's, that an authority ended a paper."""

from datetime import UTC, date, datetime

from sqlalchemy import select

from schemas.account import Actor
from schemas.audit_event import Event
from schemas.base.ids import derive_id
from schemas.subject import Link, Proof, Revocation, Undone
from storage.archive.archive import Archive
from storage.database.engine import Database
from storage.database.tables.reuse import LinkRow, RevocationRow, UndoneRow
from storage.database.upserts import insert_missing
from storage.index.subjects import link_row


def link_identities(archive: Archive, one: str, other: str, note: str, by: Actor) -> Link:
    """Join two identities for what an official saw (`note`); it can be undone."""
    first, second = sorted((one, other))
    at = datetime.now(UTC)
    made = Link(
        id=derive_id("link", first, second, by.login, at.isoformat()),
        one=first,
        other=second,
        proof=Proof.PERSON,
        note=note,
        by=by.login,
        at=at,
    )
    return archive.commit(made, Event(action="subject.link", target=made.id, purpose=note), by)


def unlink_identities(archive: Archive, link_id: str, reason: str, by: Actor) -> Undone:
    """A link, also one that a paper proved, counts no longer."""
    undone = Undone(of=link_id, by=by.login, at=datetime.now(UTC), reason=reason)
    return archive.commit(undone, Event(action="subject.unlink", target=link_id, purpose=reason), by)


def revoke_paper(archive: Archive, paper_id: str, since: date, source: str, by: Actor) -> Revocation:
    """A paper has no force from `since` on, by the decision that `source` names."""
    at = datetime.now(UTC)
    made = Revocation(
        id=derive_id("revocation", paper_id, at.isoformat()),
        paper_id=paper_id,
        since=since,
        source=source,
        by=by.login,
        at=at,
    )
    event = Event(action="paper.revoke", target=paper_id, purpose=source, detail=made.id)
    return archive.commit(made, event, by)


def lift_revocation(archive: Archive, revocation: Revocation, reason: str, by: Actor) -> Undone:
    """The revocation was a mistake, or was itself ended."""
    undone = Undone(of=revocation.id, by=by.login, at=datetime.now(UTC), reason=reason)
    event = Event(action="paper.unrevoke", target=revocation.paper_id, purpose=reason, detail=revocation.id)
    return archive.commit(undone, event, by)


def revocations_of(database: Database, paper_id: str) -> list[Revocation]:
    """Those of a paper that count, earliest first."""
    query = select(RevocationRow.record).outerjoin(UndoneRow, UndoneRow.of == RevocationRow.id)
    query = query.where(RevocationRow.paper_id == paper_id, UndoneRow.of.is_(None))
    with database.session() as session:
        found = [Revocation.model_validate(record) for record in session.scalars(query)]
    return sorted(found, key=lambda revocation: revocation.since)


def enter_link(database: Database, link: Link) -> None:
    """Enter a link; entering it again changes nothing."""
    with database.session() as session:
        insert_missing(session, LinkRow, [link_row(link)])


def enter_revocation(database: Database, revocation: Revocation) -> None:
    """Enter a revocation; entering it again changes nothing."""
    row: dict[str, object] = {
        "id": revocation.id,
        "paper_id": revocation.paper_id,
        "record": revocation.model_dump(mode="json"),
    }
    with database.session() as session:
        insert_missing(session, RevocationRow, [row])
