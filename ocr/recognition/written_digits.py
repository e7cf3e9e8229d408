"""A reader of digits, written by hand or printed: up to five in a row, with ink of their neighbours.

A small convolutional network that says for each column of a crop which digit stands there (connectionist
temporal classification), run by OpenCV; trained in `bench/digits/`, described in `docs/models.md`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.preprocessing.page_image import Gray
from schemas.base.geometry import Box

HEIGHT, WIDTH = 32, 128
"""Of a crop, in pixels."""
WIDTHS = (48, 64, 96, WIDTH)
"""Of what the network is shown of it: most crops are narrow."""
_MODEL = Path(__file__).parent.parent / "digits.onnx"
_AROUND, _BESIDE = 0.18, 0.12
"""What of the page is shown above and below, left and right of a gap, in its heights."""
_GROUND, _LEAST_INK = 20, 60
"""Percentile of a crop that is paper; levels of gray that are at least full ink."""
_STROKE, _SLIVER = 0.35, 6
"""Ink of a stroke; columns of a word's end or beginning at the edge of a crop."""
_DOT = 8
"""Most columns and rows of a dot of a colon."""
_BEAM = 12
_LEAST = 1e-3
"""A digit less likely than this is not gone after, nor a beginning by so much less likely than the best."""
_LONGEST = 5
_NEVER = -50.0

Chances = NDArray[np.float64]
"""Natural logarithms, `(steps, 11)`: no digit, 0 … 9."""


def read_digits(gray: Gray, gap: Box) -> Chances:
    """What stands in the gap of a page, dark on light."""
    above, beside = round(_AROUND * gap.height), round(_BESIDE * gap.height)
    crop = gray[max(gap.top - above, 0) : gap.bottom + above, max(gap.left - beside, 0) : gap.right + beside]
    return read_crop(as_input(crop))


def read_crop(shown: NDArray[Any]) -> Chances:
    """What stands on a crop as the network sees it (`as_input`); without ink no digit, surely."""
    if not shown.any():
        return np.array([[0.0, *[_NEVER] * 10]])
    network = _network()
    network.setInput(np.ascontiguousarray(shown[None, None, :, : inked_width(shown)]))
    logits = np.asarray(network.forward(), np.float64).reshape(11, -1).T
    return logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)


def inked_width(shown: NDArray[Any]) -> int:
    """The narrowest of `WIDTHS` that holds all ink: the network was trained on no more white than that."""
    inked = np.flatnonzero(shown.any(axis=0))
    return next(width for width in WIDTHS if width > (inked[-1] if len(inked) else 0))


def as_input(crop: Gray) -> NDArray[Any]:
    """The crop as the network sees it: `(32, 128)`, 0 paper … 1 ink, at the left.

    Slivers of the printed words beside the gap, and the colon before it, are taken out.
    """
    ink = 255 - crop
    wide = int(np.clip(ink.shape[1] * HEIGHT / ink.shape[0], 6, WIDTH))
    small = cv2.resize(ink, (wide, HEIGHT), interpolation=cv2.INTER_AREA).astype(np.float32)
    small -= np.percentile(small, _GROUND)
    shown = np.zeros((HEIGHT, WIDTH), np.float32)
    shown[:, :wide] = np.clip(small / max(float(small.max()), _LEAST_INK), 0, 1)
    for left, _, across, tall, _, part in _parts(shown):
        at_edge = across <= _SLIVER and (left <= 1 or left + across >= wide - 1)
        if at_edge or (max(across, tall) <= _DOT and left < 2 * _DOT):
            shown[part] = 0
    return shown


def _parts(shown: NDArray[Any]) -> Iterator[tuple[Any, ...]]:
    """Left, top, width, height, pixels and mask of each connected stroke."""
    count, labels, boxes, _ = cv2.connectedComponentsWithStats((shown > _STROKE).astype(np.uint8))
    for label in range(1, count):
        mask = cv2.dilate((labels == label).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        yield *boxes[label].tolist(), mask


def chance_of(chances: Chances, text: str) -> float:
    """Probability (0…1) that exactly these digits stand there."""
    labels = [0] + [label for digit in text for label in (int(digit) + 1, 0)]
    path = np.full(len(labels), -np.inf)
    path[0] = chances[0, 0]
    path[1:2] = chances[0, labels[1]] if text else -np.inf
    may_skip = np.array(
        [at > 1 and labels[at] != labels[at - 2] and labels[at] > 0 for at in range(len(labels))]
    )
    for step in chances[1:]:
        stay = np.logaddexp(path, np.concatenate([[-np.inf], path[:-1]]))
        skip = np.where(may_skip, np.concatenate([[-np.inf, -np.inf], path[:-2]])[: len(labels)], -np.inf)
        path = np.logaddexp(stay, skip) + step[labels]
    return float(np.exp(np.logaddexp.reduce(path[-2:])))


def first_guess(chances: Chances) -> str:
    """What the likeliest path says: mostly the likeliest digits, and found at once."""
    path = chances.argmax(axis=1)
    changes = np.concatenate([[True], path[1:] != path[:-1]])
    return "".join(str(label - 1) for label in path[changes & (path > 0)])[:_LONGEST]


def likeliest(chances: Chances, most: int, among: Collection[str] = ()) -> list[tuple[str, float]]:
    """The likeliest digits that may stand there, with their probability (0…1), the likeliest first.

    Any, or those `among` some: what a day can be, say. A search that keeps the likeliest beginnings (Hannun
    and others, 2014: prefix beam search).
    """
    begun = {text[:end] for text in among for end in range(len(text) + 1)}
    beams: dict[str, tuple[float, float]] = {"": (1.0, 0.0)}  # ending in no digit, ending in the last one
    for step in np.exp(chances):
        digits = [label for label in range(10) if step[label + 1] > _LEAST]
        grown: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for text, (blank, digit) in beams.items():
            grown[text][0] += (blank + digit) * step[0]
            if text:
                grown[text][1] += digit * step[int(text[-1]) + 1]
            for label in digits if len(text) < _LONGEST else ():
                longer = f"{text}{label}"
                if not begun or longer in begun:
                    new = blank if text.endswith(str(label)) else blank + digit
                    grown[longer][1] += new * step[label + 1]
        kept = sorted(grown.items(), key=lambda entry: -sum(entry[1]))[:_BEAM]
        least = sum(kept[0][1]) * _LEAST
        beams = {text: (blank, digit) for text, (blank, digit) in kept if blank + digit >= least}
    scored = [
        (text, chance_of(chances, text)) for text in [t for t in beams if not among or t in among][:most]
    ]
    return sorted(scored, key=lambda entry: -entry[1])


@cache
def _network() -> Any:
    return cv2.dnn.readNetFromONNX(str(_MODEL))
