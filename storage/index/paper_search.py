"""Search as people type: without marks, half a word, exact spelling first.

One folding (`schemas.base.vietnamese.fold`) fills own columns, so SQLite (FTS5) and PostgreSQL
(`tsvector`) give the same answers without extensions.
"""

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, case, func, literal_column, select, text
from sqlalchemy.orm import Session

from rules.fields.places import address_typed
from schemas.base.model import Frozen
from schemas.base.vietnamese import fold, same_spelling
from schemas.paper import Paper
from schemas.units import own_name
from storage.database.engine import Database
from storage.database.scope import in_units
from storage.database.tables.papers import DossierRow, PaperRow

_WORD = re.compile(r"[^\W_]+")
_CANDIDATES = 200
"""How many papers are ranked: the newest of those that match."""
_LOOKED_AT = 5000
"""Of how many; where more match, the query says too little to choose by."""


class Filters(Frozen):
    """Which papers are searched; empty: all. `reach` is a unit, with those below it."""

    reach: str = ""
    document_type: str = ""
    unit: str = ""
    procedure: str = ""
    year: str = ""
    state: str = ""


ANYWHERE = Filters()


class SearchHit(Frozen):
    """A paper found; `exact` when its spelling is the query's own, marks and all."""

    paper: Paper
    exact: bool
    snippet: str


def search(database: Database, query: str, limit: int = 20, filters: Filters = ANYWHERE) -> list[SearchHit]:
    """Papers that hold every word of `query` (the last may be unfinished), best first.

    Ranked: the exact spelling as a phrase, then exact words, then the phrase without marks, then
    the words without marks; newest first within each. An empty query finds nothing. An address of
    before 1 July 2025 also finds papers with the names of today.
    """
    found: dict[str, SearchHit] = {}
    with database.session() as session:
        for wanted in (query, *_names_today(query)):
            if _WORD.findall(fold(wanted)):
                for hit in _find(session, database, wanted, limit, filters):
                    found.setdefault(hit.paper.id, hit)
    return list(found.values())[:limit]


def searched_text(paper: Paper, page_texts: Sequence[str]) -> tuple[str, str]:
    """The two columns of a paper: with marks, and folded; addresses with their names of today too."""
    values = [str(field.value) for field in paper.fields.values() if isinstance(field.value, str)]
    today = [
        f"{ward}, {field.today.province}"
        for field in paper.fields.values()
        if field.today
        for ward in field.today.wards
    ]
    whole = "\n".join([*values, *today, *page_texts]).replace("\x00", "")
    return same_lines(whole, exact=True), same_lines(whole, exact=False)


def same_lines(whole: str, *, exact: bool) -> str:
    """`whole`, line by line in its compared form."""
    form = same_spelling if exact else fold
    return "\n".join(form(line) for line in whole.splitlines())


def _find(session: Session, database: Database, query: str, limit: int, filters: Filters) -> list[SearchHit]:
    exact, folded = same_spelling(query), fold(query)
    numbers: dict[int, None] = {}
    for unfinished in (False, True):  # which costs much: only when whole words do not find enough
        for column, words in (("exact", exact), ("folded", folded)):
            if len(numbers) < limit or not unfinished:
                matching = _matching(database, column, words, filters, unfinished=unfinished)
                numbers |= dict.fromkeys(session.scalars(matching))
    rank = _rank(database, exact, folded)
    ranked = (
        select(PaperRow.record, PaperRow.state, PaperRow.exact, rank)
        .where(PaperRow.number.in_(numbers))
        .order_by(rank, PaperRow.number.desc())
        .limit(limit)
    )
    return [
        SearchHit(
            paper=Paper.model_validate({**record, "state": state}),
            exact=place == 0,
            snippet=_snippet(whole, folded),
        )
        for record, state, whole, place in session.execute(ranked)
    ]


def _matching(
    database: Database, column: str, query: str, filters: Filters, *, unfinished: bool
) -> Select[tuple[int]]:
    """Numbers of the newest papers with all the words; the last may be `unfinished`."""
    *words, last = _WORD.findall(query)
    matching = select(PaperRow.number).where(*_filtered(filters))
    if database.is_sqlite:
        match = " AND ".join([*(f'"{word}"' for word in words), f'"{last}"{"*" * unfinished}'])
        newest = "" if matching.whereclause is not None else f" ORDER BY rowid DESC LIMIT {_LOOKED_AT}"
        numbers = text(f"SELECT rowid FROM paper_fts WHERE paper_fts MATCH :match{newest}")  # noqa: S608
        numbers = numbers.bindparams(match=f"{{{column}}}: ({match})")
        matching = matching.where(PaperRow.number.in_(numbers.columns(literal_column("rowid"))))
    else:
        match = " & ".join([*(f"'{word}'" for word in words), f"'{last}'{':*' * unfinished}"])
        vector: ColumnElement[str] = literal_column(f"paper.{column}_words")
        matching = matching.where(vector.op("@@")(func.to_tsquery("simple", match)))
    # sorted outside: else PostgreSQL would rather walk all papers backwards than ask the word index
    found = matching.limit(_LOOKED_AT).subquery()
    return select(found.c.number).order_by(found.c.number.desc()).limit(_CANDIDATES)


def _filtered(filters: Filters) -> list[ColumnElement[bool]]:
    wanted = [in_units(PaperRow.unit, unit) for unit in (filters.reach, filters.unit) if unit]
    wanted += [PaperRow.document_type == filters.document_type] if filters.document_type else []
    wanted += [PaperRow.state == filters.state] if filters.state else []
    wanted += [PaperRow.dated.startswith(filters.year, autoescape=True)] if filters.year else []
    if filters.procedure:
        of = select(DossierRow.id).where(DossierRow.procedure == filters.procedure)
        wanted.append(PaperRow.dossier_id.in_(of))
    return wanted


def _rank(database: Database, exact: str, folded: str) -> ColumnElement[int]:
    """0 the exact phrase, 1 its words, 2 the phrase without marks, 3 the words without marks."""
    place = func.instr if database.is_sqlite else func.strpos
    words = [place(PaperRow.exact, word) > 0 for word in _WORD.findall(exact)]
    every = words[0]
    for word in words[1:]:
        every &= word
    phrase = place(PaperRow.folded, folded) > 0
    return case((place(PaperRow.exact, exact) > 0, 0), (every, 1), (phrase, 2), else_=3)


def _names_today(query: str) -> list[str]:
    """What an address of before 1 July 2025 is called today."""
    today = address_typed(query)
    if today is None:
        return []
    return [f"{own_name(ward)} {own_name(today.province)}" for ward in today.wards]


def _snippet(whole: str, folded: str) -> str:
    """The line with most of the query's words, in its own spelling."""
    words = _WORD.findall(folded)
    best = max(whole.split("\n"), key=lambda line: sum(word in fold(line) for word in words), default="")
    return best[:160]
