"""PDF/A-2b (ISO 19005-2) of a paper: its page images as they are, and the text invisibly on them.

pikepdf prepares for PDF/A, and validates each file before it is handed back. No Ghostscript, no second
encoding of an image.
"""

import io
from collections.abc import Sequence
from datetime import datetime

import img2pdf
import pikepdf
from pikepdf import Dictionary, Name, Pdf, pdfa

from ocr.output.text_layer import add_font, draw_text
from schemas.errors import EngineFailed
from schemas.page import PageText

CREATOR = "Sohoa"
_FLAVOUR = "2b"
_FONT = "F"


def make_pdf(pages: Sequence[PageText], jpegs: Sequence[bytes], *, title: str, at: datetime) -> bytes:
    """A PDF/A-2b with one `jpegs` image a page, not recompressed, at `PageText.dpi`.

    `at` (aware) is written as the date, so that equal input gives equal bytes. Raises
    `EngineFailed` when it does not pass the PDF/A check.
    """
    out = io.BytesIO()
    with Pdf.open(io.BytesIO(_images_only(pages, jpegs))) as pdf:
        font = add_font(pdf)
        for sheet, page in zip(pdf.pages, pages, strict=True):
            _add_text(pdf, sheet, draw_text(page, _FONT), font)
        pdf.Root.Lang = pikepdf.String("vi-VN")
        try:
            pdfa.prepare(pdf, _FLAVOUR)
            _describe(pdf, title, at)
            pdfa.save(pdf, out, _FLAVOUR, repair=False, deterministic_id=True)
        except pdfa.PdfaError as error:
            raise EngineFailed(title, "PDF/A") from error
    return out.getvalue()


def pdfa_problems(content: bytes) -> tuple[str, ...]:
    """What keeps `content` from being PDF/A-2b; empty when nothing does."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return tuple(str(finding) for finding in pdfa.check(pdf, _FLAVOUR).findings)


def _add_text(pdf: Pdf, sheet: pikepdf.Page, text: bytes, font: pikepdf.Object) -> None:
    if text:
        sheet.obj.Resources.Font = Dictionary({"/" + _FONT: font})
        sheet.contents_add(pdf.make_stream(text))


def _describe(pdf: Pdf, title: str, at: datetime) -> None:
    """Title, program and date, that follow from the paper alone."""
    moment = at.replace(microsecond=0).isoformat()
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        if title:
            metadata["dc:title"] = title
        metadata["xmp:CreatorTool"] = CREATOR
        metadata["pdf:Producer"] = CREATOR
        for name in ("xmp:CreateDate", "xmp:ModifyDate", "xmp:MetadataDate"):
            metadata[name] = moment
    if Name.ID in pdf.trailer:
        del pdf.trailer.ID


def _images_only(pages: Sequence[PageText], jpegs: Sequence[bytes]) -> bytes:
    dpis = iter([page.dpi for page in pages])

    def layout(width: int, height: int, _: object) -> tuple[float, float, float, float]:
        points = 72 / next(dpis)
        return width * points, height * points, width * points, height * points

    content: bytes = img2pdf.convert(
        list(jpegs),
        layout_fun=layout,
        nodate=True,
        rotation=img2pdf.Rotation.none,
        engine=img2pdf.Engine.pikepdf,
    )
    return content
