"""People and organisations found as officials type them; the exact spelling comes first.

A number or a part of it, a name without its marks, its beginning, the given name first, a year of birth
behind it.
"""

import re
from collections.abc import Iterator

from sqlalchemy import ColumnElement, Select, exists, func, literal_column, select, text
from sqlalchemy.orm import Session

from schemas.base.model import Frozen
from schemas.base.vietnamese import fold, same_spelling
from schemas.subject import Mention, SubjectKind, identity_of
from storage.database.engine import Database
from storage.database.scope import in_units
from storage.database.tables.reuse import MentionRow, PersonRow
from storage.index.holdings import find_pairs

_WORD = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"^(18|19|20)\d{2}$")
_WHOLE = (9, 10, 12)
"""Digits of a person's number, old and new, and of an enterprise's code."""
_FRAGMENT = re.compile(r"^[\d .]{4,}$")
_LAST = "\U0010ffff"
_CANDIDATES = 60
_ENOUGH = 5
"""People found by how their name begins; with fewer, its words are looked for anywhere."""
_MOST_PAPERS = 5000
_LEAST_DIGITS = 4


class FoundPerson(Frozen):
    """Somebody who may be meant; `identities` are theirs, joined by proof; `papers` name them."""

    mention: Mention
    identities: tuple[str, ...]
    papers: int
    exact: bool


def find_people(database: Database, query: str, reach: str, limit: int = 20) -> list[FoundPerson]:
    """Those whom papers in `reach` name so, best first; numbers of one person are one entry.

    A whole number finds its holder alone. Fewer than four digits, or nothing to search by, finds nobody.
    """
    with database.session() as session:
        found: dict[str, PersonRow] = {}
        for row in _candidates(session, database, query, reach):
            found.setdefault(row.identity, row)
            if len(found) >= _CANDIDATES:
                break
        return _grouped(session, list(found.values()), reach, same_spelling(query), limit)


def person_of(database: Database, identity: str, reach: str) -> Mention | None:
    """Who stands under `identity` in `reach`, as people find them."""
    query = select(PersonRow).where(PersonRow.identity == identity, _is_within(reach))
    with database.session() as session:
        row = session.scalar(query)
        return Mention.model_validate(row.record) if row else None


def is_number(text: str) -> bool:
    """Whether it is a whole number of a person or an organisation, as people type it."""
    return len(re.sub(r"[ .]", "", text)) in _WHOLE and re.sub(r"[ .]", "", text).isdecimal()


def find_holder(database: Database, number: str, reach: str) -> Mention | None:
    """Who holds exactly that number, alone or by one proof; None when nobody in `reach` does, or several."""
    digits = re.sub(r"[ .]", "", number)
    with database.session() as session:
        rows = _holders(session, digits, reach) if digits.isdecimal() else []
        return Mention.model_validate(rows[0].record) if len(rows) == 1 else None


def _holders(session: Session, digits: str, reach: str) -> list[PersonRow]:
    whole = [identity_of(digits, kind) for kind in SubjectKind]
    joined = {end for pair in find_pairs(session, [(one, one) for one in whole]) for end in pair}
    for identities in (whole, joined):
        within = select(PersonRow).where(PersonRow.identity.in_(identities), _is_within(reach))
        rows = list(session.scalars(within))
        if rows:
            return rows
    return []


