"""A forgotten separator, a page in the wrong dossier: dossiers of a batch laid anew together, and back."""

import json
from pathlib import Path, PurePosixPath
from random import Random

import pytest
from office import Office
from room import Browser, Room

from flows.workers.pool import WorkerPool
from samples.dossiers import PAINTERS, write_dossier
from samples.drawing.damage import Level
from schemas.account import Role
from schemas.paper import Dossier, Paper, State
from storage.archive.archive import Archive
from storage.records.arrangements import last_arrangement

_KINDS = {
    "hồ sơ 1": ("death_certificate", "unknown"),
    "hồ sơ 2": ("marital_status_certificate", "construction_permit"),
}


@pytest.fixture
def two(room: Room, pool: WorkerPool, tmp_path: Path) -> Office:
    """Two dossiers of two papers each, a file of its own each."""
    for at, (name, kinds) in enumerate(_KINDS.items()):
        rng = Random(40 + at)
        drawn = [PAINTERS[kind](rng, "a", "plain" if "marital" in kind else "") for kind in kinds]
        write_dossier(drawn, tmp_path / "scans" / f"{name}.pdf", name="x", level=Level.CLEAN, seed=at)
    return Office(room, pool, tmp_path / "scans")


class Hall:
    """What is on the table of one person, by name of the dossier."""

    def __init__(self, office: Office, person: Browser) -> None:
        self.office, self.person = office, person

    def dossier(self, name: str) -> Dossier:
        """The dossier of that name."""
        return self._dossiers()[name]

    def papers(self, name: str) -> list[Paper]:
        """Its papers in order."""
        return self.office.archive.ledger.papers(self.dossier(name))

    def names(self) -> dict[str, list[str]]:
        """Types of the papers of each dossier."""
        papers = self.office.archive.ledger.papers
        return {name: [p.document_type for p in papers(d)] for name, d in self._dossiers().items()}

    def lay(self, **wanted: list[Paper]) -> int:
        """Send papers as the dossiers of these names (`_` for a blank); names that are none yet are made."""
        known = self._dossiers()
        dossiers = []
        for name, papers in ((key.replace("_", " "), papers) for key, papers in wanted.items()):
            own = known.get(name)
            leaves = [
                {
                    "document_type": paper.document_type,
                    "pages": [self._leaf(paper, at) for at in range(len(paper.pages))],
                }
                for paper in papers
            ]
            dossiers.append({"id": own.id if own else "", "name": "" if own else name, "papers": leaves})
        answer = self.person.post(
            f"/dossiers/{next(d['id'] for d in dossiers if d['id'])}/arrange",
            laid=json.dumps({"dossiers": dossiers}),
        )
        return int(answer.status_code)

    def take_back(self, name: str) -> int:
        """Undo what was laid last of the dossier."""
        dossier = self.dossier(name)
        last = last_arrangement(self.office.archive, dossier.id)
        assert last
        where = f"/dossiers/{dossier.id}/arrange/undo"
        return int(self.person.post(where, number=str(last.number)).status_code)

    def _dossiers(self) -> dict[str, Dossier]:
        dossiers = self.office.archive.ledger.dossiers(self.office.batch.id)
        return {PurePosixPath(d.name).stem: d for d in dossiers}

    def _leaf(self, paper: Paper, at: int) -> dict[str, object]:
        page = paper.pages[at]
        stack = self.office.archive.ledger.stack_of(paper.dossier_id)
        return {"scan": page.scan, "page_number": page.page_number, "stack": stack}


@pytest.fixture
def hall(two: Office) -> Hall:
    return Hall(two, two.room.person("lan"))


def _adds_up(archive: Archive, office: Office) -> tuple[int, int, int]:
    balance = archive.ledger.balance(office.batch)
    assert balance.adds_up
    return balance.dossiers, balance.pages, balance.pages_waiting


def test_a_forgotten_separator_is_made_good(hall: Hall, tmp_path: Path) -> None:
    one = hall.papers("hồ sơ 2")
    assert hall.lay(hồ_sơ_2=one[:1], mới=one[1:]) == 204
    rebuilt = hall.office.rebuilt(tmp_path / "between.sqlite")
    assert _adds_up(rebuilt, hall.office) == (3, 4, 2), "what is not filed yet waits there too"
    hall.office.work()
    assert hall.names() == {
        "mới": ["construction_permit"],
        "hồ sơ 1": ["death_certificate", "unknown"],
        "hồ sơ 2": ["marital_status_certificate"],
    }
    (moved,) = hall.papers("mới")
    assert moved.id == one[1].id, "a paper that moves whole stays itself"
    assert _adds_up(hall.office.archive, hall.office) == (3, 4, 0)
    again = hall.office.rebuilt(tmp_path / "after.sqlite")
    assert _adds_up(again, hall.office) == (3, 4, 0)
    assert again.ledger.papers(again.ledger.dossier(moved.dossier_id)) == [moved]


