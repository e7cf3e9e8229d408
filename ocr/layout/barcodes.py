"""Machine-readable codes found on a page."""

import numpy as np
import zxingcpp

from ocr.preprocessing.page_image import Gray
from schemas.base.geometry import Box
from schemas.page import Code, CodeKind

_FORMATS = "QRCode,Code128"


def find_codes(gray: Gray) -> tuple[Code, ...]:
    """QR codes and Code 128 barcodes; seen but unreadable ones are marked as damaged."""
    found = zxingcpp.read_barcodes(
        np.ascontiguousarray(gray),
        formats=zxingcpp.barcode_formats_from_str(_FORMATS),
        return_errors=True,
        try_invert=False,
    )
    return tuple(_code(barcode) for barcode in found)


def _code(barcode: zxingcpp.Barcode) -> Code:
    qr = barcode.format == zxingcpp.BarcodeFormat.QRCode
    return Code(
        kind=CodeKind.QR if qr else CodeKind.BARCODE,
        text=barcode.text if barcode.valid else "",
        box=_box(barcode.position),
        damaged=not barcode.valid,
    )


def _box(position: zxingcpp.Position) -> Box:
    corners = (position.top_left, position.top_right, position.bottom_left, position.bottom_right)
    xs, ys = [c.x for c in corners], [c.y for c in corners]
    return Box(max(min(xs), 0), max(min(ys), 0), max(xs), max(ys))
