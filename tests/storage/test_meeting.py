"""Digitised papers, and what was used again of them, meet their dossier of the register by its code."""

from pathlib import Path

import pytest
from counter import BY, Hall
from golden_register import golden_rows, take, write_export
from room import Room, make_room

from schemas.errors import NotOnRecord
from schemas.indicator import Fact
from schemas.paper import State
from schemas.settings import Settings
from storage.archive.archive import Archive
from storage.index.register_links import stage_of
from storage.register.columns import Figures
from storage.register.imports import find_dossier

CODE = "H10.15-261122-0007"


@pytest.fixture
def room(archive: Archive, tmp_path: Path) -> Room:
    """A room whose register knows one dossier of that code."""
    row = {**golden_rows()[0], "ma_ho_so": CODE}
    take(archive, write_export(tmp_path / "a.csv", [row]))
    return make_room(archive, Settings(data=tmp_path))


def stage(archive: Archive) -> Fact:
    """How far the dossier is digitised here; the columns say what the row says."""
    told = Fact(stage_of(archive.database, CODE))
    (facts,) = [facts for facts in Figures(archive).view().columns.facts if facts]
    assert Fact(int(facts)) & told == told
    return told


def test_papers_meet_their_dossier_by_its_code(room: Room) -> None:
    archive, hall = room.archive, Hall(room)
    paper = room.paper({"full_name": "A"})
    dossier = archive.ledger.dossier(paper.dossier_id).with_changes(code=CODE)
    assert stage(archive) == Fact.NONE
    archive.ledger.record_filing("xấp 1", [], [(dossier, archive.put_dossier(dossier))], [])
    assert stage(archive) == Fact.SCANNED, "one value is doubtful"
    clear = {n: f.with_changes(needs_review=False) for n, f in paper.fields.items()}
    for state, wanted in (
        (State.READ, Fact.SCANNED | Fact.UNDERSTOOD),
        (State.VERIFIED, Fact.SCANNED | Fact.UNDERSTOOD | Fact.VERIFIED),
        (State.SIGNED, Fact.SCANNED | Fact.UNDERSTOOD | Fact.VERIFIED | Fact.SIGNED),
        (State.REJECTED, Fact.NONE),
        (State.VERIFIED, Fact.SCANNED | Fact.UNDERSTOOD | Fact.VERIFIED),
    ):
        hall.set(archive.ledger.paper(paper.id), state=state, fields=clear)
        assert stage(archive) == wanted, state
    elsewhere = dossier.with_changes(code=None)
    archive.ledger.record_filing("xấp 1", [], [(elsewhere, archive.put_dossier(elsewhere))], [])
    assert stage(archive) == Fact.NONE, "the code was another's"
    with pytest.raises(NotOnRecord):
        find_dossier(archive, "H19-250101-9999")


def test_what_was_used_again_at_the_counter_is_noted_until_it_is_undone(room: Room) -> None:
    hall = Hall(room)
    hall.card()
    paper, at = hall.status(), hall.counter()
    submission = at.open(hall.marriage, CODE, BY)
    assert stage(room.archive) == Fact.NONE
    use = at.use_paper(submission, "marital_status", paper.id, BY)
    assert stage(room.archive) == Fact.REUSED_HERE
    at.undo(submission, use.id, "nhầm", BY)
    assert stage(room.archive) == Fact.NONE
