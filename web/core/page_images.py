"""Pictures of pages, whole and cut out, made from the view images and kept while they are wanted."""

import io
from collections import OrderedDict
from threading import Lock

from PIL import Image, ImageChops

from schemas.base.geometry import Box
from storage import keys
from storage.objects.store import ObjectStore

_KEPT_BYTES = 128 * 1024**2
_QUALITY = 80
_MARGIN = 0.35
"""Of a line's height, around the ink of a value."""
_LEAST_MARGIN_PX = 8
_MARKER = (255, 224, 90)


class Pictures:
    """View images and what is cut from them; the most recent ones stay in memory."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._kept: OrderedDict[tuple[object, ...], bytes] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def view(self, sha256: str) -> bytes:
        """The upright page as JPEG. Raises `ObjectMissing`."""
        found = self._find((sha256,))
        return found or self._keep((sha256,), self._store.get(keys.view(sha256)))

    def thumbnail(self, sha256: str, width: int) -> bytes:
        """The page `width` pixels wide."""
        key = (sha256, width)
        return self._find(key) or self._keep(key, _small(self.view(sha256), width))

    def ink(self, sha256: str, box: Box) -> bytes:
        """What stands in `box`, with a margin; the head of the page when the box is empty."""
        key = (sha256, box)
        return self._find(key) or self._keep(key, _cut(self.view(sha256), box))

    def lit(self, sha256: str, lines: Box, words: tuple[Box, ...]) -> bytes:
        """What stands in `lines`, with `words` lit."""
        key = (sha256, lines, words)
        return self._find(key) or self._keep(key, _cut(self.view(sha256), lines, words))

    def _find(self, key: tuple[object, ...]) -> bytes | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: tuple[object, ...], picture: bytes) -> bytes:
        with self._lock:
            if key not in self._kept:
                self._kept[key] = picture
                self._size += len(picture)
            while self._size > _KEPT_BYTES:
                _, dropped = self._kept.popitem(last=False)
                self._size -= len(dropped)
        return picture


def _small(view: bytes, width: int) -> bytes:
    with Image.open(io.BytesIO(view), formats=["JPEG"]) as picture:
        picture.draft("RGB", (width, width))
        picture.thumbnail((width, 4 * width))
        return _jpeg(picture)


def _cut(view: bytes, box: Box, lit: tuple[Box, ...] = ()) -> bytes:
    with Image.open(io.BytesIO(view), formats=["JPEG"]) as opened:
        picture = _lit(opened, lit) if lit else opened
        if box.right <= box.left or box.bottom <= box.top:
            box = Box(0, 0, picture.width, picture.height // 6)
        margin = max(round(box.height * _MARGIN), _LEAST_MARGIN_PX)
        x0, y0 = max(box.left - 2 * margin, 0), max(box.top - margin, 0)
        x1, y1 = min(box.right + 2 * margin, picture.width), min(box.bottom + margin, picture.height)
        return _jpeg(picture.crop((x0, y0, max(x1, x0 + 1), max(y1, y0 + 1))))


def _lit(picture: Image.Image, words: tuple[Box, ...]) -> Image.Image:
    """Yellow over the words, as a marker pen leaves it: ink stays black."""
    marker = Image.new("RGB", picture.size, "white")
    for word in words:
        marker.paste(_MARKER, word)
    return ImageChops.multiply(picture.convert("RGB"), marker)


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
