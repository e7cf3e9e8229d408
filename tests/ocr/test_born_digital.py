"""Pages that were never paper are read by their own words, and only when those are sound."""

from pathlib import Path

import pytest
from fpdf import FPDF

from ocr.engines.registry import open_engines
from ocr.page import read_page
from ocr.sources.born_digital import is_sound
from ocr.sources.files import open_page
from samples.drawing.canvas import Canvas
from schemas.batch import MediaType
from schemas.settings import EngineName, Limits

FONT = "/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf"
PROSE = (
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015; căn cứ Nghị định số "
    "61/2018/NĐ-CP ngày 23 tháng 4 năm 2018 của Chính phủ về thực hiện cơ chế một cửa, một cửa liên thông."
)


def make_pdf(file: Path, text: str, *, picture: Path | None = None) -> Path:
    """A PDF by a word processor's way: text in a subset font, perhaps over a picture of a page."""
    pdf = FPDF(format="A4")
    pdf.add_page()
    if picture:
        pdf.image(str(picture), 0, 0, 210)
    pdf.add_font("tinos", fname=FONT)
    pdf.set_font("tinos", size=13)
    pdf.multi_cell(170, 7, text)
    pdf.output(str(file))
    return file


def test_own_words_are_taken_and_lie_on_their_ink(tmp_path: Path) -> None:
    file = make_pdf(tmp_path / "own.pdf", PROSE)
    image = open_page(file, MediaType.PDF, 1, Limits(), "own.pdf")
    page, view = read_page(image, 1, open_engines((EngineName.TESSERACT,)), 60)
    assert page.text.split() == PROSE.split()
    assert page.engine == "pdf"
    assert view.startswith(b"\xff\xd8")
    for word in page.words:
        x0, y0, x1, y1 = word.box
        assert image.pixels[y0:y1, x0:x1].min() < 100, word.text


@pytest.mark.parametrize("text", ["", "Số 12", "Xq zzrt kkpl wsdf hjmn vbcx qqpp lmnr ttzx gfds " * 4])
def test_a_layer_that_is_no_sound_vietnamese_is_left_to_the_engines(text: str, tmp_path: Path) -> None:
    assert not is_sound(text.split())
    image = open_page(make_pdf(tmp_path / "x.pdf", text), MediaType.PDF, 1, Limits(), "x.pdf")
    assert image.lines == ()


@pytest.mark.parametrize(
    "old",
    [
        "C¨n cø LuËt Tæ chøc chÝnh quyÒn ®Þa ph-¬ng ngµy 19 th¸ng 6 n¨m 2015; c¨n cø NghÞ ®Þnh",
        "Caên cöù Luaät Toå chöùc chính quyeàn ñòa phöông ngaøy 19 thaùng 6 naêm 2015; caên cöù Nghò ñònh",
    ],
    ids=["TCVN3", "VNI"],
)
def test_old_encodings_are_converted(old: str, tmp_path: Path) -> None:
    image = open_page(make_pdf(tmp_path / "x.pdf", old), MediaType.PDF, 1, Limits(), "x.pdf")
    assert " ".join(line.text for line in image.lines).split() == PROSE.split()[: len(old.split())]


def test_text_over_a_scan_is_somebodys_ocr_and_not_taken(tmp_path: Path) -> None:
    canvas = Canvas()
    canvas.write(30, 40, "Trang này là ảnh quét.")
    picture = tmp_path / "scan.png"
    canvas.finish().image.save(picture)
    image = open_page(make_pdf(tmp_path / "x.pdf", PROSE, picture=picture), MediaType.PDF, 1, Limits(), "x")
    assert image.lines == ()
