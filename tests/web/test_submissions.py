"""Dossiers at the counter: one code each, parties in order, by the edition of their day."""

from datetime import UTC, datetime, timedelta

import pytest
from counter import BY, DUNG, MINH, Hall

from application import one_stop as counters
from schemas.errors import NotOnRecord
from schemas.procedure import ValidityPeriod
from schemas.request_errors import SubmissionRefused
from schemas.subject import identity_of
from storage.records.submissions import find_submission


def test_a_dossier_code_is_one_dossiers(hall: Hall) -> None:
    hall.card()
    at = hall.counter()
    opened = at.open(hall.marriage, "H10.15-261122-0007", BY)
    assert at.open(hall.marriage, "H10.15-261122-0007", BY) == opened
    other = hall.marriage.with_changes(parties={"applicant": identity_of(MINH)})
    for wanted, code in (
        (other, "H10.15-261122-0007"),
        (hall.marriage, "H10.15-261340-0007"),
        (hall.marriage, "xyz"),
        (hall.marriage.with_changes(case="none"), ""),
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


def test_parties_stay_in_the_cases_order(hall: Hall) -> None:
    hall.card()
    hall.card(personal_id=MINH, full_name="Trần Văn Minh", date_of_birth="1988-01-01")
    parties = {"partner": identity_of(MINH), "applicant": identity_of(DUNG)}
    at = hall.counter()
    opened = at.open(hall.marriage.with_changes(parties=parties), "H10.15-261122-0011", BY)
    again = find_submission(hall.archive.database, opened.code, "H10.15")
    assert [name for name, _ in again.parties] == ["applicant", "partner"]
    assert at.exchange(again).SoGiayToChuHoSo == DUNG
    for wrong in ({}, {"partner": identity_of(MINH)}, {"applicant": ""}):
        with pytest.raises(SubmissionRefused):
            at.open(hall.marriage.with_changes(parties=wrong), "H10.15-261122-0012", BY)


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
    other = edition.cases[0].with_changes(id="other")
    later = edition.with_changes(in_force=ValidityPeriod(since=tomorrow), cases=(other,))
    at.procedures.add([later], BY)
    assert at.procedures.find("1.000894", tomorrow).cases[0].id == "other"
    _, case, _ = at.check(at.wanted_by(opened), counters.day_of(opened))
    assert case.id == "both_present"
