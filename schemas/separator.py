"""Separator sheets (tờ phân cách hồ sơ): what they say, for those who print and those who read them.

The QR code's payload is `SOHOA1|batch|dossier code|pages expected|check`, percent-encoded parts;
`check` is the first eight hex digits of the SHA-256 of the rest.
"""

from urllib.parse import quote, unquote

from schemas.base.ids import sha256_of
from schemas.base.model import Frozen

HEADING = "TỜ PHÂN CÁCH HỒ SƠ"
"""Also tells a sheet whose code is damaged: it then goes to a person."""
_PREFIX = "SOHOA1"
_PARTS = 5
_CHECK_DIGITS = 8


class Separator(Frozen):
    """What a separator sheet says of the pages behind it."""

    batch: str
    dossier_code: str
    pages_expected: int | None = None


def separator_payload(separator: Separator) -> str:
    """Text of the separator's QR code."""
    pages = "" if separator.pages_expected is None else str(separator.pages_expected)
    parts = [quote(part, safe="") for part in (separator.batch, separator.dossier_code, pages)]
    body = "|".join([_PREFIX, *parts])
    return f"{body}|{sha256_of(body.encode())[:_CHECK_DIGITS]}"


def read_separator(text: str) -> Separator | None:
    """The separator a code's text stands for, or None for any other code.

    A payload that begins like ours and does not check is None too: the page then goes to a person.
    """
    parts = text.split("|")
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


def is_damaged_separator(text: str) -> bool:
    """A text that begins like a separator's and does not check."""
    return text.startswith(f"{_PREFIX}|") and read_separator(text) is None
