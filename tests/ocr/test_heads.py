"""Two papers on one sheet are told."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from flows.pipeline.read_only import read_files
from ocr.extraction.paper_heads import count_heads
from schemas.page import Block, Line, PageText, Word
from schemas.settings import Settings

BOLD = "/usr/share/fonts/truetype/croscore/Tinos-Bold.ttf"
NAME = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"


def _page(*lines: str) -> PageText:
    words = [tuple(Word(text=w, box=(0, 0, 1, 1), confidence=1) for w in line.split()) for line in lines]
    blocks = tuple(Block(lines=(Line(words=some),)) for some in words)
    return PageText(page_number=1, width_px=9, height_px=9, dpi=200, effective_dpi=200, blocks=blocks)


@pytest.mark.parametrize(
    ("lines", "heads"),
    [
        ((NAME,), 1),
        ((NAME, "Độc lập", NAME), 2),
        ((f"{NAME} {NAME}",), 2),
        ((), 0),
        (("Cộng hoà xã hội chủ nghĩa Việt Nam", "Nước Cộng hòa"), 1),
    ],
)
def test_heads_are_counted(lines: tuple[str, ...], heads: int) -> None:
    assert count_heads(_page(*lines)) == heads


@pytest.mark.parametrize(("beside", "told"), [(True, True), (False, False)])
def test_two_halves_of_a_sheet(tmp_path: Path, settings: Settings, beside: bool, told: bool) -> None:
    sheet = Image.new("L", (2339, 1654), 255)
    draw, font = ImageDraw.Draw(sheet), ImageFont.truetype(BOLD, 38)
    for left in (120, 1290) if beside else (120,):
        for at, text in enumerate(
            (NAME, "Độc lập - Tự do - Hạnh phúc", "GIẤY KHAI SINH", "Họ tên: Lê Thị An")
        ):
            draw.text((left, 150 + 90 * at), text, fill=0, font=font)
    sheet.save(tmp_path / "a.png", dpi=(200, 200))
    (reading,) = read_files(settings, [tmp_path / "a.png"])
    assert ("several_papers" in [problem.code for problem in reading.problems]) is told