def test_a_paper_goes_to_another_dossier_with_what_people_said_of_it(hall: Hall, tmp_path: Path) -> None:
    archive = hall.office.archive
    minh = hall.office.room.person("minh")
    stay, goes = hall.papers("hồ sơ 2")
    for person in (hall.person, minh):
        person.get(f"/papers/{stay.id}/review")
        person.answer(stay.id, "full_name", "Đỗ Thị Bé", revision=archive.ledger.paper(stay.id).revision)
        person.post(f"/papers/{stay.id}/hand-in")
        for paper in (*hall.papers("hồ sơ 1"), *hall.papers("hồ sơ 2")):
            person.post(f"/papers/{paper.id}/later")
    settled = archive.ledger.paper(stay.id)
    assert settled.settled_by
    first = hall.papers("hồ sơ 1")
    assert hall.lay(hồ_sơ_1=[first[0], settled, first[1]], hồ_sơ_2=[goes]) == 204
    assert hall.person.get(f"/papers/{stay.id}/review").status_code == 409, "nobody's until it is filed"
    hall.office.work()
    assert hall.names() == {
        "hồ sơ 1": ["death_certificate", "marital_status_certificate", "unknown"],
        "hồ sơ 2": ["construction_permit"],
    }
    moved = hall.papers("hồ sơ 1")[1]
    assert (moved.id, moved.fields, moved.state) == (settled.id, settled.fields, settled.state)
    assert moved.dossier_id == hall.dossier("hồ sơ 1").id
    original = hall.person.get(f"/papers/{moved.id}/originals/1")
    assert "h%E1%BB%93%20s%C6%A1%202.pdf" in original.headers["content-disposition"], "as handed in"
    rebuilt = hall.office.rebuilt(tmp_path / "rebuilt.sqlite")
    assert rebuilt.ledger.paper(moved.id) == moved
    assert _adds_up(rebuilt, hall.office) == (2, 4, 0)
    assert hall.take_back("hồ sơ 1") == 204
    hall.office.work()
    back = hall.papers("hồ sơ 2")[0]
    assert (back.id, back.fields, back.settled_by) == (settled.id, settled.fields, settled.settled_by)
    assert [p.id for p in hall.papers("hồ sơ 1")] == [p.id for p in first]


def test_two_are_joined_and_parted_again(hall: Hall, tmp_path: Path) -> None:
    before = {name: [p.id for p in hall.papers(name)] for name in _KINDS}
    papers = [*hall.papers("hồ sơ 1"), *hall.papers("hồ sơ 2")]
    assert hall.lay(hồ_sơ_1=papers, hồ_sơ_2=[]) == 204
    hall.office.work()
    assert list(hall.names()) == ["hồ sơ 1"]
    assert [p.id for p in hall.papers("hồ sơ 1")] == [p.id for p in papers]
    rebuilt = hall.office.rebuilt(tmp_path / "rebuilt.sqlite")
    assert _adds_up(rebuilt, hall.office) == (1, 4, 0)
    assert hall.take_back("hồ sơ 1") == 204
    assert hall.take_back("hồ sơ 1") == 204, "and that taken back, before anybody filed it"
    hall.office.work()
    assert list(hall.names()) == ["hồ sơ 1"]
    assert hall.take_back("hồ sơ 1") == 204
    hall.office.work()
    assert {name: [p.id for p in hall.papers(name)] for name in _KINDS} == before
    assert _adds_up(hall.office.archive, hall.office) == (2, 4, 0)


def test_papers_put_together_and_apart_again_keep_what_was_settled(hall: Hall) -> None:
    slip, letter = hall.papers("hồ sơ 1")
    archive = hall.office.archive
    hall.person.get(f"/papers/{letter.id}/review")
    hall.person.post(f"/papers/{letter.id}/dismiss", reason="not_ours", revision=str(letter.revision))
    settled = archive.ledger.paper(letter.id)
    assert settled.state is State.REJECTED
    as_one = Paper.model_validate({**slip.model_dump(), "pages": [*slip.pages, *letter.pages]})
    assert hall.lay(hồ_sơ_1=[as_one]) == 204
    hall.office.work()
    assert len(hall.papers("hồ sơ 1")) == 1
    assert hall.take_back("hồ sơ 1") == 204
    hall.office.work()
    assert hall.papers("hồ sơ 1")[1].state is State.REJECTED


def test_what_cannot_be_is_refused_and_changes_nothing(hall: Hall) -> None:
    one, two = hall.papers("hồ sơ 1"), hall.papers("hồ sơ 2")
    assert hall.lay(hồ_sơ_1=one, hồ_sơ_2=two[:1]) == 409, "a page would be lost"
    assert hall.lay(hồ_sơ_1=[*one, two[0]], hồ_sơ_2=two) == 409, "a page would be in two dossiers"
    assert hall.lay(hồ_sơ_1=[*one, two[0]]) == 409, "its dossier is not on the table"
    stranger = hall.office.room.person("xa", Role.CLERK, "H11")
    assert stranger.get(f"/dossiers/{hall.dossier('hồ sơ 1').id}/arrange").status_code == 404
    assert Hall(hall.office, stranger).lay(hồ_sơ_1=one) == 404
    assert hall.lay(hồ_sơ_1=one[:1], mới=one[1:]) == 204
    assert hall.lay(hồ_sơ_1=one) == 409, "it is being read again"
    assert hall.office.archive.ledger.balance(hall.office.batch).adds_up


def test_another_dossier_is_laid_beside_by_its_name(hall: Hall) -> None:
    where = f"/dossiers/{hall.dossier('hồ sơ 1').id}/arrange"
    assert "scans/hồ sơ 2.pdf" in hall.person.get(where).text
    beside = hall.person.get(f"{where}/beside?name=scans/h%E1%BB%93%20s%C6%A1%202.pdf")
    assert beside.text.count('class="leaf"') == 2
    assert hall.person.get(f"{where}/beside?name=kh%C3%B4ng").status_code == 404