def _candidates(session: Session, database: Database, query: str, reach: str) -> Iterator[PersonRow]:
    """From the surest way to find somebody to the widest; each is asked only when it is needed."""
    within = _is_within(reach)
    if _FRAGMENT.match(query.strip()):
        digits = re.sub(r"\D", "", query)
        holders = _holders(session, digits, reach)
        yield from holders
        if not holders and len(digits) >= _LEAST_DIGITS:
            parts = _by_words(database, [digits], unfinished=True).where(within)
            yield from session.scalars(parts.limit(_CANDIDATES))
        return
    words = _WORD.findall(fold(query))
    years = [word for word in words if _YEAR.match(word)]
    names = [word for word in words if word not in years]
    if all(word.isdecimal() and len(word) < _LEAST_DIGITS for word in names):
        return
    born = [PersonRow.born.startswith(years[0])] if years else []
    spelt = same_spelling(" ".join(w for w in query.split() if w not in years))
    beginnings = (
        (PersonRow.exact, spelt),
        (PersonRow.folded, " ".join(names)),
        (PersonRow.turned, " ".join(names)),
    )
    count = 0
    for column, beginning in beginnings:
        begins = select(PersonRow).where(column >= beginning, column < beginning + _LAST, within, *born)
        for row in session.scalars(begins.order_by(column).limit(_CANDIDATES)):
            count += 1
            yield row
    for unfinished in (False, True):
        if count < _ENOUGH:
            having = _by_words(database, names, unfinished=unfinished).where(within, *born)
            for row in session.scalars(having.limit(_CANDIDATES)):
                count += 1
                yield row


def _by_words(database: Database, words: list[str], *, unfinished: bool) -> Select[tuple[PersonRow]]:
    """People with all these words, whole or each `unfinished`."""
    if database.is_sqlite:
        match = " AND ".join(f'"{word}"{"*" * unfinished}' for word in words)
        numbers = text("SELECT rowid FROM person_fts WHERE person_fts MATCH :match").bindparams(match=match)
        return select(PersonRow).where(PersonRow.number.in_(numbers.columns(literal_column("rowid"))))
    vector: ColumnElement[str] = literal_column("person.search_words")
    query = func.to_tsquery("simple", " & ".join(f"'{word}'{':*' * unfinished}" for word in words))
    return select(PersonRow).where(vector.op("@@")(query))


def _is_within(reach: str) -> ColumnElement[bool]:
    """A paper of the units names them."""
    return exists().where(MentionRow.identity == PersonRow.identity, in_units(MentionRow.unit, reach))


def _grouped(
    session: Session, rows: list[PersonRow], reach: str, spelt: str, limit: int
) -> list[FoundPerson]:
    """One entry a person: numbers that proofs join stand together, under the longest."""
    joined = _joined(session, [row.identity for row in rows])
    groups: dict[frozenset[str], list[PersonRow]] = {}
    for row in sorted(rows, key=lambda row: not row.exact.startswith(spelt)):
        groups.setdefault(joined[row.identity], []).append(row)
    listed = list(groups.items())[:limit]
    papers = _papers(session, {identity for group, _ in listed for identity in group}, reach)
    return [
        FoundPerson(
            mention=Mention.model_validate(max(same, key=lambda row: len(row.record["number"])).record),
            identities=tuple(sorted(group)),
            exact=same[0].exact.startswith(spelt),
            papers=len(set().union(*(papers.get(identity, set()) for identity in group))),
        )
        for group, same in listed
    ]


def _joined(session: Session, identities: list[str]) -> dict[str, frozenset[str]]:
    """For each identity those that proofs join to it, two in a row at most."""
    pairs = find_pairs(session, find_pairs(session, [(i, i) for i in identities]))
    beside: dict[str, set[str]] = {}
    for one, other in pairs:
        beside.setdefault(one, {one}).add(other)
        beside.setdefault(other, {other}).add(one)
    return {i: frozenset().union(*(beside[near] for near in beside[i])) for i in identities}


def _papers(session: Session, identities: set[str], reach: str) -> dict[str, set[str]]:
    query = select(MentionRow.identity, MentionRow.paper_id).where(
        MentionRow.identity.in_(identities), in_units(MentionRow.unit, reach)
    )
    found: dict[str, set[str]] = {}
    for identity, paper_id in session.execute(query.limit(_MOST_PAPERS)):
        found.setdefault(identity, set()).add(paper_id)
    return found
