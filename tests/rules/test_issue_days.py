"""Days that the signatures of a file speak for, where the day on the paper was written by hand."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.fields.issue_days import propose_issue_days
from rules.review.suggestions import suggest_values
from rules.review.triage import review_dossier, with_proposals
from rules.working_days import is_working_day
from schemas.catalogue import document_types
from schemas.paper import Evidence, Extract, FieldValue, Proposal
from tests.support.papers_on_file import paper

MONDAY = date(2025, 1, 20)
DAYS = st.dates(date(2015, 1, 1), date(2026, 11, 1))


@pytest.mark.parametrize(
    ("printed", "signed", "days"),
    [
        ("ngày tháng 01 năm 2025", MONDAY, ["2025-01-20", "2025-01-17", "2025-01-16"]),
        ("", MONDAY, ["2025-01-20", "2025-01-17", "2025-01-16"]),
        ("ngày tháng 12 năm 2024", MONDAY, ["2024-12-31", "2024-12-30", "2024-12-27"]),
        ("ngày tháng 02 năm 2025", MONDAY, []),
        ("ngày tháng 31 năm 2024", MONDAY, ["2024-12-31", "2024-12-30", "2024-12-27"]),
        ("ngày tháng 31 năm 2026", MONDAY, []),
        ("ngày tháng 01 năm 2025", date(2025, 1, 1), ["2025-01-01"]),
    ],
)
def test_the_days_up_to_the_first_signature_are_proposed(printed: str, signed: date, days: list[str]) -> None:
    assert _values(propose_issue_days(printed, (), (signed, date(2026, 1, 1)))) == days


def test_nothing_is_proposed_where_nothing_was_read_and_nobody_signed() -> None:
    assert propose_issue_days("ngày tháng 01 năm 2025", (), ()) == ()


def test_what_was_read_and_the_signature_weigh_together() -> None:
    read = [
        Proposal(value="2025-01-26", chance=0.5),
        Proposal(value="2025-01-20", chance=0.3),
        Proposal(value="2025-01-02", chance=0.2),
    ]
    assert _values(propose_issue_days("", read, ())) == ["2025-01-26", "2025-01-20", "2025-01-02"]
    weighed = propose_issue_days("", read, (MONDAY,))
    assert _values(weighed) == ["2025-01-20", "2025-01-17", "2025-01-16"], "26 January is a Sunday after it"
    assert weighed[0].chance > 0.8
    sure = [Proposal(value="2025-01-26", chance=1.0)]
    assert "2025-01-26" in _values(propose_issue_days("", sure, (date(2025, 1, 1),)))


def test_no_day_is_proposed_on_which_another_office_had_it_already() -> None:
    read = [Proposal(value="2025-01-20", chance=0.6), Proposal(value="2025-01-02", chance=0.4)]
    assert _values(propose_issue_days("", read, (), "2025-01-03")) == ["2025-01-02"]
    signed = _values(propose_issue_days("", (), (MONDAY,), "2025-01-16"))
    assert signed == ["2025-01-16", "2025-01-15", "2025-01-14"]


@pytest.mark.parametrize(("doubted", "kept"), [(False, ["2025-01-02"]), (True, ["2025-01-20", "2025-01-02"])])
def test_a_day_of_arrival_that_is_doubtful_takes_no_proposal_away(doubted: bool, kept: list[str]) -> None:
    read = (Proposal(value="2025-01-20", chance=0.6), Proposal(value="2025-01-02", chance=0.4))
    written = _read("ngày 0 tháng 01 năm 2025", "2025-01-20").with_changes(
        evidence=Evidence(written=True), proposals=read
    )
    arrived = _read("3/1/2025", "2025-01-03").with_changes(needs_review=doubted)
    kind = document_types()["administrative_document"]
    fields = {"issued_on": written.with_changes(needs_review=True), "arrived_on": arrived}
    assert _values(with_proposals(kind, fields, ())["issued_on"].proposals) == kept


@given(DAYS, DAYS)
def test_what_is_proposed_can_be(issued: date, signed: date) -> None:
    days = _values(propose_issue_days(f"ngày tháng {issued:%m} năm {issued:%Y}", (), (signed,)))
    assert len(set(days)) == len(days) <= 3
    for day in map(date.fromisoformat, days):
        assert day <= signed
        assert (day.year, day.month) == (issued.year, issued.month)
        assert day == signed or is_working_day(day)


def _values(proposals: Sequence[Proposal]) -> list[str]:
    return [proposal.value for proposal in proposals]


def _document(issued_on: FieldValue) -> Extract:
    return Extract(
        document_type="administrative_document",
        confidence=0.99,
        pages=(1,),
        fields={"issued_on": issued_on},
        signed_on=(MONDAY,),
    )


def _read(raw: str, value: str | None) -> FieldValue:
    return FieldValue(value=value, raw=raw, confidence=0, page_number=1, box=(0, 0, 9, 9))


def test_a_day_that_is_in_doubt_has_proposals_at_the_desk() -> None:
    doubtful = _document(_read("ngày tháng 01 năm 2025", None))
    (reviewed,) = review_dossier([doubtful], 0.005, 0.02, date(2026, 11, 29))
    field = reviewed.fields["issued_on"]
    assert _values(field.proposals) == ["2025-01-20", "2025-01-17", "2025-01-16"]
    assert field.value is None, "a person chooses"
    held = paper("administrative_document").with_changes(fields={"issued_on": field})
    assert suggest_values(held, "issued_on", ()) == ("20/01/2025", "17/01/2025", "16/01/2025")


def test_a_day_that_was_not_found_has_them_too() -> None:
    empty = _document(_read("", None)).with_changes(fields={})
    (reviewed,) = review_dossier([empty], 0.005, 0.02, date(2026, 11, 29))
    assert _values(reviewed.fields["issued_on"].proposals)[0] == "2025-01-20"


def test_what_is_written_is_as_sure_as_reader_and_signature_make_it() -> None:
    written = _read("ngày 0 tháng 01 năm 2025", "2025-01-26").with_changes(
        evidence=Evidence(written=True),
        proposals=(Proposal(value="2025-01-26", chance=0.6), Proposal(value="2025-01-20", chance=0.4)),
    )
    (reviewed,) = review_dossier([_document(written)], 0.05, 0.2, date(2026, 11, 29))
    field = reviewed.fields["issued_on"]
    assert field.value == "2025-01-20", "26 January is a Sunday after the signature"
    assert 0.7 < field.confidence < 0.8
    assert field.needs_review


def test_a_day_off_is_less_likely_than_a_working_day() -> None:
    read = [Proposal(value=day, chance=0.5) for day in ("2025-01-19", "2025-01-17")]
    days = _values(propose_issue_days("", read, (MONDAY,)))
    assert days[0] == "2025-01-17", "19 January is a Sunday"
