"""Claims on waiting stacks: who reads what, in fair shares, on one machine or many.

A stack with waiting pages is a row. A worker claims one at a time for a while and renews its claims as
long as it lives; what a lost worker had is anybody's when the while is over. Every claim has a number
greater than the one before it (a fencing token): filing asks for it in its own transaction, so that a
worker believed dead cannot write when it comes back.

Shares are fair by unit: each stack gets a turn when it arrives, the unit's last turn plus one, and the
lowest turn is next. A unit with ten stacks is served beside one with a hundred thousand.
"""

import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Exists, and_, case, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from schemas.batch import Outcome
from schemas.claim import Claim
from schemas.errors import StoreFailed
from schemas.store_errors import ClaimLost
from storage.database.engine import Database
from storage.database.leases import clock, is_gone, this_machine
from storage.database.tables.intake import BatchRow, PageRow, ReceiptRow, StackRow
from storage.database.upserts import insert_or_touch

HOLD_SECONDS = 40.0
"""How long the stacks of a worker that was lost keep others waiting."""


class Claims:
    """What this process has; renewed by a thread of its own within `claiming`."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.holder = f"{this_machine()}:{os.getpid()}:{uuid4().hex[:8]}"
        self._held: set[int] = set()
        """Numbers of what we work on; only these are renewed."""

    def take(self, batch_id: str = "") -> Claim | None:
        """Claim the stack that is next, of one batch if wanted; None when none is free."""
        with self.database.session() as session:
            now = clock(session)
            _free_gone(session)
            free = or_(StackRow.until.is_(None), StackRow.until < now)
            first = select(StackRow.number).where(free)
            if batch_id:
                first = first.where(StackRow.batch_id == batch_id)
            first = first.order_by(StackRow.suspect, StackRow.turn, StackRow.number).limit(1)
            row = session.execute(
                update(StackRow)
                .where(StackRow.number == first.with_for_update(skip_locked=True).scalar_subquery(), free)
                .values(
                    holder=self.holder,
                    until=now + timedelta(seconds=HOLD_SECONDS),
                    token=StackRow.token + 1,
                    tries=StackRow.tries + 1,
                    suspect=case((StackRow.tries > 0, 1), else_=0),
                )
                .returning(StackRow.number, StackRow.batch_id, StackRow.stack, StackRow.token, StackRow.tries)
                .execution_options(synchronize_session=False)
            ).first()
        if row is None:
            return None
        claim = Claim.model_validate(row._asdict())
        self._held.add(claim.number)
        return claim

    def renew(self) -> None:
        """Have what we work on for longer."""
        with self.database.session() as session:
            until = clock(session) + timedelta(seconds=HOLD_SECONDS)
            own = (StackRow.holder == self.holder) & StackRow.number.in_(list(self._held))
            session.execute(update(StackRow).where(own).values(until=until))

    def forget(self, claim: Claim) -> None:
        """It is filed, or another's: renew it no more."""
        self._held.discard(claim.number)

    def let_go(self, claim: Claim, *, blame: bool = False) -> None:
        """Give a stack back unfinished; unless it is to `blame`, the try does not count."""
        self.forget(claim)
        with self.database.session() as session:
            tries = StackRow.tries if blame else StackRow.tries - 1
            session.execute(update(StackRow).where(_is(claim)).values(holder="", until=None, tries=tries))


@contextmanager
def claiming(database: Database) -> Iterator[Claims]:
    """Claims of this process, renewed as long as the block takes; at its end nothing of them is left."""
    claims, over = Claims(database), threading.Event()

    def stay() -> None:
        while not over.wait(HOLD_SECONDS / 4):
            with suppress(StoreFailed):  # the database is away: perhaps not at the next look
                claims.renew()

    alive = threading.Thread(target=stay, name="claims", daemon=True)
    alive.start()
    try:
        yield claims
    finally:
        over.set()
        alive.join()
        with suppress(StoreFailed), database.session() as session:
            own = update(StackRow).where(StackRow.holder == claims.holder)
            session.execute(own.values(holder="", until=None, tries=StackRow.tries - 1))


def complete_claim(session: Session, claim: Claim) -> None:
    """In the transaction that files the stack: only its holder may, and it leaves the queue.

    What arrived for it meanwhile keeps it waiting. Raises `ClaimLost` when somebody else has it.
    """
    held = session.scalar(select(StackRow).where(_is(claim)).with_for_update())
    if held is None:
        raise ClaimLost(claim.stack)
    if session.scalar(select(_waits(claim.batch_id, claim.stack))):
        held.holder, held.until, held.tries, held.suspect = "", None, 0, 0
    else:
        session.delete(held)


