"""Tables that go out to spreadsheets and come back."""

import csv
from pathlib import Path

import pytest

from storage.files.table_files import as_row, as_text, read_rows


@pytest.mark.parametrize(
    "cell", ["=1+1", "+84", "-1", "@x", "\tx", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x", "'=x"]
)
def test_no_cell_is_a_formula_and_what_comes_back_is_the_same(tmp_path: Path, cell: str) -> None:
    shown = as_text(cell)
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    file = tmp_path / "a.csv"
    with file.open("w", newline="", encoding="utf-8-sig") as out:
        csv.writer(out).writerows([["a", "b"], as_row([cell, 5])])
    assert next(iter(read_rows(file))) == {"a": cell if cell != "'=x" else "=x", "b": "5"}
