"""Inspections (mẫu kiểm): papers drawn by a published seed, seen beside their images, and what that proves.

Whoever has the ids of the papers and the seed can draw the same sample: it is those whose SHA-256 of
`seed:id` comes first.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum

from pydantic import Field
from sqlalchemy import select

from rules.sampling import upper_bound
from schemas.account import Actor
from schemas.desk_errors import RecordChanged
from schemas.errors import NotOnRecord
from schemas.frozen import Frozen
from schemas.ids import derive_id, sha256_of
from schemas.paper import Paper, State
from schemas.sampling import CONFIDENCE
from storage import keys
from storage.archive import Archive
from storage.auditing_tables import InspectedRow, InspectionRow
from storage.database import Database
from storage.inserts import insert_missing
from storage.queue import in_units
from storage.tables import PaperRow

_ON_RECORD = (State.READ, State.VERIFIED, State.SIGNED, State.ARCHIVED)
_SEED = r"^[\w .:/-]{4,80}$"


class Verdict(StrEnum):
    """What an auditor says of a field, the ink before their eyes."""

    RIGHT = "right"
    WRONG = "wrong"
    UNREADABLE = "unreadable"


class Drawn(Frozen):
    """A paper of the sample, at the revision it had when it was drawn."""

    paper_id: str
    revision: int = Field(ge=1)


class Inspection(Frozen):
    """A sample as drawn."""

    id: str
    seed: str = Field(pattern=_SEED)
    unit: str
    population: int
    """Papers on record in the unit and those below it."""
    drawn_at: datetime
    drawn_by: str
    papers: tuple[Drawn, ...]


class Inspected(Frozen):
    """What was said of one paper's fields."""

    inspection_id: str
    number: int = Field(ge=1)
    paper_id: str
    verdicts: dict[str, Verdict]
    by: str
    at: datetime


class Outcome(Frozen):
    """What a sample shows: the share of wrong fields, and between what bounds that of faulty papers lies.

    Papers are drawn, and errors cluster in them: so the bounds are of papers with an error. Each holds with
    95 % (exact, hypergeometric), both together with 90 %. Fields that could not be read from the image are
    told apart and count as neither.
    """

    inspection: Inspection
    done: tuple[Inspected, ...]
    fields: int
    wrong: int
    unreadable: int
    papers_wrong: int
    lowest: float
    highest: float
    by_field: dict[str, tuple[int, int]]
    """Type and field → wrong, judged."""
    confidence: float = CONFIDENCE


def draw_inspection(archive: Archive, seed: str, size: int, unit: str, by: Actor) -> Inspection:
    """Draw papers of a unit by a seed; the same seed over the same papers is the same sample."""
    query = select(PaperRow.id, PaperRow.revision).where(
        PaperRow.state.in_(_ON_RECORD), in_units(PaperRow.unit, unit)
    )
    with archive.database.session() as session:
        population = session.execute(query).tuples().all()
    ranked = sorted(population, key=lambda row: sha256_of(f"{seed}:{row[0]}".encode()))[:size]
    drawn = tuple(Drawn(paper_id=paper_id, revision=revision) for paper_id, revision in ranked)
    made = Inspection(
        id=derive_id("inspection", seed, unit, by.login, *(d.paper_id for d in drawn)), seed=seed, unit=unit,
        population=len(population), drawn_at=datetime.now(UTC), drawn_by=by.login, papers=drawn,
    )  # fmt: skip
    kept = archive.keep_first(keys.inspection(made.id), made)
    archive.store.flush()
    enter_inspection(archive.database, kept)
    archive.audit.append("inspection.draw", kept.id, by, detail=f"{seed} {len(drawn)}/{len(population)}")
    return kept


def judge_paper(
    archive: Archive, inspection: Inspection, number: int, verdicts: Mapping[str, Verdict], by: Actor
) -> Inspected:
    """Say of each field of a paper whether the record is right. Raises `RecordChanged` when it was said."""
    drawn = paper_drawn(inspection, number)
    paper = archive.get_record(keys.paper(drawn.paper_id, drawn.revision), Paper)
    said = Inspected(
        inspection_id=inspection.id, number=number, paper_id=drawn.paper_id, by=by.login,
        at=datetime.now(UTC), verdicts={name: verdicts.get(name, Verdict.RIGHT) for name in paper.fields},
    )  # fmt: skip
    kept = archive.keep_first(keys.inspected(inspection.id, number), said)
    if kept.verdicts != said.verdicts:
        raise RecordChanged(drawn.paper_id)
    archive.store.flush()
    enter_inspected(archive.database, kept)
    wrong = sum(verdict is Verdict.WRONG for verdict in said.verdicts.values())
    archive.audit.append("inspection.judge", drawn.paper_id, by, detail=f"{inspection.id} {wrong} wrong")
    return kept


def paper_drawn(inspection: Inspection, number: int) -> Drawn:
    """The n-th paper, from 1. Raises `NotOnRecord`."""
    if not 1 <= number <= len(inspection.papers):
        raise NotOnRecord(f"{inspection.id}/{number}")
    return inspection.papers[number - 1]


def find_inspection(database: Database, inspection_id: str) -> Inspection:
    """By its id. Raises `NotOnRecord`."""
    with database.session() as session:
        row = session.get(InspectionRow, inspection_id)
    if row is None:
        raise NotOnRecord(inspection_id)
    return Inspection.model_validate(row.record)


def inspections(database: Database, unit: str) -> list[Inspection]:
    """Those of a unit and the units below it, newest first."""
    query = select(InspectionRow.record).where(in_units(InspectionRow.unit, unit))
    with database.session() as session:
        records = session.scalars(query.order_by(InspectionRow.drawn_at.desc()))
        return [Inspection.model_validate(record) for record in records]


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
        inspection=inspection, done=done, fields=judged, wrong=wrong, by_field=by_field,
        unreadable=sum(len(one.verdicts) for one in done) - judged,
        papers_wrong=faulty, lowest=1 - upper_bound(whole, seen, seen - faulty) if seen else 0.0,
        highest=upper_bound(whole, seen, faulty),
    )  # fmt: skip


def enter_inspection(database: Database, made: Inspection) -> None:
    """Enter a sample with its papers; entering it again changes nothing."""
    row: dict[str, object] = {
        "id": made.id, "drawn_at": made.drawn_at, "unit": made.unit, "login": made.drawn_by,
        "record": made.model_dump(mode="json"),
    }  # fmt: skip
    with database.session() as session:
        insert_missing(session, InspectionRow, [row])


def enter_inspected(database: Database, said: Inspected) -> None:
    """Enter what was said of a paper; entering it again changes nothing."""
    row: dict[str, object] = {
        "inspection_id": said.inspection_id, "number": said.number, "paper_id": said.paper_id,
        "record": said.model_dump(mode="json"),
    }  # fmt: skip
    with database.session() as session:
        insert_missing(session, InspectedRow, [row])
