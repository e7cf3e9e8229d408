"""Ways in which scanners encode a page: what is seen is the same page in all of them."""

import io
import struct
from collections.abc import Callable
from pathlib import Path

import img2pdf
import numpy as np
import pikepdf
import pytest
from PIL import Image

from ocr.sources.files import count_contents, open_page, sniff
from schemas.settings import Limits

LIMITS = Limits(max_pages=400)
Encode = Callable[[Image.Image], bytes]


def _saved(image: Image.Image, kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, dpi=(200, 200), **how)
    return out.getvalue()


def _pdf_with(image: Image.Image, data: bytes, colours: pikepdf.Name, **how: object) -> bytes:
    """A page of A4 that is one image; `data` as its filter has it."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(image.width * 72 / 200, image.height * 72 / 200))
        stream = pikepdf.Stream(pdf, data)
        stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        stream.Width, stream.Height, stream.ColorSpace = image.width, image.height, colours
        for key, value in how.items():
            stream[f"/{key}"] = value
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=stream))
        size = f"{page.MediaBox[2]} 0 0 {page.MediaBox[3]} 0 0"
        page.Contents = pikepdf.Stream(pdf, f"q {size} cm /Im Do Q".encode())
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def _jbig2(image: Image.Image) -> bytes:
    """One generic region coded as MMR, which is what Group 4 codes (ITU-T T.88, 6.2.6)."""
    ink = image.convert("L").point(lambda level: 255 if level < 128 else 0).convert("1")
    tiff = io.BytesIO(_saved(ink, "TIFF", compression="group4", tiffinfo={278: image.height}))
    tags = Image.open(tiff).tag_v2  # type: ignore[attr-defined]
    (at,), (length,) = tags[273], tags[279]
    coded = tiff.getvalue()[at : at + length]
    size = struct.pack(">II", *image.size)
    page = size + bytes(8) + bytes(3)
    region = size + bytes(8) + b"\x00" + b"\x01" + coded
    segments = ((0, 48, page), (1, 38, region))
    return b"".join(
        struct.pack(">IBBBI", number, kind, 0, 1, len(data)) + data for number, kind, data in segments
    )


def _jbig2_pdf(image: Image.Image) -> bytes:
    gray = pikepdf.Name.DeviceGray
    return _pdf_with(image, _jbig2(image), gray, Filter=pikepdf.Name.JBIG2Decode, BitsPerComponent=1)


def _as_pdf(data: bytes) -> bytes:
    return img2pdf.convert(data, layout_fun=img2pdf.get_fixed_dpi_layout_fun((200, 200))) or b""


def _plain_cmyk_pdf(image: Image.Image) -> bytes:
    """Ink as the PDF has it; Pillow, as Photoshop, writes a JPEG upside down, and img2pdf says so."""
    data = _saved(Image.eval(image.convert("CMYK"), lambda ink: 255 - ink), "JPEG", quality=90)
    how = {"Filter": pikepdf.Name.DCTDecode, "BitsPerComponent": 8}
    return _pdf_with(image, data, pikepdf.Name.DeviceCMYK, **how)


def _sixteen_bits(image: Image.Image) -> bytes:
    deep = np.asarray(image.convert("L")).astype(np.uint16) * 257
    return _saved(Image.fromarray(deep), "PNG")


ENCODINGS: dict[str, Encode] = {
    "JPEG 2000 in a PDF": lambda i: _as_pdf(_saved(i, "JPEG2000", quality_layers=[20])),
    "JBIG2 in a PDF": _jbig2_pdf,
    "CMYK JPEG": lambda i: _saved(i.convert("CMYK"), "JPEG", quality=90),
    "CMYK JPEG upside down in a PDF": lambda i: _as_pdf(_saved(i.convert("CMYK"), "JPEG", quality=90)),
    "CMYK JPEG in a PDF": _plain_cmyk_pdf,
    "CMYK TIFF": lambda i: _saved(i.convert("CMYK"), "TIFF", compression="tiff_lzw"),
    "Group 4 TIFF": lambda i: _saved(i.convert("1", dither=Image.Dither.NONE), "TIFF", compression="group4"),
    "palette PNG": lambda i: _saved(i.convert("P", palette=Image.Palette.ADAPTIVE), "PNG"),
    "sixteen bits a pixel": _sixteen_bits,
    "progressive JPEG": lambda i: _saved(i, "JPEG", quality=90, progressive=True),
    "JPEG in a TIFF": lambda i: _saved(i, "TIFF", compression="jpeg", quality=90),
    "WebP": lambda i: _saved(i, "WEBP", quality=90),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_page_is_the_same_in_every_encoding(tmp_path: Path, page_jpeg: bytes, encoding: str) -> None:
    image = Image.open(io.BytesIO(page_jpeg)).convert("RGB")
    file = tmp_path / "trang"
    file.write_bytes(ENCODINGS[encoding](image))
    media_type = sniff(file.read_bytes()[:4096], file.name)
    assert count_contents(file, media_type, LIMITS, "trang").pages == 1
    seen = Image.fromarray(open_page(file, media_type, 1, LIMITS, "trang").pixels).convert("L")
    assert seen.size == pytest.approx(image.size, abs=2)
    wanted = np.asarray(image.convert("L").resize((160, 226)), float)
    got = np.asarray(seen.resize((160, 226)), float)
    ink = np.corrcoef(wanted.ravel(), got.ravel())[0, 1]
    assert ink > 0.9, "the same letters, dark on light"
