"""Opening received files: what they are, told by content, and their pages as images.

The only importer of pdf2image. Foreign exceptions end here as `BadInput`.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pdf2image
import pikepdf
from pdf2image.exceptions import PDFInfoNotInstalledError, PDFPopplerTimeoutError, PDFSyntaxError
from PIL import Image, ImageOps, UnidentifiedImageError

from ocr.preprocessing.page_image import PageImage, Rgb
from ocr.sources.born_digital import own_lines
from ocr.sources.embedded_scan import lone_scan
from ocr.sources.image_frames import FORMATS, is_sound, page_frames, resolution
from ocr.sources.signatures import signing_days
from ocr.sources.visible_text import shown_lines
from schemas.batch import MediaType
from schemas.environment_errors import ProgramMissing
from schemas.errors import BadInput, DamagedPage, TookTooLong
from schemas.file_errors import (
    DamagedFile,
    EmptyFile,
    EncryptedFile,
    FormWithoutPages,
    PortfolioFile,
    TooLarge,
    UnknownFormat,
)
from schemas.page import Line
from schemas.settings import Limits

_MAGIC = (
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"II*\x00", MediaType.TIFF),
    (b"MM\x00*", MediaType.TIFF),
)
_HEIF_BRANDS = (b"heic", b"heix", b"mif1", b"msf1", b"heim", b"heis")
_PDF_HEADER_WITHIN = 1024
"""Readers look for `%PDF-` in the first 1,024 bytes (PDF 32000-1, implementation note 13)."""
_BORN_DIGITAL_DPI = 200
_DPI_RANGE = (100, 400)
_ORIENTATION = 274
_LISTED = 200
"""Letters of the names of attachments that are told."""
_MOST_ATTACHMENTS = 100
_FULL_PAGE = 0.6
"""An image over this share of the page's width is the scan itself."""


def sniff(head: bytes, name: str) -> MediaType:
    """Media type by the first bytes. Raises `EmptyFile` or `UnknownFormat`; names are ignored."""
    if not head:
        raise EmptyFile(name)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return MediaType.WEBP
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return MediaType.HEIF
    for magic, media_type in _MAGIC:
        if head.startswith(magic):
            return media_type
    if b"%PDF-" in head[:_PDF_HEADER_WITHIN]:
        return MediaType.PDF
    raise UnknownFormat(name)


class Contents(NamedTuple):
    """What a file holds: pages as found, as it says itself, and the names of files inside it."""

    pages: int
    declared: int | None
    attachments: tuple[str, ...]


def count_contents(file: Path, media_type: MediaType, limits: Limits, name: str) -> Contents:
    """What `file` holds; of an image file at least one page can be decoded. Raises `BadInput`."""
    declared: int | None = None
    attachments: tuple[str, ...] = ()
    with _translated(name):
        if media_type is MediaType.PDF:
            with pikepdf.open(file) as pdf:
                declared = _declared_pages(pdf)
                attachments = _attachments(pdf)
                _check_has_pages(pdf, name)
                count = len(pdf.pages)
        else:
            with _open_image(file, limits, name) as image:
                frames, is_whole = page_frames(image, media_type)
                count, sound = len(frames), 0
                declared = None if is_whole else count + 1
                for frame in frames[: limits.max_pages]:
                    image.seek(frame)
                    _check_size(image.size, limits, name)
                    sound += is_sound(image)
                if not sound:
                    raise DamagedFile(name, "no page can be decoded")
    if count < 1:
        raise DamagedFile(name, "no pages")
    if count > limits.max_pages:
        raise TooLarge(name, f"{count} > {limits.max_pages} pages")
    return Contents(count, declared, attachments)


def _declared_pages(pdf: pikepdf.Pdf) -> int | None:
    """`Count` of the page tree's root (ISO 32000-2, 7.7.3.2), before anything repairs it."""
    count: object = pdf.Root.get("/Pages", pikepdf.Dictionary()).get("/Count")
    return count if isinstance(count, int) and count >= 0 else None


