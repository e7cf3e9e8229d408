"""A received dossier in the names of the National Portal's exchange record (`domain`: HoSo, TaiLieuNop).

Field names are the portal's own, as four published client programs agree on them; the portal's own
specification was not at hand.
"""

from pydantic import BaseModel, ConfigDict

from schemas.base.model import Frozen


class TaiLieuNop(BaseModel):
    """One component: the file that serves it, and where it came from."""

    model_config = ConfigDict(frozen=True)
    TepDinhKemId: str = ""
    TenTepDinhKem: str = ""
    IsDeleted: int = 0
    MaThanhPhanHoSo: str
    DuongDanTaiTepTin: str = ""
    DuocSoHoa: int
    """1: a digitised file is there."""
    DuocTaiSuDung: int
    """0 no, 1 used again, 2 used again in place of a paper, by `MaKetQuaThayThe`."""
    DuocLayTuKhoDMQG: int = 0
    """1: taken from the national store of personal data; this product's own store is not that."""
    MaKetQuaThayThe: str = ""


class HoSo(Frozen):
    """The dossier. Dates are `yyyyMMddHHmmss`, Hanoi time."""

    MaHoSo: str
    MaTTHC: str
    TenTTHC: str
    TenLinhVuc: str
    KenhThucHien: int = 1
    """1 in person: the counter."""
    ChuHoSo: str
    SoGiayToChuHoSo: str
    LoaiDoiTuong: int
    """1 a person, 2 an organisation."""
    NgayTiepNhan: str
    DonViXuLy: str
    HoSoCoThanhPhanSoHoa: int
    TaiLieuNop: tuple[TaiLieuNop, ...]
