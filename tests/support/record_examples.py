"""Of each kind of record one, for tests that ask something of every kind."""

from datetime import date, timedelta

from waiting_stacks import receipt_of

from schemas.acceptance_sample import Sample, SampleItem, SampleResult
from schemas.agency import Agency, AgencyTable
from schemas.arrangement import ArrangedPaper, Arrangement, LaidDossier, Leaf
from schemas.base.clock import now
from schemas.base.ids import derive_id, sha256_of
from schemas.base.model import Frozen
from schemas.batch import Arrival, Batch
from schemas.catalogue import procedures
from schemas.completeness import ComponentAnswer, Verdict
from schemas.fixity import Damage, Loss, Repair, Sweep
from schemas.inspection import Inspected, Inspection, SampledPaper
from schemas.paper import Dossier, PageRef, Paper, State
from schemas.register import Import
from schemas.report import ReportRecord
from schemas.seal import Seal, SignedSeal
from schemas.subject import Link, Proof, Revocation, Undone
from schemas.submission import AskedAnyway, AskReason, Submission
from storage import keys

AT = now() + timedelta(days=1)
"""After the first event of each archive: what is older than events that name records is not told of."""


def _id(*parts: object) -> str:
    return derive_id("test", *map(str, parts))


BATCH = Batch(id=_id("batch"), name="lô", unit="H10", created_at=AT)


RECEIPT = receipt_of(BATCH, "001", 1)


PAGE = PageRef(scan=RECEIPT.sha256 or "", page_number=1, reading_key=sha256_of(b"key"))


PAPER = Paper(
    id=_id("paper"),
    revision=1,
    dossier_id=_id("dossier"),
    document_type="unknown",
    confidence=1.0,
    pages=(PAGE,),
    fields={},
    state=State.READ,
    read_at=AT,
    pdf_key="k",
    pdf_sha256="s",
    alto_key="k",
    alto_sha256="s",
)


DOSSIER = Dossier(
    id=PAPER.dossier_id,
    batch_id=BATCH.id,
    stack="001",
    name="001",
    unit="H10",
    papers=(PAPER.id,),
    pages=(PAGE,),
)


SUBMISSION = Submission(
    id=_id("submission"),
    code="H10-261129-0001",
    unit="H10",
    procedure="1.000894",
    case="marriage",
    parties=(("applicant", _id("person")),),
    opened_at=AT,
    opened_by="thu",
)


PROCEDURE = procedures()[0]


LEAF = Leaf(scan=PAGE.scan, page_number=1)


LAID = LaidDossier(
    dossier_id=DOSSIER.id,
    stack="001",
    number=10_001,
    papers=(ArrangedPaper(pages=(LEAF,), paper_id=PAPER.id),),
)


LINK = Link(id=_id("link"), one=_id("a"), other=_id("b"), proof=Proof.PERSON, note="CMND", by="thu", at=AT)


LOSS = Loss(id=_id("loss"), key="scans/1", damage=Damage.MISSING, expected="e", found="", found_at=AT)


SAMPLE = Sample(
    id=_id("sample"),
    batch_id=BATCH.id,
    drawn_at=AT,
    drawn_by="hoa",
    limit=0.1,
    population=9,
    items=(SampleItem(number=1, paper_id=PAPER.id, revision=1, field="name"),),
)


INSPECTION = Inspection(
    id=_id("inspection"),
    seed="2026/11",
    unit="H10",
    population=1,
    drawn_at=AT,
    drawn_by="minh",
    papers=(SampledPaper(paper_id=PAPER.id, revision=1),),
)


ASKED = AskedAnyway(
    id=_id("use"),
    submission_id=SUBMISSION.id,
    component="x",
    reason=AskReason.INCOMPLETE,
    shown=ComponentAnswer(component=PROCEDURE.cases[0].components[0], verdict=Verdict.ON_FILE),
    unit="H10",
    by="thu",
    at=AT,
)


EXAMPLES: dict[str, tuple[Frozen, str]] = {
    "batch": (BATCH.with_changes(id=_id("another"), name="lô 2"), ""),
    "receipt": (receipt_of(BATCH, "002", 2), ""),
    "arrival": (
        Arrival(
            id=_id("arrival"), batch_id=BATCH.id, stack="003", position=1, name="a", sha256="s", arrived_at=AT
        ),
        "",
    ),
    "sample": (SAMPLE, ""),
    "sample result": (
        SampleResult(
            sample_id=SAMPLE.id, finished_at=AT, keyed=1, wrong=0, bound=0.1, limit=0.2, accepted=True
        ),
        keys.sample_result(BATCH.id, SAMPLE.id),
    ),
    "arrangement": (
        Arrangement(batch_id=BATCH.id, number=10_001, by="lan", at=AT, dossiers=(LAID,), before=(LAID,)),
        "",
    ),
    "paper": (PAPER.with_changes(revision=2, state=State.VERIFIED), ""),
    "identity link": (LINK, ""),
    "revocation": (
        Revocation(
            id=_id("revocation"), paper_id=PAPER.id, since=date(2026, 1, 2), source="QĐ 1", by="minh", at=AT
        ),
        "",
    ),
    "submission": (SUBMISSION, ""),
    "use": (ASKED, ""),
    "undone": (Undone(of=LINK.id, by="thu", at=AT, reason="nhầm"), ""),
    "table of units": (AgencyTable(agencies=(Agency(code="H10.99", name="Xã mới"),)), keys.agencies(1)),
    "procedure": (PROCEDURE, keys.procedure(PROCEDURE.code, 1)),
    "register import": (
        Import(
            id="20261129",
            name="so.csv",
            sha256="s",
            at=AT,
            by="an",
            mapping={},
            rows=0,
            refused=0,
            segments=0,
        ),
        "",
    ),
    "seal": (
        SignedSeal(
            seal=Seal(number=1, first=1, last=1, head="h", previous="p", sealed_at=AT, key="k"), signature="s"
        ),
        "",
    ),
    "sweep": (
        Sweep(
            number=1,
            after="",
            last="",
            begun_at=AT,
            ended_at=AT,
            objects=1,
            bytes=1,
            copied=0,
            losses=(),
            repaired=0,
        ),
        "",
    ),
    "loss": (LOSS, ""),
    "repair": (Repair(loss_id=LOSS.id, at=AT, source=""), ""),
    "inspection": (INSPECTION, ""),
    "inspected paper": (
        Inspected(inspection_id=INSPECTION.id, number=1, paper_id=PAPER.id, verdicts={}, by="minh", at=AT),
        "",
    ),
    "report": (
        ReportRecord(
            id=_id("report"),
            content_sha256="s",
            files={},
            period="2026-Q3",
            unit="H10",
            made_at=AT,
            made_by="minh",
        ),
        "",
    ),
}
"""Of each kind one, and its key where keys are numbered."""


FIRST = {
    "use": (SUBMISSION, ""),
    "undone": (LINK, ""),
    "repair": (LOSS, ""),
    "inspected paper": (INSPECTION, ""),
    "sample result": (SAMPLE, ""),
}
"""What has to be on record before it."""
