"""The table of record kinds: what `Archive.commit` writes, and what a rebuild enters, in this order.

A new kind of record is a model in `schemas/`, a key in `storage.keys`, an index function in
`storage/records/` and a line here. `tests/storage/test_record_kinds.py` holds every line to the promise.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from schemas.acceptance_sample import Sample, SampleResult
from schemas.agency import AgencyTable
from schemas.arrangement import Arrangement
from schemas.base.model import Frozen
from schemas.batch import Arrival, Batch, Receipt
from schemas.fixity import Loss, Repair, Sweep
from schemas.inspection import Inspected, Inspection
from schemas.paper import Paper
from schemas.procedure import Procedure
from schemas.register import Import
from schemas.report import ReportRecord
from schemas.seal import SignedSeal
from schemas.subject import Link, Revocation, Undone
from schemas.submission import AnyUse, AskedAnyway, ReuseEvent, Submission
from storage import keys
from storage.archive.archive import Archive, RecordKind
from storage.audit.seals import enter_seal
from storage.database.engine import Database
from storage.preservation.fixity import enter_sweep
from storage.records.acceptance_samples import enter_sample
from storage.records.arrangements import enter_arrangement
from storage.records.arrivals import enter_arrivals
from storage.records.identity_links import enter_link, enter_revocation
from storage.records.inspections import enter_inspected, enter_inspection
from storage.records.losses import enter_loss, enter_repair
from storage.records.papers import enter_revision
from storage.records.register_imports import enter_import
from storage.records.reports import enter_report
from storage.records.submissions import enter_submission, enter_undone, enter_use

_ID = r"[0-9a-f-]{36}"
Record = TypeVar("Record", bound=Frozen)


def _each(enter: Callable[[Database, Record], None]) -> Callable[[Archive, Sequence[Record]], None]:
    def index(archive: Archive, records: Sequence[Record]) -> None:
        for record in records:
            enter(archive.database, record)

    return index


def _nothing(archive: Archive, records: Sequence[Frozen]) -> None:
    """Nothing in the database: these are read from the store."""


def _batches(archive: Archive, batches: Sequence[Batch]) -> None:
    for batch in batches:
        archive.ledger.add_batch(batch)


def _receipts(archive: Archive, receipts: Sequence[Receipt]) -> None:
    archive.ledger.add_receipts(receipts)


def _samples(archive: Archive, samples: Sequence[Sample]) -> None:
    for sample in samples:
        enter_sample(archive, sample)


def _papers(archive: Archive, papers: Sequence[Paper]) -> None:
    for paper in papers:
        enter_revision(archive, paper)


def _numbered(_: Frozen) -> str:
    """Its key is the next free number, which the record does not say."""
    raise KeyError


RECORD_KINDS: tuple[RecordKind[Any], ...] = (
    RecordKind(
        name="batch",
        folder=keys.BATCHES,
        pattern=re.compile(r"batches/[^/]+/batch\.json"),
        types=(Batch,),
        key=lambda batch: keys.batch(batch.id),
        index=_batches,
        moment="created_at",
    ),
    RecordKind(
        name="receipt",
        folder=keys.BATCHES,
        pattern=re.compile(r"batches/[^/]+/receipts/[^/]+\.json"),
        types=(Receipt,),
        key=lambda receipt: keys.receipt(receipt.batch_id, receipt.id),
        index=_receipts,
    ),
    RecordKind(
        name="arrival",
        folder=keys.BATCHES,
        pattern=re.compile(r"batches/[^/]+/arrivals/[^/]+\.json"),
        types=(Arrival,),
        key=lambda arrival: keys.arrival(arrival.batch_id, arrival.id),
        index=enter_arrivals,
    ),
    RecordKind(
        name="sample",
        folder=keys.BATCHES,
        pattern=re.compile(rf"batches/[^/]+/samples/{_ID}\.json"),
        types=(Sample,),
        key=lambda sample: keys.sample(sample.batch_id, sample.id),
        index=_samples,
        moment="drawn_at",
    ),
    RecordKind(
        name="sample result",
        folder=keys.BATCHES,
        pattern=re.compile(rf"batches/[^/]+/samples/{_ID}\.result\.json"),
        types=(SampleResult,),
        key=_numbered,
        index=_nothing,
        moment="finished_at",
    ),
    RecordKind(
        name="arrangement",
        folder=keys.BATCHES,
        pattern=re.compile(r"batches/[^/]+/arrangements/\d+\.json"),
        types=(Arrangement,),
        key=lambda arrangement: keys.arrangement(arrangement.batch_id, arrangement.number),
        index=_each(enter_arrangement),
        moment="at",
        rebuilt=False,
    ),
    RecordKind(
        name="paper",
        folder=keys.PAPERS,
        pattern=re.compile(r"papers/[^/]+/r\d+\.json"),
        types=(Paper,),
        key=lambda paper: keys.paper(paper.id, paper.revision),
        index=_papers,
        rebuilt=False,
    ),
    RecordKind(
        name="identity link",
        folder=keys.LINKS,
        pattern=re.compile(rf"links/{_ID}\.json"),
        types=(Link,),
        key=lambda link: keys.link(link.id),
        index=_each(enter_link),
        moment="at",
    ),
    RecordKind(
        name="revocation",
        folder=keys.REVOCATIONS,
        pattern=re.compile(rf"revocations/{_ID}\.json"),
        types=(Revocation,),
        key=lambda revocation: keys.revocation(revocation.id),
        index=_each(enter_revocation),
        moment="at",
    ),
    RecordKind(
        name="submission",
        folder=keys.SUBMISSIONS,
        pattern=re.compile(r"submissions/[^/]+/submission\.json"),
        types=(Submission,),
        key=lambda submission: keys.submission(submission.id),
        index=_each(enter_submission),
        moment="opened_at",
    ),
    RecordKind(
        name="use",
        folder=keys.SUBMISSIONS,
        pattern=re.compile(r"submissions/[^/]+/uses/[^/]+\.json"),
        types=(ReuseEvent, AskedAnyway),
        root=AnyUse,
        key=lambda use: keys.use(use.submission_id, use.id),
        index=_each(enter_use),
        moment="at",
    ),
    RecordKind(
        name="undone",
        folder=keys.UNDONE,
        pattern=re.compile(rf"undone/{_ID}\.json"),
        types=(Undone,),
        key=lambda undone: keys.undone(undone.of),
        index=_each(enter_undone),
        moment="at",
    ),
    RecordKind(
        name="table of units",
        folder=keys.AGENCIES,
        pattern=re.compile(r"agencies/\d+\.json"),
        types=(AgencyTable,),
        key=_numbered,
        index=_nothing,
        rebuilt=False,
    ),
    RecordKind(
        name="procedure",
        folder=keys.PROCEDURES,
        pattern=re.compile(r"procedures/[^/]+/\d+\.json"),
        types=(Procedure,),
        key=_numbered,
        index=_nothing,
        rebuilt=False,
    ),
    RecordKind(
        name="register import",
        folder=keys.REGISTER,
        pattern=re.compile(r"register/[^/]+/import\.json"),
        types=(Import,),
        key=lambda made: keys.register_import(made.id),
        index=_each(enter_import),
        moment="at",
    ),
    RecordKind(
        name="seal",
        folder=keys.SEALS,
        pattern=re.compile(r"seals/\d+\.json"),
        types=(SignedSeal,),
        key=lambda signed: keys.seal(signed.seal.number),
        index=_each(enter_seal),
    ),
    RecordKind(
        name="sweep",
        folder=keys.SWEEPS,
        pattern=re.compile(r"fixity/sweeps/\d+\.json"),
        types=(Sweep,),
        key=lambda sweep: keys.sweep(sweep.number),
        index=_each(enter_sweep),
        moment="ended_at",
    ),
    RecordKind(
        name="loss",
        folder=keys.LOSSES,
        pattern=re.compile(rf"fixity/losses/{_ID}\.json"),
        types=(Loss,),
        key=lambda loss: keys.loss(loss.id),
        index=_each(enter_loss),
        moment="found_at",
    ),
    RecordKind(
        name="repair",
        folder=keys.LOSSES,
        pattern=re.compile(rf"fixity/losses/{_ID}\.repair\.json"),
        types=(Repair,),
        key=lambda repair: keys.repair(repair.loss_id),
        index=_each(enter_repair),
    ),
    RecordKind(
        name="inspection",
        folder=keys.INSPECTIONS,
        pattern=re.compile(rf"inspections/{_ID}/inspection\.json"),
        types=(Inspection,),
        key=lambda inspection: keys.inspection(inspection.id),
        index=_each(enter_inspection),
        moment="drawn_at",
    ),
    RecordKind(
        name="inspected paper",
        folder=keys.INSPECTIONS,
        pattern=re.compile(rf"inspections/{_ID}/\d+\.json"),
        types=(Inspected,),
        key=lambda inspected: keys.inspected(inspected.inspection_id, inspected.number),
        index=_each(enter_inspected),
        moment="at",
    ),
    RecordKind(
        name="report",
        folder=keys.REPORTS,
        pattern=re.compile(rf"reports/{_ID}/made\.json"),
        types=(ReportRecord,),
        key=lambda made: keys.report_made(made.id),
        index=_each(enter_report),
        moment="made_at",
    ),
)
KIND_OF: Mapping[type[Frozen], RecordKind[Any]] = {kind: row for row in RECORD_KINDS for kind in row.types}
