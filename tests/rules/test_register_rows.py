"""Rows of exports read into dossiers, and what is said of those that cannot be."""

from datetime import datetime

import pytest
from golden_register import golden_rows

from rules.exchange.cell_values import NotADossier
from rules.exchange.register_headings import recognise
from rules.exchange.register_rows import read_dossier
from rules.register.deadlines import timing_of
from rules.register.indicators import (
    entry_of,
)
from schemas.base.timezone import HANOI
from schemas.indicator import Fact
from schemas.register import Channel


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("ma_ho_so", "H10-251303-0001"),
        ("ma_tthc", "abc"),
        ("don_vi", "Sở Tư pháp"),
        ("kenh", "9"),
        ("ngay_tiep_nhan", "31/02/2025"),
        ("le_phi", "8000 đồng"),
        ("thanh_toan", "7"),
        ("so_ngay", "mười"),
        ("yeu_cau_bo_sung", "2025-09-02 08:00:00>2025-09-01 08:00:00"),
        ("co_thu_phi", "maybe"),
    ],
)
def test_a_row_that_cannot_be_read_says_which_value(field: str, text: str) -> None:
    row = {**golden_rows("register.csv")[0], field: text}
    with pytest.raises(NotADossier, match=r"\S"):
        read_dossier(row, recognise(list(row), {}), lambda *_: None)


def test_the_portals_exchange_record_is_read() -> None:
    row = {
        "MaHoSo": "000.00.15.H10-250703-0001",
        "MaTTHC": "1.001193.000.00.00.H10",
        "DonViXuLy": "000.00.15.H10",
        "KenhThucHien": 2,
        "NgayTiepNhan": "20250703081500",
        "NgayHenTra": "20250708000000",
        "DuocThanhToanTrucTuyen": 1,
        "HoSoCoThanhPhanSoHoa": 0,
        "ChuHoSo": "Nguyễn Thị Dung",
        "TaiLieuNop": [
            {"MaThanhPhanHoSo": "a", "DuongDanTaiTepTin": "/x", "DuocTaiSuDung": 2, "IsDeleted": 0},
            {"MaThanhPhanHoSo": "b", "DuongDanTaiTepTin": "/y", "IsDeleted": 1, "DuocLayTuKhoDMQG": 0},
        ],
        "DanhSachGiayToKetQua": [{"TenGiayTo": "x", "MaGiayToKetQua": "1", "DuongDanTepTinKetQua": "/z"}],
        "DanhSachLePhi": [{"Gia": 0}, {"Gia": "8000"}],
        "DanhSachHoSoBoSung": [
            {"NgayYeuCauBoSung": "20250704080000", "NgayHoanThanhBoSung": "20250705080000"}
        ],
    }
    dossier = read_dossier(row, recognise(list(row), {}), lambda *_: None)
    assert dossier.unit == "H10.15"
    assert dossier.procedure == "1.001193"
    assert (dossier.component_files, dossier.result_files, dossier.fees) == (1, 1, (0, 8000))
    assert dossier.reused
    assert dossier.synced
    assert dossier.channel is Channel.ONLINE
    limit = timing_of(dossier).limit_at
    assert limit
    assert limit.astimezone(HANOI) == datetime(2025, 7, 9, 23, 59, 59, tzinfo=HANOI), "a day more for waiting"
    assert "Dung" not in dossier.model_dump_json()
    assert Fact.PAYABLE in entry_of(dossier).facts


@pytest.mark.parametrize(
    ("marks", "reused"),
    [
        ({"DuocSoHoa": 1}, True),
        ({"DuocTaiSuDung": "1"}, True),
        ({"DuocTaiSuDung": 2}, True),
        ({"DuocSoHoa": 0, "DuocTaiSuDung": 0}, False),
        ({}, False),
    ],
)
def test_the_portals_marks_of_reuse(marks: dict[str, object], reused: bool) -> None:
    row = {
        "MaHoSo": "H19-250703-0001",
        "MaTTHC": "1.001193",
        "DonViXuLy": "H19",
        "TaiLieuNop": [{"MaThanhPhanHoSo": "a", **marks}],
    }
    assert read_dossier(row, recognise(list(row), {}), lambda *_: None).reused is reused
