"""A submission in the portal's exchange names: which component was reused, and in place of what."""

from collections.abc import Sequence

from schemas.base.timezone import HANOI
from schemas.catalogue import document_types
from schemas.exchange import HoSo, TaiLieuNop
from schemas.paper import Paper
from schemas.procedure import Procedure
from schemas.subject import Mention, SubjectKind
from schemas.submission import ReuseEvent, Submission, UseKind


def exchange_record(
    submission: Submission,
    procedure: Procedure,
    owner: Mention | None,
    uses: Sequence[ReuseEvent],
    papers: dict[str, Paper],
) -> HoSo:
    """The record of a dossier as it stands now; `papers` are those that were used, by id."""
    of = {use.component: use for use in uses}
    case = procedure.case(submission.case)
    components = case.components if case else ()
    return HoSo(
        MaHoSo=submission.code,
        MaTTHC=procedure.code,
        TenTTHC=procedure.name.vi,
        TenLinhVuc=procedure.field.vi,
        ChuHoSo=owner.name if owner else "",
        SoGiayToChuHoSo=owner.number if owner else "",
        LoaiDoiTuong=2 if owner and owner.kind is SubjectKind.ORGANISATION else 1,
        NgayTiepNhan=f"{submission.opened_at.astimezone(HANOI):%Y%m%d%H%M%S}",
        DonViXuLy=submission.unit,
        HoSoCoThanhPhanSoHoa=int(any(use.kind is UseKind.PAPER for use in uses)),
        TaiLieuNop=tuple(_served(c.id, c.result, of.get(c.id), papers) for c in components),
    )


def _served(component: str, result: str, use: ReuseEvent | None, papers: dict[str, Paper]) -> TaiLieuNop:
    if use is None:
        return TaiLieuNop(MaThanhPhanHoSo=component, DuocSoHoa=0, DuocTaiSuDung=0)
    paper = papers.get(use.paper_id)
    reused = 2 if result else 1
    if paper is None:
        return TaiLieuNop(
            MaThanhPhanHoSo=component, DuocSoHoa=0, DuocTaiSuDung=reused, MaKetQuaThayThe=result
        )
    title = document_types()[paper.document_type].title.vi
    return TaiLieuNop(
        TepDinhKemId=paper.id,
        TenTepDinhKem=f"{title}.pdf",
        MaThanhPhanHoSo=component,
        DuongDanTaiTepTin=f"/api/v1/papers/{paper.id}/pdf",
        DuocSoHoa=1,
        DuocTaiSuDung=reused,
        MaKetQuaThayThe=result,
    )
