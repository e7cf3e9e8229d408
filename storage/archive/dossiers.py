"""Dossiers of a batch, found and listed by name as people count: HS2 before HS10."""

from natsort import natsort_keygen, ns
from sqlalchemy import or_, select

from schemas.errors import NotOnRecord
from schemas.paper import Dossier
from storage.database.engine import Database
from storage.database.tables.papers import DossierRow

_AT_ONCE = 500
"""Dossiers in one query."""
_NAME = DossierRow.record["name"].as_string()
_in_order = natsort_keygen(key=lambda named: named[1], alg=ns.IGNORECASE)


def dossier_names(database: Database, batch_id: str) -> list[tuple[str, str]]:
    """Id and name of every dossier of a batch, numbers within names in the order of their size."""
    query = select(DossierRow.id, _NAME).where(DossierRow.batch_id == batch_id)
    with database.session() as session:
        return sorted(session.execute(query).tuples(), key=_in_order)


def dossiers_of_batch(
    database: Database, batch_id: str, start: int = 0, most: int = 1_000_000
) -> list[Dossier]:
    """Dossiers of a batch in the order of their names, `most` of them from the `start`-th (from 0)."""
    ids = [dossier_id for dossier_id, _ in dossier_names(database, batch_id)[start : start + most]]
    records: dict[str, Dossier] = {}
    with database.session() as session:
        for at in range(0, len(ids), _AT_ONCE):
            some = DossierRow.id.in_(ids[at : at + _AT_ONCE])
            for record in session.scalars(select(DossierRow.record).where(some)):
                dossier = Dossier.model_validate(record)
                records[dossier.id] = dossier
    return [records[dossier_id] for dossier_id in ids if dossier_id in records]


def find_dossier(database: Database, batch_id: str, name: str) -> Dossier:
    """The dossier of a batch that has this name or code. Raises `NotOnRecord`."""
    query = select(DossierRow.record).where(
        DossierRow.batch_id == batch_id, or_(DossierRow.code == name, name == _NAME)
    )
    with database.session() as session:
        record = session.scalars(query.order_by(DossierRow.id).limit(1)).first()
    if record is None:
        raise NotOnRecord(name)
    return Dossier.model_validate(record)
