"""The font of pictures that people look at."""

import io
from importlib.resources import files

from PIL import ImageFont


def sheet_font(size: int) -> ImageFont.FreeTypeFont:
    """The font with all Vietnamese letters that OCRmyPDF brings along."""
    file = files("ocrmypdf.data") / "NotoSans-Regular.ttf"
    return ImageFont.truetype(io.BytesIO(file.read_bytes()), size)
