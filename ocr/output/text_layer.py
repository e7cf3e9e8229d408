"""The invisible text of a PDF page: each word on its ink, in a font without ink (PDF text rendering mode 3).

The font has one empty glyph, half an em wide, that stands for every character of the Basic Multilingual
Plane: a word is stretched to its box, and nothing of a real font has to be embedded, subset or searched.
"""

import io
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

import pikepdf
from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib.tables._g_l_y_f import Glyph
from pikepdf import Array, Dictionary, Name, Pdf

from schemas.page import Line, PageText, Word

_FONT = "SohoaInvisible"
_EM, _ADVANCE = 1000, 500
_ASCENT, _DESCENT = 800, -200
_LAST = 0xFFFF
_MADE = 3_850_000_000
"""A day of the font's own, in seconds since 1904: its bytes are the same each time."""
_GLYPH = b"\x00\x01"
"""Glyph 1: glyph 0 is for characters that a font lacks, and PDF/A forbids it (ISO 19005-2, 6.2.11.8)."""
_RANGES = 100
"""Most ranges of a block of a character map (Adobe technical note 5014)."""
_SLACK_MM = 0.5
"""How far a word's text box may grow towards its line's, so that words select as one line."""
_LEAST_POINTS = 3


def add_font(pdf: Pdf) -> pikepdf.Object:
    """The font without ink, once a document (ISO 32000-1, 9.7: a composite font, codes are UTF-16)."""
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name("/" + _FONT),
        Flags=4,
        FontBBox=Array([0, _DESCENT, _ADVANCE, _ASCENT]),
        ItalicAngle=0,
        Ascent=_ASCENT,
        Descent=_DESCENT,
        CapHeight=_ASCENT,
        StemV=80,
        FontFile2=pdf.make_stream(_font_file(), Length1=len(_font_file())),
    )
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name("/" + _FONT),
        CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor),
        DW=_ADVANCE,
        CIDToGIDMap=pdf.make_stream(_GLYPH * (_LAST + 1)),
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name("/" + _FONT),
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=pdf.make_stream(_character_map()),
        )
    )


def draw_text(page: PageText, font: str) -> bytes:
    """Content of a page of `page.dpi` that writes its words with the font named `font`; empty without any."""
    groups = [
        group
        for line in page.lines
        for group in _even_groups(_writable(line, page), _SLACK_MM / 25.4 * page.dpi)
    ]
    drawn = b"\n".join(_draw_group(group, page, font) for group in groups)
    return b"BT 3 Tr\n" + drawn + b"\nET\n" if groups else b""


@lru_cache(maxsize=20_000)
def printable(text: str) -> str:
    """`text` in NFC without control characters and what the font's plane has not; the record keeps them."""
    normal = unicodedata.normalize("NFC", text)
    return "".join(c for c in normal if ord(c) <= _LAST and unicodedata.category(c)[0] != "C")


def _writable(line: Line, page: PageText) -> list[Word]:
    """Words with printable text, clipped to the page."""
    words = []
    for word in line.words:
        text = printable(word.text)
        x0, y0 = max(word.box.left, 0), max(word.box.top, 0)
        x1, y1 = min(word.box.right, page.width_px), min(word.box.bottom, page.height_px)
        if text.strip() and x0 < x1 and y0 < y1:
            words.append(Word(text=text, box=(x0, y0, x1, y1), confidence=word.confidence))
    return words


def _even_groups(words: Sequence[Word], slack: float) -> Iterator[list[Word]]:
    """Neighbours whose tops and bottoms agree within `slack`: each becomes one text line."""
    group: list[Word] = []
    for word in words:
        boxes = [w.box for w in [*group, word]]
        tops, bottoms = [b.top for b in boxes], [b.bottom for b in boxes]
        even = max(tops) - min(tops) <= 2 * slack and max(bottoms) - min(bottoms) <= 2 * slack
        if group and (not even or word.box.left <= group[-1].box.left):
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def _draw_group(words: Sequence[Word], page: PageText, font: str) -> bytes:
    """One line of text, as high as its words are on the average, the white between them as blanks."""
    points = 72 / page.dpi
    top = sum(word.box.top for word in words) / len(words)
    bottom = sum(word.box.bottom for word in words) / len(words)
    size = max((bottom - top) * points, _LEAST_POINTS)
    baseline = (page.height_px - bottom) * points - _DESCENT / _EM * size
    parts = [f"/{font} {size:.3f} Tf"]
    for at, word in enumerate(words):
        left, right = word.box.left * points, word.box.right * points
        parts += [f"1 0 0 1 {left:.3f} {baseline:.3f} Tm", _stretched(word.text, right - left, size)]
        if at + 1 < len(words):
            white = max(words[at + 1].box.left * points - right, size / 20)
            parts.append(_stretched(" ", white, size))
    return "\n".join(parts).encode("ascii")


def _stretched(text: str, width: float, size: float) -> str:
    """`text`, `width` points wide."""
    natural = len(text) * size * _ADVANCE / _EM
    return f"{100 * width / natural:.3f} Tz <{text.encode('utf-16-be').hex()}> Tj"


@cache
def _font_file() -> bytes:
    """TrueType with two empty glyphs; the same bytes each time."""
    names = [".notdef", "ink"]
    builder = FontBuilder(_EM, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({0x20: "ink"})
    builder.setupGlyf({name: Glyph() for name in names})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (_ADVANCE, 0)))
    builder.setupHorizontalHeader(ascent=_ASCENT, descent=_DESCENT)
    builder.setupNameTable({"familyName": _FONT, "styleName": "Regular", "psName": _FONT})
    builder.setupOS2(sTypoAscender=_ASCENT, sTypoDescender=_DESCENT)
    builder.setupPost()
    builder.font["head"].created = builder.font["head"].modified = _MADE
    builder.font.recalcTimestamp = False
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()


@cache
def _character_map() -> bytes:
    """Each code is the character it is the UTF-16 of: ranges end where their first byte does."""
    rows = [f"<{high:02X}00> <{high:02X}FF> <{high:02X}00>" for high in range(256)]
    blocks = [rows[at : at + _RANGES] for at in range(0, len(rows), _RANGES)]
    ranges = "\n".join(f"{len(b)} beginbfrange\n" + "\n".join(b) + "\nendbfrange" for b in blocks)
    return f"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{ranges}
endcmap
CMapName currentdict /CMap defineresource pop
end
end
""".encode("ascii")
