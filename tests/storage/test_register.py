"""The register read in from real files, on both databases, and counted as the golden spreadsheet counts."""

import csv
import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from room import Room, rebuild

from rules.register_text import Row
from samples.register import draw_register, draw_scenario, draw_units
from schemas.account import Actor
from schemas.agency import reach_today
from schemas.catalogue import indicators
from schemas.desk_errors import AgencyRefused, RegisterRefused
from schemas.errors import DamagedFile, NotOnRecord
from schemas.figures import By, Slice
from schemas.indicator import Fact
from schemas.paper import State
from schemas.period import read_period
from schemas.settings import Settings
from storage.agencies import Agencies
from storage.archive import Archive
from storage.figures import Figures, numbers_of, registered
from storage.register import Brought, bring_in, find_dossier, imports
from storage.register_tables import ImportRow
from storage.tabular import read_rows
from web.app import make_app

GOLDEN = Path(__file__).parents[1] / "rules" / "golden"
BY = Actor(login="sep")
UNITS = [
    {"code": old, "successor": new, "since": "01/07/2025"}
    for old, new in (("H10.15", "H19.30"), ("H10.16", "H19.30"), ("H10.17", "H19.31"), ("H03.12", "H55.12"))
]


def take(archive: Archive, file: Path, **given: str) -> tuple[Brought, list[tuple[Row, str]]]:
    """Read a file in; what it did, and what it refused."""
    refused: list[tuple[Row, str]] = []
    return bring_in(archive, file, given, BY, lambda row, why: refused.append((row, why))), refused


