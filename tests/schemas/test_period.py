"""Periods of figures, and units as they are called today."""

from schemas.agency import Agency, code_today, read_agency_code
from schemas.catalogue import agencies
from schemas.period import period_with, read_period


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
