"""Acceptance samples as records: entered in the index and read."""

from schemas.acceptance_sample import Sample
from schemas.errors import NotOnRecord
from storage.archive.archive import Archive
from storage.database.tables.accounts import SampleItemRow, SampleRow


def enter_sample(archive: Archive, sample: Sample) -> None:
    """Enter a drawn sample; what was keyed of it before stays."""
    with archive.database.session() as session:
        if session.get(SampleRow, sample.id) is None:
            session.add(
                SampleRow(id=sample.id, batch_id=sample.batch_id, record=sample.model_dump(mode="json"))
            )
            session.flush()
            session.add_all(
                SampleItemRow(sample_id=sample.id, number=i.number, paper_id=i.paper_id, field=i.field)
                for i in sample.items
            )


def find_sample(archive: Archive, sample_id: str) -> Sample:
    """The sample of that id. Raises `NotOnRecord`."""
    with archive.database.session() as session:
        row = session.get(SampleRow, sample_id)
        if row is None:
            raise NotOnRecord(sample_id)
        return Sample.model_validate(row.record)
