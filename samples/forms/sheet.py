"""A sheet of words: what an engine would return for a page that is never drawn."""

from dataclasses import dataclass, field
from random import Random

from PIL import ImageFont

from samples.drawing.canvas import font, px
from schemas.base.geometry import Box

WIDTH, HEIGHT = px(210), px(297)
LEFT, RIGHT = px(25), px(195)


@dataclass(frozen=True)
class Run:
    """Words that stand on one line without a gap, each with its box."""

    words: tuple[tuple[str, Box], ...]
    style: str = "Regular"
    scale: float = 1.0


@dataclass
class Sheet:
    """A page that is written on from the top; lengths in pixels at 300 dpi."""

    rng: Random
    font_set: str
    family: str
    points: float
    y: int = px(18)
    runs: list[Run] = field(default_factory=list)
    cells: list[Box] = field(default_factory=list)
    """Cells of ruled tables."""

    @property
    def step(self) -> int:
        """From one line to the next."""
        return round(self.points * 300 / 72 * 1.45)

    def width(self, text: str, style: str = "Regular", scale: float = 1.0) -> int:
        """Set width of `text`."""
        return round(self.face(style, scale).getlength(text))

    def write(self, x: int, y: int, text: str, style: str = "Regular", scale: float = 1.0) -> int:
        """Write `text` from `x`; where it ends. A blank of two or more begins a new run."""
        face = self.face(style, scale)
        blank = face.getlength(" ")
        words = []
        for word in text.split():
            x0, y0, x1, y1 = face.getbbox(word)
            words.append(
                (
                    word,
                    Box(
                        round(x + x0), round(y + y0), max(round(x + x1), round(x + x0) + 1), round(y + y1) + 1
                    ),
                )
            )
            x += round(face.getlength(word) + blank)
        if words:
            self.runs.append(Run(tuple(words), style, scale))
        return round(x - blank)

    def centre(self, middle: int, text: str, style: str = "Bold", scale: float = 1.0) -> None:
        """Write a line centred on `middle` at the pen's height."""
        self.write(middle - self.width(text, style, scale) // 2, self.y, text, style, scale)

    def paragraph(self, x: int, first: int, right: int, text: str, style: str = "Regular") -> int:
        """Write `text` from `first`, wrapped at `right`, further lines from `x`; the height below it."""
        y, line, start = self.y, "", first
        for word in text.split():
            longer = f"{line} {word}".strip()
            if line and start + self.width(longer, style) > right:
                self.write(start, y, line, style)
                y, line, start = y + self.step, word, x
            else:
                line = longer
        self.write(start, y, line, style)
        return y + self.step

    def face(self, style: str, scale: float) -> ImageFont.FreeTypeFont:
        """The sheet's face in a style; `scale` is of its size."""
        return font(self.font_set, self.family, style, round(self.points * scale, 1))
