"""Digitised papers meet their dossier of the register by its code."""

from pathlib import Path

import pytest
from golden_register import golden_rows, take, write_export
from room import Room

from schemas.errors import NotOnRecord
from schemas.figures import Slice
from schemas.indicator import Fact
from schemas.paper import State
from schemas.settings import Settings
from storage.archive import Archive
from storage.figures import Figures, numbers_of, registered
from storage.register import find_dossier
from web.app import make_app


def test_papers_meet_their_dossier_by_its_code(archive: Archive, tmp_path: Path) -> None:
    room = Room(archive, Settings(data=tmp_path), make_app(Settings(data=tmp_path), archive))
    rows = golden_rows()[:2]
    code = rows[0]["ma_ho_so"]
    paper = room.paper({"full_name": "A"})
    dossier = archive.ledger.dossier(paper.dossier_id).model_copy(update={"code": code})
    revision = archive.put_dossier(dossier)
    archive.ledger.settle("xấp 1", [], [(dossier, revision)], [])
    take(archive, write_export(tmp_path / "a.csv", rows))

    def stage() -> Fact:
        view = Figures(archive).view()
        (number,) = [n for n in numbers_of(view.rows(Slice()), view.columns.received, 0, 9)
                     if registered(archive, [n])[0].code == code]  # fmt: skip
        own = Fact.SCANNED | Fact.UNDERSTOOD | Fact.VERIFIED | Fact.SIGNED
        return Fact(int(view.columns.facts[number])) & own

    assert stage() == Fact.SCANNED
    from counter import Hall

    hall = Hall(room)
    clear = {n: f.model_copy(update={"needs_review": False}) for n, f in paper.fields.items()}
    seen = hall.set(paper, state=State.VERIFIED, fields=clear)
    assert stage() == Fact.SCANNED | Fact.UNDERSTOOD | Fact.VERIFIED
    hall.set(seen, state=State.REJECTED)
    assert stage() == Fact.NONE
    hall.set(archive.ledger.paper(paper.id), state=State.VERIFIED, fields=clear)
    elsewhere = dossier.model_copy(update={"code": None})
    archive.ledger.settle("xấp 1", [], [(elsewhere, archive.put_dossier(elsewhere))], [])
    assert stage() == Fact.NONE, "the code was another's"
    with pytest.raises(NotOnRecord):
        find_dossier(archive, "H19-250101-9999")
