"""Lines of words with gaps, and pages with digits that a hand wrote into them."""

import numpy as np

from bench.digits.strokes import Hand
from ocr.preprocessing.page_image import Gray, PageImage
from samples.drawing.canvas import Canvas, px
from schemas.base.geometry import Box
from schemas.page import Line, Word

HEIGHT, LETTER = 40, 20
"""Of a line, and of each of its letters, in pixels."""


def line_of(*texts: str, confidence: float = 0.95, **wider: int) -> Line:
    """Words of letters of one width, a letter apart; the second `before1` pixels further, `ink1` wider."""
    words, x = [], 100
    for at, text in enumerate(texts):
        x += wider.get(f"before{at}", 0)
        right = x + LETTER * len(text) + wider.get(f"ink{at}", 0)
        words.append(Word(text=text, box=Box(x, 500, right, 500 + HEIGHT), confidence=confidence))
        x = right + LETTER
    return Line(words=tuple(words))


def page_with(text: str, seed: int, box: Box) -> Gray:
    """A white page with digits of one hand in the box."""
    page: Gray = np.full((1000, 1600), 255, np.uint8)
    hand, x = Hand(np.random.default_rng(seed)), box.left + 6
    for digit in text:
        ink = hand.write(digit, box.height - 6)
        high, wide = ink.shape
        top = box.top + (box.height - high) // 2
        np.minimum(page[top : top + high, x : x + wide], 255 - ink, out=page[top : top + high, x : x + wide])
        x += wide - 4
    return page


def written_decision(number: str, day: str, seed: int) -> PageImage:
    """A decision's first page whose number and day are of one hand."""
    canvas = Canvas()
    canvas.centre(62, 20, "ỦY BAN NHÂN DÂN", 13)
    canvas.centre(62, 26, "TỈNH QUẢNG NGÃI", 13)
    canvas.centre(143, 20, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12.5)
    canvas.centre(143, 26, "Độc lập - Tự do - Hạnh phúc", 13.5)
    gaps = []
    for x, y, before, wide, after, style in (
        (38, 38, "Số:", 13, "/QĐ-UBND", "Regular"),
        (108, 38, "Quảng Ngãi, ngày", 11, "tháng 01 năm 2025", "Italic"),
    ):
        begin = canvas.write(x, y, before, 13.5, style)
        canvas.write(begin + wide, y, after, 13.5, style, new_line=False)
        gaps.append((px(begin + 1.5), px(y) + 6))
    canvas.centre(105, 52, "QUYẾT ĐỊNH", 14)
    canvas.centre(105, 59, "Về việc phê duyệt kế hoạch ứng phó sự cố tràn dầu", 14)
    canvas.centre(105, 70, "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI", 13)
    text = (
        "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015; xét đề nghị của Sở Tài nguyên."
    )
    y = canvas.paragraph(30, 82, 160, text, 14)
    canvas.centre(105, y + 4, "QUYẾT ĐỊNH:", 14)
    canvas.paragraph(
        30, y + 14, 160, "Điều 1. Phê duyệt kế hoạch kèm theo. Điều 2. Có hiệu lực từ ngày ký.", 14
    )
    canvas.centre(148, y + 40, "CHỦ TỊCH", 13.5)
    canvas.centre(148, y + 70, "Nguyễn Hoàng Giang", 13.5)
    pixels = np.array(canvas.finish().image)
    for (left, top), digits, each in zip(gaps, (number, day), (1, 2), strict=True):
        hand, x = Hand(np.random.default_rng(seed * each)), left
        for digit in digits:
            ink = hand.write(digit, 48)
            high, wide = ink.shape
            place = pixels[top : top + high, x : x + wide]
            np.minimum(place, 255 - ink[..., None], out=place)
            x += wide - 4
    return PageImage(pixels, 300)
