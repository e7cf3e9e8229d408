"""Who is found by what officials type: numbers, parts of them, names; and who never is."""

import pytest
from alembic import command
from counter import DUNG, MINH, Hall
from room import Room

from application import one_stop as counters
from rules.reuse.completeness import ReuseRequirements, look_at
from schemas.completeness import Obstacle
from schemas.subject import SubjectKind, identity_of
from storage.database.engine import alembic_config
from storage.index.people_search import find_holder, find_people
from storage.index.refresh import refresh_index


@pytest.fixture
def room(each_room: Room) -> Room:
    """On both kinds of database."""
    return each_room


def names(hall: Hall, query: str, reach: str = "H10") -> list[str]:
    return [found.mention.name for found in find_people(hall.archive.database, query, reach)]


def test_people_are_found_as_officials_type(hall: Hall) -> None:
    hall.card()
    hall.card(full_name="Nguyễn Thị Dũng", personal_id="001190099999", date_of_birth="1990-01-01")
    hall.card(full_name="Trần Văn Bình", personal_id=MINH, date_of_birth="1988-02-03")
    assert names(hall, DUNG) == names(hall, "0011 9001 2345") == ["Nguyễn Thị Dung"]
    assert names(hall, "12345") == ["Nguyễn Thị Dung"], "the end of the number"
    assert names(hall, "19001234") == ["Nguyễn Thị Dung"], "its middle"
    assert set(names(hall, "0011")) == {"Nguyễn Thị Dung", "Nguyễn Thị Dũng"}
    assert names(hall, "nguyen thi du") == ["Nguyễn Thị Dung", "Nguyễn Thị Dũng"]
    assert names(hall, "Nguyễn Thị Dũng") == ["Nguyễn Thị Dũng", "Nguyễn Thị Dung"], "exact spelling first"
    assert len(names(hall, "nguyễn thị dúng")) == 2, "a wrong tone finds both"
    assert names(hall, "binh tran") == ["Trần Văn Bình"], "given name first"
    assert names(hall, "van bin") == ["Trần Văn Bình"]
    assert len(names(hall, "dung 1990 nguyen")) == 2
    assert names(hall, "binh 1988") == ["Trần Văn Bình"]
    assert names(hall, "binh 1989") == []
    assert names(hall, "") == names(hall, "12") == names(hall, "  ") == []
    assert names(hall, DUNG, reach="H20") == [], "another province's official does not see her"


def test_an_enterprise_is_found_by_its_code_and_name(hall: Hall) -> None:
    known = {
        "enterprise_code": "0100112437",
        "enterprise_name": "CÔNG TY TNHH AN BÌNH",
        "first_registered_on": "2015-01-01",
    }
    first = hall.paper("business_registration", **known, representative_name="Lê Văn Bình")
    changed = hall.paper("business_registration", **known, changed_on="2021-02-03")
    assert names(hall, "0100112437") == ["CÔNG TY TNHH AN BÌNH"]
    assert names(hall, "an binh") == ["CÔNG TY TNHH AN BÌNH"]
    party = hall.counter().party(identity_of("0100112437", SubjectKind.ORGANISATION))
    found = {f.paper_id: f for f in look_at(party, counters.today(), ReuseRequirements())}
    assert {r.hindrance for r in found[first.id].against} == {Obstacle.SUPERSEDED}
    assert found[changed.id].is_usable


def test_a_whole_number_that_nobody_has_is_nobody(hall: Hall) -> None:
    """An old number of nine digits that stands inside somebody else's twelve."""
    hall.card()
    inside = DUNG[3:]
    database = hall.archive.database
    assert find_holder(database, inside, "H10") is None
    assert find_holder(database, DUNG, "H10").name == "Nguyễn Thị Dung"  # type: ignore[union-attr]
    assert find_holder(database, "0011 9001 2345", "H10")
    assert find_holder(database, DUNG, "H20") is None
    assert find_holder(database, "Nguyễn Thị Dung", "H10") is None
    thu = hall.official()
    assert thu.search(inside).status_code == 200, "a list to choose from, not her page"
    asked = {"party": "partner", "number": inside, "back": "x"}
    assert thu.post(f"/people/{identity_of(DUNG)}/party", **asked).status_code == 404
    hall.card(previous_id="012345678")
    assert find_holder(database, "012345678", "H10").number == DUNG  # type: ignore[union-attr]


def test_papers_of_before_the_counter_are_found_after_the_migration(hall: Hall) -> None:
    held = hall.card()
    config = alembic_config(hall.archive.database.url)
    command.downgrade(config, "0002")
    hall.archive.database.prepare()
    assert names(hall, DUNG) == []
    refresh_index(hall.archive.database)
    assert names(hall, DUNG) == ["Nguyễn Thị Dung"]
    assert {h.paper.id for h in hall.counter().party(identity_of(DUNG)).holdings} == {held.id}


def test_a_number_that_was_corrected_finds_its_other_holder(hall: Hall) -> None:
    hall.status(personal_id=MINH, full_name="Trần Văn Minh", date_of_birth="1988-01-01")
    held = hall.card(personal_id=MINH)
    assert names(hall, MINH) == ["Nguyễn Thị Dung"], "a card weighs more"
    fields = {**held.fields, "personal_id": held.fields["personal_id"].with_changes(value=DUNG)}
    hall.set(held, fields=fields)
    assert names(hall, DUNG) == ["Nguyễn Thị Dung"]
    assert names(hall, MINH) == ["Trần Văn Minh"]
