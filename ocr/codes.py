"""Machine-readable codes: found on a page, drawn for separator sheets. Only importer of zxing-cpp.

The separator's payload is `SOHOA1|batch|dossier code|pages expected|check`, percent-encoded parts;
`check` is the first eight hex digits of the SHA-256 of the rest.
"""

from urllib.parse import quote, unquote

import numpy as np
import zxingcpp

from ocr.image import Gray
from schemas.frozen import Frozen
from schemas.ids import sha256_of
from schemas.page import Box, Code, CodeKind

_PREFIX = "SOHOA1"
_PARTS = 5
_CHECK_DIGITS = 8
_FORMATS = "QRCode,Code128"


class Separator(Frozen):
    """What a separator sheet says of the pages behind it."""

    batch: str
    dossier_code: str
    pages_expected: int | None = None


def find_codes(gray: Gray) -> tuple[Code, ...]:
    """QR codes and Code 128 barcodes; seen but unreadable ones are marked as damaged."""
    found = zxingcpp.read_barcodes(
        np.ascontiguousarray(gray),
        formats=zxingcpp.barcode_formats_from_str(_FORMATS),
        return_errors=True,
        try_invert=False,
    )
    return tuple(_code(barcode) for barcode in found)


def separator_payload(separator: Separator) -> str:
    """Text of the separator's QR code."""
    pages = "" if separator.pages_expected is None else str(separator.pages_expected)
    parts = [quote(part, safe="") for part in (separator.batch, separator.dossier_code, pages)]
    body = "|".join([_PREFIX, *parts])
    return f"{body}|{sha256_of(body.encode())[:_CHECK_DIGITS]}"


def read_separator(code: Code) -> Separator | None:
    """The separator a code stands for, or None for any other code.

    A payload that begins like ours and does not check is None too: the page then goes to a person.
    """
    parts = code.text.split("|")
    if len(parts) != _PARTS or parts[0] != _PREFIX:
        return None
    body = "|".join(parts[:-1])
    if parts[-1] != sha256_of(body.encode())[:_CHECK_DIGITS]:
        return None
    batch, dossier_code, pages = (unquote(part) for part in parts[1:-1])
    return Separator(
        batch=batch,
        dossier_code=dossier_code,
        pages_expected=int(pages) if pages.isdecimal() else None,
    )


def is_damaged_separator(code: Code) -> bool:
    """A code that begins like a separator's and does not check."""
    return code.text.startswith(f"{_PREFIX}|") and read_separator(code) is None


def draw_qr(text: str, scale: int = 10) -> Gray:
    """A QR code (ISO/IEC 18004), `scale` pixels a module, with its quiet zone."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    return np.asarray(code.to_image(scale=scale, add_quiet_zones=True), dtype=np.uint8)


def _code(barcode: zxingcpp.Barcode) -> Code:
    qr = barcode.format == zxingcpp.BarcodeFormat.QRCode
    return Code(
        kind=CodeKind.QR if qr else CodeKind.BARCODE,
        text=barcode.text if barcode.valid else "",
        box=_box(barcode.position),
        damaged=not barcode.valid,
    )


def _box(position: zxingcpp.Position) -> Box:
    corners = (
        position.top_left, position.top_right, position.bottom_left, position.bottom_right
    )  # fmt: skip
    xs, ys = [c.x for c in corners], [c.y for c in corners]
    return max(min(xs), 0), max(min(ys), 0), max(xs), max(ys)
