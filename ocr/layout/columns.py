"""Two columns side by side: a head with the national motto, a foot with its receivers, two signers."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ocr.text.national_motto import MOTTO, NATIONAL_NAME
from ocr.text.tokens import bare
from schemas.page import Word

_MOTTOES = [[bare(word) for word in line] for line in (NATIONAL_NAME, MOTTO)]
_SIGNERS = (
    "TM KT TL TUQ Q CHU TICH PHO GIAM DOC THU TRUONG TONG CUC BO KE TOAN CHANH VAN DAI DIEN NGUOI XAC NHAN "
    "HIEU HOI DONG BEN CAN CONG CHUC TRUONG THAY MAT UY BAN UBND CO QUAN DON VI"
)


_CENTRE_SHARE = 0.05
"""How far from the middle, as a share of the written width, a centred line may lie."""


class Zone(NamedTuple):
    """Two columns side by side; pixels.  `gutter` is the x between them."""

    gutter: float
    top: float
    bottom: float  # at most; ends before where a line runs over the gutter
    early: str  # "left" or "right": the side that may begin a little above `top`


def zones(lines: list[list[Word]], height: float) -> list[Zone]:
    """The page's head and foot, as far as they have two columns; `height` of a letter in pixels."""
    found = (_head(lines, height), _foot(lines, height) or _signers(lines, height))
    return [zone for zone in found if zone is not None]


def _motto_start(line: list[Word], motto: list[str]) -> int | None:
    """Index in the line of the motto's first word, two or three misread words forgiven."""
    found = [bare(w.text) for w in line]
    best, where = 0, None
    for start in range(-2, len(found)):
        same = sum(0 <= start + k < len(found) and found[start + k] == m for k, m in enumerate(motto))
        if same > best:
            best, where = same, max(0, start)
    return where if best >= len(motto) * 0.6 else None


def _motto(lines: list[list[Word]]) -> Word | None:
    """The first word of the national motto, or of its second line where the first is not legible."""
    spaced = [[w for w in line if bare(w.text)] for line in lines]
    for motto in _MOTTOES:
        for line in spaced:
            start = _motto_start(line, motto)
            if start is not None:
                return line[start]
    return None


def _head(lines: list[list[Word]], height: float) -> Zone | None:
    """Agency and number at the left, motto and date at the right; a title in the middle ends it."""
    first = _motto(lines)
    if first is None:
        return None
    gutter = _gutter(
        lines,
        (first.box.left - 6 * height, first.box.left),
        (first.box.top - height, first.box.bottom + 10 * height),
        height,
    )
    beside = (
        w
        for line in lines
        for w in line
        if w.box.right <= gutter and abs(w.box.top - first.box.top) < 4 * height
    )
    if not any(bare(w.text) for w in beside):
        return None
    below = [line for line in lines if line[0].box.top > first.box.bottom + 2 * height]
    titles = (line[0].box.top for line in below if _is_centred(line, lines) and _is_in_capitals(line))
    bottom = min(first.box.bottom + 14 * height, *titles, float("inf"))
    return Zone(gutter, first.box.top - 0.7 * height, bottom, "left")


def _is_centred(piece: list[Word], lines: list[list[Word]]) -> bool:
    """In the middle of what is written on the page."""
    left, right = min(line[0].box.left for line in lines), max(line[-1].box.right for line in lines)
    middle = (piece[0].box.left + piece[-1].box.right) / 2
    return abs(middle - (left + right) / 2) < _CENTRE_SHARE * (right - left)


def _is_in_capitals(line: list[Word]) -> bool:
    letters = "".join(word.text for word in line)
    return any(map(str.isalpha, letters)) and letters == letters.upper()


def _foot(lines: list[list[Word]], height: float) -> Zone | None:
    """Receivers ("Nơi nhận") at the left, signature at the right."""
    right = max(w.box.right for line in lines for w in line)
    for line in reversed(lines):
        if _names_receivers(line):
            first = line[0]
            band = (first.box.left + 5 * height, first.box.left + 0.75 * (right - first.box.left))
            gutter = _gutter(lines, band, (first.box.top - height, first.box.bottom + 6 * height), height)
            return Zone(gutter, first.box.top - 0.7 * height, float("inf"), "right")
    return None


def _names_receivers(line: list[Word]) -> bool:
    """Whether the line begins with "Nơi nhận"; a misread first word is forgiven before a colon."""
    names = [bare(w.text) for w in line[:2]] + ["", ""]
    if "noinhan" in (names[0], names[0] + names[1]):
        return True
    return names[1] == "nhan" and len(names[0]) <= 4 and line[1].text.endswith(":")


