"""The register read in from real files, on both databases: whole, again, wrong, cut short."""

import csv
import json
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from golden_register import BY, GOLDEN, golden_rows, take, write_export

from rules.exchange.cell_values import parse_day
from samples.register import draw_register, draw_units
from schemas.catalogue import indicators
from schemas.figures import GroupBy, Slice
from schemas.file_errors import DamagedFile, TooLarge
from schemas.period import read_period
from schemas.request_errors import RegisterRefused
from storage.archive.archive import Archive
from storage.files.table_files import as_text, read_rows
from storage.records.agencies import Agencies
from storage.records.register_imports import imports
from storage.register.columns import Figures
from storage.register.imports import bring_in, find_dossier


def test_the_same_from_csv_xlsx_and_json(archive: Archive, tmp_path: Path) -> None:
    rows = golden_rows()
    first, _ = take(archive, write_export(tmp_path / "a.csv", rows))
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
    done, refused = take(archive, write_export(tmp_path / "a.csv", wrong))
    assert (done.rows, done.new, done.refused) == (10, 8, 2)
    assert [why.split(":")[0] for _, why in refused] == ["mã hồ sơ", "kênh"]
    corrected = [{**row, "ma_ho_so": rows[0]["ma_ho_so"], "loi": why} for row, why in refused[:1]]
    again, _ = take(archive, write_export(tmp_path / "b.csv", corrected))  # type: ignore[arg-type]
    assert again.new == 1
    changed, _ = take(archive, write_export(tmp_path / "c.csv", [{**rows[9], "tep_ket_qua": "9"}]))
    assert (changed.new, changed.changed) == (0, 1)
    assert find_dossier(archive, rows[9]["ma_ho_so"]).result_files == 9


def test_a_mapping_names_columns_nobody_knows(archive: Archive, tmp_path: Path) -> None:
    rows = [
        {"Số biên nhận": r["ma_ho_so"], "Mã TTHC": r["ma_tthc"], "Đơn vị": r["don_vi"]}
        for r in golden_rows()[:3]
    ]
    file = write_export(tmp_path / "a.csv", rows)
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


def test_drawn_registers_are_whole(archive: Archive, tmp_path: Path) -> None:
    assert Agencies(archive).add(draw_units()) == 12
    rows = list(draw_register(500, 3, datetime(2025, 1, 1), 600))  # noqa: DTZ001
    done, refused = take(archive, write_export(tmp_path / "a.csv", rows))
    assert (done.new, refused) == (500, [])
    assert next(iter(read_rows(tmp_path / "a.csv")))["ma_ho_so"] == rows[0]["ma_ho_so"]


def test_what_exports_really_hold(archive: Archive, tmp_path: Path) -> None:
    base = {
        "MaHoSo": "H19-250703-0001",
        "MaTTHC": "9.999999",
        "DonViXuLy": "H19",
        "NgayTiepNhan": "20250703080000",
    }
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
    (group,) = view.groups(view.members(indicators()["4.2"], period, view.rows(Slice())), GroupBy.FIELD)
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


def test_a_spreadsheet_that_is_a_bomb_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    with pytest.raises(TooLarge):
        list(read_rows(tmp_path / "a.xlsx"))


@pytest.mark.parametrize("text", ["=1+1", "+84", "-1", "@x", "\tx"])
def test_no_value_becomes_a_formula(text: str) -> None:
    assert as_text(text) == f"'{text}"
    assert as_text("Hộ tịch") == "Hộ tịch"


def _printed(rows: list[dict[str, str]]) -> list[list[object]]:
    """An export as offices really hand it over: titles above, numbered columns, groups, sums, signatures."""
    names = list(rows[0])
    width = len(names)
    blank: list[object] = [""] * (width - 1)
    return [
        ["ỦY BAN NHÂN DÂN XÃ A", *blank],
        ["SỔ THEO DÕI HỒ SƠ THÁNG 7", *blank],
        [None] * width,
        [*names],
        [f"({n})" for n in range(1, width + 1)],
        ["I. Lĩnh vực hộ tịch", *blank],
        *[list(row.values()) for row in rows[:3]],
        ["II. Lĩnh vực đất đai", *blank],
        *[list(row.values()) for row in rows[3:]],
        ["Tổng cộng", str(len(rows)), *blank[1:]],
        ["", "Người lập biểu", *blank[1:]],
    ]


def test_an_export_with_titles_numbered_columns_and_sums(archive: Archive, tmp_path: Path) -> None:
    rows = golden_rows()[:6]
    book = openpyxl.Workbook()
    assert book.active
    for line in _printed(rows):
        book.active.append(line)
    book.save(tmp_path / "a.xlsx")
    done, refused = take(archive, tmp_path / "a.xlsx")
    assert (done.rows, done.new, refused) == (6, 6, [])
    for encoding, name in (("utf-16", "b"), ("utf-16-le", "c"), ("utf-16-be", "d"), ("utf-8", "e")):
        file = tmp_path / f"{name}.csv"
        with file.open("w", encoding=encoding, newline="") as content:
            csv.writer(content, delimiter="\t").writerows(_printed(rows))
        again, refused = take(archive, file)
        assert (again.rows, again.same, refused) == (6, 6, []), encoding


def test_a_row_without_its_code_is_no_sum(archive: Archive, tmp_path: Path) -> None:
    rows = golden_rows()[:2]
    lacking = {**rows[1], "ma_ho_so": ""}
    done, refused = take(archive, write_export(tmp_path / "a.csv", [rows[0], lacking]))
    assert (done.rows, done.new, len(refused)) == (2, 1, 1)


@pytest.mark.parametrize("text", ["08:11:30 01/07/2026", "01-07-2026 08:11:30", "01/07/2026 08:11:30"])
def test_moments_as_programs_write_them(text: str) -> None:
    assert parse_day(text, "x") == date(2026, 7, 1)
