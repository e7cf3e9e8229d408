"""In whatever order people, workers and faults come: the promises hold. Driven by Hypothesis."""

import os
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule
from sqlalchemy import update
from trail_signing import SIGNING
from waiting_stacks import batch_of, settle

from bench.s3_proxy import Harm, Proxy, proxy
from schemas.account import Actor
from schemas.claim import Claim
from schemas.errors import StoreFailed
from schemas.store_errors import ClaimLost
from storage.archive.archive import Archive
from storage.archive.audit_trail import AuditTrail
from storage.audit.verification import check_trail
from storage.database.engine import Database
from storage.database.leases import clock
from storage.database.tables.intake import StackRow
from storage.objects.seaweedfs import Address
from storage.objects.store import ObjectStore
from storage.opening import embedded_store, make_archive
from storage.queues.stacks import Claims, reconcile

_HARMS = (
    Harm.NONE,
    Harm.NONE,
    Harm.BUSY,
    Harm.FULL,
    Harm.CUT,
    Harm.LIE,
    Harm.LOST_ANSWER,
    Harm.TWICE,
    Harm.AWAY,
)


def test_promises_hold_in_any_order(store_address: Address, tmp_path_factory: Any) -> None:
    with proxy(store_address, 1) as between:

        class World(_World):
            def __init__(self) -> None:
                super().__init__(store_address, between, tmp_path_factory.mktemp("world"))

        machine: Any = World
        machine.TestCase.settings = settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        machine.TestCase().runTest()


class _World(RuleBasedStateMachine):
    claims = Bundle("claims")

    def __init__(self, address: Address, between: Proxy, folder: Any) -> None:
        super().__init__()
        self.address, self.between = address, between
        self.bucket = f"world-{os.urandom(5).hex()}"
        self.database = Database(f"sqlite:///{folder / 'ledger.sqlite'}")
        self.database.prepare()
        self.past = self._open(embedded_store(address, self.bucket, on_this_host=False))
        self.archive = self._through_proxy()
        self.batch = batch_of(self.past.ledger, "H10", 6, name=self.bucket)
        self.acked: dict[str, str] = {}
        self.count = 0

    def _through_proxy(self) -> Archive:
        key, secret = self.address.access_key, self.address.secret_key
        return self._open(ObjectStore(self.between.address, key, secret, self.bucket, secure=False))

    def _open(self, store: ObjectStore) -> Archive:
        store.prepare()
        return make_archive(store, self.database, AuditTrail(store, self.database, SIGNING))

    @rule()
    def the_process_is_killed_and_starts_again(self) -> None:
        """What it had in memory is gone."""
        self.between.harm = Harm.NONE
        self.archive = self._through_proxy()
        reconcile(self.database)

    @rule(content=st.binary(min_size=1, max_size=300), harm=st.sampled_from(_HARMS))
    def a_scan_is_handed_in(self, content: bytes, harm: Harm) -> None:
        self.between.harm = harm
        try:
            digest = self.archive.store.put_scan(content)
            self.archive.store.flush()
        except StoreFailed:
            return
        self.acked[f"scans/{digest}"] = digest

    @rule(which=st.integers(0, 3), content=st.binary(min_size=1, max_size=50), harm=st.sampled_from(_HARMS))
    def a_revision_is_written(self, which: int, content: bytes, harm: Harm) -> None:
        """The next free number; nobody's is overwritten."""
        self.between.harm = harm
        for revision in range(1, 50):
            key = f"papers/{which}/r{revision}.json"
            try:
                digest = self.archive.store.put(key, content)
                self.archive.store.flush()
            except StoreFailed as error:
                if error.code == "object_exists":
                    continue
                return
            self.acked[key] = digest
            return

    @rule(harm=st.sampled_from(_HARMS))
    def somebody_looks(self, harm: Harm) -> None:
        self.between.harm = harm
        self.count += 1
        try:
            event = self.archive.audit.append("paper.view", f"{self.count}", Actor(login="lan"))
        except StoreFailed:
            return
        self.acked[f"audit/{event.number:012d}.json"] = ""

    @rule(target=claims)
    def a_worker_claims(self) -> Any:
        claim = Claims(self.database).take()
        return claim or multiple()

    @rule()
    def all_claims_end(self) -> None:
        with self.database.session() as session:
            over = clock(session) - timedelta(seconds=1)
            session.execute(
                update(StackRow).where(StackRow.until.is_not(None)).values(until=over, holder="x:1:a")
            )

    @rule(claim=consumes(claims))
    def a_worker_files(self, claim: Claim) -> None:
        with self.database.session() as session:
            row = session.get(StackRow, claim.number)
            mine = row is not None and row.token == claim.token
        try:
            settle(self.past.ledger, claim)
        except ClaimLost:
            assert not mine
        else:
            assert mine

    @invariant()
    def the_balance_adds_up(self) -> None:
        assert self.past.ledger.balance(self.batch).adds_up

    @invariant()
    def nothing_acknowledged_is_gone_or_overwritten(self) -> None:
        for key, digest in self.acked.items():
            stored = self.past.store.digest(key)
            assert not digest or stored == digest

    def teardown(self) -> None:
        self.between.harm = Harm.NONE
        assert not list(check_trail(self.past)), "the trail is whole"
        for key in self.acked:
            self.past.store.get(key)
        self.database.close()
