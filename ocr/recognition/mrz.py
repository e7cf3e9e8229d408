"""The machine-readable zone of a card: TD1, three lines of thirty characters (ICAO 9303-5).

Recognition takes O for 0 and K for <. Here each place of a line tells what can stand there, and
check digits tell whether the line was understood; what does not check is no zone.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from schemas.base.geometry import Box, enclosing
from schemas.page import Code, CodeKind, Line, Word

_LENGTH, _LEAST_LENGTH = 30, 22
_WEIGHTS = (7, 3, 1)
_COUNTRY = re.compile(r"^[^\dM]{2,6}M")
"""How a Vietnamese card's zone begins, `IDVNM`, as it may be misread."""
_CARD = "IDVNM"
_NUMBER, _OPTIONAL = slice(5, 14), slice(15, 29)
_BIRTH, _EXPIRY = slice(0, 6), slice(8, 14)
_PLACES = ("AAAAA" + "9" * 22 + "<<9", "9999999A9999999AAA" + "<" * 11 + "9")
"""Where digits, letters and filler stand on the first two lines of a Vietnamese card."""
_DIGITS = str.maketrans("OoQDUIil|LTZASGB", "0000011111724568")
_LETTERS = str.maketrans("01|528", "OIISZB")
_FILLER = str.maketrans("«‹({[c", "<<<<<<")
_TAIL = re.compile(r"\d{12}<<\d")
_SLIPS = 2
_MOSTLY = 0.8
"""Share of a line's characters that a zone can have."""


class Zone(NamedTuple):
    """Lines `first` to `first + 2` of the page, and what they say."""

    first: int
    lines: tuple[str, str, str]


def check_digit(text: str) -> str:
    """Weighted sum modulo ten: 7, 3, 1; A is 10, the filler 0 (ICAO 9303-3, 4.9)."""
    values = [int(c) if c.isdigit() else 0 if c == "<" else ord(c) - 55 for c in text]
    return str(sum(v * _WEIGHTS[i % 3] for i, v in enumerate(values)) % 10)


def is_valid(lines: Sequence[str]) -> bool:
    """Check digits of number, optional data, birth and expiry hold.

    The composite digit is not asked: cards are in use whose own does not match.
    """
    upper, lower, _ = lines
    parts = ((upper, _NUMBER), (upper, _OPTIONAL), (lower, _BIRTH), (lower, _EXPIRY))
    return all(check_digit(line[part]) == line[part.stop] for line, part in parts)


def find_zone(lines: Sequence[Line]) -> int | None:
    """Number of the first of three lines that look like a zone; None without any."""
    like = [_is_like(line) for line in lines]
    runs = [at for at in range(len(lines) - 2) if all(like[at : at + 3])]
    return next((at for at in runs if _COUNTRY.match(_bare(lines[at]))), None)


def read_zone(lines: Sequence[Line], again: Callable[[Box], Sequence[str]]) -> Zone | None:
    """The zone among `lines` when its check digits hold, by one reading or the other, line by line.

    `again` reads a box of the page once more, line by line.
    """
    first = find_zone(lines)
    if first is None:
        return None
    rows = lines[first : first + 3]
    own = [_bare(row) for row in rows]
    more = [line for line in again(enclosing([row.box for row in rows])) if len(line) >= _LEAST_LENGTH]
    others = more if len(more) == 3 else own
    for upper in (others[0], own[0]):
        for lower in (others[1], own[1]):
            said = (_by_its_tail(_placed(upper, 0)), _placed(lower, 1), _named(others[2]))
            if _is_whole(said) and is_valid(said):
                return Zone(first, said)
    return None


def _is_whole(lines: Sequence[str]) -> bool:
    """Three lines of thirty, the first two with digits and letters where they belong."""
    return all(len(line) == _LENGTH for line in lines) and all(
        char.isdigit() if kind == "9" else char == "<" if kind == "<" else char.isalpha()
        for line, places in zip(lines, _PLACES, strict=False)
        for char, kind in zip(line, places, strict=True)
    )


def with_zone(lines: Sequence[Line], zone: Zone) -> tuple[Line, ...]:
    """`lines` with the zone's in place of what was read there, each one word, sure."""
    said = [
        Line(words=(Word(text=text, box=lines[zone.first + n].box, confidence=0.99),))
        for n, text in enumerate(zone.lines)
    ]
    return (*lines[: zone.first], *said, *lines[zone.first + 3 :])


def zone_code(lines: Sequence[Line], zone: Zone) -> Code:
    """The zone as a machine-readable code of the page."""
    box = enclosing([line.box for line in lines[zone.first : zone.first + 3]])
    return Code(kind=CodeKind.MRZ, text="\n".join(zone.lines), box=box)


def _is_like(line: Line) -> bool:
    text = _bare(line)
    known = sum(char.isdigit() or char == "<" or ("A" <= char <= "Z") for char in text)
    return len(text) >= _LEAST_LENGTH and known >= _MOSTLY * len(text) and "<" in text


def _bare(line: Line) -> str:
    return line.text.replace(" ", "").translate(_FILLER)


def _placed(text: str, number: int) -> str:
    """The line with look-alikes as their place wants them."""
    text = _filled(_COUNTRY.sub(_CARD, text), number)
    places = _PLACES[number]
    ends = text[len(places) :]
    return "".join(_fitting(char, kind) for char, kind in zip(text, places, strict=False)) + ends


def _by_its_tail(upper: str) -> str:
    """The first line by its twelve digits where they check: its nine are the last of the twelve.

    Two slips of recognition are forgiven so, no more.
    """
    tail = upper[-15:]
    if not _TAIL.fullmatch(tail) or check_digit(tail[:14]) != tail[14]:
        return upper
    nine = tail[3:12]
    whole = f"{_CARD}{nine}{check_digit(nine)}{tail}"
    return whole if Levenshtein.distance(upper, whole) <= _SLIPS else upper


def _filled(text: str, number: int) -> str:
    """Thirty characters: what the second line's run of filler has too few is made up there."""
    missing = _LENGTH - len(text)
    if missing <= 0 or number != 1 or "<" not in text:
        return text
    end = text.rindex("<") + 1
    return text[:end] + "<" * missing + text[end:]


def _fitting(char: str, kind: str) -> str:
    if kind == "9":
        return char if char.isdigit() or char == "<" else char.translate(_DIGITS)
    if kind == "A":
        return char.upper().translate(_LETTERS)
    return "<" if char in "<KCLk" else char


def _named(text: str) -> str:
    """The line of the name: letters and filler, thirty of them; noise at its end is filler."""
    text = text.upper().translate(_LETTERS)
    return re.sub(r"[^A-Z]", "<", text)[:_LENGTH].ljust(_LENGTH, "<")