def _attachments(pdf: pikepdf.Pdf) -> tuple[str, ...]:
    """Names of embedded files, of the document and pinned to its pages (ISO 32000-2, 7.11.4, 12.5.6.15)."""
    names = [str(one.filename or key) for key, one in pdf.attachments.items()]
    for page in pdf.pages:
        for note in page.obj.get("/Annots", pikepdf.Array()):
            if str(note.get("/Subtype")) == "/FileAttachment":
                spec = note.get("/FS", pikepdf.Dictionary())
                names.append(str(spec.get("/UF", spec.get("/F", "?"))))
    return tuple(dict.fromkeys(name[:_LISTED] for name in names))[:_MOST_ATTACHMENTS]


def _check_has_pages(pdf: pikepdf.Pdf, name: str) -> None:
    """Raises `PortfolioFile`, `FormWithoutPages` for a PDF whose pages are not what it holds."""
    if "/Collection" in pdf.Root and len(pdf.attachments):
        listed = list(pdf.attachments)
        raise PortfolioFile(name, f"{len(listed)}: {', '.join(listed)[:_LISTED]}")
    form = pdf.Root.get("/AcroForm", pikepdf.Dictionary())
    if "/XFA" in form and (pdf.Root.get("/NeedsRendering", False) or not _has_fields(pdf)):
        raise FormWithoutPages(name)


def _has_fields(pdf: pikepdf.Pdf) -> bool:
    """Whether a field stands on any page."""
    annotations = (one for page in pdf.pages for one in page.obj.get("/Annots", pikepdf.Array()))
    return any(str(one.get("/Subtype")) == "/Widget" for one in annotations)


def open_page(file: Path, media_type: MediaType, page_number: int, limits: Limits, name: str) -> PageImage:
    """Page `page_number` (from 1) at the resolution it was scanned in. Raises `BadInput`, `DamagedPage`."""
    with _translated(name):
        if media_type is MediaType.PDF:
            return _render(file, page_number, limits, name)
        with _open_image(file, limits, name) as image:
            image.seek(page_frames(image, media_type)[0][page_number - 1])
            _check_size(image.size, limits, name)
            if not is_sound(image):
                raise DamagedPage(name)
            dpi, pixels = resolution(image, _on_white(image))
            return PageImage(_upright(pixels, image), dpi)


