"""What is on file of a person, what is used of it, and that nothing of it is ever lost or changed."""

from datetime import timedelta
from pathlib import Path

import pytest
from counter import BY, DUNG, MINH, Hall
from room import Room

from application import one_stop as counters
from rules.reuse.completeness import ReuseRequirements
from schemas.completeness import Obstacle, Verdict
from schemas.paper import State
from schemas.request_errors import ReuseRefused
from schemas.subject import identity_of
from schemas.submission import AskReason, ReuseEvent
from storage.index.holdings import find_links
from storage.index.people_search import find_people
from storage.records.identity_links import link_identities, revocations_of, revoke_paper, unlink_identities
from storage.records.submissions import find_submission, find_uses


@pytest.fixture
def room(each_room: Room) -> Room:
    """On both kinds of database."""
    return each_room


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
    fresh = hall.rebuilt(tmp_path / "rebuilt.sqlite").database
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


def test_what_nobody_looked_at_is_offered_only_where_the_office_trusts_the_machine(hall: Hall) -> None:
    hall.card()
    held = hall.status(State.READ)
    _, _, strict = hall.counter().check(hall.marriage)
    found = strict.answer("marital_status")
    assert found
    assert {r.hindrance for r in found.found[0].against} == {Obstacle.UNVERIFIED}
    _, _, trusting = hall.counter(demands=ReuseRequirements(verified=False)).check(hall.marriage)
    found = trusting.answer("marital_status")
    assert found
    assert found.verdict is Verdict.ON_FILE
    assert found.found[0].paper_id == held.id


def test_a_paper_with_anything_against_it_is_not_used_whoever_asks(hall: Hall) -> None:
    hall.card()
    at = hall.counter()
    submission = at.open(hall.marriage, "", BY)
    for held in (
        hall.status(State.READ),
        hall.status(issued_on="2026-01-01", certificate_number="1/2026"),
        hall.status(purpose="Vay vốn", certificate_number="2/2026"),
    ):
        with pytest.raises(ReuseRefused):
            at.use_paper(submission, "marital_status", held.id, BY)
    assert at.uses(submission) == []


def test_what_was_proven_and_undone_comes_back_from_the_store(hall: Hall, tmp_path: Path) -> None:
    hall.card()
    old, held = hall.status(personal_id="012345678"), hall.status()
    kept = link_identities(hall.archive, identity_of(DUNG), identity_of("012345678"), "hộ khẩu cũ", BY)
    gone = link_identities(hall.archive, identity_of(DUNG), identity_of(MINH), "nhầm", BY)
    unlink_identities(hall.archive, gone.id, "nhầm người", BY)
    revoked = revoke_paper(hall.archive, old.id, counters.today(), "QĐ 12/QĐ-UBND", BY)
    at = hall.counter()
    submission = at.open(hall.marriage, "", BY)
    used = at.use_paper(submission, "marital_status", held.id, BY)
    at.undo(submission, used.id, "nhầm", BY)
    rebuilt = hall.rebuilt(tmp_path / "rebuilt.sqlite").database
    counted = {link.id: counts for link, counts in find_links(rebuilt, [identity_of(DUNG)])}
    assert counted == {kept.id: True, gone.id: False}
    assert revocations_of(rebuilt, old.id) == [revoked]
    assert find_uses(rebuilt, submission_id=submission.id) == []
