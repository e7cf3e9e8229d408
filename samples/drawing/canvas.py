"""A sheet of paper one can write on, which remembers every word and where it stands."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from samples.truth import DPI, DrawnPage, PageTruth
from schemas.base.geometry import Box
from schemas.environment_errors import ProgramMissing

_BASELINE = 0.875
"""Where a full stop stands, in ems below the top of the line."""
_STEP_MM = 6.6
A4_MM = (210.0, 297.0)
INK = (24, 22, 28)
_FONTS = Path("/usr/share/fonts/truetype")
_FACES = {
    "a": {
        "serif": "croscore/Tinos-{}.ttf",
        "sans": "croscore/Arimo-{}.ttf",
        "mono": "croscore/Cousine-{}.ttf",
    },
    "b": {
        "serif": "noto/NotoSerif-{}.ttf",
        "sans": "noto/NotoSans-{}.ttf",
        "mono": "dejavu/DejaVuSansMono-{}.ttf",
    },
    "c": {
        "serif": "liberation2/LiberationSerif-{}.ttf",
        "sans": "liberation2/LiberationSans-{}.ttf",
        "mono": "liberation2/LiberationMono-{}.ttf",
    },
}
_DEJAVU = {"Regular": "", "Italic": "Oblique"}
"""DejaVu's own names of styles."""
FONT_SETS = tuple(_FACES)
"""Font sets by name; tuning looks at `a` and `c`, scoring at `b`."""


def px(mm: float) -> int:
    """Pixels of `mm` at the drawing resolution."""
    return round(mm * DPI / 25.4)


@cache
def font(font_set: str, family: str, style: str, points: float) -> ImageFont.FreeTypeFont:
    """The face in `points`; raises `ProgramMissing` with the Debian package's name."""
    name = _FACES[font_set][family]
    file = _FONTS / name.format(style)
    if name.startswith("dejavu"):
        file = _FONTS / name.format(_DEJAVU.get(style, style)).replace("-.ttf", ".ttf")
    if not file.exists():
        package = {
            "croscore": "fonts-croscore",
            "noto": "fonts-noto-core",
            "dejavu": "fonts-dejavu-core",
        }
        raise ProgramMissing(package.get(file.parent.name, "fonts-liberation2"))
    return ImageFont.truetype(str(file), round(points * DPI / 72))


@dataclass
class Canvas:
    """One page being drawn; lengths in millimetres from the top left corner."""

    font_set: str = "a"
    family: str = "serif"
    size_mm: tuple[float, float] = A4_MM
    paper: tuple[int, int, int] = (255, 255, 255)
    lines: list[str] = field(default_factory=list)
    words: list[tuple[str, Box]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.image = Image.new("RGB", (px(self.size_mm[0]), px(self.size_mm[1])), self.paper)
        self.pen = ImageDraw.Draw(self.image)

    def face(self, points: float, style: str = "Regular") -> ImageFont.FreeTypeFont:
        """The canvas's family in `points`."""
        return font(self.font_set, self.family, style, points)

    def width_mm(self, text: str, points: float, style: str = "Regular") -> float:
        """Set width of `text`."""
        return self.face(points, style).getlength(text) * 25.4 / DPI

    def write(
        self,
        x_mm: float,
        y_mm: float,
        text: str,
        points: float = 13,
        style: str = "Regular",
        *,
        new_line: bool = True,
        ink: tuple[int, int, int] = INK,
    ) -> float:
        """Write `text` with its left end at `x_mm`, baseline box top at `y_mm`; return its end.

        `new_line=False` continues the truth's last line.
        """
        face = self.face(points, style)
        x, y = px(x_mm), px(y_mm)
        blank = face.getlength(" ")
        for word in text.split():
            self.pen.text((x, y), word, font=face, fill=ink)
            x0, y0, x1, y1 = self.pen.textbbox((x, y), word, font=face)
            self.words.append((word, Box(int(x0), int(y0), int(x1) + 1, int(y1) + 1)))
            x += round(face.getlength(word) + blank)
        if new_line or not self.lines:
            self.lines.append(text)
        else:
            self.lines[-1] += " " + text
        return (x - blank) * 25.4 / DPI

    def centre(self, x_mm: float, y_mm: float, text: str, points: float = 13, style: str = "Bold") -> None:
        """Write `text` centred on `x_mm`."""
        self.write(x_mm - self.width_mm(text, points, style) / 2, y_mm, text, points, style)

    def paragraph(
        self,
        x_mm: float,
        y_mm: float,
        width_mm: float,
        text: str,
        points: float = 13,
        style: str = "Regular",
        *,
        indent_mm: float = 0,
        step_mm: float = _STEP_MM,
        centred: bool = False,
        continues: bool = False,
    ) -> float:
        """Write `text` wrapped to `width_mm`; return the y below the last line."""
        row: list[str] = []
        left = x_mm + indent_mm
        for word in [*text.split(), ""]:
            room = x_mm + width_mm - left
            if not word or (row and self.width_mm(" ".join([*row, word]), points, style) > room):
                line = " ".join(row)
                start = x_mm + (width_mm - self.width_mm(line, points, style)) / 2 if centred else left
                self.write(start, y_mm, line, points, style, new_line=not continues)
                row, left, y_mm, continues = [], x_mm, y_mm + step_mm, False
            row.append(word)
        return y_mm

    def labelled(
        self,
        x_mm: float,
        y_mm: float,
        label: str,
        value: str,
        *,
        points: float = 13,
        width_mm: float = 165,
        dotted: bool = False,
        bold: bool = False,
        new_line: bool = True,
    ) -> float:
        """Write `label: value`, wrapped, with a dotted leader to the margin; return the y below."""
        end = self.write(x_mm, y_mm, f"{label}:", points, new_line=new_line)
        start = end + self.width_mm(" ", points)
        style = "Bold" if bold else "Regular"
        below = self.paragraph(
            x_mm, y_mm, width_mm, value, points, style, indent_mm=start - x_mm, continues=True
        )
        if dotted:
            last = self.words[-1][1]
            foot = below - _STEP_MM + points * 0.353 * _BASELINE
            self.leader(last[2] * 25.4 / DPI + 1, x_mm + width_mm, foot)
        return below

    def leader(self, x0_mm: float, x1_mm: float, y_mm: float) -> None:
        """A dotted leader (dòng kẻ chấm) along the baseline."""
        x = px(x0_mm)
        while x < px(x1_mm):
            self.pen.ellipse((x, px(y_mm), x + 4, px(y_mm) + 4), fill=INK)
            x += 14

    def rule(self, x0_mm: float, y0_mm: float, x1_mm: float, y1_mm: float, width_px: int = 3) -> None:
        """A straight rule."""
        self.pen.line((px(x0_mm), px(y0_mm), px(x1_mm), px(y1_mm)), fill=INK, width=width_px)

    def paste(self, image: Image.Image, x_mm: float, y_mm: float, side_mm: float) -> None:
        """Paste `image`, scaled to `side_mm` wide, without smoothing (codes stay sharp)."""
        height = round(px(side_mm) * image.height / image.width)
        scaled = image.convert("RGB").resize((px(side_mm), height), Image.Resampling.NEAREST)
        self.image.paste(scaled, (px(x_mm), px(y_mm)))

    def finish(self) -> DrawnPage:
        """The drawn page and its truth."""
        truth = PageTruth(
            lines=tuple(self.lines),
            words=tuple(self.words),
            width_px=self.image.width,
            height_px=self.image.height,
        )
        return DrawnPage(self.image, truth)