def _signers(lines: list[list[Word]], height: float) -> Zone | None:
    """Two signers side by side in the lower half, each named by an office in capitals."""
    offices = set(_SIGNERS.lower().split())
    middle = (min(line[0].box.top for line in lines) + max(line[0].box.top for line in lines)) / 2
    for line in lines:
        pieces = pieces_of(line, 2.5 * height)
        if (
            line[0].box.top > middle
            and len(pieces) == 2
            and all(_is_title(piece, offices) for piece in pieces)
        ):
            gutter = (pieces[0][-1].box.right + pieces[1][0].box.left) / 2
            return Zone(gutter, line[0].box.top - 0.7 * height, float("inf"), "left")
    return None


def _is_title(piece: list[Word], offices: set[str]) -> bool:
    text = " ".join(w.text for w in piece)
    return ":" not in text and text == text.upper() and bare(piece[0].text) in offices


def pieces_of(line: list[Word], gap: float) -> list[list[Word]]:
    """The line cut where the white between two words is wider than `gap`."""
    pieces = [[line[0]]]
    for before, word in pairwise(line):
        if word.box.left - before.box.right > gap:
            pieces.append([])
        pieces[-1].append(word)
    return pieces


def _gutter(
    lines: list[list[Word]], across: tuple[float, float], down: tuple[float, float], height: float
) -> float:
    """The x in `across` that the fewest lines of the band `down` run over, mid of the widest such white."""
    low, high = int(max(0, across[0])), int(max(0, across[1])) + 1
    crossed = np.zeros(max(1, high - low), np.int32)
    for line in lines:
        sure = [w for w in line if w.confidence >= 0.3 and bare(w.text)]
        if sure and down[0] <= line[0].box.center_y <= down[1]:
            for piece in pieces_of(sure, 0.8 * height):
                crossed[max(0, piece[0].box.left - low) : max(0, piece[-1].box.right - low)] += 1
    free = np.concatenate([[0], (crossed == crossed.min()).astype(np.int8), [0]])
    starts, ends = np.nonzero(np.diff(free) == 1)[0], np.nonzero(np.diff(free) == -1)[0]
    widest = int((ends - starts).argmax())
    return float(low + (starts[widest] + ends[widest]) / 2)


def columns_apart(lines: list[list[Word]], zone: Zone, height: float) -> list[list[Word]]:
    """Lines of the zone split at the gutter, left before right."""
    over = (
        line[0].box.top
        for line in lines
        if line[0].box.top > zone.top and _runs_over(line, zone.gutter, height)
    )
    bottom = min(zone.bottom, *over, float("inf"))
    inside = [i for i, line in enumerate(lines) if _belongs(line, zone, bottom, height)]
    if not inside:
        return lines
    left = [[w for w in lines[i] if w.box.center_x < zone.gutter] for i in inside]
    right = [[w for w in lines[i] if w.box.center_x >= zone.gutter] for i in inside]
    taken = set(inside)
    before = [line for i, line in enumerate(lines) if i not in taken and line[0].box.top < zone.top]
    after = [line for i, line in enumerate(lines) if i not in taken and line[0].box.top >= zone.top]
    return before + by_height(left) + by_height(right) + after


def _belongs(line: list[Word], zone: Zone, bottom: float, height: float) -> bool:
    """In the zone, or a little above it and wholly on the side that may begin early."""
    if zone.top <= line[0].box.top < bottom:
        return True
    if not zone.top - 2.5 * height <= line[0].box.top < zone.top:
        return False
    return line[-1].box.right < zone.gutter if zone.early == "left" else line[0].box.left > zone.gutter


def by_height(lines: list[list[Word]]) -> list[list[Word]]:
    """Lines from top to bottom; empty ones fall out."""
    return sorted(
        (line for line in lines if line),
        key=lambda line: np.median([w.box.center_y for w in line]),
    )


def _runs_over(line: list[Word], gutter: float, height: float) -> bool:
    """Whether running text goes over the gutter: no white of 1.2 letter heights there."""
    if not line[0].box.left < gutter < line[-1].box.right or _motto([line]) is not None:
        return False
    before = max((w.box.right for w in line if w.box.center_x < gutter), default=0)
    after = min((w.box.left for w in line if w.box.center_x >= gutter), default=10**9)
    return after - before < 1.2 * height
