"""The stamp of arrival is read as fields of its own, and what was seen beside the print goes on record."""

from random import Random

import numpy as np
import pytest

from ocr.engines.registry import open_engines
from ocr.extraction.splitting import split_papers
from ocr.page import read_page
from ocr.preprocessing.page_image import PageImage
from samples.drawing.canvas import Canvas, px
from samples.drawing.marks import BLUE, RED, sign, stamp_seal
from schemas.page import InkColour, MarkKind
from schemas.paper import Extract
from schemas.settings import EngineName

BODY = (
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
    "Theo đề nghị của Giám đốc Sở Tư pháp tại Tờ trình số 31/TTr-STP ngày 02 tháng 3 năm 2025,",
)


def _decision() -> Canvas:
    canvas = Canvas("a")
    canvas.centre(62, 18, "ỦY BAN NHÂN DÂN", 13)
    canvas.centre(62, 24, "TỈNH TÂY NINH", 13)
    canvas.centre(62, 34, "Số: 308/QĐ-UBND", 13, "Regular")
    canvas.centre(143, 18, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12.5)
    canvas.centre(143, 24, "Độc lập - Tự do - Hạnh phúc", 13.5)
    canvas.centre(143, 34, "Tây Ninh, ngày 18 tháng 3 năm 2025", 13.5, "Italic")
    canvas.centre(105, 78, "QUYẾT ĐỊNH", 14)
    canvas.centre(105, 85, "Về việc công bố thủ tục hành chính lĩnh vực hộ tịch", 14)
    y = 100.0
    for text in BODY:
        y = canvas.paragraph(30, y + 3, 160, text, 14, indent_mm=10, step_mm=6.8)
    canvas.centre(148, 200, "CHỦ TỊCH", 14)
    canvas.centre(148, 232, "Nguyễn Văn Minh", 14)
    return canvas


def _read(canvas: Canvas) -> Extract:
    image = PageImage(np.asarray(canvas.finish().image.convert("RGB")), 300)
    page, _ = read_page(image, 1, open_engines(tuple(EngineName)), 60)
    (extract,) = split_papers([page])
    return extract


@pytest.mark.parametrize("ink", [RED, BLUE, (0, 0, 0)])
def test_number_and_day_of_arrival_stand_beside_those_of_the_document(ink: tuple[int, int, int]) -> None:
    canvas = _decision()
    canvas.pen.rectangle((px(24), px(42), px(72), px(68)), outline=ink, width=6)
    canvas.write(27, 52, "ĐẾN", 14, "Bold", ink=ink)
    canvas.write(42, 45, "Số: 2352", 11, ink=ink)
    canvas.write(42, 52, "Ngày: 21/3/2025", 11, ink=ink)
    canvas.write(42, 59, "Chuyển: Phòng Tư pháp", 11, ink=ink)
    fields = _read(canvas).fields
    assert {name: fields[name].value for name in ("arrival_number", "arrived_on")} == {
        "arrival_number": "2352",
        "arrived_on": "2025-03-21",
    }
    assert fields["document_number"].value == "308/QĐ-UBND"
    assert fields["issued_on"].value == "2025-03-18"


def test_a_stamp_on_a_single_line_is_read_to_the_next_label() -> None:
    canvas = _decision()
    canvas.write(25, 50, "ĐẾN  Số: 2352  Ngày: 21/3/2025", 11)
    fields = _read(canvas).fields
    assert fields["arrival_number"].raw == "2352"
    assert fields["arrived_on"].value == "2025-03-21"


def test_the_number_of_the_document_is_not_that_of_its_arrival() -> None:
    canvas = _decision()
    canvas.write(27, 52, "ĐẾN", 14, "Bold")
    canvas.write(42, 52, "Ngày: 21/3/2025", 11)
    fields = _read(canvas).fields
    assert fields["document_number"].value == "308/QĐ-UBND"
    assert "arrival_number" not in fields, "the stamp has no line for it"


def test_a_document_without_a_stamp_has_none() -> None:
    fields = _read(_decision()).fields
    assert not {"arrival_number", "arrived_on"} & set(fields)


def test_seal_and_signature_are_facts_of_the_paper() -> None:
    canvas = _decision()
    stamp_seal(canvas, 120, 216, "ủy ban nhân dân tỉnh", Random(1))
    sign(canvas, 145, 215, Random(2))
    seen = {mark.kind: mark for mark in _read(canvas).marks}
    assert set(seen) == {MarkKind.SEAL, MarkKind.SIGNATURE}
    assert seen[MarkKind.SEAL].colour is InkColour.RED
    assert abs(seen[MarkKind.SEAL].box.center_x - px(120)) < px(6)
    assert seen[MarkKind.SIGNATURE].page_number == 1
    assert _read(_decision()).marks == ()
