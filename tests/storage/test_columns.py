"""The register as columns: counted as the golden spreadsheet counts, on both databases."""

import csv
import gzip
from datetime import timedelta
from pathlib import Path

import pytest
from golden_register import GOLDEN, golden_rows, take, take_golden, write_export
from room import rebuild
from sqlalchemy import select

from samples.register import draw_scenario
from schemas.agency import reach_today
from schemas.catalogue import indicators
from schemas.figures import GroupBy, Slice
from schemas.period import read_period
from storage.archive.archive import Archive
from storage.database.tables.register import RegisterRow
from storage.register.columns import Figures, _grown, numbers_of, registered


@pytest.fixture
def golden(archive: Archive) -> Archive:
    """The golden register, read in."""
    take_golden(archive)
    return archive


def test_every_total_of_the_spreadsheet(golden: Archive) -> None:
    view, counted = Figures(golden).view(), 0
    with (GOLDEN / "expected_totals.csv").open(encoding="utf-8") as file:
        for want in csv.DictReader(file):
            period = read_period(want["period"])
            assert period
            rows = view.rows(Slice(unit="" if want["unit"] == "(all)" else want["unit"]))
            one = indicators()[want["indicator"].replace("hist", "in_force")]
            rate = view.members(one, period, rows).rate
            assert (rate.numerator, rate.denominator) == (int(want["numerator"]), int(want["denominator"])), (
                want
            )
            assert ("N/A" if rate.percent is None else str(rate.percent)) == want["percent"], want
            assert view.trend(one, [period.back(1), period], rows)[-1] == rate
            counted += 1
    assert counted == 216


def test_parts_add_up_to_the_whole_and_open_to_their_dossiers(golden: Archive) -> None:
    view, period = Figures(golden).view(), read_period("2025-Q3")
    assert period
    for one in indicators().values():
        whole = view.members(one, period, view.rows(Slice()))
        for by in GroupBy:
            groups = view.groups(whole, by)
            assert sum(g.rate.denominator for g in groups) == whole.rate.denominator, (one.id, by)
            assert sum(g.rate.numerator for g in groups) == whole.rate.numerator
        for group in view.groups(whole, GroupBy.UNIT, "H19"):
            if group.key.startswith("H19"):
                part = Slice(unit=group.key, alone=group.key == "H19")
                assert view.members(one, period, view.rows(part)).rate == group.rate
    late = view.members(indicators()["2.1"], period, view.rows(Slice()))
    numbers = numbers_of(late.denominator & ~late.numerator, view.columns.received, 0, 1000)
    with (GOLDEN / "expected.csv").open(encoding="utf-8") as file:
        wanted = {row["code"] for row in csv.DictReader(file) if row["late_cause"]}
    assert {row.code for row in registered(golden, numbers)} == wanted


def test_a_view_follows_what_changes(archive: Archive, tmp_path: Path) -> None:
    figures, rows = Figures(archive), golden_rows()
    take(archive, write_export(tmp_path / "a.csv", rows[:200]))
    old = figures.view()
    take(archive, write_export(tmp_path / "b.csv", [{**rows[0], "don_vi": "H41.09"}, *rows[200:]]))
    figures._looked_at = 0
    new = figures.view()
    assert int((old.columns.facts != 0).sum()) == 200, "whoever holds the old view keeps it"
    assert int((new.columns.facts != 0).sum()) == 366
    assert new.rows(Slice(unit="H41")).sum() == old.rows(Slice(unit="H41")).sum() + 1


def test_the_scenario_of_the_three_provinces(archive: Archive, tmp_path: Path) -> None:
    take(archive, write_export(tmp_path / "a.csv", list(draw_scenario())))
    view, period = Figures(archive).view(), read_period("2026-Q3")
    assert period
    shown = {
        name: str(view.members(indicators()[name], period, view.rows(Slice())).rate.percent)
        for name in ("4.2", "4.3", "2.1", "3.6")
    }
    assert shown == {"4.2": "81.02", "4.3": "78.05", "2.1": "99.76", "3.6": "52.81"}


def test_a_ward_the_table_does_not_know_sees_itself_only(golden: Archive) -> None:
    view = Figures(golden).view()
    assert reach_today("H10.99", view.agencies) == "H10.99"
    assert reach_today("H10.15", view.agencies) == "H19.30"
    assert reach_today("H10", view.agencies) == "H19"
    own = view.rows(Slice(unit="H10.99"))
    assert 0 < own.sum() < view.rows(Slice(unit="H19")).sum()
    assert {row.unit for row in registered(golden, numbers_of(own, view.columns.received, 0, 99))} <= {
        "H10.99",
        "000.00.99.H10",
    }


def test_the_register_is_back_from_the_store_alone(golden: Archive, tmp_path: Path) -> None:
    before, period = Figures(golden).view(), read_period("2025-Q3")
    assert period
    again = Figures(rebuild(golden, tmp_path / "again.sqlite")).view()
    for one in indicators().values():
        for unit in ("H19", "H19.30", "H55.12"):
            rates = [v.members(one, period, v.rows(Slice(unit=unit))).rate for v in (before, again)]
            assert rates[0] == rates[1], (one.id, unit)
    assert gzip.decompress(golden.store.get(next(golden.store.keys("register/20")))).startswith(b"{")


def test_a_segment_that_was_stamped_before_and_committed_later_is_read(
    archive: Archive, tmp_path: Path
) -> None:
    figures, rows = Figures(archive), golden_rows()
    take(archive, write_export(tmp_path / "a.csv", rows[:50]))
    take(archive, write_export(tmp_path / "b.csv", rows[50:100]))
    with archive.database.session() as session:
        late = session.scalars(select(RegisterRow).order_by(RegisterRow.number.desc()).limit(50)).all()
        kept = [{c.name: getattr(row, c.name) for c in RegisterRow.__table__.columns} for row in late]
        for row in late:
            row.changed_at -= timedelta(seconds=30)
            kept[late.index(row)]["changed_at"] = row.changed_at
            session.delete(row)
    assert figures.view().rows(Slice()).sum() == 50
    with archive.database.session() as session:
        session.add_all(RegisterRow(**row) for row in kept)
    figures._looked_at = 0
    assert figures.view().rows(Slice()).sum() == 100


def test_lines_that_come_while_the_columns_are_laid_wait_for_the_next_look(golden: Archive) -> None:
    figures = Figures(golden)
    figures._fill(_grown(None, 10), 9)
    assert figures.view().rows(Slice()).sum() == 366
