"""Whom papers speak of, as rows: mentions, the links that papers prove, and people to search by."""

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from rules.reuse.identity import links_of, mentions_of
from schemas.base.vietnamese import fold, nfc, same_spelling
from schemas.catalogue import document_types
from schemas.paper import Paper, State
from schemas.subject import Link, Mention, SubjectKind
from storage.database.tables.reuse import LinkRow, MentionRow, PersonRow
from storage.database.upserts import insert_missing, insert_or_update

_TURN = 7_233_001
"""Name of PostgreSQL's advisory lock on people; any number of our own."""
_LEAST_TAIL = 4
"""Digits of a number that somebody may be searched by, at least."""


def enter_subjects(session: Session, paper: Paper, unit: str) -> None:
    """Enter whom a paper on file speaks of now; entering it again changes nothing."""
    kind = document_types()[paper.document_type]
    gone = paper.state is State.REJECTED
    mentions = () if gone else mentions_of(kind, paper)
    _take_turn(session)
    rows = [mention_row(mention, unit) for mention in mentions]
    known = session.scalars(select(MentionRow).where(MentionRow.paper_id == paper.id)).all()
    if [row["record"] for row in rows] != [row.record for row in known]:
        session.execute(delete(MentionRow).where(MentionRow.paper_id == paper.id))
        insert_missing(session, MentionRow, rows)
        _summarise(session, {row.identity for row in known} | {m.identity for m in mentions})
    _enter_links(session, paper.id, () if gone else links_of(kind, paper))


def forget_subjects(session: Session, paper_id: str) -> None:
    """The paper is none any more: what it said of people goes with it."""
    _take_turn(session)
    identities = session.scalars(select(MentionRow.identity).where(MentionRow.paper_id == paper_id)).all()
    session.execute(delete(MentionRow).where(MentionRow.paper_id == paper_id))
    _summarise(session, set(identities))
    _enter_links(session, paper_id, ())


def mention_row(mention: Mention, unit: str) -> dict[str, object]:
    """A mention as its row."""
    return {
        "paper_id": mention.paper_id,
        "role": mention.role,
        "identity": mention.identity,
        "folded": fold(mention.name),
        "born": mention.born,
        "numbered": bool(mention.number),
        "unit": unit,
        "record": mention.model_dump(mode="json"),
    }


def person_row(mention: Mention) -> dict[str, object]:
    """Who stands under an identity, as the weightiest mention says."""
    folded = fold(mention.name)
    first, _, given = folded.rpartition(" ")
    turned = folded if mention.kind is SubjectKind.ORGANISATION else f"{given} {first}".strip()
    tails = [mention.number[at:] for at in range(len(mention.number) - _LEAST_TAIL + 1)]
    return {
        "identity": mention.identity,
        "exact": same_spelling(mention.name),
        "folded": folded,
        "turned": turned,
        "born": mention.born,
        "words": " ".join([folded, *tails]),
        "record": {**mention.model_dump(mode="json"), "name": nfc(mention.name)},
    }


def link_row(link: Link) -> dict[str, object]:
    """A link as its row."""
    return {
        "id": link.id,
        "one": link.one,
        "other": link.other,
        "paper_id": link.paper_id,
        "record": link.model_dump(mode="json"),
    }


def _take_turn(session: Session) -> None:
    """Until the transaction ends nobody else enters people: two would overwrite each other's summaries."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_TURN)))


def _enter_links(session: Session, paper_id: str, links: tuple[Link, ...]) -> None:
    stale = delete(LinkRow).where(LinkRow.paper_id == paper_id, LinkRow.id.not_in([k.id for k in links]))
    session.execute(stale)
    insert_missing(session, LinkRow, [link_row(link) for link in links])


def _summarise(session: Session, identities: set[str]) -> None:
    """Who people find under each identity: the weightiest mention, the surest, then the first paper's."""
    found: dict[str, list[Mention]] = {identity: [] for identity in identities}
    for identity, record in session.execute(
        select(MentionRow.identity, MentionRow.record).where(MentionRow.identity.in_(identities))
    ):
        found[identity].append(Mention.model_validate(record))
    for identity, mentions in sorted(found.items()):
        best = min(
            (m for m in mentions if m.name),
            default=None,
            key=lambda m: (-m.weight, not m.sure, m.paper_id, m.role),
        )
        if best is None:
            session.execute(delete(PersonRow).where(PersonRow.identity == identity))
        else:
            insert_or_update(session, PersonRow, "identity", person_row(best))
