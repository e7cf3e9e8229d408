"""One worker of `bench.faults`: intake, reading, review, reuse, until nothing waits; errors are met again.

    python -m bench.fault_worker SCANS BATCH ACKS

Into ACKS goes a line for everything that a person or a program was told is done.
"""

import json
import os
import sys
import time
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine

from application.one_stop import CheckRequest, OneStopCounter, today
from application.review import Review
from flows.digitise import file_some
from flows.pipeline.intake import new_batch, take_in
from flows.runtime import Runtime, open_runtime
from rules.reuse.completeness import ReuseRequirements
from rules.review.answers import Policy
from schemas.account import Actor, Role
from schemas.batch import Batch
from schemas.errors import SohoaError
from schemas.paper import State
from schemas.request_errors import AtTheDesk
from schemas.settings import load_settings
from storage import keys
from storage.access.accounts import new_account
from storage.files.scan_folders import find_files
from storage.queues.stacks import reconcile
from storage.records.procedures import Procedures

_BY = Actor(login="may", origin="127.0.0.1")
_PERSON = "001190012345"


def main() -> None:
    """Work until the batch is done."""
    scans, name, acks = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    settings = load_settings()
    with acks.open("a") as told:

        def ack(*what: str) -> None:
            told.write(json.dumps(what) + "\n")
            told.flush()

        while True:
            try:
                with open_runtime(settings) as runtime:
                    while True:
                        hours = float(Path(os.environ["CLOCK"]).read_text() or 0)
                        then = datetime.now(UTC) + timedelta(hours=hours)
                        with time_machine.travel(then) if hours else nullcontext():
                            if _round(runtime, scans, name, ack):
                                return
                        time.sleep(0.2)
            except SohoaError as error:
                sys.stderr.write(f"{error.code}: {error}\n")
                time.sleep(0.2)


def _round(runtime: Runtime, scans: Path, name: str, ack: object) -> bool:
    """Some of everything; whether all is done."""
    assert callable(ack)
    archive = runtime.archive
    batch = archive.open_batch(new_batch(name, "H10"))
    offered = find_files([scans])
    if archive.ledger.balance(batch).files < len(offered):
        for _, receipt in take_in(archive, runtime.pool, runtime.settings, batch, offered):
            ack(keys.receipt(batch.id, receipt.id), receipt.sha256 and keys.scan(receipt.sha256))
    reconcile(archive.database)
    for claim in file_some(runtime, batch.id, 4):
        for dossier_id in archive.ledger.stack_dossiers(batch.id, claim.stack):
            dossier = archive.ledger.dossier(dossier_id)
            for paper in archive.ledger.papers(dossier):
                ack(keys.paper(paper.id, paper.revision), paper.pdf_key, paper.alto_key)
    left = _review(runtime, batch, ack)
    balance = archive.ledger.balance(batch)
    retried = archive.ledger.retry(batch.id, ("engine_failed", "worker_died", "took_too_long", "gave_up"))
    return not (left or balance.pages_waiting or retried) and balance.files == len(offered)


def _review(runtime: Runtime, batch: Batch, ack: object) -> int:
    """Two papers settled (how many are left), one dossier received at the counter."""
    assert callable(ack)
    archive = runtime.archive
    account = new_account("may", "Máy", "H10", Role.VERIFIER)
    desk = Review(archive, account, Policy(second_person=False))
    todo = [
        p
        for d in archive.ledger.dossiers(batch.id)
        for p in archive.ledger.papers(d)
        if p.state is State.NEEDS_REVIEW
    ]
    for paper in todo[:4]:
        try:
            after = desk.dismiss(paper.id, paper.revision, State.REJECTED, _BY)
        except AtTheDesk:  # the other worker was first
            continue
        ack(keys.paper(after.id, after.revision))
    official = new_account("thu", "Thu", "H10", Role.OFFICIAL)
    counter = OneStopCounter(archive, Procedures(archive), official, ReuseRequirements())
    code = f"H10-261122-{os.getpid() % 1000 * 1000 + int(time.monotonic()) % 1000:06}"
    procedure = Procedures(archive).find("1.000894", today())
    case = procedure.cases[0]
    party = next(iter(case.parties))
    try:
        made = counter.open(
            CheckRequest(procedure=procedure.code, case=case.id, parties={party: _PERSON}), code, _BY
        )
    except AtTheDesk:
        return len(todo)
    ack(keys.submission(made.id))
    event = archive.audit.append("bench.look", made.id, _BY)
    ack(keys.audit(event.number))
    return len(todo)


if __name__ == "__main__":
    main()