@contextmanager
def _translated(name: str) -> Iterator[None]:
    """Foreign exceptions of pikepdf, Pillow and pdf2image as ours."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (BadInput, DamagedPage):
        raise
    except pikepdf.PasswordError as error:
        raise EncryptedFile(name) from error
    except PDFInfoNotInstalledError as error:
        raise ProgramMissing("poppler-utils") from error
    except PDFPopplerTimeoutError as error:
        raise TookTooLong(name) from error
    except UnidentifiedImageError as error:
        raise DamagedFile(name) from error
    except Image.DecompressionBombError as error:
        raise TooLarge(name) from error
    except MemoryError as error:
        raise TooLarge(name, "memory") from error
    except Exception as error:  # hostile files raise anything at all inside these libraries
        raise DamagedFile(name, type(error).__name__) from error


def _open_image(file: Path, limits: Limits, name: str) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = limits.max_pixels
    image = Image.open(file, formats=FORMATS)
    try:
        _check_size(image.size, limits, name)
    except TooLarge:
        image.close()
        raise
    return image


def _check_size(size: tuple[int, int], limits: Limits, name: str) -> None:
    if max(size) > limits.max_side_px or size[0] * size[1] > limits.max_pixels:
        raise TooLarge(name, f"{size[0]} × {size[1]} px")


def _on_white(image: Image.Image) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """RGB pixels; transparency becomes white paper, 16 bits become 8."""
    if image.mode.startswith("I") or image.mode == "F":
        deep = np.asarray(image, dtype=np.float64)
        image = Image.fromarray((deep * (255 / max(deep.max(), 1))).astype(np.uint8))
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        image = Image.alpha_composite(white, rgba)
    return np.asarray(image.convert("RGB"))


def _upright(pixels: Rgb, image: Image.Image) -> Rgb:
    """Turned as the camera says it was held (Exif)."""
    turned = Image.fromarray(pixels)
    turned.getexif()[_ORIENTATION] = image.getexif().get(_ORIENTATION, 1)
    return np.asarray(ImageOps.exif_transpose(turned))


def _render(file: Path, page_number: int, limits: Limits, name: str) -> PageImage:
    with pikepdf.open(file) as pdf:
        page = pdf.pages[page_number - 1]
        width_inches, height_inches = _page_inches(page)
        dpi = _scan_dpi(page, width_inches, height_inches)
        scan = lone_scan(page)
        lines = () if scan is not None else _own_lines(file, page_number, page, dpi)
        signed_on = signing_days(pdf)
    longest = max(width_inches, height_inches)
    if longest * dpi > limits.max_side_px or width_inches * height_inches * dpi**2 > limits.max_pixels:
        raise TooLarge(name, f"{longest:.0f} in")
    if scan is not None:
        _check_size((scan.shape[1], scan.shape[0]), limits, name)
        return PageImage(scan, max(round(scan.shape[1] / width_inches), 1), signed_on=signed_on)
    try:
        pixels = _rasterise(file, page_number, dpi, limits, strict=True)
        return PageImage(pixels, dpi, shown_lines(lines, pixels), signed_on=signed_on)
    except PDFSyntaxError:
        pixels = _rasterise(file, page_number, dpi, limits, strict=False)
        return PageImage(pixels, dpi, damaged=True, signed_on=signed_on)


def _own_lines(file: Path, page_number: int, page: pikepdf.Page, dpi: int) -> tuple[Line, ...]:
    """The page's own text; none where its structure is broken: its picture may be whole all the same."""
    try:
        return own_lines(file, page_number, page, dpi)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  (hostile files raise anything at all inside pdfminer)
        return ()


def _rasterise(file: Path, page_number: int, dpi: int, limits: Limits, *, strict: bool) -> Rgb:
    """Poppler's picture of a page; `strict` raises `PDFSyntaxError` where Poppler complains."""
    images = pdf2image.convert_from_path(
        file,
        dpi=dpi,
        first_page=page_number,
        last_page=page_number,
        use_cropbox=True,
        timeout=limits.program_timeout_seconds,
        strict=strict,
    )
    if not images:
        raise ValueError("no page")
    return np.asarray(images[0].convert("RGB"))


def _page_inches(page: pikepdf.Page) -> tuple[float, float]:
    x0, y0, x1, y1 = (float(edge) for edge in page.cropbox)
    unit = float(page.obj.get("/UserUnit", 1)) / 72
    width, height = abs(x1 - x0) * unit, abs(y1 - y0) * unit
    if not width or not height:
        raise ValueError("page without size")
    return width, height


def _scan_dpi(page: pikepdf.Page, width_inches: float, height_inches: float) -> int:
    """Resolution of the page's own scan, so that no pixel is lost or invented.

    Strips and tiles of one scan have the resolution of the whole, so the finest image decides.
    """
    finest = 0.0
    for image in page.get_images().values():
        if int(image.get("/Width", 0)) * int(image.get("/Height", 0)) <= 0:
            continue
        along = max(int(image.Width), int(image.Height)) / max(width_inches, height_inches)
        across = int(image.Width) / width_inches
        finest = max(finest, along if across < _BORN_DIGITAL_DPI * _FULL_PAGE else across)
    if finest < _DPI_RANGE[0]:
        return _BORN_DIGITAL_DPI
    return round(min(finest, _DPI_RANGE[1]))
