"""Acceptance samples of a batch: drawn at random, keyed again blind, judged, kept in the store."""

from collections.abc import Sequence
from datetime import UTC, datetime
from random import SystemRandom

from pydantic import JsonValue
from sqlalchemy import select

from rules.review.answers import same_value
from rules.review.sampling import sample_size, upper_bound
from schemas.acceptance_sample import KeyedItem, Sample, SampleItem, SampleResult, SampleState
from schemas.account import Actor
from schemas.audit_event import Event
from schemas.base.ids import derive_id
from schemas.catalogue import document_types
from schemas.errors import NotOnRecord
from schemas.paper import Paper, State
from schemas.request_errors import RecordChanged
from storage import keys
from storage.archive.archive import Archive
from storage.database.tables.accounts import SampleItemRow, SampleRow
from storage.database.tables.papers import PaperRow

_SETTLED = (State.READ, State.VERIFIED, State.SIGNED, State.ARCHIVED)


def draw_sample(archive: Archive, batch_id: str, limit: float, by: Actor) -> Sample | None:
    """Draw and keep a sample of the batch's settled fields; None when it has none."""
    with archive.database.session() as session:
        query = select(PaperRow.record).where(PaperRow.batch_id == batch_id, PaperRow.state.in_(_SETTLED))
        papers = [Paper.model_validate(record) for record in session.scalars(query)]
    fields = [
        (paper, name) for paper in papers for name, field in paper.fields.items() if field.value is not None
    ]
    if not fields:
        return None
    drawn = SystemRandom().sample(fields, sample_size(len(fields), limit))
    drawn.sort(key=lambda pair: pair[0].id)
    at = datetime.now(UTC)
    sample = Sample(
        id=derive_id("sample", batch_id, at.isoformat()),
        batch_id=batch_id,
        drawn_at=at,
        drawn_by=by.login,
        limit=limit,
        population=len(fields),
        items=tuple(
            SampleItem(
                number=n,
                paper_id=paper.id,
                revision=paper.revision,
                field=name,
                settled_by=paper.fields[name].confirmed_by,
            )
            for n, (paper, name) in enumerate(drawn, 1)
        ),
    )
    detail = f"{len(drawn)}/{len(fields)} {limit}"
    return archive.commit(sample, Event(action="sample.draw", target=sample.id, detail=detail), by)


def samples_of(archive: Archive, batch_id: str) -> list[SampleState]:
    """Samples of a batch, newest first."""
    with archive.database.session() as session:
        records = session.scalars(select(SampleRow.record).where(SampleRow.batch_id == batch_id)).all()
    found = sorted((Sample.model_validate(r) for r in records), key=lambda s: s.drawn_at, reverse=True)
    return [sample_state(archive, sample) for sample in found]


def sample_state(archive: Archive, sample: Sample) -> SampleState:
    """How far a sample is, and what it proves when it is done."""
    rows = _rows(archive, sample)
    keyed = [row for row in rows if row.keyed is not None]
    key = keys.sample_result(sample.batch_id, sample.id)
    result = archive.get_record(key, SampleResult) if archive.store.exists(key) else None
    differing = tuple(row.number for row in keyed if row.wrong is None)
    return SampleState(sample=sample, keyed=len(keyed), differing=differing, result=result)


def next_item(archive: Archive, sample: Sample, login: str) -> SampleItem | None:
    """The next field this person may key: one they had no hand in."""
    open_numbers = {row.number for row in _rows(archive, sample) if row.keyed is None}
    fitting = (i for i in sample.items if i.number in open_numbers and login not in i.settled_by)
    return next(fitting, None)


def key_item(archive: Archive, sample: Sample, number: int, value: JsonValue, by: Actor) -> None:
    """What a person keyed without seeing the record. Raises `RecordChanged` when somebody else was first."""
    item = _item(sample, number)
    paper = archive.get_record(keys.paper(item.paper_id, item.revision), Paper)
    kind = document_types()[paper.document_type].fields[item.field].kind
    same = same_value(kind, paper.fields[item.field].value, value)
    with archive.database.session() as session:
        row = session.get(SampleItemRow, (sample.id, number), with_for_update=True)
        if row is None or row.keyed is not None:
            raise RecordChanged(sample.id)
        row.keyed, row.keyed_by, row.wrong = {"value": value}, by.login, False if same else None
    _finish(archive, sample, by)


def judge_item(archive: Archive, sample: Sample, number: int, by: Actor, *, wrong: bool) -> None:
    """A verifier says whether the record or the keying was wrong."""
    with archive.database.session() as session:
        row = session.get(SampleItemRow, (sample.id, number), with_for_update=True)
        if row is None or row.keyed is None or row.wrong is not None:
            raise RecordChanged(sample.id)
        row.wrong = wrong
    archive.audit.append(
        "sample.judge", sample.id, by, detail=f"{number} {'record' if wrong else 'keying'} wrong"
    )
    _finish(archive, sample, by)


def keyed_item(archive: Archive, sample: Sample, number: int) -> KeyedItem:
    """An item with both values, for the verifier. Raises `NotOnRecord`."""
    item = _item(sample, number)
    with archive.database.session() as session:
        row = session.get(SampleItemRow, (sample.id, number))
        if row is None or row.keyed is None:
            raise NotOnRecord(f"{sample.id}/{number}")
        keyed, keyed_by = row.keyed["value"], row.keyed_by or ""
    paper = archive.get_record(keys.paper(item.paper_id, item.revision), Paper)
    return KeyedItem(item=item, paper=paper, keyed=keyed, keyed_by=keyed_by)


def _finish(archive: Archive, sample: Sample, by: Actor) -> None:
    """Keep the result once every item is keyed and judged."""
    rows = _rows(archive, sample)
    if any(row.keyed is None or row.wrong is None for row in rows):
        return
    wrong = sum(bool(row.wrong) for row in rows)
    bound = upper_bound(sample.population, len(rows), wrong)
    result = SampleResult(
        sample_id=sample.id,
        finished_at=datetime.now(UTC),
        keyed=len(rows),
        wrong=wrong,
        bound=bound,
        limit=sample.limit,
        accepted=bound <= sample.limit,
    )
    event = Event(action="sample.result", target=sample.id, detail=f"{wrong}/{len(rows)} ≤{bound:.4f}")
    archive.commit(result, event, by, key=keys.sample_result(sample.batch_id, sample.id))


def _rows(archive: Archive, sample: Sample) -> Sequence[SampleItemRow]:
    query = select(SampleItemRow).where(SampleItemRow.sample_id == sample.id).order_by(SampleItemRow.number)
    with archive.database.session() as session:
        return session.scalars(query).all()


def _item(sample: Sample, number: int) -> SampleItem:
    if not 1 <= number <= len(sample.items):
        raise NotOnRecord(f"{sample.id}/{number}")
    return sample.items[number - 1]
