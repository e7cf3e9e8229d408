"""Rows of the one-stop software's exports made into dossiers of the register.

A row is flat (CSV, XLSX: one column a value) or the National Portal's exchange record, with its lists of
papers, results, fees and supplements. Headings are matched without case, marks and blanks; a mapping names
those that no alias knows. Names, numbers and addresses of people are not read at all.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time

from pydantic import ValidationError

from rules.fields.numbers import check_dossier_code
from schemas.agency import read_agency_code
from schemas.base.timezone import HANOI
from schemas.base.vietnamese import fold, nfc
from schemas.procedure import Procedure, national_code
from schemas.register import Attached, Channel, Payment, RegisteredDossier, Supplement

Row = Mapping[str, object]
Known = Callable[[str, date], Procedure | None]
"""The procedure of that national code on that day, if the catalogue has it."""
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
_CHANNELS = {
    "1": Channel.IN_PERSON,
    "truc tiep": Channel.IN_PERSON,
    "2": Channel.ONLINE,
    "truc tuyen": Channel.ONLINE,
    "3": Channel.POST,
    "buu chinh": Channel.POST,
    "buu chinh cong ich": Channel.POST,
}
_YES, _NO = ("1", "true", "co", "x", "yes", "2"), ("0", "false", "khong", "no", "")
_PORTAL = re.compile(r"^\d{14}$")
_THOUSANDS = re.compile(r"[.,](?=\d{3}(?:\D|$))")
_FORMATS = (
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%H:%M %d/%m/%Y",
    "%H:%M:%S %d/%m/%Y",
    "%d-%m-%Y %H:%M:%S",
    "%d-%m-%Y %H:%M",
    "%d-%m-%Y",
)
_SUM = re.compile(r"tong (?:cong|so)\b|(?:tong|cong)\s*:?\s*\d*$")
"""How a line of sums begins."""
_LAST = time(23, 59, 59)


class NotADossier(ValueError):
    """A row that cannot be read; the text says which value, and what was expected."""


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
    code, *others = (_text(row, mapping[field]) for field in ("code", "procedure", "unit"))
    filled = [value for value in row.values() if value is not None and str(value).strip()]
    sums = any(_SUM.match(fold(str(value).strip())) for value in filled)
    if code:
        return bool(_SUM.match(fold(code))) or (len(filled) == 1 and check_dossier_code(code) is not None)
    return sums or not any(others) or len(filled) == 1


def read_dossier(row: Row, mapping: Mapping[str, str], known: Known) -> RegisteredDossier:
    """The dossier of a row; what it does not say of its procedure is taken from the catalogue.

    Raises `NotADossier`.
    """
    said = {field: row.get(heading) for field, heading in mapping.items()}
    code, unit = _text(said, "code"), read_agency_code(_text(said, "unit"))
    procedure = national_code(_text(said, "procedure"))
    if check_dossier_code(code):
        raise NotADossier(f"mã hồ sơ: {code or '?'}")
    if unit is None:
        raise NotADossier(f"đơn vị: {_text(said, 'unit') or '?'} (H10.15, 000.00.15.H10)")
    if procedure is None:
        raise NotADossier(f"mã thủ tục: {_text(said, 'procedure') or '?'} (1.001193)")
    papers, results = _components(said), _list(said, "results")
    fees, received = _fees(said), _moment(said, "received_at")
    catalogue = known(procedure, received.astimezone(HANOI).date()) if received else None
    try:
        return RegisteredDossier(
            code=code,
            procedure=procedure,
            unit=unit,
            procedure_name=_text(said, "procedure_name") or (catalogue.name.vi if catalogue else ""),
            field=_text(said, "field") or (catalogue.field.vi if catalogue else ""),
            channel=_channel(said),
            payment=_payment(said),
            received_at=received,
            due_at=_moment(said, "due_at", ends=True),
            finished_at=_moment(said, "finished_at"),
            returned_at=_moment(said, "returned_at"),
            stopped_at=_moment(said, "stopped_at"),
            supplements=_supplements(said),
            fees=fees,
            written_result=_flag(said, "written_result", default=True),
            fee_due=_flag(said, "fee_due", default=any(fees)),
            replaceable=_flag(said, "replaceable", default=bool(catalogue and _is_replaceable(catalogue))),
            days=_number(said, "days") or (catalogue.days if catalogue else None),
            components=papers,
            component_files=_number(said, "component_files") or sum(paper.file for paper in papers),
            result_files=_number(said, "result_files") or sum(_has_file(one) for one in results),
            reused=_flag(said, "reused") or any(paper.reused for paper in papers),
            from_store=_flag(said, "from_store") or any(paper.from_store for paper in papers),
            synced=_flag(said, "synced") or any(_filled(one, "MaGiayToKetQua") for one in results),
            result_until=parse_day(said.get("result_until"), "result_until"),
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise NotADossier(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def _is_replaceable(procedure: Procedure) -> bool:
    """One of its components is answered by a database in force, or by another paper."""
    components = [component for case in procedure.cases for component in case.components]
    return any(c.substitutes or any(data.since for data in c.data) for c in components)


def _components(said: Row) -> tuple[Attached, ...]:
    """The portal counts a component as used again by either of two marks (indicator 4.3)."""
    return tuple(
        Attached(
            component=str(one.get("MaThanhPhanHoSo") or ""),
            file=_has_file(one),
            reused=_said(one, "DuocTaiSuDung") in ("1", "2") or _said(one, "DuocSoHoa") == "1",
            from_store=_said(one, "DuocLayTuKhoDMQG") == "1",
        )
        for one in _list(said, "components")
    )


def _has_file(one: Row) -> bool:
    """A file is linked and was not deleted since."""
    links = ("DuongDanTaiTepTin", "DuongDanTepTinKetQua", "TepDinhKemId")
    return any(_filled(one, link) for link in links) and _said(one, "IsDeleted") in ("", "0", "False")


def _filled(one: Row, name: str) -> bool:
    return bool(_said(one, name))


def _said(one: Row, name: str) -> str:
    value = one.get(name)
    return "" if value is None else str(value).strip()


def _fees(said: Row) -> tuple[int, ...]:
    """`8000;0`, or the portal's list with `Gia`."""
    listed = _list(said, "fees")
    texts = [str(one.get("Gia") or "0") for one in listed] if listed else _text(said, "fees").split(";")
    try:
        return tuple(int(float(_THOUSANDS.sub("", text.strip()))) for text in texts if text.strip())
    except (ValueError, OverflowError) as error:
        raise NotADossier(f"lệ phí: {'; '.join(texts)[:60]} (8000;0)") from error