def write(file: Path, rows: list[dict[str, str]]) -> Path:
    """A CSV as one-stop software exports it."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return file


def golden_rows() -> list[dict[str, str]]:
    with (GOLDEN / "register.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def golden(archive: Archive) -> Archive:
    """The golden register, read in, with data complete up to 5 October 2025."""
    Agencies(archive).add(UNITS)
    done, refused = take(archive, GOLDEN / "register.csv")
    assert (done.rows, done.new, refused) == (366, 366, [])
    with archive.database.session() as session:
        for row in session.query(ImportRow):
            row.at = datetime(2025, 10, 5, tzinfo=UTC)
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
        for by in By:
            groups = view.groups(whole, by)
            assert sum(g.rate.denominator for g in groups) == whole.rate.denominator, (one.id, by)
            assert sum(g.rate.numerator for g in groups) == whole.rate.numerator
        for group in view.groups(whole, By.UNIT, "H19"):
            if group.key.startswith("H19"):
                part = Slice(unit=group.key, alone=group.key == "H19")
                assert view.members(one, period, view.rows(part)).rate == group.rate
    late = view.members(indicators()["2.1"], period, view.rows(Slice()))
    numbers = numbers_of(late.denominator & ~late.numerator, view.columns.received, 0, 1000)
    with (GOLDEN / "expected.csv").open(encoding="utf-8") as file:
        wanted = {row["code"] for row in csv.DictReader(file) if row["late_cause"]}
    assert {row.code for row in registered(golden, numbers)} == wanted


def test_the_same_from_csv_xlsx_and_json(archive: Archive, tmp_path: Path) -> None:
    rows = golden_rows()
    first, _ = take(archive, write(tmp_path / "a.csv", rows))
    assert (first.new, first.changed) == (366, 0)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "a.json").write_text(json.dumps({"data": rows}, ensure_ascii=False))
    for name in ("a.xlsx", "a.json", "a.csv"):
        again, refused = take(archive, tmp_path / name)
        assert (again.rows, again.same, refused) == (366, 366, []), name
    assert len(imports(archive.database)) == 4


def test_wrong_rows_come_back_to_be_corrected(archive: Archive, tmp_path: Path) -> None:
    rows = golden_rows()[:10]
    wrong = [{**rows[0], "ma_ho_so": "x"}, *rows[1:8], {**rows[8], "kenh": "9"}, rows[9]]
    done, refused = take(archive, write(tmp_path / "a.csv", wrong))
    assert (done.rows, done.new, done.refused) == (10, 8, 2)
    assert [why.split(":")[0] for _, why in refused] == ["mã hồ sơ", "kênh"]
    corrected = [{**row, "ma_ho_so": rows[0]["ma_ho_so"], "loi": why} for row, why in refused[:1]]
    again, _ = take(archive, write(tmp_path / "b.csv", corrected))  # type: ignore[arg-type]
    assert again.new == 1
    changed, _ = take(archive, write(tmp_path / "c.csv", [{**rows[9], "tep_ket_qua": "9"}]))
    assert (changed.new, changed.changed) == (0, 1)
    assert find_dossier(archive, rows[9]["ma_ho_so"]).result_files == 9


def test_a_mapping_names_columns_nobody_knows(archive: Archive, tmp_path: Path) -> None:
    rows = [{"Số biên nhận": r["ma_ho_so"], "Mã TTHC": r["ma_tthc"], "Đơn vị": r["don_vi"]}
            for r in golden_rows()[:3]]  # fmt: skip
    file = write(tmp_path / "a.csv", rows)
    with pytest.raises(RegisterRefused, match="code"):
        take(archive, file)
    with pytest.raises(RegisterRefused, match="Số gì"):
        take(archive, file, code="Số gì")
    done, _ = take(archive, file, code="Số biên nhận")
    assert done.new == 3
    assert done.mapping == {"procedure": "Mã TTHC", "unit": "Đơn vị", "code": "Số biên nhận"}


def test_what_is_no_table_is_refused_and_enters_nothing(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 nothing")
    (tmp_path / "a.json").write_text('[{"ma_ho_so": 1')
    for name in ("a.xlsx", "a.json"):
        with pytest.raises(DamagedFile):
            take(archive, tmp_path / name)
    assert Figures(archive).view().columns.facts.sum() == 0


def test_a_dry_run_writes_nothing(archive: Archive) -> None:
    done = bring_in(archive, GOLDEN / "register.csv", {}, BY, lambda *_: None, dry_run=True)
    assert (done.rows, done.new) == (366, 366)
    assert not list(archive.store.keys("register/"))
    assert not imports(archive.database)


def test_the_register_is_back_from_the_store_alone(golden: Archive, tmp_path: Path) -> None:
    before, period = Figures(golden).view(), read_period("2025-Q3")
    assert period
    again = Figures(rebuild(golden, tmp_path / "again.sqlite")).view()
    for one in indicators().values():
        for unit in ("H19", "H19.30", "H55.12"):
            rates = [v.members(one, period, v.rows(Slice(unit=unit))).rate for v in (before, again)]
            assert rates[0] == rates[1], (one.id, unit)
    assert gzip.decompress(golden.store.get(next(golden.store.keys("register/20")))).startswith(b"{")


def test_a_view_follows_what_changes(archive: Archive, tmp_path: Path) -> None:
    figures, rows = Figures(archive), golden_rows()
    take(archive, write(tmp_path / "a.csv", rows[:200]))
    old = figures.view()
    take(archive, write(tmp_path / "b.csv", [{**rows[0], "don_vi": "H41.09"}, *rows[200:]]))
    figures._looked_at = 0
    new = figures.view()
    assert int((old.columns.facts != 0).sum()) == 200, "whoever holds the old view keeps it"
    assert int((new.columns.facts != 0).sum()) == 366
    assert new.rows(Slice(unit="H41")).sum() == old.rows(Slice(unit="H41")).sum() + 1


def test_the_scenario_of_the_three_provinces(archive: Archive, tmp_path: Path) -> None:
    take(archive, write(tmp_path / "a.csv", list(draw_scenario())))
    view, period = Figures(archive).view(), read_period("2026-Q3")
    assert period
    shown = {
        name: str(view.members(indicators()[name], period, view.rows(Slice())).rate.percent)
        for name in ("4.2", "4.3", "2.1", "3.6")
    }
    assert shown == {"4.2": "81.02", "4.3": "78.05", "2.1": "99.76", "3.6": "52.81"}


def test_drawn_registers_are_whole(archive: Archive, tmp_path: Path) -> None:
    assert Agencies(archive).add(draw_units()) == 12
    rows = list(draw_register(500, 3, datetime(2025, 1, 1), 600))  # noqa: DTZ001
    done, refused = take(archive, write(tmp_path / "a.csv", rows))
    assert (done.new, refused) == (500, [])
    assert next(iter(read_rows(tmp_path / "a.csv")))["ma_ho_so"] == rows[0]["ma_ho_so"]


@pytest.mark.parametrize(
    "rows",
    [[{"code": "Sở Tư pháp"}], [{"code": "H10", "successor": "x"}], [{"code": "H10", "since": "hôm qua"}],
     [{"code": "H10.15", "successor": "H10.16"}, {"code": "H10.16", "successor": "H10.15"}],
     [{"code": "H10.15", "successor": "H10.15"}]],
)  # fmt: skip
def test_units_that_are_none_or_go_in_a_ring(archive: Archive, rows: list[dict[str, object]]) -> None:
    with pytest.raises(AgencyRefused):
        Agencies(archive).add(rows)
    assert not list(archive.store.keys("agencies/"))


def test_papers_meet_their_dossier_by_its_code(archive: Archive, tmp_path: Path) -> None:
    room = Room(archive, Settings(data=tmp_path), make_app(Settings(data=tmp_path), archive))
    rows = golden_rows()[:2]
    code = rows[0]["ma_ho_so"]
    paper = room.paper({"full_name": "A"})
    dossier = archive.ledger.dossier(paper.dossier_id).model_copy(update={"code": code})
    revision = archive.put_dossier(dossier)
    archive.ledger.settle("xấp 1", [], [(dossier, revision)], [])
    take(archive, write(tmp_path / "a.csv", rows))

    def stage() -> Fact:
        view = Figures(archive).view()
        (number,) = [n for n in numbers_of(view.rows(Slice()), view.columns.received, 0, 9)
                     if registered(archive, [n])[0].code == code]  # fmt: skip
        own = Fact.SCANNED | Fact.UNDERSTOOD | Fact.VERIFIED | Fact.SIGNED
        return Fact(int(view.columns.facts[number])) & own

    assert stage() == Fact.SCANNED
    from counter import Hall

    hall = Hall(room)
    clear = {n: f.model_copy(update={"needs_review": False}) for n, f in paper.fields.items()}
    seen = hall.set(paper, state=State.VERIFIED, fields=clear)
    assert stage() == Fact.SCANNED | Fact.UNDERSTOOD | Fact.VERIFIED
    hall.set(seen, state=State.REJECTED)
    assert stage() == Fact.NONE
    hall.set(archive.ledger.paper(paper.id), state=State.VERIFIED, fields=clear)
    elsewhere = dossier.model_copy(update={"code": None})
    archive.ledger.settle("xấp 1", [], [(elsewhere, archive.put_dossier(elsewhere))], [])
    assert stage() == Fact.NONE, "the code was another's"
    with pytest.raises(NotOnRecord):
        find_dossier(archive, "H19-250101-9999")


def test_what_exports_really_hold(archive: Archive, tmp_path: Path) -> None:
    base = {"MaHoSo": "H19-250703-0001", "MaTTHC": "9.999999", "DonViXuLy": "H19",
            "NgayTiepNhan": "20250703080000"}  # fmt: skip
    rows = [
        {**base, "NgayTra": "0001-01-01T00:00:00"},
        {**base, "MaHoSo": "H19-250703-0002", "thoi_han_giai_quyet": "20250930"},
        {**base, "MaHoSo": "H19-250703-0003", "LePhi": "8.000; 1e999"},
        {**base, "MaHoSo": "H19-250703-0004", "LePhi": "8.000;0", "NgayHenTra": "20250710000000"},
        {**base, "MaHoSo": "H19-250703-0005"},
    ]
    (tmp_path / "a.json").write_text(json.dumps(rows))
    done, refused = take(archive, tmp_path / "a.json", due_at="NgayHenTra", stopped_at="NgayTuChoi")
    assert (done.new, [row["MaHoSo"][-1] for row, _ in refused]) == (3, ["2", "3"])  # type: ignore[index]
    assert find_dossier(archive, "H19-250703-0001").returned_at is None
    assert find_dossier(archive, "H19-250703-0004").fees == (8000, 0)
    view = Figures(archive).view()
    assert view.rows(Slice()).sum() == 3
    period = read_period("2025-Q3")
    assert period
    (group,) = view.groups(view.members(indicators()["4.2"], period, view.rows(Slice())), By.FIELD)
    assert view.rows(Slice(field=group.key)).sum() == group.rate.denominator == 3, "they tell no field"


def test_quoted_cells_stay_whole(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('a,b,c\nX1,"Cấp phép ""A"", loại B",H19\n')
    assert list(read_rows(tmp_path / "a.csv")) == [{"a": "X1", "b": 'Cấp phép "A", loại B', "c": "H19"}]


def test_an_import_cut_short_is_on_record(archive: Archive, tmp_path: Path) -> None:
    many = list(draw_register(2500, 1, datetime(2025, 1, 1), 90))  # noqa: DTZ001
    (tmp_path / "b.json").write_text(json.dumps(many)[:-40])
    with pytest.raises(DamagedFile):
        take(archive, tmp_path / "b.json")
    (kept,) = imports(archive.database)
    assert not kept.complete
    assert Figures(archive).view().rows(Slice()).sum() == 2000


def test_a_ward_the_table_does_not_know_sees_itself_only(golden: Archive) -> None:
    view = Figures(golden).view()
    assert reach_today("H10.99", view.agencies) == "H10.99"
    assert reach_today("H10.15", view.agencies) == "H19.30"
    assert reach_today("H10", view.agencies) == "H19"
    own = view.rows(Slice(unit="H10.99"))
    assert 0 < own.sum() < view.rows(Slice(unit="H19")).sum()
    assert {row.unit for row in registered(golden, numbers_of(own, view.columns.received, 0, 99))} <= {
        "H10.99", "000.00.99.H10",
    }  # fmt: skip
