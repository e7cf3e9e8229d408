"""A printed form being filled in: labels and values one after another, in the style of its layout."""

from dataclasses import dataclass
from random import Random

from samples.drawing.canvas import Canvas
from samples.drawing.marks import sign, stamp_seal

LEFT, WIDTH = 25.0, 165.0
MIDDLE, RIGHT_MIDDLE, LEFT_MIDDLE = 105.0, 145.0, 60.0


@dataclass
class Sheet:
    """A page, how its form is set, and how far down it is filled (`y`, millimetres)."""

    canvas: Canvas
    y: float = 18.0
    left: float = LEFT
    width: float = WIDTH
    points: float = 13
    dotted: bool = False
    """Dotted leaders after each value."""
    bold: bool = False
    """Values in bold."""
    above: bool = False
    """Labels above their values, instead of before them."""
    gap: float = 0.8

    def field(self, label: str, value: str) -> None:
        """A label and its value, wrapped."""
        if self.above:
            self.canvas.write(self.left, self.y, f"{label}:", self.points - 2, "Italic")
            self.y = self.canvas.paragraph(
                self.left + 4, self.y + 5.4, self.width - 4, value, self.points, self._style
            )
        else:
            self.y = self.canvas.labelled(
                self.left,
                self.y,
                label,
                value,
                points=self.points,
                width_mm=self.width,
                dotted=self.dotted,
                bold=self.bold,
            )
        self.y += self.gap

    def fields(self, *pairs: tuple[str, str]) -> None:
        """Short labels and values side by side on one line."""
        step = self.width / len(pairs)
        for at, (label, value) in enumerate(pairs):
            x = self.left + at * step
            if self.above:
                self.canvas.write(x, self.y, f"{label}:", self.points - 2, "Italic")
                self.canvas.write(x + 4, self.y + 5.4, value, self.points, self._style)
            else:
                self.canvas.labelled(
                    x,
                    self.y,
                    label,
                    value,
                    points=self.points,
                    width_mm=step - 3,
                    dotted=self.dotted,
                    bold=self.bold,
                    new_line=at == 0,
                )
        self.y += (12.0 if self.above else 6.6) + self.gap

    def text(self, text: str, style: str = "Regular") -> None:
        """Prose or a heading from the left."""
        self.y = self.canvas.paragraph(self.left, self.y, self.width, text, self.points, style) + self.gap

    def centre(self, text: str, points: float = 13, style: str = "Bold", at: float = MIDDLE) -> None:
        """A centred line."""
        self.canvas.centre(at, self.y, text, points, style)
        self.y += points * 0.48

    def head(self, *agency: str, number: str = "") -> None:
        """Agency and number at the left, national name and motto at the right (Decree 30/2020)."""
        y = self.y
        for text in agency:
            self.canvas.centre(LEFT_MIDDLE - 2, y, text, 12)
            y += 5.8
        if number:
            self.canvas.centre(LEFT_MIDDLE - 2, y + 1.2, f"Số: {number}", 12, "Regular")
        self.motto(RIGHT_MIDDLE)
        self.y = max(y + 8, self.y + 10)

    def motto(self, at: float = MIDDLE) -> None:
        """The national name and motto, centred on `at`, with the rule below."""
        self.canvas.centre(at, self.y, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12)
        self.canvas.centre(at, self.y + 5.8, "Độc lập - Tự do - Hạnh phúc", 12.5)
        self.canvas.rule(at - 22, self.y + 12, at + 22, self.y + 12)
        if at == MIDDLE:
            self.y += 18

    def signature(self, *posts: str, name: str, around: str, rng: Random, at: float = RIGHT_MIDDLE) -> None:
        """Posts, a scribble, a seal over its left, and the signer's name."""
        for post in posts:
            self.canvas.centre(at, self.y, post, 13)
            self.y += 6
        sign(self.canvas, at - 14, self.y + 9, rng)
        stamp_seal(self.canvas, at - 22, self.y + 10, around, rng)
        self.canvas.centre(at, self.y + 21, name, 13)
        self.y += 28

    @property
    def _style(self) -> str:
        return "Bold" if self.bold else "Regular"
