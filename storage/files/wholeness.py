"""Whether a file that rests looks whole: a copy that pauses is left alone for longer.

By what its own format says of its end, and nothing else: what looks cut short may still be read, later.
"""

import os
import struct
from typing import BinaryIO

_TAIL = 2048
_HEAD = 16
_ENDS = {
    b"%PDF-": b"%%EOF",
    b"\xff\xd8\xff": b"\xff\xd9",
    b"\x89PNG\r\n\x1a\n": b"IEND\xaeB`\x82",
}
"""What files that begin so end with, or nearly."""
_ORDERS = {b"II*\x00": "<", b"MM\x00*": ">"}
_STRIP_PLACES, _STRIP_SIZES, _TILE_PLACES, _TILE_SIZES = 273, 279, 324, 325
_WIDTHS = {3: ("H", 2), 4: ("I", 4)}
"""Numbers of 16 and 32 bits in a TIFF."""
_MOST_FRAMES = 10_000
_IN_PLACE_BYTES = 4
"""Values so short stand in the directory itself."""


def looks_whole(source: BinaryIO) -> bool:
    """Whether the end that its beginning promises is there; of other formats there is nothing to tell."""
    size = source.seek(0, os.SEEK_END)
    source.seek(0)
    head = source.read(_HEAD)
    source.seek(max(size - _TAIL, 0))
    tail = source.read(_TAIL)
    end = next((end for start, end in _ENDS.items() if head.startswith(start)), None)
    if end is not None:
        return end in tail
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return size >= int.from_bytes(head[4:8], "little") + len(head[:8])
    if head[:4] in _ORDERS:
        return _is_whole_tiff(source, _ORDERS[head[:4]], size)
    return size > 0


def _is_whole_tiff(source: BinaryIO, order: str, size: int) -> bool:
    """Every directory of the chain, and every strip and tile that it names, lies within the file."""
    try:
        source.seek(4)
        at, frames = _unpack(source, order, "I"), 0
        while at and frames < _MOST_FRAMES:
            source.seek(at)
            count = _unpack(source, order, "H")
            entries = source.read(12 * count)
            following = _unpack(source, order, "I")
            if len(entries) < 12 * count or not _holds_its_strips(source, order, entries, size):
                return False
            at, frames = following, frames + 1
    except (struct.error, OSError, ValueError):
        return False
    return frames > 0


def _holds_its_strips(source: BinaryIO, order: str, entries: bytes, size: int) -> bool:
    numbers: dict[int, tuple[int, ...]] = {}
    for start in range(0, len(entries), 12):
        tag, kind, count = struct.unpack_from(f"{order}HHI", entries, start)
        if tag in (_STRIP_PLACES, _STRIP_SIZES, _TILE_PLACES, _TILE_SIZES) and kind in _WIDTHS:
            letter, width = _WIDTHS[kind]
            if count * width <= _IN_PLACE_BYTES:
                content = entries[start + 8 : start + 12]
            else:
                source.seek(struct.unpack_from(f"{order}I", entries, start + 8)[0])
                content = source.read(count * width)
            numbers[tag] = struct.unpack_from(f"{order}{count}{letter}", content)
    places = numbers.get(_STRIP_PLACES, ()) + numbers.get(_TILE_PLACES, ())
    sizes = numbers.get(_STRIP_SIZES, ()) + numbers.get(_TILE_SIZES, ())
    return all(place + length <= size for place, length in zip(places, sizes, strict=False))


def _unpack(source: BinaryIO, order: str, letter: str) -> int:
    return int(struct.unpack(f"{order}{letter}", source.read(struct.calcsize(letter)))[0])
