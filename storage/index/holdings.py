"""What is on file of somebody: their identities joined by proof, and every paper that names them."""

from collections.abc import Iterable

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from schemas.completeness import Holding, Party
from schemas.paper import Paper
from schemas.subject import Link, Mention, Revocation
from storage.database.engine import Database
from storage.database.scope import in_units
from storage.database.tables.papers import PaperRow
from storage.database.tables.reuse import LinkRow, MentionRow, RevocationRow, UndoneRow

_FARTHEST = 4
"""Proofs in a row that are followed: a person has one number now and had two or three before."""
_MOST = 500
"""Papers of one person at most; more is a number that forms print as an example."""
_FULL_DATE = 10


def find_party(database: Database, identity: str, reach: str) -> Party:
    """Everything on file of who stands under `identity`, in `reach` (a unit and those below it).

    With it come papers that share only name and full day of birth, and have no number: nobody has proven
    whose they are.
    """
    with database.session() as session:
        tiers = _tiers(session, identity)
        known = frozenset().union(*tiers)
        theirs = _mentions(session, MentionRow.identity.in_(known), reach)
        alike = {(m.folded, m.born) for m in theirs if m.folded and len(m.born) == _FULL_DATE}
        near = [
            row
            for folded, born in alike
            for row in _mentions(
                session,
                and_(MentionRow.folded == folded, MentionRow.born == born, MentionRow.numbered.is_(False)),
                reach,
            )
        ]
        papers = dict.fromkeys(row.paper_id for row in (*theirs, *near))
        return Party(tiers=tiers, holdings=tuple(_holdings(session, list(papers)[:_MOST])))


def find_links(database: Database, identities: Iterable[str]) -> list[tuple[Link, bool]]:
    """Every link at one of `identities`, undone ones too, and whether it counts."""
    known = list(identities)
    query = select(LinkRow.record, UndoneRow.of).outerjoin(UndoneRow, UndoneRow.of == LinkRow.id)
    query = query.where(or_(LinkRow.one.in_(known), LinkRow.other.in_(known))).order_by(LinkRow.id)
    with database.session() as session:
        return [(Link.model_validate(record), undone is None) for record, undone in session.execute(query)]


def find_pairs(session: Session, known: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """`known` pairs of joined identities, and those that one more proof joins to any of them."""
    pairs = set(known)
    ends = {end for pair in pairs for end in pair}
    query = (
        select(LinkRow.one, LinkRow.other)
        .outerjoin(UndoneRow, UndoneRow.of == LinkRow.id)
        .where(or_(LinkRow.one.in_(ends), LinkRow.other.in_(ends)), UndoneRow.of.is_(None))
    )
    return pairs | {(one, other) for one, other in session.execute(query)}


def _tiers(session: Session, identity: str) -> tuple[frozenset[str], ...]:
    tiers, known = [frozenset({identity})], {identity}
    while tiers[-1] and len(tiers) <= _FARTHEST:
        pairs = find_pairs(session, [(last, last) for last in tiers[-1]])
        reached = {end for pair in pairs for end in pair} - known
        known |= reached
        tiers.append(frozenset(reached))
    return tuple(tier for tier in tiers if tier)


def _mentions(session: Session, wanted: object, reach: str) -> list[MentionRow]:
    query: Select[tuple[MentionRow]] = select(MentionRow).where(wanted, in_units(MentionRow.unit, reach))  # type: ignore[arg-type]
    return list(session.scalars(query.order_by(MentionRow.paper_id, MentionRow.role).limit(_MOST)))


def _holdings(session: Session, paper_ids: list[str]) -> list[Holding]:
    undone = aliased(UndoneRow)
    revoked = (
        select(RevocationRow.id, RevocationRow.record)
        .outerjoin(undone, undone.of == RevocationRow.id)
        .where(RevocationRow.paper_id.in_(paper_ids), undone.of.is_(None))
    )
    found = [Revocation.model_validate(record) for _, record in session.execute(revoked)]
    revocations = {r.paper_id: r for r in sorted(found, key=lambda r: r.since, reverse=True)}
    mentions: dict[str, list[Mention]] = {}
    for paper_id, record in session.execute(
        select(MentionRow.paper_id, MentionRow.record)
        .where(MentionRow.paper_id.in_(paper_ids))
        .order_by(MentionRow.paper_id, MentionRow.role)
    ):
        mentions.setdefault(paper_id, []).append(Mention.model_validate(record))
    rows = session.execute(
        select(PaperRow.record, PaperRow.state, PaperRow.unit)
        .where(PaperRow.id.in_(paper_ids))
        .order_by(PaperRow.id)
    )
    return [
        Holding(
            paper=(paper := Paper.model_validate({**record, "state": state})),
            unit=unit,
            mentions=tuple(mentions.get(paper.id, ())),
            revocation=revocations.get(paper.id),
        )
        for record, state, unit in rows
    ]
