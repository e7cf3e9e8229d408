"""`docs/adding-a-type.md`, followed: the type in it is loaded, told apart and read."""

import re
from pathlib import Path
from random import Random

import numpy as np
import pytest
import yaml

from ocr.engines.registry import open_engines
from ocr.extraction.splitting import split_papers
from ocr.page import read_page
from ocr.preprocessing.page_image import PageImage
from samples.drawing.canvas import Canvas
from samples.drawing.sheet import Sheet
from schemas.catalogue import document_types
from schemas.document_type import DocumentType
from schemas.settings import EngineName

GUIDE = Path(__file__).parent.parent.parent / "docs" / "adding-a-type.md"


def _drawn() -> PageImage:
    sheet = Sheet(Canvas("a"))
    sheet.head("SỞ Y TẾ BÌNH PHƯỚC", "BỆNH VIỆN ĐA KHOA TỈNH")
    sheet.text("Mã số: GCS.70001.GCS.00123.24")
    sheet.y += 6
    sheet.centre("GIẤY CHỨNG SINH", 16)
    sheet.y += 4
    sheet.field("Họ và tên mẹ/Người nuôi dưỡng", "TRẦN THỊ THU HÀ")
    sheet.fields(("Năm sinh", "1994"), ("Số CMND/CCCD", "070194001234"))
    sheet.field("Nơi đăng ký thường trú", "Thôn 3, xã Đức Liễu, huyện Bù Đăng, tỉnh Bình Phước")
    sheet.field("Đã sinh con vào lúc", "07 giờ 45 phút, ngày 09/03/2024")
    sheet.field("Ghi chú", "")
    sheet.signature("GIÁM ĐỐC", name="Nguyễn Văn Khánh", around="Bệnh viện", rng=Random(1))
    return PageImage(np.asarray(sheet.canvas.finish().image), 300)


def test_the_guides_type_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    found = re.search(r"```yaml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    assert found
    kind = DocumentType.model_validate(yaml.safe_load(found[1]))
    monkeypatch.setitem(document_types(), kind.id, kind)
    page, _ = read_page(_drawn(), 1, open_engines(tuple(EngineName)), 60)
    (extract,) = split_papers([page])
    assert extract.document_type == "birth_notice"
    assert {name: field.value for name, field in extract.fields.items()} == {
        "notice_number": "GCS.70001.GCS.00123.24",
        "mother_full_name": "Trần Thị Thu Hà",
        "mother_birth_year": "1994",
        "mother_id": "070194001234",
        "residence": "Thôn 3, xã Đức Liễu, huyện Bù Đăng, tỉnh Bình Phước",
        "born_at": "2024-03-09T07:45",
        "signer_name": "Nguyễn Văn Khánh",
    }