def _supplements(said: Row) -> tuple[Supplement, ...]:
    """`asked>answered; asked>`, or the portal's list."""
    listed = _list(said, "supplements")
    pairs = (
        [
            (
                one.get("NgayYeuCauBoSung") or one.get("NgayBatDau"),
                one.get("NgayHoanThanhBoSung") or one.get("NgayBoSung"),
            )
            for one in listed
        ]
        if listed
        else [part.partition(">")[::2] for part in _text(said, "supplements").split(";")]
    )
    found = [(_parsed(a, "bổ sung"), _parsed(b, "bổ sung")) for a, b in pairs]
    try:
        made = [Supplement(asked_at=asked, answered_at=answered) for asked, answered in found if asked]
    except ValidationError as error:
        raise NotADossier("bổ sung: hoàn thành trước khi yêu cầu") from error
    return tuple(sorted(made, key=lambda one: one.asked_at))


def _channel(said: Row) -> Channel | None:
    text = fold(_text(said, "channel"))
    if text and text not in _CHANNELS:
        raise NotADossier(f"kênh: {text[:40]} (1 trực tiếp, 2 trực tuyến, 3 bưu chính)")
    return _CHANNELS.get(text)


def _payment(said: Row) -> Payment:
    number = _number(said, "payment") or 0
    if number not in tuple(Payment):
        raise NotADossier(f"thanh toán: {number} (0, 1, 2)")
    return Payment(number)


def _moment(said: Row, name: str, *, ends: bool = False) -> datetime | None:
    return _parsed(said.get(name), name, ends=ends)


def parse_day(value: object, name: str) -> date | None:
    """A day as people and programs write it; None for an empty value. Raises `NotADossier`."""
    moment = _parsed(value, name)
    return moment.astimezone(HANOI).date() if moment else None


def _parsed(value: object, name: str, *, ends: bool = False) -> datetime | None:
    """A moment as it is written; one at 00:00:00 that `ends` something means that day's last second."""
    if isinstance(value, datetime):
        found = value
    elif isinstance(value, date):
        found = datetime.combine(value, time())
    else:
        text = str(value or "").strip()
        if not text:
            return None
        found = _typed(text, name)
    if found.year == 1:  # what some programs write for none
        return None
    if ends and found.time() == time():
        found = datetime.combine(found.date(), _LAST, found.tzinfo)
    try:
        return (found if found.tzinfo else found.replace(tzinfo=HANOI)).astimezone(UTC)
    except OverflowError as error:
        raise NotADossier(f"{name}: {found}") from error


def _typed(text: str, name: str) -> datetime:
    if _PORTAL.match(text):
        text = f"{text[:8]}T{text[8:]}"
    for read in (datetime.fromisoformat, *(lambda t, f=f: datetime.strptime(t, f) for f in _FORMATS)):  # noqa: DTZ007
        try:
            return read(text)
        except ValueError:
            continue
    raise NotADossier(f"{name}: {text[:40]} (30/09/2025 16:30, 2025-09-30 16:30:00, 20250930163000)")


def _number(said: Row, name: str) -> int | None:
    text = _text(said, name)
    if not text:
        return None
    try:
        return int(float(text))
    except (ValueError, OverflowError) as error:
        raise NotADossier(f"{name}: {text[:40]} (0, 1, 2 …)") from error


def _flag(said: Row, name: str, *, default: bool = False) -> bool:
    text = fold(_text(said, name))
    if not text:
        return default
    if text not in (*_YES, *_NO):
        raise NotADossier(f"{name}: {text[:40]} (0, 1)")
    return text in _YES


def _list(said: Row, name: str) -> list[Row]:
    listed = said.get(name)
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _text(said: Row, name: str) -> str:
    value = said.get(name)
    return "" if value is None or isinstance(value, list | dict) else nfc(str(value)).strip()


def _key(heading: str) -> str:
    return re.sub(r"[\W_]", "", fold(heading))
