"""PDF/A, ALTO, codes and separator sheets: what leaves the house can be read by others."""

import io
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import numpy as np
import pikepdf
import pytest
from lxml import etree
from PIL import Image

from ocr.engines.registry import open_engines
from ocr.layout.barcodes import find_codes
from ocr.output.alto import NAMESPACE, make_alto
from ocr.output.pdfa import make_pdf, pdfa_problems
from ocr.output.text_layer import printable
from ocr.page import read_page
from ocr.preprocessing.gray_levels import ink_channel
from ocr.preprocessing.page_image import PageImage
from ocr.sources.files import open_page
from samples.dossiers import PAINTERS
from schemas.batch import MediaType
from schemas.page import Block, Line, PageText, Word
from schemas.separator import Separator, is_damaged_separator, read_separator, separator_payload
from schemas.settings import EngineName, Limits
from web.core.qr import draw_qr
from web.intake.separator_sheets import make_separators

AT = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def read() -> tuple[PageText, bytes]:
    """A read page and its view."""
    page = PAINTERS["birth_certificate"](Random(1), "a", "plain").pages[0]
    return read_page(PageImage(np.asarray(page.image), 300), 1, open_engines(tuple(EngineName)), 60)


def test_pdf_is_pdfa_with_the_text_on_the_ink(read: tuple[PageText, bytes], tmp_path: Path) -> None:
    page, view = read
    content = make_pdf([page], [view], title="Giấy khai sinh", at=AT)
    assert pdfa_problems(content) == ()
    file = tmp_path / "paper.pdf"
    file.write_bytes(content)
    text = subprocess.run(["pdftotext", "-raw", file, "-"], capture_output=True, text=True, check=True).stdout
    assert text.split() == page.text.split()
    boxes = subprocess.run(["pdftotext", "-bbox", file, "-"], capture_output=True, check=True).stdout
    placed = etree.fromstring(
        boxes.replace(b'<?xml version="1.0" encoding="UTF-8"?>', b""), etree.HTMLParser(encoding="utf-8")
    )
    off = []
    for element in placed.iter("word"):
        left = float(element.get("xmin", "0")) * page.dpi / 72
        top = float(element.get("ymin", "0")) * page.dpi / 72
        same = [w for w in page.words if w.text == element.text]
        off.append(min(abs(w.box.left - left) + abs(w.box.top - top) for w in same) if same else 1e9)
    assert len(off) > 60
    assert float(np.percentile(off, 95)) < page.dpi / 25.4, "within a millimetre"


def test_pdf_says_what_it_is_and_its_text_is_never_drawn(read: tuple[PageText, bytes]) -> None:
    page, view = read
    with pikepdf.open(io.BytesIO(make_pdf([page], [view], title="Giấy khai sinh", at=AT))) as pdf:
        assert str(pdf.Root.Lang) == "vi-VN"
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == "Giấy khai sinh"
            assert metadata["xmp:CreateDate"] == AT.isoformat()
            assert metadata["pdfaid:part"] == "2"
        commands = list(pikepdf.parse_content_stream(pdf.pages[0]))
    modes = [int(str(c.operands[0])) for c in commands if str(c.operator) == "Tr"]
    assert modes == [3], "invisible (ISO 32000-1, 9.3.6)"


def test_pdf_keeps_the_view_as_it_is_and_is_deterministic(read: tuple[PageText, bytes]) -> None:
    page, view = read
    content = make_pdf([page], [view], title="x", at=AT)
    assert content == make_pdf([page], [view], title="x", at=AT)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        image = next(iter(pdf.pages[0].get_images().values()))
        assert image.read_raw_bytes() == view
        box = pdf.pages[0].mediabox
        assert float(box[2]) == pytest.approx(page.width_px * 72 / page.dpi, abs=0.1)


def test_blank_page_and_odd_characters_make_a_pdf() -> None:
    blank = PageText(page_number=1, width_px=200, height_px=300, dpi=100, effective_dpi=100, blank=True)
    odd = Line(words=(Word(text="😀\x07a☑", box=(10, 10, 90, 30), confidence=0.5),))
    page = blank.with_changes(blocks=(Block(lines=(odd,)),), blank=False)
    out = io.BytesIO()
    Image.new("RGB", (200, 300), "white").save(out, "JPEG")
    assert pdfa_problems(make_pdf([blank, page], [out.getvalue()] * 2, title="", at=AT)) == ()
    assert printable("😀\x07aĐ☑") == "aĐ☑"


def test_alto_holds_every_word_where_it_stands(read: tuple[PageText, bytes]) -> None:
    page, _ = read
    root = etree.fromstring(make_alto([page, page], source="a" * 64))
    assert root.tag == f"{{{NAMESPACE}}}alto"
    assert [child.tag.split("}")[1] for child in root] == ["Description", "Layout"]
    strings = root.findall(f".//{{{NAMESPACE}}}String")
    assert [s.get("CONTENT") for s in strings] == [w.text for w in page.words] * 2
    first, word = strings[0], page.words[0]
    assert (first.get("HPOS"), first.get("VPOS")) == (str(word.box.left), str(word.box.top))
    ids = [e.get("ID") for e in root.iter() if e.get("ID")]
    assert len(ids) == len(set(ids))
    references = {e.get("PROCESSINGREFS") for e in root.iter(f"{{{NAMESPACE}}}Page")}
    assert references <= set(ids)


@pytest.mark.parametrize(
    "separator",
    [
        Separator(batch="Lô 7|b", dossier_code="H47.06-261005-0155", pages_expected=12),
        Separator(batch="", dossier_code="hồ sơ %7C 1"),
    ],
)
def test_separator_survives_print_and_scan(separator: Separator, tmp_path: Path) -> None:
    pdf = tmp_path / "separators.pdf"
    pdf.write_bytes(make_separators(separator.batch, [(separator.dossier_code, separator.pages_expected)]))
    image = open_page(pdf, MediaType.PDF, 1, Limits(), "x")
    codes = find_codes(ink_channel(image.pixels))
    assert [read_separator(code.text) for code in codes] == [separator]


def test_a_changed_separator_is_damaged_not_believed() -> None:
    payload = separator_payload(Separator(batch="b", dossier_code="H47.06-261005-0155"))
    forged = payload.replace("0155", "0156")
    code = find_codes(np.asarray(draw_qr(forged)))[0]
    assert read_separator(code.text) is None
    assert is_damaged_separator(code.text)
