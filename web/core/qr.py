"""QR codes and the font of printed sheets."""

import io
from importlib.resources import files

import numpy as np
import zxingcpp
from PIL import Image, ImageFont


def font(size: int) -> ImageFont.FreeTypeFont:
    """The font with all Vietnamese letters that OCRmyPDF brings along."""
    file = files("ocrmypdf.data") / "NotoSans-Regular.ttf"
    return ImageFont.truetype(io.BytesIO(file.read_bytes()), size)


def draw_qr(text: str, scale: int = 10) -> Image.Image:
    """A QR code (ISO/IEC 18004), `scale` pixels a module, with its quiet zone."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    return Image.fromarray(np.asarray(code.to_image(scale=scale, add_quiet_zones=True), dtype=np.uint8))
