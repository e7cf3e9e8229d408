"""Indicators against a register worked out by hand (`golden/README.md`), and what holds of any register."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache

import numpy as np
import pytest
from golden_register import golden_rows
from hypothesis import given
from hypothesis import strategies as st

from rules.exchange.register_rows import NotADossier, read_dossier, recognise
from rules.register.deadlines import add_working_days, time_waited, timing_of, working_days_between
from rules.register.indicators import (
    causes_of,
    columns_of,
    due_within,
    entry_of,
    members,
    points_of,
    still_open,
)
from schemas.agency import Agency, code_today, read_agency_code
from schemas.base.timezone import HANOI
from schemas.catalogue import agencies, indicators
from schemas.indicator import Fact, Rate
from schemas.period import Period, period_with, read_period
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
    uncounted = more.model_copy(update={"received_at": None})
    for one in indicators().values():
        before = members(one, columns_of(map(entry_of, register)), quarter(), DATA_AT).rate
        assert (
            members(one, columns_of(map(entry_of, [*register, uncounted])), quarter(), DATA_AT).rate == before
        )


@given(dossiers(), st.timedeltas(timedelta(), timedelta(days=60)))
def test_a_later_limit_never_makes_a_dossier_late(dossier: RegisteredDossier, more: timedelta) -> None:
    one = indicators()["2.1"]
    longer = dossier.model_copy(update={"due_at": dossier.due_at + more if dossier.due_at else None})
    before, after = (
        members(one, columns_of([entry_of(d)]), quarter(), DATA_AT).numerator[0] for d in (dossier, longer)
    )
    assert after or not before


@given(st.dates(datetime(2024, 1, 1).date(), datetime(2027, 12, 31).date()), st.integers(1, 40))  # noqa: DTZ001
def test_working_days_are_counted_as_they_are_added(day, count) -> None:  # type: ignore[no-untyped-def]
    last = add_working_days(day, count)
    assert working_days_between(day, last) == count
    assert working_days_between(day, last - timedelta(days=1)) == count - 1


def test_no_office_works_on_the_days_the_government_moved() -> None:
    day = datetime(2026, 8, 28).date()  # noqa: DTZ001
    assert str(add_working_days(day, 1)) == "2026-09-03", (
        "31 August was moved, 1 and 2 September are holidays"
    )


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


def test_periods_are_named_and_follow_each_other() -> None:
    for name in ("2025", "2025-H1", "2025-H2", "2025-Q1", "2025-Q4", "2025-01", "2025-12"):
        period = read_period(name)
        assert period
        assert period.name == name
        assert period.back(1).until == period.since
        assert period_with(period.since, period.months) == period == period.back(1).back(-1)
    assert read_period("2025-Q5") is read_period("2025-13") is read_period("") is None


def test_units_of_today() -> None:
    assert read_agency_code("000.00.15.H10") == "H10.15"
    assert read_agency_code("000.00.00.H10") == "H10"
    assert read_agency_code("H19.301") == "H19.301"
    assert read_agency_code("x") is None
    own = {"H10.15": Agency(code="H10.15", successor="H19.30")}
    table = {**agencies(), **own}
    assert [code_today(c, table) for c in ("H10", "H10.15", "H10.15.02", "H10.99", "H19.30", "G01")] == [
        "H19",
        "H19.30",
        "H19.30",
        "H19",
        "H19.30",
        "G01",
    ]
    assert len({code_today(code, table) for code in agencies()}) == 34


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("ma_ho_so", "H10-251303-0001"),
        ("ma_tthc", "abc"),
        ("don_vi", "Sở Tư pháp"),
        ("kenh", "9"),
        ("ngay_tiep_nhan", "31/02/2025"),
        ("le_phi", "8000 đồng"),
        ("thanh_toan", "7"),
        ("so_ngay", "mười"),
        ("yeu_cau_bo_sung", "2025-09-02 08:00:00>2025-09-01 08:00:00"),
        ("co_thu_phi", "maybe"),
    ],
)
def test_a_row_that_cannot_be_read_says_which_value(field: str, text: str) -> None:
    row = {**golden_rows("register.csv")[0], field: text}
    with pytest.raises(NotADossier, match=r"\S"):
        read_dossier(row, recognise(list(row), {}), lambda *_: None)


def test_the_portals_exchange_record_is_read() -> None:
    row = {
        "MaHoSo": "000.00.15.H10-250703-0001",
        "MaTTHC": "1.001193.000.00.00.H10",
        "DonViXuLy": "000.00.15.H10",
        "KenhThucHien": 2,
        "NgayTiepNhan": "20250703081500",
        "NgayHenTra": "20250708000000",
        "DuocThanhToanTrucTuyen": 1,
        "HoSoCoThanhPhanSoHoa": 0,
        "ChuHoSo": "Nguyễn Thị Dung",
        "TaiLieuNop": [
            {"MaThanhPhanHoSo": "a", "DuongDanTaiTepTin": "/x", "DuocTaiSuDung": 2, "IsDeleted": 0},
            {"MaThanhPhanHoSo": "b", "DuongDanTaiTepTin": "/y", "IsDeleted": 1, "DuocLayTuKhoDMQG": 0},
        ],
        "DanhSachGiayToKetQua": [{"TenGiayTo": "x", "MaGiayToKetQua": "1", "DuongDanTepTinKetQua": "/z"}],
        "DanhSachLePhi": [{"Gia": 0}, {"Gia": "8000"}],
        "DanhSachHoSoBoSung": [
            {"NgayYeuCauBoSung": "20250704080000", "NgayHoanThanhBoSung": "20250705080000"}
        ],
    }
    dossier = read_dossier(row, recognise(list(row), {}), lambda *_: None)
    assert dossier.unit == "H10.15"
    assert dossier.procedure == "1.001193"
    assert (dossier.component_files, dossier.result_files, dossier.fees) == (1, 1, (0, 8000))
    assert dossier.reused
    assert dossier.synced
    assert dossier.channel is Channel.ONLINE
    limit = timing_of(dossier).limit_at
    assert limit
    assert limit.astimezone(HANOI) == datetime(2025, 7, 9, 23, 59, 59, tzinfo=HANOI), "a day more for waiting"
    assert "Dung" not in dossier.model_dump_json()
    assert Fact.PAYABLE in entry_of(dossier).facts


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
    ).model_copy(update=changed)
    columns = columns_of([entry_of(dossier)])
    assert bool(due_within(columns, DATA_AT, timedelta(days=3))[0]) is soon
    assert bool(still_open(columns)[0]) is open_


@pytest.mark.parametrize(
    ("marks", "reused"),
    [
        ({"DuocSoHoa": 1}, True),
        ({"DuocTaiSuDung": "1"}, True),
        ({"DuocTaiSuDung": 2}, True),
        ({"DuocSoHoa": 0, "DuocTaiSuDung": 0}, False),
        ({}, False),
    ],
)
def test_the_portals_marks_of_reuse(marks: dict[str, object], reused: bool) -> None:
    row = {
        "MaHoSo": "H19-250703-0001",
        "MaTTHC": "1.001193",
        "DonViXuLy": "H19",
        "TaiLieuNop": [{"MaThanhPhanHoSo": "a", **marks}],
    }
    assert read_dossier(row, recognise(list(row), {}), lambda *_: None).reused is reused
