"""Working days, time waited for supplements, and what is about to be late."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.register.deadlines import time_waited
from rules.register.indicators import (
    columns_of,
    due_within,
    entry_of,
    still_open,
)
from rules.working_days import add_working_days, working_days_between
from schemas.base.timezone import HANOI
from schemas.register import RegisteredDossier, Supplement

DATA_AT = datetime(2025, 10, 5, tzinfo=HANOI)


@given(st.dates(datetime(2024, 1, 1).date(), datetime(2027, 12, 31).date()), st.integers(1, 40))  # noqa: DTZ001
def test_working_days_are_counted_as_they_are_added(day, count) -> None:  # type: ignore[no-untyped-def]
    last = add_working_days(day, count)
    assert working_days_between(day, last) == count
    assert working_days_between(day, last - timedelta(days=1)) == count - 1


def test_offices_work_on_a_saturday_that_makes_up_for_a_day_off() -> None:
    friday = datetime(2026, 8, 21).date()  # noqa: DTZ001
    assert str(add_working_days(friday, 1)) == "2026-08-22", "for 31 August 2026"


def test_no_office_works_on_the_days_the_government_moved() -> None:
    day = datetime(2026, 8, 28).date()  # noqa: DTZ001
    assert str(add_working_days(day, 1)) == "2026-09-03", (
        "31 August was moved, 1 and 2 September are holidays"
    )


def test_time_that_two_supplements_share_counts_once() -> None:
    day = datetime(2025, 7, 1, tzinfo=UTC)

    def asked(since: int, until: int | None) -> Supplement:
        answered = day + timedelta(days=until) if until is not None else None
        return Supplement(asked_at=day + timedelta(days=since), answered_at=answered)

    for spans, days in (
        ([(0, 5), (0, 5)], 5),
        ([(0, 5), (3, 8)], 8),
        ([(0, 9), (2, 4)], 9),
        ([(0, 2), (4, 6)], 4),
        ([(0, None), (1, 3)], 2),
        ([], 0),
    ):
        assert time_waited([asked(*span) for span in spans]) == timedelta(days=days), spans


@pytest.mark.parametrize(
    ("due", "changed", "soon", "open_"),
    [
        (2, {}, True, True),
        (4, {}, False, True),
        (-1, {}, False, True),
        (2, {"finished_at": DATA_AT}, False, False),
        (2, {"supplements": (Supplement(asked_at=DATA_AT),)}, False, True),
        (2, {"received_at": None}, False, False),
    ],
)
def test_what_is_about_to_be_late(due: int, changed: dict[str, object], soon: bool, open_: bool) -> None:
    dossier = RegisteredDossier(
        code="H19-250701-0001",
        procedure="1.001193",
        unit="H19",
        received_at=DATA_AT - timedelta(days=9),
        due_at=DATA_AT + timedelta(days=due),
    ).with_changes(**changed)
    columns = columns_of([entry_of(dossier)])
    assert bool(due_within(columns, DATA_AT, timedelta(days=3))[0]) is soon
    assert bool(still_open(columns)[0]) is open_


def test_no_working_day_after_a_day_off_is_that_day() -> None:
    sunday = datetime(2026, 8, 30).date()  # noqa: DTZ001
    assert add_working_days(sunday, 0) == sunday
