"""An archive with many papers on file: rows for all, objects for those that will be opened."""

import io
from datetime import UTC, datetime, timedelta

from PIL import Image, ImageDraw
from sqlalchemy import insert

from schemas.base.ids import derive_id, sha256_of
from schemas.batch import Batch
from schemas.page import Block, Line, PageText, Reading, Word
from schemas.paper import Dossier, FieldValue, PageRef, Paper, State
from storage import keys
from storage.archive.archive import Archive
from storage.database.tables.intake import PageRow
from storage.database.tables.papers import DossierRow, PaperRow

_REAL = 1500
"""Papers with objects behind them: those the clerks will be given."""
_OPEN = 20_000
_BEGUN = datetime(2026, 1, 5, tzinfo=UTC)
_TYPE = "marital_status_certificate"
_VALUES = (
    "15/2019-XNTTHN",
    "UBND phường Xuân Tảo",
    "2020-03-05",
    "Nguyễn Thị Dung",
    "1990-05-17",
    "001190012345",
    "Chưa kết hôn",
)
_NAMES = (
    "certificate_number",
    "issued_by",
    "issued_on",
    "full_name",
    "date_of_birth",
    "personal_id",
    "marital_status",
)


def fill(archive: Archive, count: int) -> None:
    """Enter `count` papers, the oldest of them waiting for a person."""
    batches = [
        Batch(id=derive_id("batch", n), name=f"Lô {n}", unit=f"H10.{n % 9}", created_at=_BEGUN)
        for n in range(50)
    ]
    for batch in batches:
        archive.ledger.add_batch(batch)
    view = _view()
    archive.store.put(keys.view(sha256_of(view)), view, "image/jpeg")
    for start in range(0, count, 2000):
        rows = [_rows(archive, batches, n, view) for n in range(start, min(start + 2000, count))]
        with archive.database.session() as session:
            session.execute(insert(DossierRow), [dossier for dossier, _, _ in rows])
            session.execute(insert(PaperRow), [paper for _, paper, _ in rows])
            session.execute(insert(PageRow), [page for _, _, page in rows])


def _rows(
    archive: Archive, batches: list[Batch], n: int, view: bytes
) -> tuple[dict[str, object], dict[str, object], dict[str, object]]:
    batch = batches[n * len(batches) // 100_000 % len(batches)]
    page = PageRef(scan=sha256_of(f"{n}".encode()), page_number=1, reading_key=sha256_of(f"k{n}".encode()))
    is_open = n < _OPEN
    paper = Paper(
        id=derive_id("paper", n),
        revision=1,
        dossier_id=derive_id("dossier", n),
        document_type=_TYPE,
        confidence=1,
        pages=(page,),
        fields={
            name: _field(at, value, is_open and name == "full_name")
            for at, (name, value) in enumerate(zip(_NAMES, _VALUES, strict=True))
        },
        state=State.NEEDS_REVIEW if is_open else State.VERIFIED,
        read_at=_BEGUN + timedelta(seconds=n),
        pdf_key="",
        pdf_sha256="",
        alto_key="",
        alto_sha256="",
    )
    dossier = Dossier(
        id=paper.dossier_id,
        batch_id=batch.id,
        name=f"hồ sơ {n}",
        unit=batch.unit,
        pages=(page,),
        papers=(paper.id,),
    )
    if n < _REAL:
        reading = Reading(page=_text(), view_sha256=sha256_of(view), read_at=paper.read_at)
        archive.put_record(keys.text(page), reading)
        archive.put_record(keys.paper(paper.id, 1), paper)
    words = "\n".join(_VALUES) + f"\n{n}"
    return (
        {
            "id": dossier.id,
            "revision": 1,
            "batch_id": batch.id,
            "stack": dossier.name,
            "code": None,
            "unit": batch.unit,
            "record": dossier.model_dump(mode="json"),
        },
        {
            "id": paper.id,
            "revision": 1,
            "dossier_id": dossier.id,
            "document_type": _TYPE,
            "state": paper.state,
            "unit": batch.unit,
            "batch_id": batch.id,
            "read_at": paper.read_at,
            "doubts": int(is_open),
            "stale": False,
            "record": paper.model_dump(mode="json"),
            "exact": words.lower(),
            "folded": words.lower(),
        },
        {
            "scan": page.scan,
            "page_number": 1,
            "batch_id": batch.id,
            "stack": dossier.name,
            "outcome": "read",
            "blank": False,
            "reasons": "",
        },
    )


def _field(at: int, value: str, doubtful: bool) -> FieldValue:
    box = (200, 300 + 80 * at, 1200, 340 + 80 * at)
    return FieldValue(
        value=value, raw=value, confidence=0.9, page_number=1, box=box, lines=(box,), needs_review=doubtful
    )


def _text() -> PageText:
    lines = tuple(
        Line(words=(Word(text=value, box=(200, 300 + 80 * at, 1200, 340 + 80 * at), confidence=0.9),))
        for at, value in enumerate(_VALUES * 5)
    )
    return PageText(
        page_number=1, width_px=1654, height_px=2339, dpi=200, effective_dpi=200, blocks=(Block(lines=lines),)
    )


def _view() -> bytes:
    sheet = Image.new("RGB", (1654, 2339), "white")
    pen = ImageDraw.Draw(sheet)
    for y in range(200, 2200, 24):
        pen.text((160, y), "Cộng hòa xã hội chủ nghĩa Việt Nam " * 5, fill=(y % 90, 20, 30))
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=85)
    return out.getvalue()
