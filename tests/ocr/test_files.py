"""Opening files: told by content, bounded, each kind of damage with its own error."""

import io
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from ocr.sources.files import count_contents, open_page, sniff
from schemas.batch import MediaType
from schemas.file_errors import DamagedFile, EmptyFile, EncryptedFile, TooLarge, UnknownFormat
from schemas.settings import Limits

LIMITS = Limits(max_pages=400)


def _pdf(path: Path, pages: int = 1, **save: object) -> Path:
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(595, 842))
        pdf.save(path, **save)  # type: ignore[arg-type]
    return path


def _open(path: Path) -> tuple[int, int]:
    media_type = sniff(path.read_bytes()[:4096], path.name)
    pages = count_contents(path, media_type, LIMITS, path.name).pages
    image = open_page(path, media_type, pages, LIMITS, path.name)
    return pages, image.width_px


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"%PDF-1.7", MediaType.PDF),
        (b"junk\n%PDF-1.4", MediaType.PDF),
        (b"\xff\xd8\xff\xe0", MediaType.JPEG),
        (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
        (b"II*\x00", MediaType.TIFF),
        (b"MM\x00*", MediaType.TIFF),
    ],
)
def test_media_type_is_told_by_content(head: bytes, media_type: MediaType) -> None:
    assert sniff(head, "whatever.txt") is media_type


def test_empty_and_unknown_files_are_refused() -> None:
    with pytest.raises(EmptyFile):
        sniff(b"", "rỗng.pdf")
    with pytest.raises(UnknownFormat):
        sniff(b"PK\x03\x04", "đơn.pdf")


def test_wrong_extension_is_no_obstacle(tmp_path: Path, page_jpeg: bytes) -> None:
    file = tmp_path / "trang.pdf"
    file.write_bytes(page_jpeg)
    pages, width = _open(file)
    assert pages == 1
    assert width > 1600


@pytest.mark.parametrize("suffix", [".pdf", ".tif", ".jpg", ".png"])
def test_truncated_files_are_damaged(tmp_path: Path, page_jpeg: bytes, suffix: str) -> None:
    file = tmp_path / f"cụt{suffix}"
    image = Image.open(io.BytesIO(page_jpeg))
    if suffix == ".pdf":
        file.write_bytes(page_jpeg)
        whole = io.BytesIO()
        image.save(whole, "PDF")
        file.write_bytes(whole.getvalue()[: len(whole.getvalue()) // 2])
    else:
        image.save(file)
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(DamagedFile):
        _open(file)


def test_encrypted_pdf_names_the_reason(tmp_path: Path) -> None:
    file = _pdf(tmp_path / "khóa.pdf", encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(EncryptedFile) as caught:
        _open(file)
    assert "mật khẩu" in caught.value.message.vi


def test_pdf_that_only_restricts_printing_opens(tmp_path: Path) -> None:
    file = _pdf(tmp_path / "hạn chế.pdf", encryption=pikepdf.Encryption(owner="a", user=""))
    assert _open(file)[0] == 1


def test_thirty_thousand_pixels_are_too_many(tmp_path: Path) -> None:
    file = tmp_path / "dài.png"
    Image.new("1", (30_000, 10)).save(file)
    with pytest.raises(TooLarge):
        _open(file)


def test_giant_pdf_page_is_not_rendered(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(14_400, 14_400))
        pdf.pages[0].obj.UserUnit = 100
        pdf.save(tmp_path / "to.pdf")
    with pytest.raises(TooLarge):
        _open(tmp_path / "to.pdf")


def test_five_hundred_pages_exceed_the_limit_of_the_settings(tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        _open(_pdf(tmp_path / "dày.pdf", pages=500))
    assert _open(_pdf(tmp_path / "vừa.pdf", pages=400))[0] == 400


def test_pages_of_a_tiff_are_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "nhiều.tif"
    first, second = Image.new("L", (300, 400), 255), Image.new("L", (500, 700), 0)
    first.save(file, save_all=True, append_images=[second], dpi=(200, 200))
    assert count_contents(file, MediaType.TIFF, LIMITS, "x").pages == 2
    assert open_page(file, MediaType.TIFF, 2, LIMITS, "x").pixels.shape == (700, 500, 3)


def test_scan_in_a_pdf_is_rendered_at_its_own_resolution(dossier_file: Path) -> None:
    image = open_page(dossier_file, MediaType.PDF, 1, LIMITS, "x")
    assert image.dpi == 200
    assert image.pixels.shape == (2339, 1653, 3)
    assert image.pixels.dtype == np.uint8


def test_a_lone_scan_is_decoded_as_it_is(dossier_file: Path) -> None:
    """Not rendered: every pixel is the scanner's own."""
    with pikepdf.open(dossier_file) as pdf:
        jpeg = next(iter(pdf.pages[0].get_images().values())).read_raw_bytes()
    own = np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB"))
    assert np.array_equal(open_page(dossier_file, MediaType.PDF, 1, LIMITS, "x").pixels, own)


def test_transparent_paper_is_white(tmp_path: Path) -> None:
    file = tmp_path / "trong.png"
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(file)
    assert open_page(file, MediaType.PNG, 1, LIMITS, "x").pixels.min() == 255


def test_a_page_broken_inside_its_pdf_is_never_blank(tmp_path: Path, dossier_file: Path) -> None:
    """Poppler shows white where a stream is broken: such a page goes to a person."""
    from ocr.engines.registry import open_engines
    from ocr.page import read_page
    from schemas.settings import EngineName

    broken = tmp_path / "hỏng.pdf"
    with pikepdf.open(dossier_file) as pdf:
        image = next(iter(pdf.pages[0].get_images().values()))
        content = image.read_raw_bytes()
        image.write(bytes(1500) + content[1500:], filter=pikepdf.Name.DCTDecode)
        pdf.save(broken)
    page = open_page(broken, MediaType.PDF, 1, LIMITS, "x")
    assert page.damaged
    read, _ = read_page(page, 1, open_engines(tuple(EngineName)), 60)
    assert read.damaged
    assert not read.blank
    assert not open_page(broken, MediaType.PDF, 2, LIMITS, "x").damaged
