"""Claims on stacks, on both kinds of database: one holder, fair shares, fencing, poison, lost workers."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from waiting_stacks import batch_of, receipt_of, settle

from schemas.base.clock import now
from schemas.base.ids import derive_id
from schemas.batch import Outcome, Refusal
from schemas.claim import MOST_TRIES
from schemas.errors import GaveUp
from schemas.filing import PageState
from schemas.paper import Dossier, PageRef
from schemas.store_errors import ClaimLost, DatabaseUnavailable
from storage.archive.archive import Archive
from storage.archive.receipts import stack_receipts
from storage.database.engine import Database
from storage.database.leases import clock, this_machine
from storage.database.tables.intake import StackRow
from storage.queues.stacks import (
    Claims,
    claiming,
    count_stacks,
    holders,
    is_work_free,
    note_progress,
    reconcile,
)


def _expire(database: Database) -> None:
    with database.session() as session:
        over = clock(session) - timedelta(seconds=1)
        session.execute(
            update(StackRow).where(StackRow.until.is_not(None)).values(until=over, holder="x:1:a")
        )


def test_every_stack_is_somebodys_once(archive: Archive) -> None:
    batch_of(archive.ledger, "H10", 40)
    ready = threading.Barrier(6)

    def take_all(_: int) -> list[int]:
        claims, mine = Claims(archive.database), []
        ready.wait()
        while claim := claims.take():
            mine.append(claim.number)
            settle(archive.ledger, claim)
        return mine

    with ThreadPoolExecutor(6) as threads:
        taken = [number for mine in threads.map(take_all, range(6)) for number in mine]
    assert len(taken) == len(set(taken)) == 40
    assert count_stacks(archive.database) == 0
    assert archive.ledger.balance(archive.ledger.batches()[0]).pages_waiting == 0


def test_a_small_unit_is_served_beside_a_large_one(archive: Archive) -> None:
    large = batch_of(archive.ledger, "H10", 60)
    claims = Claims(archive.database)
    for _ in range(10):
        claim = claims.take()
        assert claim
        settle(archive.ledger, claim)
    small = batch_of(archive.ledger, "H11.02", 8)
    order = []
    for _ in range(16):
        claim = claims.take()
        assert claim
        order.append(claim.batch_id)
        settle(archive.ledger, claim)
    assert order.count(small.id) == order.count(large.id) == 8


def test_a_worker_believed_dead_cannot_write(archive: Archive) -> None:
    batch = batch_of(archive.ledger, "H10", 1)
    old, new = Claims(archive.database), Claims(archive.database)
    first = old.take()
    assert first
    assert new.take() is None
    _expire(archive.database)
    second = new.take()
    assert second
    assert second.token > first.token
    with pytest.raises(ClaimLost):
        settle(archive.ledger, first)
    assert archive.ledger.balance(batch).pages_waiting == 2, "nothing of it was entered"
    old.let_go(first)
    assert not is_work_free(archive.database), "what it lost is not its to give back"
    settle(archive.ledger, second)
    assert archive.ledger.balance(batch).pages_waiting == 0


def test_a_killed_process_of_this_machine_keeps_nobody_waiting(archive: Archive) -> None:
    batch_of(archive.ledger, "H10", 1)
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    theirs = Claims(archive.database)
    theirs.holder = f"{this_machine()}:{child.pid}:abc"
    assert theirs.take()
    mine = Claims(archive.database)
    assert mine.take() is None
    child.kill()
    child.communicate()
    assert mine.take()


def test_claims_are_renewed_while_their_process_lives_and_end_with_it(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.queues.stacks.HOLD_SECONDS", 1.0)
    batch_of(archive.ledger, "H10", 1)
    other = Claims(archive.database)
    with claiming(archive.database) as claims:
        assert claims.take()
        assert holders(archive.database) == {claims.holder: 1}
        threading.Event().wait(1.6)
        assert other.take() is None
    assert other.take()


def test_a_stack_that_kills_is_set_aside_and_tried_again_on_demand(archive: Archive) -> None:
    batch = batch_of(archive.ledger, "H10", 1)
    for tries in range(1, MOST_TRIES + 1):
        claim = Claims(archive.database).take()
        assert claim
        assert claim.tries == tries
        assert not claim.is_poison
        _expire(archive.database)
    claim = Claims(archive.database).take()
    assert claim
    assert claim.is_poison
    error = GaveUp(claim.stack)
    archive.ledger.set_aside(claim, Refusal(code=error.code, message=error.message))
    balance = archive.ledger.balance(batch)
    assert (balance.pages_needing_person, balance.pages_waiting) == (2, 0)
    assert balance.adds_up
    assert archive.ledger.retry(batch.id, ["gave_up"]) == 2
    again = Claims(archive.database).take()
    assert again
    assert again.tries == 1


def test_what_was_lost_twice_comes_after_all_others_until_it_goes_on(archive: Archive) -> None:
    batch_of(archive.ledger, "H10", 3)
    claims = Claims(archive.database)
    for _ in range(2):
        claim = claims.take()
        assert claim
        assert claim.stack == "0000", "once lost is nothing"
        _expire(archive.database)
    assert [one.stack for _ in range(3) if (one := claims.take())] == ["0001", "0002", "0000"]
    receipt = stack_receipts(archive.database, claim.batch_id, "0000")[0]
    with archive.database.session() as session:
        note_progress(session, receipt.batch_id, receipt.stack)
        row = session.scalars(select(StackRow).where(StackRow.stack == "0000")).one()
        assert (row.tries, row.suspect) == (0, 0)


def test_only_what_is_worked_on_is_renewed(archive: Archive) -> None:
    batch_of(archive.ledger, "H10", 2)
    claims = Claims(archive.database)
    first, second = claims.take(), claims.take()
    assert first
    assert second
    claims.forget(first)
    with archive.database.session() as session:
        session.execute(update(StackRow).values(until=clock(session) + timedelta(seconds=1)))
    claims.renew()
    threading.Event().wait(1.2)
    again = Claims(archive.database).take()
    assert again
    assert again.number == first.number


def test_a_number_is_never_given_twice(archive: Archive) -> None:
    batch_of(archive.ledger, "H10", 1)
    claim = Claims(archive.database).take()
    assert claim
    _expire(archive.database)
    other = Claims(archive.database).take()
    assert other
    settle(archive.ledger, other)
    batch_of(archive.ledger, "H11", 1)
    fresh = Claims(archive.database).take()
    assert fresh
    assert fresh.number != claim.number
    with pytest.raises(ClaimLost):
        settle(archive.ledger, claim)


def test_a_database_that_is_away_for_a_moment_ends_no_renewal(
    lite_archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.queues.stacks.HOLD_SECONDS", 0.8)
    batch_of(lite_archive.ledger, "H10", 1)
    with claiming(lite_archive.database) as claims:
        assert claims.take()
        real = Database.session
        monkeypatch.setattr(Database, "session", _away)
        threading.Event().wait(0.3)
        monkeypatch.setattr(Database, "session", real)
        threading.Event().wait(1.2)
        assert Claims(lite_archive.database).take() is None


def _away(self: Database) -> None:
    raise DatabaseUnavailable(self.name)


def test_what_arrives_meanwhile_keeps_the_stack_waiting(archive: Archive) -> None:
    batch = batch_of(archive.ledger, "H10", 1)
    claims = Claims(archive.database)
    claim = claims.take()
    assert claim
    before = stack_receipts(archive.database, batch.id, "0000")
    late = receipt_of(batch, "late", 1).with_changes(stack="0000")
    archive.ledger.add_receipts([late])
    here = {"batch_id": batch.id, "stack": "0000", "scan": before[0].sha256 or ""}
    pages = [PageState(**here, page_number=n, outcome=Outcome.READ) for n in (1, 2)]
    archive.ledger.record_filing("0000", pages, [], [], claim)
    again = claims.take()
    assert again
    assert again.token > claim.token


def test_an_older_version_beside_us_is_caught_up_with(archive: Archive) -> None:
    batch = batch_of(archive.ledger, "H10", 2)
    with archive.database.session() as session:
        session.delete(session.scalars(select(StackRow).where(StackRow.stack == "0000")).one())
    done = stack_receipts(archive.database, batch.id, "0001")[0]
    here = {"batch_id": batch.id, "stack": "0001", "scan": done.sha256 or ""}
    pages = [PageState(**here, page_number=n, outcome=Outcome.READ) for n in (1, 2)]
    archive.ledger.record_filing("0001", pages, [], [])  # it knows of no claims
    reconcile(archive.database)
    with archive.database.session() as session:
        assert session.scalars(select(StackRow.stack)).all() == ["0000"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["A", "B", "C"]), st.integers(1, 9)), min_size=1, max_size=6))
def test_no_unit_waits_for_more_than_its_share(
    lite_archive: Archive, arrivals: list[tuple[str, int]]
) -> None:
    """While a unit waits, no other is served twice more than it is."""
    ledger, claims = lite_archive.ledger, Claims(lite_archive.database)
    for n, (unit, stacks) in enumerate(arrivals):
        batch_of(ledger, unit, stacks, name=f"{n}-{now().timestamp()}-{os.urandom(4).hex()}", pages=1)
    left = {unit: sum(s for u, s in arrivals if u == unit) for unit, _ in arrivals}
    served = dict.fromkeys(left, 0)
    while claim := claims.take():
        unit = ledger.batch_by_id(claim.batch_id).unit
        served[unit] += 1
        left[unit] -= 1
        settle(ledger, claim)
        assert all(served[unit] <= served[other] + 1 for other, n in left.items() if n)


def test_pages_laid_anew_while_they_are_filed_are_filed_again(archive: Archive) -> None:
    batch = batch_of(archive.ledger, "H10", 1)
    claim = Claims(archive.database).take()
    assert claim
    digest = stack_receipts(archive.database, batch.id, "0000")[0].sha256 or ""
    page = PageRef(scan=digest, page_number=1, reading_key="k")
    dossier = Dossier(
        id=derive_id("d"), batch_id=batch.id, stack="0000", name="0000", unit="H10", pages=(page,)
    )
    archive.ledger.wait_again(dossier)
    with pytest.raises(ClaimLost):
        settle(archive.ledger, claim)
    again = Claims(archive.database).take()
    assert again
    assert again.stack == "0000"
