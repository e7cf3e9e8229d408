"""Separator sheets (tờ phân cách) drawn for print: laid before each dossier's papers, scanned with them."""

import io
from collections.abc import Sequence

import img2pdf
from PIL import Image, ImageDraw

from schemas.separator import HEADING, Separator, separator_payload
from web.core.qr import draw_qr, font

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
