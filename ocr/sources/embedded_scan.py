"""A scanned page of a PDF without rendering it: when the page is one JPEG and nothing else.

Rendering would resample the scan and takes ten times as long. Whatever is not plainly one upright
image filling the page is left to Poppler.
"""

import io

import numpy as np
import pikepdf
from PIL import Image

from ocr.preprocessing.page_image import Rgb
from ocr.sources.visible_text import has_shown_annotations

_FILLS = 0.01
"""How far, as share of the page, the image may be off the page's edges."""
_PLAIN = ("/DeviceRGB", "/DeviceGray", "/ICCBased")


def lone_scan(page: pikepdf.Page) -> Rgb | None:
    """RGB pixels of the page's only image, or None when the page is anything else or broken."""
    try:
        image = _only_image(page)
        if image is None or not _fills_page(page) or has_shown_annotations(page):
            return None
        picture = Image.open(io.BytesIO(image.read_raw_bytes()), formats=("JPEG",))
        if picture.size != (int(image.Width), int(image.Height)) or picture.mode not in ("RGB", "L"):
            return None
        return np.asarray(picture.convert("RGB"))
    except (pikepdf.PdfError, OSError, ValueError, TypeError, AttributeError, KeyError):
        return None


def _only_image(page: pikepdf.Page) -> pikepdf.Object | None:
    """The single, plain JPEG among the page's resources; fonts or other objects rule it out."""
    resources = page.resources
    objects = list(resources.get("/XObject", pikepdf.Dictionary()).values())
    if len(objects) != 1 or "/Font" in resources or int(page.obj.get("/Rotate", 0)) % 360:
        return None
    image = objects[0]
    colours = image.get("/ColorSpace", pikepdf.Name("/None"))
    family = str(colours[0]) if isinstance(colours, pikepdf.Array) else str(colours)
    filters = image.get("/Filter")
    if isinstance(filters, pikepdf.Array):
        filters = filters[0] if len(filters) == 1 else None
    masked = any(key in image for key in ("/SMask", "/Mask", "/Decode"))
    plain = str(image.get("/Subtype")) == "/Image" and family in _PLAIN and filters == "/DCTDecode"
    return image if plain and not masked else None


def _fills_page(page: pikepdf.Page) -> bool:
    """The content only paints the image, upright, from edge to edge of the crop box."""
    operations = pikepdf.parse_content_stream(page)
    if [str(operation.operator) for operation in operations] not in (
        ["q", "cm", "Do", "Q"],
        ["cm", "Do"],
    ):
        return False
    matrix = next(op.operands for op in operations if str(op.operator) == "cm")
    a, b, c, d, e, f = (float(number) for number in matrix)
    x0, y0, x1, y1 = (float(edge) for edge in page.cropbox)
    slack = _FILLS * max(x1 - x0, y1 - y0)
    placed, wanted = (e, f, e + a, f + d), (x0, y0, x1, y1)  # other shapes of dots are rendered, too
    return b == c == 0 and all(abs(p - w) <= slack for p, w in zip(placed, wanted, strict=True))
