"""What a batch holds, listed: pages as they are read, while paper is in hand, and papers."""

from datetime import UTC, datetime

from sqlalchemy import Select, func, or_, select

from schemas.base.model import Frozen
from schemas.batch import Outcome, PagePlace, Refusal
from schemas.errors import NotOnRecord
from schemas.paper import Paper
from storage.database.engine import Database
from storage.database.scope import in_units
from storage.database.tables.intake import BatchRow, PageRow, ReceiptRow
from storage.database.tables.papers import PaperRow

_WALL = 300
_NEVER = datetime.fromtimestamp(0, UTC)


class SeenPage(Frozen):
    """A page that was read or refused."""

    scan: str
    page_number: int
    batch_id: str
    stack: str
    name: str
    outcome: Outcome
    view: str | None
    reasons: tuple[str, ...]
    refusal: Refusal | None
    read_at: datetime | None
    blank: bool


def pages_read(database: Database, batch_id: str, after: datetime | None = None) -> list[SeenPage]:
    """Pages of a batch in the order they were read; only those read after `after`, if given.

    Of a long batch the newest, and those with which something is wrong.
    """
    query = _seen().where(
        PageRow.batch_id == batch_id, or_(PageRow.read_at.is_not(None), PageRow.refusal.is_not(None))
    )
    if after:
        query = query.where(PageRow.read_at > after)
    newest = query.order_by(PageRow.read_at.desc(), PageRow.scan, PageRow.page_number.desc()).limit(_WALL)
    wrong = query.where(or_(PageRow.reasons != "", PageRow.refusal.is_not(None))).limit(_WALL)
    with database.session() as session:
        seen = [*session.execute(newest).tuples(), *session.execute(wrong).tuples()]
    rows = {(row.scan, row.page_number, row.receipt_id): (row, name) for row, name in seen}
    pages = [_page(*found) for found in rows.values()]
    return sorted(pages, key=lambda page: (page.read_at or _NEVER, page.scan, page.page_number))


def find_page(
    database: Database, place: PagePlace, reach: str, batch_id: str = "", stack: str = ""
) -> SeenPage:
    """One page, of batches of the units in `reach`; of that batch and stack if they are given.

    The same bytes may have been handed in twice: without a batch it is one of them. Raises `NotOnRecord`.
    """
    query = _seen().join(BatchRow, BatchRow.id == PageRow.batch_id)
    query = query.where(
        PageRow.scan == place.scan,
        PageRow.page_number == place.page_number,
        in_units(BatchRow.unit, reach),
    )
    if batch_id:
        query = query.where(PageRow.batch_id == batch_id)
    if stack:
        query = query.where(PageRow.stack == stack)
    with database.session() as session:
        found = session.execute(query.order_by(PageRow.view.is_(None), PageRow.receipt_id)).first()
    if found is None:
        raise NotOnRecord(f"{place.scan[:8]}/{place.page_number}")
    return _page(*found)


def papers_of_batch(database: Database, batch_id: str, after: int, limit: int) -> list[tuple[int, Paper]]:
    """Papers of a batch in the order they were filed, each with its number; those after number `after`."""
    query = select(PaperRow.number, PaperRow.record, PaperRow.state).where(
        PaperRow.batch_id == batch_id, PaperRow.number > after
    )
    with database.session() as session:
        rows = session.execute(query.order_by(PaperRow.number).limit(limit)).all()
    return [(number, Paper.model_validate({**record, "state": state})) for number, record, state in rows]


def reading_rate(database: Database, batch_id: str, since: datetime) -> int:
    """How many pages of the batch were read since then."""
    query = select(func.count()).where(PageRow.batch_id == batch_id, PageRow.read_at > since)
    with database.session() as session:
        return session.scalar(query) or 0


def _seen() -> Select[tuple[PageRow, str]]:
    """Pages, each with the name of the file that brought it."""
    name = ReceiptRow.record["name"].as_string()
    return select(PageRow, name).join(ReceiptRow, ReceiptRow.id == PageRow.receipt_id)


def _page(row: PageRow, name: str) -> SeenPage:
    return SeenPage(
        scan=row.scan,
        page_number=row.page_number,
        batch_id=row.batch_id,
        stack=row.stack,
        name=name,
        outcome=Outcome(row.outcome),
        view=row.view,
        reasons=tuple(row.reasons.split()),
        refusal=Refusal.model_validate(row.refusal) if row.refusal else None,
        read_at=row.read_at,
        blank=row.blank,
    )
