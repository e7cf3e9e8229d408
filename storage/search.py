"""Search as people type: without marks, half a word, exact spelling first.

One folding (`schemas.vietnamese.fold`) fills own columns, so SQLite (FTS5) and PostgreSQL
(`tsvector`) give the same answers without extensions.
"""

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, literal_column, select, text
from sqlalchemy.orm import Session

from schemas.frozen import Frozen
from schemas.paper import Paper
from schemas.vietnamese import fold, same_spelling
from storage.database import Database
from storage.tables import PaperRow

_WORD = re.compile(r"[^\W_]+")
_CANDIDATES = 500
"""How many papers are ranked: the newest of those that match."""


class SearchHit(Frozen):
    """A paper found; `exact` when its spelling is the query's own, marks and all."""

    paper: Paper
    exact: bool
    snippet: str


def search(database: Database, query: str, limit: int = 20) -> list[SearchHit]:
    """Papers that hold every word of `query` (the last may be unfinished), best first.

    Ranked: the exact spelling as a phrase, then exact words, then the phrase without marks, then
    the words without marks; newest first within each. An empty query finds nothing.
    """
    exact, folded = same_spelling(query), fold(query)
    if not _WORD.findall(folded):
        return []
    with database.session() as session:
        rows = {row.id: row for row in _matching(session, database, "exact", exact)}
        for row in _matching(session, database, "folded", folded):
            rows.setdefault(row.id, row)
    ranked = sorted(rows.values(), key=lambda row: (_rank(row, exact, folded), -row.number))
    return [_hit(row, exact, folded) for row in ranked[:limit]]


def searched_text(paper: Paper, page_texts: Sequence[str]) -> tuple[str, str]:
    """The two columns of a paper: with marks, and folded."""
    values = [str(field.value) for field in paper.fields.values() if isinstance(field.value, str)]
    whole = "\n".join([*values, *page_texts]).replace("\x00", "")
    return same_lines(whole, exact=True), same_lines(whole, exact=False)


def same_lines(whole: str, *, exact: bool) -> str:
    """`whole`, line by line in its compared form."""
    form = same_spelling if exact else fold
    return "\n".join(form(line) for line in whole.splitlines())


def _matching(session: Session, database: Database, column: str, query: str) -> Sequence[PaperRow]:
    words = _WORD.findall(query)
    if not words:
        return []
    found: Select[tuple[PaperRow]] = select(PaperRow)
    if database.is_sqlite:
        match = " AND ".join([*(f'"{word}"' for word in words[:-1]), f'"{words[-1]}"*'])
        numbers = text("SELECT rowid FROM paper_fts WHERE paper_fts MATCH :match")
        numbers = numbers.bindparams(match=f"{{{column}}}: ({match})")
        found = found.where(PaperRow.number.in_(numbers.columns(literal_column("rowid"))))
    else:
        match = " & ".join([*(f"'{word}'" for word in words[:-1]), f"'{words[-1]}':*"])
        vector: ColumnElement[str] = literal_column(f"paper.{column}_words")
        found = found.where(vector.op("@@")(func.to_tsquery("simple", match)))
    return session.scalars(found.order_by(PaperRow.number.desc()).limit(_CANDIDATES)).all()


def _rank(row: PaperRow, exact: str, folded: str) -> int:
    if exact in row.exact:
        return 0
    if all(word in row.exact for word in _WORD.findall(exact)):
        return 1
    return 2 if folded in row.folded else 3


def _hit(row: PaperRow, exact: str, folded: str) -> SearchHit:
    return SearchHit(
        paper=Paper.model_validate(row.record),
        exact=_rank(row, exact, folded) == 0,
        snippet=_snippet(row, folded),
    )


def _snippet(row: PaperRow, folded: str) -> str:
    """The line with most of the query's words, in its own spelling."""
    words = _WORD.findall(folded)
    lines = row.exact.split("\n")
    best = max(lines, key=lambda line: sum(word in fold(line) for word in words), default="")
    return best[:160]
