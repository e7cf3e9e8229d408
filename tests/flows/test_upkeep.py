"""What is done by the clock: slices of fixity, the reports of periods that ended."""

import tempfile
from datetime import date
from pathlib import Path

import pytest
from commandline import lines, sohoa
from golden_register import GOLDEN
from prefect.testing.utilities import prefect_test_harness

from flows import schedules as upkeep
from schemas.period import periods_ended_before
from schemas.settings import load_settings
from storage.opening import open_archive
from storage.preservation.fixity import last_sweep
from storage.records.reports import reports


@pytest.mark.parametrize(
    ("day", "names"),
    [
        ("2026-11-22", []),
        ("2026-11-01", ["2026-10"]),
        ("2026-10-01", ["2026-09", "2026-Q3"]),
        ("2026-07-01", ["2026-06", "2026-Q2", "2026-H1"]),
        ("2027-01-01", ["2026-12", "2026-Q4", "2026-H2", "2026"]),
    ],
)
def test_the_periods_that_ended_yesterday(day: str, names: list[str]) -> None:
    assert [period.name for period in periods_ended_before(date.fromisoformat(day))] == names


def test_a_slice_by_night_and_the_reports_of_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOHOA_UNIT", "H10")
    at = {"SOHOA_DATA": str(tmp_path / "data")}
    done = lines(sohoa("register", "import", str(GOLDEN / "register.csv"), "--json", **at))
    assert done[0]["new"] == 366
    monkeypatch.setattr(upkeep, "periods_ended_before", lambda _: periods_ended_before(date(2025, 10, 1)))
    monkeypatch.setattr(
        tempfile, "tempdir", tempfile.mkdtemp(dir="/tmp")
    )  # outlives the pool's scratch folder
    with prefect_test_harness(server_startup_timeout=180):
        assert upkeep.check_fixity() == 0
        made = upkeep.report_periods()
    assert len(made) == 2
    with open_archive(load_settings()) as archive:
        found = last_sweep(archive.database)
        assert found
        assert found.objects > 2
        assert {(one.period, one.unit) for one in reports(archive.database)} == {
            ("2025-09", "H19"),
            ("2025-Q3", "H19"),
        }
