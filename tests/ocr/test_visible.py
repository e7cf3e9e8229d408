"""What is seen and what is read are the same: hidden words count nothing, painted ones count."""

from pathlib import Path

import numpy as np
import pikepdf
import pytest
from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFont

from ocr.engines.registry import open_engines
from ocr.page import read_page
from ocr.sources.files import open_page
from schemas.batch import MediaType
from schemas.settings import EngineName, Limits

FONT = "/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf"
SEEN = (
    "Ủy ban nhân dân xã An Thịnh kính gửi Ủy ban nhân dân xã Bình Hòa",
    "về việc cấp bản sao trích lục hộ tịch cho công dân có tên sau đây",
    "Trần Thị Dung sinh ngày 05 tháng 3 năm 2019 tại trạm y tế xã",
)
HIDDEN = (
    "Ủy ban nhân dân xã An Thịnh kính gửi Ủy ban nhân dân xã Bình Hòa",
    "về việc cấp bản sao trích lục hộ tịch cho công dân có tên sau đây",
    "Trần Thị Dũng sinh ngày 08 tháng 5 năm 2018 tại trạm y tế xã",
)
W, H, DPI = 1654, 2339, 200


def _picture() -> Image.Image:
    image = Image.new("RGB", (W, H), "white")
    draw = ImageDraw.Draw(image)
    for at, line in enumerate(SEEN):
        draw.text((150, 200 + 60 * at), line, fill="black", font=ImageFont.truetype(FONT, 36))
    return image


def _typed(pdf: FPDF, lines: tuple[str, ...], *, mode: int = 0) -> None:
    pdf.add_font("T", "", FONT)
    pdf.set_font("T", size=13)
    pdf.text_mode = mode
    for at, line in enumerate(lines):
        pdf.text(19, 28 + 7.6 * at, line)


def _page(tmp_path: Path, *, strips: int, hidden: tuple[str, ...]) -> Path:
    pdf = FPDF(unit="mm", format="A4")
    pdf.set_auto_page_break(auto=False)
    pdf.add_page()
    picture, height = _picture(), H // strips
    for number in range(strips):
        top = number * height
        strip = picture.crop((0, top, W, H if number == strips - 1 else top + height))
        pdf.image(strip, x=0, y=top / H * 297, w=210, h=strip.height / H * 297)
    _typed(pdf, hidden, mode=3)
    file = tmp_path / "a.pdf"
    pdf.output(str(file))
    return file


def _read(file: Path) -> str:
    image = open_page(file, MediaType.PDF, 1, Limits(), file.name)
    page, _ = read_page(image, 1, open_engines((EngineName.TRUEOCR,)), 60)
    return page.text


@pytest.mark.parametrize("strips", [1, 4, 36])
def test_a_hidden_layer_under_a_scan_is_never_believed(tmp_path: Path, strips: int) -> None:
    text = _read(_page(tmp_path, strips=strips, hidden=HIDDEN))
    assert "Dung sinh ngày 05 tháng 3" in text
    assert "Dũng" not in text


def test_a_layer_that_is_switched_off_is_not_read(tmp_path: Path) -> None:
    pdf = FPDF(unit="mm", format="A4")
    pdf.add_page()
    _typed(pdf, SEEN)
    pdf.output(str(tmp_path / "a.pdf"))
    with pikepdf.open(tmp_path / "a.pdf", allow_overwriting_input=True) as book:
        page = book.pages[0]
        group = book.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="ẩn"))
        book.Root.OCProperties = pikepdf.Dictionary(
            OCGs=[group], D=pikepdf.Dictionary(OFF=[group], ON=[], Order=[group])
        )
        page.resources.Properties = pikepdf.Dictionary(L0=group)
        own = page.Contents.read_bytes()
        off = own.replace(b"cm", b"cm", 1)
        page.Contents = book.make_stream(own + b"\n/OC /L0 BDC\nq 1 0 0 1 0 -300 cm\n" + off + b"\nQ\nEMC\n")
        book.save()
    text = _read(tmp_path / "a.pdf")
    assert text.count("Trần Thị Dung") == 1, "what no viewer shows is not there"


def _annotated(file: Path, kind: str, shown: str, flags: int = 4) -> None:
    """An annotation with a picture of its own over the third line's end."""
    with pikepdf.open(file, allow_overwriting_input=True) as book:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        look = book.make_stream(f"BT /F 14 Tf 2 5 Td ({shown}) Tj ET".encode())
        look.Type, look.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        look.BBox, look.Resources = [0, 0, 200, 20], pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name("/" + kind),
            Rect=[60, 560, 260, 580],
            F=flags,
            AP=pikepdf.Dictionary(N=look),
        )
        note = book.make_indirect(note)
        book.pages[0].Annots = book.make_indirect(pikepdf.Array([note]))
        if kind == "Widget":
            note.FT, note.T = pikepdf.Name.Tx, "so"
            book.Root.AcroForm = pikepdf.Dictionary(Fields=[note])
        book.save()


@pytest.fixture(params=["typed", "scanned"])
def plain(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    file = tmp_path / "plain.pdf"
    pdf = FPDF(unit="mm", format="A4")
    pdf.set_auto_page_break(auto=False)
    pdf.add_page()
    if request.param == "typed":
        _typed(pdf, SEEN)
    else:
        pdf.image(_picture(), x=0, y=0, w=210, h=297)
    pdf.output(str(file))
    return file


@pytest.mark.parametrize("kind", ["FreeText", "Stamp", "Widget"])
def test_what_is_painted_over_a_page_is_read(plain: Path, kind: str) -> None:
    _annotated(plain, kind, "217 / VP-TH 2026")
    text = _read(plain)
    assert "217" in text
    assert "Thị Dung sinh ngày 05 tháng 3 năm 2019" in text


@pytest.mark.parametrize(("kind", "flags"), [("FreeText", 2), ("Stamp", 32), ("Widget", 6)])
def test_what_no_viewer_shows_is_not_read(plain: Path, kind: str, flags: int) -> None:
    _annotated(plain, kind, "217 / VP-TH 2026", flags)
    assert "217" not in _read(plain)


def test_a_typed_page_keeps_its_exact_words(plain: Path) -> None:
    image = open_page(plain, MediaType.PDF, 1, Limits(), "a")
    assert isinstance(image.pixels, np.ndarray)
    if image.lines:
        assert [line.text for line in image.lines] == list(SEEN)
