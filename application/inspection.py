"""Inspections (mẫu kiểm): papers drawn by a published seed, seen beside their images, and what that proves.

Whoever has the ids of the papers and the seed can draw the same sample: it is those whose SHA-256 of
`seed:id` comes first.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import select

from rules.review.sampling import upper_bound
from schemas.account import Actor
from schemas.audit_event import Event
from schemas.base.ids import derive_id, sha256_of
from schemas.errors import NotOnRecord
from schemas.inspection import Inspected, Inspection, Outcome, SampledPaper, Verdict
from schemas.paper import Paper, State
from schemas.request_errors import RecordChanged
from storage import keys
from storage.archive.archive import Archive
from storage.database.scope import in_units
from storage.database.tables.audit import InspectedRow
from storage.database.tables.papers import PaperRow

_ON_RECORD = (State.READ, State.VERIFIED, State.SIGNED, State.ARCHIVED)


def draw_inspection(archive: Archive, seed: str, size: int, unit: str, by: Actor) -> Inspection:
    """Draw papers of a unit by a seed; the same seed over the same papers is the same sample."""
    query = select(PaperRow.id, PaperRow.revision).where(
        PaperRow.state.in_(_ON_RECORD), in_units(PaperRow.unit, unit)
    )
    with archive.database.session() as session:
        population = session.execute(query).tuples().all()
    ranked = sorted(population, key=lambda row: sha256_of(f"{seed}:{row[0]}".encode()))[:size]
    drawn = tuple(SampledPaper(paper_id=paper_id, revision=revision) for paper_id, revision in ranked)
    made = Inspection(
        id=derive_id("inspection", seed, unit, by.login, *(d.paper_id for d in drawn)),
        seed=seed,
        unit=unit,
        population=len(population),
        drawn_at=datetime.now(UTC),
        drawn_by=by.login,
        papers=drawn,
    )
    detail = f"{seed} {len(drawn)}/{len(population)}"
    return archive.commit(made, Event(action="inspection.draw", target=made.id, detail=detail), by)


def judge_paper(
    archive: Archive, inspection: Inspection, number: int, verdicts: Mapping[str, Verdict], by: Actor
) -> Inspected:
    """Say of each field of a paper whether the record is right. Raises `RecordChanged` when it was said."""
    drawn = paper_drawn(inspection, number)
    paper = archive.get_record(keys.paper(drawn.paper_id, drawn.revision), Paper)
    said = Inspected(
        inspection_id=inspection.id,
        number=number,
        paper_id=drawn.paper_id,
        by=by.login,
        at=datetime.now(UTC),
        verdicts={name: verdicts.get(name, Verdict.RIGHT) for name in paper.fields},
    )

    def accept(kept: Inspected) -> None:
        if kept.verdicts != said.verdicts:
            raise RecordChanged(drawn.paper_id)

    wrong = sum(verdict is Verdict.WRONG for verdict in said.verdicts.values())
    event = Event(action="inspection.judge", target=drawn.paper_id, detail=f"{inspection.id} {wrong} wrong")
    return archive.commit(said, event, by, accept=accept)


def paper_drawn(inspection: Inspection, number: int) -> SampledPaper:
    """The n-th paper, from 1. Raises `NotOnRecord`."""
    if not 1 <= number <= len(inspection.papers):
        raise NotOnRecord(f"{inspection.id}/{number}")
    return inspection.papers[number - 1]


def outcome_of(archive: Archive, inspection: Inspection) -> Outcome:
    """What the papers looked at so far show."""
    query = select(InspectedRow.record).where(InspectedRow.inspection_id == inspection.id)
    with archive.database.session() as session:
        records = session.scalars(query.order_by(InspectedRow.number))
        done = tuple(Inspected.model_validate(record) for record in records if record)
    by_field: dict[str, tuple[int, int]] = {}
    for one in done:
        drawn = paper_drawn(inspection, one.number)
        kind = archive.get_record(keys.paper(drawn.paper_id, drawn.revision), Paper).document_type
        for name, verdict in one.verdicts.items():
            wrong, judged = by_field.get(f"{kind}.{name}", (0, 0))
            if verdict is not Verdict.UNREADABLE:
                by_field[f"{kind}.{name}"] = (wrong + (verdict is Verdict.WRONG), judged + 1)
    judged = sum(count for _, count in by_field.values())
    wrong = sum(count for count, _ in by_field.values())
    faulty = sum(Verdict.WRONG in one.verdicts.values() for one in done)
    seen, whole = len(done), inspection.population
    return Outcome(
        inspection=inspection,
        done=done,
        fields=judged,
        wrong=wrong,
        by_field=by_field,
        unreadable=sum(len(one.verdicts) for one in done) - judged,
        papers_wrong=faulty,
        lowest=1 - upper_bound(whole, seen, seen - faulty) if seen else 0.0,
        highest=upper_bound(whole, seen, faulty),
    )
