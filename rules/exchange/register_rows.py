"""Rows of the one-stop software's exports made into dossiers of the register.

A row is flat (CSV, XLSX: one column a value) or the National Portal's exchange record, with its lists of
papers, results, fees and supplements. Headings are matched without case, marks and blanks; a mapping names
those that no alias knows. Names, numbers and addresses of people are not read at all.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime

from pydantic import ValidationError

from rules.exchange.cell_values import (
    NotADossier,
    Row,
    flag_in,
    list_in,
    number_in,
    parse_day,
    parse_moment,
    text_in,
)
from rules.fields.numbers import check_dossier_code
from schemas.agency import read_agency_code
from schemas.base.timezone import HANOI
from schemas.base.vietnamese import fold
from schemas.procedure import Procedure, national_code
from schemas.register import Attached, Channel, Payment, RegisteredDossier, Supplement

Known = Callable[[str, date], Procedure | None]
"""The procedure of that national code on that day, if the catalogue has it."""
_CHANNELS = {
    "1": Channel.IN_PERSON,
    "truc tiep": Channel.IN_PERSON,
    "2": Channel.ONLINE,
    "truc tuyen": Channel.ONLINE,
    "3": Channel.POST,
    "buu chinh": Channel.POST,
    "buu chinh cong ich": Channel.POST,
}
_THOUSANDS = re.compile(r"[.,](?=\d{3}(?:\D|$))")


def read_dossier(row: Row, mapping: Mapping[str, str], known: Known) -> RegisteredDossier:
    """The dossier of a row; what it does not say of its procedure is taken from the catalogue.

    Raises `NotADossier`.
    """
    said = {field: row.get(heading) for field, heading in mapping.items()}
    code, unit = text_in(said, "code"), read_agency_code(text_in(said, "unit"))
    procedure = national_code(text_in(said, "procedure"))
    if check_dossier_code(code):
        raise NotADossier(f"mã hồ sơ: {code or '?'}")
    if unit is None:
        raise NotADossier(f"đơn vị: {text_in(said, 'unit') or '?'} (H10.15, 000.00.15.H10)")
    if procedure is None:
        raise NotADossier(f"mã thủ tục: {text_in(said, 'procedure') or '?'} (1.001193)")
    papers, results = _components(said), list_in(said, "results")
    fees, received = _fees(said), _moment(said, "received_at")
    catalogue = known(procedure, received.astimezone(HANOI).date()) if received else None
    try:
        return RegisteredDossier(
            code=code,
            procedure=procedure,
            unit=unit,
            procedure_name=text_in(said, "procedure_name") or (catalogue.name.vi if catalogue else ""),
            field=text_in(said, "field") or (catalogue.field.vi if catalogue else ""),
            channel=_channel(said),
            payment=_payment(said),
            received_at=received,
            due_at=_moment(said, "due_at", ends=True),
            finished_at=_moment(said, "finished_at"),
            returned_at=_moment(said, "returned_at"),
            stopped_at=_moment(said, "stopped_at"),
            supplements=_supplements(said),
            fees=fees,
            written_result=flag_in(said, "written_result", default=True),
            fee_due=flag_in(said, "fee_due", default=any(fees)),
            replaceable=flag_in(said, "replaceable", default=bool(catalogue and _is_replaceable(catalogue))),
            days=number_in(said, "days") or (catalogue.days if catalogue else None),
            components=papers,
            component_files=number_in(said, "component_files") or sum(paper.file for paper in papers),
            result_files=number_in(said, "result_files") or sum(_has_file(one) for one in results),
            reused=flag_in(said, "reused") or any(paper.reused for paper in papers),
            from_store=flag_in(said, "from_store") or any(paper.from_store for paper in papers),
            synced=flag_in(said, "synced") or any(_filled(one, "MaGiayToKetQua") for one in results),
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
        for one in list_in(said, "components")
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
    listed = list_in(said, "fees")
    texts = [str(one.get("Gia") or "0") for one in listed] if listed else text_in(said, "fees").split(";")
    try:
        return tuple(int(float(_THOUSANDS.sub("", text.strip()))) for text in texts if text.strip())
    except (ValueError, OverflowError) as error:
        raise NotADossier(f"lệ phí: {'; '.join(texts)[:60]} (8000;0)") from error


def _supplements(said: Row) -> tuple[Supplement, ...]:
    """`asked>answered; asked>`, or the portal's list."""
    listed = list_in(said, "supplements")
    pairs = (
        [
            (
                one.get("NgayYeuCauBoSung") or one.get("NgayBatDau"),
                one.get("NgayHoanThanhBoSung") or one.get("NgayBoSung"),
            )
            for one in listed
        ]
        if listed
        else [part.partition(">")[::2] for part in text_in(said, "supplements").split(";")]
    )
    found = [(parse_moment(a, "bổ sung"), parse_moment(b, "bổ sung")) for a, b in pairs]
    try:
        made = [Supplement(asked_at=asked, answered_at=answered) for asked, answered in found if asked]
    except ValidationError as error:
        raise NotADossier("bổ sung: hoàn thành trước khi yêu cầu") from error
    return tuple(sorted(made, key=lambda one: one.asked_at))


def _channel(said: Row) -> Channel | None:
    text = fold(text_in(said, "channel"))
    if text and text not in _CHANNELS:
        raise NotADossier(f"kênh: {text[:40]} (1 trực tiếp, 2 trực tuyến, 3 bưu chính)")
    return _CHANNELS.get(text)


def _payment(said: Row) -> Payment:
    number = number_in(said, "payment") or 0
    if number not in tuple(Payment):
        raise NotADossier(f"thanh toán: {number} (0, 1, 2)")
    return Payment(number)


def _moment(said: Row, name: str, *, ends: bool = False) -> datetime | None:
    return parse_moment(said.get(name), name, ends=ends)