def enter_stacks(session: Session, stacks: Iterable[tuple[str, str]]) -> None:
    """Let stacks (batch, name) wait for a worker; those that wait already keep their turn."""
    by_unit: dict[str, list[tuple[str, str]]] = {}
    for batch_id, stack in dict.fromkeys(stacks):
        unit = session.scalar(select(BatchRow.unit).where(BatchRow.id == batch_id)) or ""
        by_unit.setdefault(unit, []).append((batch_id, stack))
    first = session.scalar(select(func.min(StackRow.turn)).where(StackRow.suspect == 0)) or 0
    for unit, own in by_unit.items():
        last = session.scalar(select(func.max(StackRow.turn)).where(StackRow.unit == unit))
        turn = max(last + 1 if last is not None else first, first)
        rows: list[dict[str, object]] = [
            {"batch_id": batch_id, "stack": stack, "unit": unit, "turn": turn + at, "since": clock(session)}
            for at, (batch_id, stack) in enumerate(sorted(own))
        ]
        insert_or_touch(session, StackRow, ("batch_id", "stack"), "unit", rows)


def reconcile(database: Database) -> None:
    """Every stack with waiting pages waits, and no other: after a rebuild, or beside an older version."""
    with database.session() as session:
        _adopt_pages(session)
        waiting = _waits(StackRow.batch_id, StackRow.stack)
        session.execute(delete(StackRow).where(~waiting, StackRow.until.is_(None)))
        entered = exists().where(StackRow.batch_id == PageRow.batch_id, StackRow.stack == PageRow.stack)
        missing = select(PageRow.batch_id, PageRow.stack).where(PageRow.outcome == Outcome.WAITING, ~entered)
        enter_stacks(session, [(row.batch_id, row.stack) for row in session.execute(missing.distinct())])


def _adopt_pages(session: Session) -> None:
    """Give pages that a version before this one entered the receipt that brought them."""
    orphan = PageRow.receipt_id == ""
    if session.scalar(select(PageRow.scan).where(orphan).limit(1)) is None:
        return
    twin = aliased(PageRow)
    known = exists().where(
        twin.scan == PageRow.scan,
        twin.page_number == PageRow.page_number,
        twin.receipt_id != "",
        twin.batch_id == PageRow.batch_id,
        twin.stack == PageRow.stack,
    )
    brought = select(func.min(ReceiptRow.id)).where(
        ReceiptRow.sha256 == PageRow.scan,
        ReceiptRow.batch_id == PageRow.batch_id,
        ReceiptRow.stack == PageRow.stack,
        ReceiptRow.linked_to.is_(None),
        ReceiptRow.refusal.is_(None),
    )
    session.execute(delete(PageRow).where(orphan, known).execution_options(synchronize_session=False))
    session.execute(
        update(PageRow)
        .where(orphan)
        .values(receipt_id=func.coalesce(brought.correlate(PageRow).scalar_subquery(), ""))
        .execution_options(synchronize_session=False)
    )


def note_progress(session: Session, batch_id: str, stack: str) -> None:
    """A page of a stack was read: whoever had it was not lost because of it."""
    row = (StackRow.batch_id == batch_id) & (StackRow.stack == stack)
    session.execute(
        update(StackRow)
        .where(row, StackRow.tries > 0)
        .values(tries=0, suspect=0)
        .execution_options(synchronize_session=False)
    )


def count_stacks(database: Database) -> int:
    """How many stacks wait or are in work."""
    with database.session() as session:
        return session.scalar(select(func.count()).select_from(StackRow)) or 0


def is_work_free(database: Database) -> bool:
    """Whether a stack waits that nobody has."""
    with database.session() as session:
        _free_gone(session)
        free = or_(StackRow.until.is_(None), StackRow.until < clock(session))
        return session.scalar(select(StackRow.number).where(free).limit(1)) is not None


def holders(database: Database) -> dict[str, int]:
    """Who is at work, and on how many stacks."""
    with database.session() as session:
        query = select(StackRow.holder, func.count()).where(StackRow.until >= clock(session))
        return dict(session.execute(query.group_by(StackRow.holder)).tuples().all())


def refuse_filing(session: Session, batch_id: str, stack: str) -> None:
    """Whoever has the stack now may not file it: what it read is not what is wanted any more."""
    row = (StackRow.batch_id == batch_id) & (StackRow.stack == stack)
    session.execute(update(StackRow).where(row).values(token=StackRow.token + 1, holder="", until=None))


def _is(claim: Claim) -> ColumnElement[bool]:
    """The row of the claim, as long as it is ours."""
    return and_(
        StackRow.number == claim.number,
        StackRow.token == claim.token,
        StackRow.batch_id == claim.batch_id,
        StackRow.stack == claim.stack,
    )


def _waits(batch_id: Any, stack: Any) -> Exists:
    return exists().where(
        PageRow.batch_id == batch_id, PageRow.stack == stack, PageRow.outcome == Outcome.WAITING
    )


def _free_gone(session: Session) -> None:
    """What processes of this machine had that were killed."""
    active = select(StackRow.holder).where(StackRow.until.is_not(None)).distinct()
    for holder in session.scalars(active).all():
        if is_gone(holder.rpartition(":")[0]):
            session.execute(update(StackRow).where(StackRow.holder == holder).values(holder="", until=None))
