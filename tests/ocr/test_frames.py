"""Image files: which frames are pages, square dots, resolutions that cannot be, formats of telephones."""

import io
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageDraw, ImageFont, TiffImagePlugin

from ocr.sources.files import count_contents, open_page, sniff
from schemas.batch import MediaType
from schemas.errors import DamagedPage
from schemas.file_errors import DamagedFile, FormWithoutPages, PortfolioFile
from schemas.settings import Limits

FONT = "/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf"
LIMITS = Limits()


def _letter(width: int = 1654, height: int = 2339, points: float = 13, dpi: int = 200) -> Image.Image:
    image = Image.new("L", (width, height), 255)
    draw, font = ImageDraw.Draw(image), ImageFont.truetype(FONT, round(points * dpi / 72))
    for at in range(12):
        draw.text(
            (width // 10, height // 12 * at + 20), "Ủy ban nhân dân xã An Thịnh kính gửi", fill=0, font=font
        )
    return image


def _count(file: Path) -> int:
    return count_contents(file, sniff(file.read_bytes()[:4096], file.name), LIMITS, file.name).pages


def _open(file: Path, page: int = 1):  # type: ignore[no-untyped-def]
    return open_page(file, sniff(file.read_bytes()[:4096], file.name), page, LIMITS, file.name)


@pytest.mark.parametrize("tag", [{254: 1}, {255: 2}, {254: 4}])
def test_a_reduced_picture_is_no_page(tmp_path: Path, tag: dict[int, int]) -> None:
    small = TiffImagePlugin.ImageFileDirectory_v2()
    for number, value in tag.items():
        small[number] = value
    parts = []
    for image, info in ((_letter(), None), (_letter().resize((160, 220)), small), (_letter(), None)):
        out = io.BytesIO()
        image.save(out, "TIFF", **({"tiffinfo": info} if info else {}))
        parts.append(Image.open(io.BytesIO(out.getvalue())))
    with TiffImagePlugin.AppendingTiffWriter(str(tmp_path / "a.tif"), new=True) as writer:
        for image, info in zip(parts, (None, small, None), strict=True):
            image.save(writer, "TIFF", **({"tiffinfo": info} if info else {}))
            writer.newFrame()
    assert _count(tmp_path / "a.tif") == 2
    assert _open(tmp_path / "a.tif", 2).width_px == 1654


def test_one_broken_page_costs_one_page(tmp_path: Path) -> None:
    file = tmp_path / "a.tif"
    pages = [_letter().point(lambda level, by=by: max(level - by, 0)) for by in (0, 30, 60)]
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:], compression="tiff_adobe_deflate")
    content = bytearray(file.read_bytes())
    with Image.open(file) as image:
        image.seek(1)
        at = image.tag_v2[273][0]  # type: ignore[attr-defined]
    content[at : at + 400] = b"\xff" * 400
    file.write_bytes(bytes(content))
    assert _count(file) == 3
    assert _open(file, 1).width_px == _open(file, 3).width_px == 1654
    with pytest.raises(DamagedPage):
        _open(file, 2)
    file.write_bytes(file.read_bytes()[:200])
    with pytest.raises(DamagedFile):
        _count(file)


def test_a_cameras_second_picture_is_no_page(tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    _letter().save(file, "MPO", save_all=True, append_images=[_letter().resize((320, 240))])
    assert _count(file) == 1
    assert _open(file).width_px == 1654


@pytest.mark.parametrize(("across", "down"), [(204, 98), (204, 196), (200, 100), (100, 200), (203, 391)])
def test_dots_that_are_not_square_become_so(tmp_path: Path, across: int, down: int) -> None:
    size = (round(8.27 * across), round(11.69 * down))
    _letter().resize(size).save(tmp_path / "a.tif", dpi=(across, down))
    page = _open(tmp_path / "a.tif")
    assert page.height_px / page.width_px == pytest.approx(2**0.5, rel=0.02)
    assert page.dpi == max(across, down)


@pytest.mark.parametrize("tagged", [72, 96, 600, 1, 0, 200])
def test_a_resolution_that_cannot_be_is_not_believed(tmp_path: Path, tagged: int) -> None:
    _letter().convert("RGB").save(tmp_path / "a.png", dpi=(tagged, tagged))
    assert _open(tmp_path / "a.png").dpi == pytest.approx(200, abs=2)


@pytest.mark.parametrize(("kind", "media_type"), [("WEBP", MediaType.WEBP), ("HEIF", MediaType.HEIF)])
def test_what_telephones_save_is_opened(tmp_path: Path, kind: str, media_type: MediaType) -> None:
    file = tmp_path / "a"
    _letter(827, 1170, dpi=100).convert("RGB").save(file, kind)
    assert sniff(file.read_bytes()[:64], "a") is media_type
    assert _count(file) == 1
    page = _open(file)
    assert (page.width_px, page.height_px) == (827, 1170)
    assert np.asarray(page.pixels).min() < 80


def test_a_portfolio_names_what_is_inside(tmp_path: Path) -> None:
    book = pikepdf.new()
    book.add_blank_page()
    book.attachments["khai-sinh.pdf"] = b"%PDF-1.4"
    book.save(tmp_path / "with.pdf")
    assert _count(tmp_path / "with.pdf") == 1, "an attachment beside sound pages is no portfolio"
    book.Root.Collection = pikepdf.Dictionary(Type=pikepdf.Name.Collection)
    book.save(tmp_path / "a.pdf")
    with pytest.raises(PortfolioFile) as told:
        _count(tmp_path / "a.pdf")
    assert "khai-sinh.pdf" in told.value.message.vi


def test_a_dynamic_form_is_told(tmp_path: Path) -> None:
    book = pikepdf.new()
    book.add_blank_page()
    book.Root.AcroForm = pikepdf.Dictionary(XFA=book.make_stream(b"<xdp/>"), Fields=[])
    book.save(tmp_path / "a.pdf")
    with pytest.raises(FormWithoutPages):
        _count(tmp_path / "a.pdf")
