"""PDF/A-2b (ISO 19005-2) of a paper: its page images as they are, and the text invisibly on them.

The only importer of OCRmyPDF and img2pdf. No Ghostscript; OCRmyPDF's own writer converts and
`pikepdf.pdfa` validates each file before it is handed back.
"""

import io
import logging
from collections.abc import Sequence
from datetime import datetime

import img2pdf
import ocrmypdf
import pikepdf
from ocrmypdf.exceptions import ExitCodeException
from pikepdf import pdfa

from schemas.errors import EngineFailed
from schemas.page import PageText

_NEVER_LINEARISE = 9999.0
_QUIET = ("ocrmypdf", "pdfminer", "fontTools", "fpdf", "img2pdf", "pikepdf")


def make_pdf(pages: Sequence[PageText], jpegs: Sequence[bytes], *, title: str, at: datetime) -> bytes:
    """A PDF/A-2b with one `jpegs` image a page, not recompressed, at `PageText.dpi`.

    `at` (aware) is written as the date, so that equal input gives equal bytes. Raises
    `EngineFailed` when OCRmyPDF refuses or its PDF/A check fails.
    """
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
    out = io.BytesIO()
    try:
        code = ocrmypdf.ocr(
            io.BytesIO(_images_only(pages, jpegs)),
            out,
            plugins=["ocr.output.ocrmypdf_plugin"],
            output_type="pdfa-2",
            pdfa_backend="internal",
            optimize=0,
            language=["vie"],
            use_threads=True,
            jobs=1,
            progress_bar=False,
            fast_web_view=_NEVER_LINEARISE,
            title=title or None,
            sohoa_pages=tuple(pages),
            sohoa_date=at,
        )
    except ExitCodeException as error:
        raise EngineFailed(title, type(error).__name__) from error
    if code != ocrmypdf.ExitCode.ok:
        raise EngineFailed(title, code.name)
    return out.getvalue()


def pdfa_problems(content: bytes) -> tuple[str, ...]:
    """What keeps `content` from being PDF/A-2b; empty when nothing does."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return tuple(str(finding) for finding in pdfa.check(pdf, "2b").findings)


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
