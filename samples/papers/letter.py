"""Papers of no known type: a plain letter, as dossiers hold them. Read as `unknown`."""

from random import Random

from samples.drawing.canvas import Canvas
from samples.persons import draw_person
from samples.truth import DrawnPaper

_SENTENCES = (
    "Hôm qua gia đình tôi đã chuyển về nhà mới, đường đi còn lầy lội nhưng bà con rất niềm nở.",
    "Vườn điều năm nay ra hoa muộn, mưa trái mùa làm rụng khá nhiều, ai cũng lo.",
    "Cháu lớn đã vào lớp bảy, thích vẽ và hay hỏi chuyện ngày xưa của ông bà.",
    "Khi nào có dịp ghé qua, mời bác ở lại vài hôm để cùng uống chè và kể chuyện cũ.",
    "Chiếc máy bơm cũ tôi đã sửa xong, nước lên đều, tưới được cả hai luống rau.",
    "Tôi gửi kèm mấy tấm ảnh chụp bên suối; trời nắng đẹp và nước trong đến tận đáy.",
)


def draw_letter(rng: Random, font_set: str, layout: str = "") -> DrawnPaper:
    """Prose without any form. One layout."""
    del layout
    canvas = Canvas(font_set)
    y = canvas.paragraph(25, 30, 160, f"Thân gửi bác {draw_person(rng).full_name.split()[-1]},", 13)
    for _ in range(rng.randint(3, 5)):
        text = " ".join(rng.sample(_SENTENCES, 3))
        y = canvas.paragraph(25, y + 3, 160, text, 13, indent_mm=8)
    return DrawnPaper("unknown", (canvas.finish(),), {})
