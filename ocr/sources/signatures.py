"""When a PDF was signed, as its signatures say (PDF 32000-1, 12.8.1): evidence that nobody has verified."""

from collections.abc import Iterator
from datetime import date

import pikepdf
from pikepdf.models.metadata import decode_pdf_date

_MOST_FIELDS = 2000
"""Fields of a form looked at: a hostile one goes round for ever."""
_YEARS = range(1999, 2100)
"""PDF has signatures since version 1.3; other years are broken or hostile."""


def signing_days(pdf: pikepdf.Pdf) -> tuple[date, ...]:
    """Days of `pdf`'s signatures in the signer's time zone, each once, the earliest first.

    None of a form that is broken: its pages may be whole all the same.
    """
    try:
        stamps = [str(signature.get("/M", "")) for signature in _signatures(pdf)]
    except (AttributeError, KeyError, TypeError, ValueError, pikepdf.PdfError):
        return ()
    return tuple(sorted({day for day in map(_day, stamps) if day}))


def _signatures(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Values of the form's signed signature fields."""
    left = list(pdf.Root.get("/AcroForm", pikepdf.Dictionary()).get("/Fields", pikepdf.Array()))
    for _ in range(_MOST_FIELDS):
        if not left:
            return
        field = left.pop()
        kids = field.get("/Kids", pikepdf.Array())
        left += [kids[at] for at in range(min(len(kids), _MOST_FIELDS - len(left)))]
        if field.get("/FT") == "/Sig" and "/V" in field:
            yield field.V


def _day(stamp: str) -> date | None:
    """`D:20250121085403+07'00'` → 21 January 2025."""
    try:
        day = decode_pdf_date(stamp).date()
    except ValueError:
        return None
    return day if day.year in _YEARS else None
