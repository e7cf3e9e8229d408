"""What people settled, looked up: papers to scan again, corrections as labelled data."""

from collections.abc import Collection, Iterator

from pydantic import JsonValue
from sqlalchemy import select

from schemas.base.geometry import Box
from schemas.base.model import Frozen
from schemas.paper import Answer, Evidence, FieldValue, Paper, State
from storage import keys
from storage.archive.archive import Archive
from storage.database.engine import Database
from storage.database.tables.papers import DossierRow, PaperRow


class Correction(Frozen):
    """What the machine read and what a person said of it: one labelled example."""

    paper_id: str
    revision: int
    document_type: str
    field: str
    read: JsonValue
    raw: str
    source: str
    confidence: float
    evidence: Evidence
    value: JsonValue
    answer: Answer
    confirmed_by: tuple[str, ...]
    page_number: int
    box: Box
    view_sha256: str


def papers_to_rescan(database: Database, batch_id: str) -> list[tuple[Paper, str]]:
    """Papers of a batch that wait for a better scan, each with its stack."""
    query = select(PaperRow.record, DossierRow.stack).join(DossierRow, DossierRow.id == PaperRow.dossier_id)
    query = query.where(PaperRow.batch_id == batch_id, PaperRow.state == State.RESCAN)
    with database.session() as session:
        rows = session.execute(query.order_by(PaperRow.number)).tuples()
        return [(Paper.model_validate(record), stack) for record, stack in rows]


def stale_papers(database: Database, limit: int, without: Collection[str]) -> list[Paper]:
    """Papers whose PDF and ALTO lag behind what people said, none of `without`, none being filed again."""
    query = select(PaperRow.record).where(
        PaperRow.stale.is_(True), PaperRow.state != State.REREADING, PaperRow.id.not_in(without)
    )
    query = query.order_by(PaperRow.number).limit(limit)
    with database.session() as session:
        return [Paper.model_validate(record) for record in session.scalars(query)]


def corrections(archive: Archive) -> Iterator[Correction]:
    """Every field that people answered, with what was read before anybody spoke; in the order of papers."""
    last = 0
    while True:
        query = select(PaperRow.number, PaperRow.record).where(PaperRow.number > last, PaperRow.revision > 1)
        with archive.database.session() as session:
            rows = session.execute(query.order_by(PaperRow.number).limit(200)).all()
        if not rows:
            return
        for number, record in rows:
            last = number
            paper = Paper.model_validate(record)
            if paper.settled_by:
                yield from _of_paper(archive, paper)


def _of_paper(archive: Archive, paper: Paper) -> Iterator[Correction]:
    first = next(
        before
        for number in range(paper.revision, 0, -1)
        if not (before := archive.get_record(keys.paper(paper.id, number), Paper)).settled_by or number == 1
    )
    for name, field in paper.fields.items():
        if field.answer and first.document_type == paper.document_type:
            yield _correction(archive, paper, name, first.fields.get(name), field)


def _correction(
    archive: Archive, paper: Paper, name: str, read: FieldValue | None, said: FieldValue
) -> Correction:
    reading = archive.reading(paper.pages[said.page_number - 1])
    answer = said.answer or Answer.KEPT
    return Correction(
        paper_id=paper.id,
        revision=paper.revision,
        document_type=paper.document_type,
        field=name,
        read=read.value if read else None,
        raw=read.raw if read else "",
        source=read.source if read else "",
        confidence=read.confidence if read else 0.0,
        evidence=read.evidence if read else Evidence(),
        value=said.value,
        answer=answer,
        confirmed_by=said.confirmed_by,
        page_number=said.page_number,
        box=said.box,
        view_sha256=reading.view_sha256 if reading else "",
    )
