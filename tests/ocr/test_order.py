"""Reading order: labels with the value under them, notes in the margin after the body."""

from ocr.layout.line_merging import join_rows
from ocr.layout.reading_order import reading_order
from schemas.page import Line, Word


def piece(text: str, x: int, y: int) -> Line:
    words, at = [], x
    for part in text.split():
        words.append(Word(text=part, box=(at, y, at + 10 * len(part), y + 20), confidence=0.9))
        at += 10 * len(part) + 8
    return Line(words=tuple(words))


def read(*pieces: Line) -> list[str]:
    return [line.text for line in reading_order(join_rows(pieces))]


def test_each_label_comes_before_the_value_under_it() -> None:
    order = read(
        piece("Ngày sinh:", 100, 100),
        piece("Giới tính:", 500, 100),
        piece("31/01/1961", 100, 130),
        piece("Nam", 500, 130),
    )
    assert order == ["Ngày sinh:", "31/01/1961", "Giới tính:", "Nam"]


def test_a_note_beside_the_body_is_read_after_it() -> None:
    body = [piece(f"dòng {n} của thân bài", 500, 100 + 40 * n) for n in range(4)]
    order = read(*body, piece("Có giá trị đến:", 100, 220), piece("05/05/2031", 100, 260))
    assert order[:4] == [line.text for line in body]
    assert order[4:] == ["Có giá trị đến:", "05/05/2031"]


def test_pieces_of_one_row_are_joined_from_left_to_right() -> None:
    assert read(piece("Dân tộc: Kinh", 400, 102), piece("Giới tính: Nữ", 100, 100)) == [
        "Giới tính: Nữ Dân tộc: Kinh"
    ]


def test_labels_beside_each_other_come_before_notes_in_the_margin() -> None:
    """The left value stands left of the body, and is no note all the same."""
    body = [piece(f"dòng {n} của thân bài dài hơn", 500, 300 + 40 * n) for n in range(6)]
    order = read(
        piece("Ngày cấp:", 100, 100),
        piece("Hết hạn:", 500, 100),
        piece("21/10/2024", 100, 130),
        piece("22/03/2038", 500, 130),
        *body,
    )
    assert order[:4] == ["Ngày cấp:", "21/10/2024", "Hết hạn:", "22/03/2038"]
