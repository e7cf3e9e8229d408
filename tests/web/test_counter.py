"""What is on file of a person, what is used of it, and that nothing of it is ever lost or changed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from counter import BY, DUNG, HANH, MINH, Hall
from room import Room
from sqlalchemy import select

from rules.completeness import Demands, look_at
from schemas.completeness import Hindrance, Verdict
from schemas.desk_errors import ReuseRefused, SubmissionRefused
from schemas.errors import NotOnRecord
from schemas.ids import sha256_of
from schemas.paper import State
from schemas.procedure import Span
from schemas.subject import SubjectKind, identity_of
from schemas.submission import AskReason, ReuseEvent
from storage import counter as counters
from storage import keys
from storage.archive import Archive
from storage.audit import AuditTrail
from storage.database import Database, alembic_config
from storage.holdings import find_links
from storage.ledger import Ledger
from storage.people import find_holder, find_people
from storage.proofs import lift_revocation, link_identities, revocations_of, revoke_paper, unlink_identities
from storage.reindex import reindex
from storage.submissions import find_submission, find_uses
from storage.tables import AuditRow


@pytest.fixture
def hall(room: Room) -> Hall:
    return Hall(room)


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
    known = {"enterprise_code": "0100112437", "enterprise_name": "CÔNG TY TNHH AN BÌNH",
             "first_registered_on": "2015-01-01"}  # fmt: skip
    first = hall.paper("business_registration", **known, representative_name="Lê Văn Bình")
    changed = hall.paper("business_registration", **known, changed_on="2021-02-03")
    assert names(hall, "0100112437") == ["CÔNG TY TNHH AN BÌNH"]
    assert names(hall, "an binh") == ["CÔNG TY TNHH AN BÌNH"]
    party = hall.counter().party(identity_of("0100112437", SubjectKind.ORGANISATION))
    found = {f.paper_id: f for f in look_at(party, counters.today(), Demands())}
    assert {r.hindrance for r in found[first.id].against} == {Hindrance.SUPERSEDED}
    assert found[changed.id].is_usable


def test_papers_of_any_office_of_the_province_are_on_file(hall: Hall) -> None:
    hall.card()
    held = hall.status()
    _, _, answer = hall.counter().check(hall.marriage)
    found = next(a for a in answer.components if a.component.document_type == held.document_type)
    assert found.verdict is Verdict.ON_FILE
    assert found.found[0].paper_id == held.id
    _, _, elsewhere = hall.counter("H20.1").check(hall.marriage)
    assert not any(a.found for a in elsewhere.components)


def test_a_use_is_one_object_and_survives_the_database(hall: Hall, tmp_path: Path) -> None:
    hall.card()
    held = hall.status()
    at = hall.counter()
    submission = at.open(hall.marriage, "H10.15-261122-0001", BY)
    used = at.use_paper(submission, "marital_status", held.id, BY)
    assert at.use_paper(submission, "marital_status", held.id, BY) == used, "pressed twice it is one use"
    assert (used.paper_id, used.revision, used.pdf_sha256) == (held.id, held.revision, held.pdf_sha256)
    assert used.values["full_name"] == "Nguyễn Thị Dung"
    assert used.shown.found[0].is_usable
    assert used.purpose == "1.000894 H10.15-261122-0001"
    with pytest.raises(ReuseRefused):
        at.use_paper(submission, "application_form", held.id, BY)
    (event,) = {e["target"] for e in hall.room.events("paper.reuse")}
    assert event == held.id
    fresh = Database(f"sqlite:///{tmp_path / 'rebuilt.sqlite'}")
    fresh.prepare()
    store = hall.archive.store
    rebuilt = Archive(store, fresh, Ledger(fresh), AuditTrail(store, fresh))
    assert reindex(rebuilt).reuses == 1
    assert find_uses(fresh, paper_id=held.id) == [used]
    assert find_submission(fresh, submission.code, "H10.15") == submission
    assert [f.mention.name for f in find_people(fresh, DUNG, "H10")] == ["Nguyễn Thị Dung"]


def test_a_use_is_undone_within_the_day_and_stays_on_record(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall.card()
    held = hall.status()
    at = hall.counter()
    submission = at.open(hall.marriage, "", BY)
    first = at.use_paper(submission, "marital_status", held.id, BY)
    at.undo(submission, first.id, "nhầm người", BY)
    assert at.uses(submission) == []
    with pytest.raises(ReuseRefused):
        at.undo(submission, first.id, "lần nữa", BY)
    again = at.use_paper(submission, "marital_status", held.id, BY)
    assert again.id != first.id
    assert hall.archive.get_record(f"submissions/{submission.id}/uses/{first.id}.json", ReuseEvent) == first
    later = counters.today() + timedelta(days=1)
    monkeypatch.setattr(counters, "today", lambda: later)
    with pytest.raises(ReuseRefused):
        at.undo(submission, again.id, "hôm sau", BY)


def test_what_is_on_file_may_be_asked_for_only_for_a_reason_of_the_law(hall: Hall) -> None:
    hall.card()
    held = hall.status()
    at = hall.counter()
    submission = at.open(hall.marriage, "", BY)
    asked = at.ask_anyway(submission, "marital_status", AskReason.INACCURATE, "tên sai dấu", BY)
    assert asked.shown.found[0].paper_id == held.id
    with pytest.raises(ReuseRefused):
        at.use_paper(submission, "marital_status", held.id, BY)
    with pytest.raises(ReuseRefused):
        at.ask_anyway(submission, "application_form", AskReason.NOT_FOUND, "", BY)
    at.undo(submission, asked.id, "đã sửa", BY)
    assert at.use_paper(submission, "marital_status", held.id, BY)


def test_a_look_up_is_kept_as_it_was_seen(hall: Hall) -> None:
    hall.card()
    at = hall.counter()
    submission = at.open(hall.marriage, "", BY)
    used = at.use_data(submission, "marital_status", {"result": "chưa kết hôn, tra lúc 9h"}, BY)
    assert used.shown.verdict is Verdict.BY_DATA
    assert used.values == {"result": "chưa kết hôn, tra lúc 9h"}
    assert used.shown.data
    assert used.shown.data.basis


def test_a_dossier_code_is_one_dossiers(hall: Hall) -> None:
    hall.card()
    at = hall.counter()
    opened = at.open(hall.marriage, "H10.15-261122-0007", BY)
    assert at.open(hall.marriage, "H10.15-261122-0007", BY) == opened
    other = hall.marriage.model_copy(update={"parties": {"applicant": identity_of(MINH)}})
    for wanted, code in (
        (other, "H10.15-261122-0007"),
        (hall.marriage, "H10.15-261340-0007"),
        (hall.marriage, "xyz"),
        (hall.marriage.model_copy(update={"case": "none"}), ""),
    ):
        with pytest.raises(SubmissionRefused):
            at.open(wanted, code, BY)
    first, second = at.open(hall.marriage, "", BY), at.open(hall.marriage, "", BY)
    day = f"{datetime.now(UTC) + timedelta(hours=7):%y%m%d}"
    assert first.provisional
    assert {first.code, second.code} <= {f"H10.15-{day}-{n:04d}" for n in range(1, 5)}
    assert first.code != second.code
    with pytest.raises(NotOnRecord):
        find_submission(hall.archive.database, opened.code, "H20")


def test_old_and_new_numbers_are_joined_by_the_card_and_can_be_separated(hall: Hall) -> None:
    old = hall.status(personal_id="012345678")
    card = hall.card(previous_id="012345678")
    at = hall.counter()
    assert {h.paper.id for h in at.party(identity_of(DUNG)).holdings} == {old.id, card.id}
    (found,) = find_people(hall.archive.database, "nguyen thi dung", "H10")
    assert found.mention.number == DUNG
    assert found.papers == 2
    ((link, counts),) = find_links(hall.archive.database, [identity_of(DUNG)])
    assert counts
    unlink_identities(hall.archive, link.id, "số cũ của người khác", BY)
    assert {h.paper.id for h in at.party(identity_of(DUNG)).holdings} == {card.id}
    hall.set(card, confidence=0.5)
    assert {h.paper.id for h in at.party(identity_of(DUNG)).holdings} == {card.id}, "it stays undone"


def test_same_name_and_birth_are_two_people_until_proven(hall: Hall) -> None:
    hall.card()
    twin = hall.status(personal_id="001190077777")
    loose = hall.paper("birth_certificate", **{k: v for k, v in HANH.items() if k != "personal_id"},
                       registered_on="1990-06-01")  # fmt: skip
    at = hall.counter()
    party = at.party(identity_of(DUNG))
    assert twin.id not in {h.paper.id for h in party.holdings}
    held = next(h for h in party.holdings if h.paper.id == loose.id)
    assert held.mentions[0].identity not in party.identities
    link_identities(hall.archive, identity_of(DUNG), held.mentions[0].identity, "sổ gốc trang 12", BY)
    assert held.mentions[0].identity in at.party(identity_of(DUNG)).identities


def test_a_revoked_paper_is_not_used_until_that_is_lifted(hall: Hall) -> None:
    hall.card()
    held = hall.status()
    at = hall.counter()
    gone = revoke_paper(hall.archive, held.id, counters.today(), "QĐ 12/QĐ-UBND", BY)
    _, _, answer = at.check(hall.marriage)
    found = answer.answer("marital_status")
    assert found
    assert found.found[0].against[0].hindrance is Hindrance.REVOKED
    assert found.found[0].against[0].basis == "QĐ 12/QĐ-UBND"
    lift_revocation(hall.archive, gone, "ghi nhầm", BY)
    assert revocations_of(hall.archive.database, held.id) == []
    _, _, answer = at.check(hall.marriage)
    assert answer.answer("marital_status").verdict is Verdict.ON_FILE  # type: ignore[union-attr]


def test_what_nobody_looked_at_is_offered_only_where_the_office_trusts_the_machine(hall: Hall) -> None:
    hall.card()
    held = hall.status(State.READ)
    _, _, strict = hall.counter().check(hall.marriage)
    found = strict.answer("marital_status")
    assert found
    assert {r.hindrance for r in found.found[0].against} == {Hindrance.UNVERIFIED}
    _, _, trusting = hall.counter(demands=Demands(verified=False)).check(hall.marriage)
    found = trusting.answer("marital_status")
    assert found
    assert found.verdict is Verdict.ON_FILE
    assert found.found[0].paper_id == held.id


def test_a_paper_set_aside_is_no_ones_any_more(hall: Hall) -> None:
    hall.card()
    held = hall.status()
    hall.set(held, state=State.REJECTED)
    assert held.id not in {h.paper.id for h in hall.counter().party(identity_of(DUNG)).holdings}


def test_papers_of_before_the_counter_are_found_after_the_migration(hall: Hall) -> None:
    held = hall.card()
    config = alembic_config(hall.archive.database.url)
    command.downgrade(config, "0002")
    hall.archive.database.prepare()
    assert names(hall, DUNG) == ["Nguyễn Thị Dung"]
    assert {h.paper.id for h in hall.counter().party(identity_of(DUNG)).holdings} == {held.id}


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
    assert thu.get("/search", q=inside).status_code == 200, "a list to choose from, not her page"
    asked = {"party": "partner", "number": inside, "back": "x"}
    assert thu.post(f"/people/{identity_of(DUNG)}/party", **asked).status_code == 404
    hall.card(previous_id="012345678")
    assert find_holder(database, "012345678", "H10").number == DUNG  # type: ignore[union-attr]


def test_parties_stay_in_the_cases_order(hall: Hall) -> None:
    hall.card()
    hall.card(personal_id=MINH, full_name="Trần Văn Minh", date_of_birth="1988-01-01")
    parties = {"partner": identity_of(MINH), "applicant": identity_of(DUNG)}
    at = hall.counter()
    opened = at.open(hall.marriage.model_copy(update={"parties": parties}), "H10.15-261122-0011", BY)
    again = find_submission(hall.archive.database, opened.code, "H10.15")
    assert [name for name, _ in again.parties] == ["applicant", "partner"]
    assert at.exchange(again).SoGiayToChuHoSo == DUNG
    for wrong in ({}, {"partner": identity_of(MINH)}, {"applicant": ""}):
        with pytest.raises(SubmissionRefused):
            at.open(hall.marriage.model_copy(update={"parties": wrong}), "H10.15-261122-0012", BY)


def test_a_dossier_is_found_by_its_whole_name_only(hall: Hall) -> None:
    hall.card()
    opened = hall.counter().open(hall.marriage, "", BY)
    database = hall.archive.database
    assert find_submission(database, opened.id, "H10.15") == opened
    for part, reach in ((opened.id[:8], "H10.15"), ("", None), (opened.id[:3], None), (opened.id, "")):
        with pytest.raises(NotOnRecord):
            find_submission(database, part, reach)
    assert find_submission(database, opened.id[:8], None) == opened, "at the terminal"


def test_a_dossier_goes_by_the_edition_of_its_day(hall: Hall) -> None:
    hall.card()
    at = hall.counter()
    opened = at.open(hall.marriage, "", BY)
    edition = at.procedures.find("1.000894", counters.today())
    tomorrow = counters.today() + timedelta(days=1)
    other = edition.cases[0].model_copy(update={"id": "other"})
    later = edition.model_copy(update={"in_force": Span(since=tomorrow), "cases": (other,)})
    at.procedures.add([later], BY)
    assert at.procedures.find("1.000894", tomorrow).cases[0].id == "other"
    _, case, _ = at.check(at.wanted_by(opened), counters.day_of(opened))
    assert case.id == "both_present"


def test_an_event_whose_writer_was_killed_is_entered_by_the_next(hall: Hall) -> None:
    trail = hall.archive.audit
    first = trail.append("one", "x", BY)
    stray = first.model_copy(update={"number": first.number + 1, "action": "stray",
                                     "previous": sha256_of(first.model_dump_json().encode())})  # fmt: skip
    hall.archive.store.put(keys.audit(stray.number), stray.model_dump_json().encode(), "application/json")
    last = trail.append("two", "x", BY)
    assert last.number == first.number + 2
    with hall.archive.database.session() as session:
        known = session.scalars(select(AuditRow.number).where(AuditRow.number >= first.number)).all()
    assert sorted(known) == [first.number, stray.number, last.number]
    trail.check()
