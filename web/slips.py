"""Separator sheets (tờ phân cách) drawn for print: laid before each dossier's papers, scanned with them."""

import io
from collections.abc import Sequence
from importlib.resources import files

import img2pdf
import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from schemas.separator import HEADING, Separator, separator_payload

_A4_PX = (1240, 1754)  # at 150 dpi
_DPI = 150
_QR_PX = 620


def make_separators(batch: str, dossiers: Sequence[tuple[str, int | None]]) -> bytes:
    """A PDF with one A4 sheet for each `(dossier code, pages expected)`."""
    pages = [_sheet(Separator(batch=batch, dossier_code=c, pages_expected=n)) for c, n in dossiers]
    content: bytes = img2pdf.convert(
        pages, layout_fun=img2pdf.get_fixed_dpi_layout_fun((_DPI, _DPI)), nodate=True
    )
    return content


def _sheet(separator: Separator) -> bytes:
    sheet = Image.new("L", _A4_PX, 255)
    pen = ImageDraw.Draw(sheet)
    middle = _A4_PX[0] // 2
    pages = separator.pages_expected
    lines = (
        (150, 60, HEADING),
        (240, 34, "Đặt trước giấy tờ của hồ sơ, quét cùng / lay before the papers and scan along"),
        (1180, 64, separator.dossier_code),
        (1290, 40, f"Lô / batch: {separator.batch}" if separator.batch else ""),
        (1360, 40, f"Số trang / pages: {pages}" if pages is not None else ""),
        (1660, 26, "Sohoa"),
    )
    for y, size, text in lines:
        pen.text((middle, y), text, fill=0, font=font(size), anchor="mm")
    code = draw_qr(separator_payload(separator))
    code = code.resize((_QR_PX, _QR_PX), Image.Resampling.NEAREST)
    sheet.paste(code, (middle - _QR_PX // 2, 420))
    pen.rectangle((60, 60, _A4_PX[0] - 60, _A4_PX[1] - 60), outline=0, width=6)
    out = io.BytesIO()
    sheet.save(out, "PNG", dpi=(_DPI, _DPI))
    return out.getvalue()


def font(size: int) -> ImageFont.FreeTypeFont:
    """The font with all Vietnamese letters that OCRmyPDF brings along."""
    file = files("ocrmypdf.data") / "NotoSans-Regular.ttf"
    return ImageFont.truetype(io.BytesIO(file.read_bytes()), size)


def draw_qr(text: str, scale: int = 10) -> Image.Image:
    """A QR code (ISO/IEC 18004), `scale` pixels a module, with its quiet zone."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    return Image.fromarray(np.asarray(code.to_image(scale=scale, add_quiet_zones=True), dtype=np.uint8))
