"""Indicators against a register worked out by hand (`golden/README.md`), and what holds of any register."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache

import numpy as np
import pytest
from golden_register import golden_rows
from hypothesis import given
from hypothesis import strategies as st

from rules.exchange.register_headings import recognise
from rules.exchange.register_rows import read_dossier
from rules.register.indicators import (
    causes_of,
    columns_of,
    entry_of,
    members,
    points_of,
)
from schemas.base.timezone import HANOI
from schemas.catalogue import indicators
from schemas.indicator import Rate
from schemas.period import Period, read_period
from schemas.register import Channel, Payment, RegisteredDossier, Supplement

DATA_AT = datetime(2025, 10, 5, tzinfo=HANOI)
_NAMES = {"in_force": "hist"}
COUNTED = [one for one in indicators() if one != "full"]


@cache
def golden() -> tuple[RegisteredDossier, ...]:
    listed = golden_rows("register.csv")
    mapping = recognise(list(listed[0]), {})
    return tuple(read_dossier(row, mapping, lambda *_: None) for row in listed)


@cache
def quarter() -> Period:
    period = read_period("2025-Q3")
    assert period
    return period


@pytest.mark.parametrize("name", COUNTED)
def test_every_dossier_is_where_the_spreadsheet_has_it(name: str) -> None:
    dossiers, expected = golden(), {row["code"]: row for row in golden_rows("expected.csv")}
    assert len(dossiers) == len(expected) == 366
    found = members(indicators()[name], columns_of(map(entry_of, dossiers)), quarter(), DATA_AT)
    column = _NAMES.get(name, name)
    for at, dossier in enumerate(dossiers):
        want = expected[dossier.code]
        got = (str(int(found.denominator[at])), str(int(found.numerator[at])))
        assert got == (want[f"d_{column}"], want[f"n_{column}"]), dossier.code


def test_every_late_dossier_has_the_spreadsheets_cause() -> None:
    dossiers, expected = golden(), {row["code"]: row["late_cause"] for row in golden_rows("expected.csv")}
    columns, late = columns_of(map(entry_of, dossiers)), indicators()["2.1"]
    causes = causes_of(late, columns, members(late, columns, quarter(), DATA_AT))
    for at, dossier in enumerate(dossiers):
        assert next((n for n, rows in causes.items() if rows[at]), "") == expected[dossier.code], dossier.code


def test_causes_part_what_is_not_counted() -> None:
    columns = columns_of(map(entry_of, golden()))
    for one in indicators().values():
        found = members(one, columns, quarter(), DATA_AT)
        told = sum(rows.astype(int) for rows in causes_of(one, columns, found).values())
        assert (told == (found.denominator & ~found.numerator)).all(), one.id


MOMENT = st.datetimes(datetime(2025, 5, 1), datetime(2025, 12, 31)).map(lambda d: d.replace(tzinfo=UTC))  # noqa: DTZ001
MAYBE = st.none() | MOMENT


UNITS = ("H19.30", "H19.31", "H10")


@st.composite
def dossiers(draw: st.DrawFn) -> RegisteredDossier:
    asked = sorted(draw(st.lists(MOMENT, max_size=3)))
    return RegisteredDossier(
        code="H19.30-250703-0001",
        procedure="1.001193",
        unit=draw(st.sampled_from(UNITS)),
        channel=draw(st.none() | st.sampled_from(Channel)),
        received_at=draw(MAYBE),
        due_at=draw(MAYBE),
        finished_at=draw(MAYBE),
        returned_at=draw(MAYBE),
        stopped_at=draw(MAYBE),
        supplements=tuple(
            Supplement(asked_at=a, answered_at=a + timedelta(days=draw(st.integers(0, 30))))
            if draw(st.booleans())
            else Supplement(asked_at=a)
            for a in asked
        ),
        fees=tuple(draw(st.lists(st.sampled_from([0, 8000]), max_size=2))),
        payment=draw(st.sampled_from(Payment)),
        written_result=draw(st.booleans()),
        fee_due=draw(st.booleans()),
        replaceable=draw(st.booleans()),
        days=draw(st.none() | st.integers(1, 30)),
        component_files=draw(st.integers(0, 2)),
        result_files=draw(st.integers(0, 2)),
        reused=draw(st.booleans()),
        from_store=draw(st.booleans()),
        synced=draw(st.booleans()),
        result_until=draw(st.none() | st.dates()),
    )


REGISTER = st.lists(dossiers(), max_size=12)


@pytest.mark.slow
@given(REGISTER, st.randoms(use_true_random=False))
def test_order_is_irrelevant_and_rates_are_rates(register: list[RegisteredDossier], chance) -> None:  # type: ignore[no-untyped-def]
    turned = chance.sample(range(len(register)), len(register))
    for one in indicators().values():
        before = members(one, columns_of(map(entry_of, register)), quarter(), DATA_AT)
        after = members(one, columns_of(entry_of(register[n]) for n in turned), quarter(), DATA_AT)
        assert before.rate == after.rate
        assert not (before.numerator & ~before.denominator).any(), "the numerator lies in the denominator"
        percent = before.rate.percent
        assert (percent is None) == (before.rate.denominator == 0)
        assert percent is None or Decimal(0) <= percent <= Decimal(100)


@pytest.mark.slow
@given(REGISTER)
def test_a_parent_is_the_union_of_its_children(register: list[RegisteredDossier]) -> None:
    columns = columns_of(map(entry_of, register))
    for one in indicators().values():
        whole = members(one, columns, quarter(), DATA_AT)
        parts = {
            unit: np.array([d.unit == unit for d in register], bool) for unit in ("H19.30", "H19.31", "H10")
        }
        sums = [
            members(one, columns.take(np.flatnonzero(rows)), quarter(), DATA_AT).rate
            for rows in parts.values()
        ]
        assert whole.rate.numerator == sum(rate.numerator for rate in sums)
        assert whole.rate.denominator == sum(rate.denominator for rate in sums)


@given(REGISTER, dossiers())
def test_a_dossier_without_its_day_of_reception_changes_nothing(
    register: list[RegisteredDossier], more: RegisteredDossier
) -> None:
    uncounted = more.with_changes(received_at=None)
    for one in indicators().values():
        before = members(one, columns_of(map(entry_of, register)), quarter(), DATA_AT).rate
        assert (
            members(one, columns_of(map(entry_of, [*register, uncounted])), quarter(), DATA_AT).rate == before
        )


@given(dossiers(), st.timedeltas(timedelta(), timedelta(days=60)))
def test_a_later_limit_never_makes_a_dossier_late(dossier: RegisteredDossier, more: timedelta) -> None:
    one = indicators()["2.1"]
    longer = dossier.with_changes(due_at=dossier.due_at + more if dossier.due_at else None)
    before, after = (
        members(one, columns_of([entry_of(d)]), quarter(), DATA_AT).numerator[0] for d in (dossier, longer)
    )
    assert after or not before


@pytest.mark.parametrize(
    ("name", "numerator", "denominator", "points"),
    [
        ("4.1", 1, 2, "3.00"),
        ("4.2", 80, 100, "4.00"),
        ("4.2", 81, 100, "4.00"),
        ("4.2", 40, 100, "2.00"),
        ("4.3", 7805, 10000, "1.95"),
        ("2.1", 9976, 10000, "19.95"),
        ("4.2", 0, 0, None),
        ("3.6", 1, 2, None),
    ],
)
def test_points_have_their_cap(name: str, numerator: int, denominator: int, points: str | None) -> None:
    rate = Rate(numerator=numerator, denominator=denominator)
    assert points_of(indicators()[name], rate) == (Decimal(points) if points else None)


def test_rates_are_rounded_half_up() -> None:
    assert str(Rate(numerator=9, denominator=32).percent) == "28.13"
    assert str(Rate(numerator=1, denominator=800).percent) == "0.13"
