"""Headings of the one-stop software's exports: which column means which field, which line is none."""

import re
from collections.abc import Mapping

from rules.exchange.cell_values import (
    NotADossier,
    Row,
    text_in,
)
from rules.fields.numbers import check_dossier_code
from schemas.base.vietnamese import fold

ALIASES: dict[str, tuple[str, ...]] = {
    "code": ("mahoso", "sohoso", "code"),
    "procedure": ("matthc", "mathutuc", "procedure"),
    "procedure_name": ("tentthc", "tenthutuc", "procedurename"),
    "field": ("tenlinhvuc", "linhvuc", "field"),
    "unit": ("donvixuly", "madonvi", "donvi", "macoquan", "coquan", "unit"),
    "channel": ("kenhthuchien", "kenh", "channel"),
    "received_at": ("ngaytiepnhan", "receivedat"),
    "due_at": ("ngayhentra", "dueat"),
    "finished_at": ("ngayketthucxuly", "ngayketthuc", "finishedat"),
    "returned_at": ("ngaytra", "returnedat"),
    "stopped_at": ("ngaytuchoi", "ngaydung", "ngayrut", "stoppedat"),
    "supplements": ("danhsachhosobosung", "yeucaubosung", "bosung", "supplements"),
    "fees": ("danhsachlephi", "lephi", "phi", "fees"),
    "payment": ("duocthanhtoantructuyen", "thanhtoantructuyen", "thanhtoan", "payment"),
    "written_result": ("ketquavanban", "writtenresult"),
    "fee_due": ("cothuphi", "feedue"),
    "replaceable": ("thaytheduoc", "replaceable"),
    "days": ("songay", "thoihangiaiquyet", "days"),
    "components": ("tailieunop", "components"),
    "results": ("danhsachgiaytoketqua", "results"),
    "component_files": ("tepthanhphan", "componentfiles"),
    "result_files": ("tepketqua", "resultfiles"),
    "reused": ("hosocothanhphansohoa", "taisudung", "reused"),
    "from_store": ("tukho", "duoclaytukhodmqg", "fromstore"),
    "synced": ("ketquadongbo", "synced"),
    "result_until": ("ketquaden", "resultuntil"),
}
"""Field → headings that mean it, folded and without blanks; the portal's own names come first."""


_SUM = re.compile(r"tong (?:cong|so)\b|(?:tong|cong)\s*:?\s*\d*$")
"""How a line of sums begins."""


def recognise(headings: list[str], given: Mapping[str, str], *, strict: bool = True) -> dict[str, str]:
    """Field → heading: those `given`, then those known by an alias.

    Raises `NotADossier` for a field nobody knows and, if `strict`, for a heading that is not there: a row of
    JSON may leave out what it has not.
    """
    wrong = [
        f"{field}={heading}"
        for field, heading in given.items()
        if field not in ALIASES or (strict and heading not in headings)
    ]
    given = {field: heading for field, heading in given.items() if heading in headings}
    if wrong:
        raise NotADossier(f"{', '.join(wrong)}?")
    known = {_key(heading): heading for heading in reversed(headings)}
    found = {f: known[alias] for f, names in ALIASES.items() for alias in reversed(names) if alias in known}
    mapping = {**found, **given}
    missing = {"code", "procedure", "unit"} - mapping.keys()
    if missing:
        raise NotADossier(f"{', '.join(sorted(missing))}: {'; '.join(headings)[:300]}?")
    return mapping


def is_heading(cells: list[str], given: Mapping[str, str]) -> bool:
    """Whether a line of a table names the columns that a dossier needs."""
    try:
        recognise([cell for cell in cells if cell], given)
    except NotADossier:
        return False
    return True


def is_no_dossier(row: Row, mapping: Mapping[str, str]) -> bool:
    """A line between the dossiers of a printed table: a sum, a group's name, who signed it."""
    code, *others = (text_in(row, mapping[field]) for field in ("code", "procedure", "unit"))
    filled = [value for value in row.values() if value is not None and str(value).strip()]
    if code:
        return bool(_SUM.match(fold(code))) or (len(filled) == 1 and check_dossier_code(code) is not None)
    sums = any(_SUM.match(fold(str(value).strip())) for value in filled)
    return sums or not any(others) or len(filled) == 1


def _key(heading: str) -> str:
    return re.sub(r"[\W_]", "", fold(heading))
