"""Two engines, one reading: the choice, the sheet, each engine alone, and none beside ONNX Runtime."""

import string
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.engines import registry as module
from ocr.engines.engine import Engine, Layout
from ocr.engines.registry import open_engines
from ocr.preprocessing.gray_levels import written
from ocr.preprocessing.page_image import Gray
from ocr.preprocessing.prepare import prepare
from ocr.recognition.crop_sheet import lay_out, take_up
from ocr.recognition.recognise import recognise
from ocr.recognition.voting import Pair, choose, pair_up
from ocr.text.syllables import familiarity, is_syllable, rival
from samples.drawing.canvas import Canvas
from samples.scores import character_error_rate
from schemas.base.geometry import Box
from schemas.page import Line, Word
from schemas.settings import EngineName

PROSE = [
    "Vườn điều năm nay ra hoa muộn, mưa trái mùa làm rụng khá nhiều.",
    "Hôm qua gia đình tôi đã chuyển về nhà mới, đường đi còn lầy lội",
    "nhưng bà con rất niềm nở. Số định danh 094061478371, mã H10.23.",
]


@pytest.fixture(scope="module")
def gray() -> Gray:
    canvas = Canvas("c")
    for at, text in enumerate(PROSE):
        canvas.write(25, 40 + 9 * at, text)
    return prepare(written(np.asarray(canvas.finish().image), 300), 300).gray


class Counted:
    """An engine that counts what it is asked."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.family, self.name = engine, engine.family, engine.name
        self.areas: list[int] = []

    def read(self, gray: Gray, dpi: int, layout: Layout, timeout_seconds: int) -> tuple[Line, ...]:
        self.areas.append(gray.size)
        return self.engine.read(gray, dpi, layout, timeout_seconds)

    def quarter_turn(self, gray: Gray) -> int | None:
        return self.engine.quarter_turn(gray)


def word(text: str, confidence: float = 0.9, box: Box = (0, 0, 50, 20)) -> Word:
    return Word(text=text, box=box, confidence=confidence)


@pytest.mark.parametrize(
    "names", [("trueocr",), ("tesseract",), ("trueocr", "tesseract"), ("tesseract", "trueocr")]
)
def test_engines_read_alone_and_together_in_either_order(gray: Gray, names: tuple[str, ...]) -> None:
    lines = recognise(gray, 200, open_engines(tuple(map(EngineName, names))), 60)
    read = " ".join(line.text for line in lines)
    assert character_error_rate(" ".join(PROSE), read) <= (0.03 if names == ("trueocr",) else 0.012)


def test_the_second_engine_is_shown_only_what_is_doubtful(gray: Gray) -> None:
    first, second = map(Counted, open_engines(tuple(EngineName)))
    recognise(gray, 200, (first, second), 60)
    assert len(first.areas) == len(second.areas) == 1
    assert second.areas[0] < 0.2 * first.areas[0]


def test_without_onnx_runtime_tesseract_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    module.has_trueocr.cache_clear()
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    assert [engine.family for engine in open_engines(tuple(EngineName))] == ["tesseract"]
    module.has_trueocr.cache_clear()


def test_numbers_are_read_twice_and_agree(gray: Gray) -> None:
    lines = recognise(gray, 200, open_engines(tuple(EngineName)), 60)
    numbers = [word for line in lines for word in line.words if any(c.isdigit() for c in word.text)]
    assert [number.text.strip(",.") for number in numbers] == ["094061478371", "H10.23"]
    assert all(number.confidence > 0.7 for number in numbers)


def test_agreement_makes_sure() -> None:
    for text in ("tỉnh", "Nguyễn", "13/11/2024", "H10.23-230524-3437"):
        (agreed,) = choose(Pair((word(text, 0.97),), (word(text, 0.95),)))
        (differing,) = choose(Pair((word(text, 0.97),), (word(f"{text}8", 0.95),)))
        assert agreed.confidence > 0.9 > differing.confidence


def test_a_possible_syllable_beats_an_impossible_one() -> None:
    (chosen,) = choose(Pair((word("GIÃY", 0.8),), (word("GIẤY", 0.9),)))
    assert chosen.text == "GIẤY"


def test_blanks_come_from_the_first_letters_from_the_surer() -> None:
    first = (word("HÕ", 0.5, (0, 0, 20, 20)), word("SƠ", 0.9, (25, 0, 45, 20)))
    chosen = choose(Pair(first, (word("HỒSƠ", 0.9, (0, 0, 45, 20)),)))
    assert [w.text for w in chosen] == ["HỒ", "SƠ"]


def test_points_of_a_code_seen_by_one_engine_are_kept() -> None:
    (chosen,) = choose(Pair((word("H10.23-230524-3437", 0.6),), (word("H10.23-2305243437", 0.9),)))
    assert chosen.text == "H10.23-230524-3437"


words = st.lists(
    st.builds(
        lambda text, x, width: word(text, 0.9, (x, 0, x + width, 20)),
        st.text(string.ascii_letters, min_size=1, max_size=8),
        st.integers(0, 900),
        st.integers(1, 120),
    ),
    max_size=8,
)


@given(words, words)
def test_pairing_loses_no_word(first: list[Word], second: list[Word]) -> None:
    pairs = pair_up(first, second)
    assert sorted(w.text for p in pairs for w in p.first) == sorted(w.text for w in first)
    assert sorted(w.text for p in pairs for w in p.second) == sorted(w.text for w in second)


boxes = st.lists(
    st.tuples(st.integers(0, 600), st.integers(0, 300), st.integers(5, 300), st.integers(8, 60)).map(
        lambda b: Box(b[0], b[1], b[0] + b[2], b[1] + b[3])
    ),
    min_size=1,
    max_size=12,
)


@given(boxes)
def test_what_is_laid_out_is_taken_up_again_where_it_was(places: list[Box]) -> None:
    page = np.random.default_rng(1).integers(0, 255, (400, 1000), dtype=np.uint8)
    sheet, pieces = lay_out(page, places)
    for piece, (x0, y0, x1, y1) in zip(pieces, places, strict=True):
        assert (
            sheet[piece.top : piece.top + y1 - y0, piece.left : piece.left + x1 - x0] == page[y0:y1, x0:x1]
        ).all()
    lines = [
        Line(words=(word(str(n), box=(p.left, p.top, p.left + p.box.width, p.top + p.box.height)),))
        for n, p in enumerate(pieces)
    ]
    taken: Any = take_up(lines, pieces)
    assert [[(w.text, w.box) for w in of] for of in taken] == [
        [(str(n), box)] for n, box in enumerate(places)
    ]


@pytest.mark.parametrize(
    "text", ["nghĩa", "quyển", "Nguyễn", "khuỷu", "giếng", "quốc", "huỳnh", "ĐƯỜNG", "xã", "ơ"]
)
def test_possible_syllables(text: str) -> None:
    assert is_syllable(text)


@pytest.mark.parametrize("text", ["of", "birth", "bảnsao", "đăt", "wang", "hồsơ", "", "12"])
def test_impossible_syllables(text: str) -> None:
    assert not is_syllable(text)


def test_rivals_are_what_engines_confuse() -> None:
    assert rival("kế") == familiarity("kể")
    assert rival("giây") >= familiarity("giấy") > 0
    assert familiarity("giãy") < familiarity("giấy")


class FieldAnswer:
    """An engine that says what it was told to, and notes what it was shown."""

    name = "said"

    def __init__(self, family: str, words: list[Word]) -> None:
        self.family, self.words, self.shown = family, words, 0

    def read(self, gray: Gray, dpi: int, layout: Layout, timeout_seconds: int) -> tuple[Line, ...]:
        del gray, dpi, layout, timeout_seconds
        self.shown += 1
        return (Line(words=tuple(self.words)),) if self.words else ()

    def quarter_turn(self, gray: Gray) -> int | None:
        del gray
        return 0


PAPER = np.full((100, 400), 255, np.uint8)


@pytest.mark.parametrize(("text", "asked"), [("2023", 1), ("24/QĐ", 1), ("O", 1), ("người", 0)])
def test_numbers_are_asked_about_however_sure(text: str, asked: int) -> None:
    second = FieldAnswer("tesseract", [])
    recognise(PAPER, 200, (FieldAnswer("trueocr", [word(text, 1.0)]), second), 60)
    assert second.shown == asked


def test_the_weights_know_which_engine_is_which() -> None:
    shown = (20, 20, 70, 40)  # where the sheet holds the only word
    engines = (
        FieldAnswer("tesseract", [word("giấy", 0.5)]),
        FieldAnswer("trueocr", [word("giây", 0.6, shown)]),
    )
    (line,) = recognise(PAPER, 200, engines, 60)
    (wanted,) = choose(Pair((word("giây", 0.6),), (word("giấy", 0.5),)))
    (mistaken,) = choose(Pair((word("giấy", 0.5),), (word("giây", 0.6),)))
    assert line.words[0].confidence == pytest.approx(wanted.confidence)
    assert wanted.confidence != pytest.approx(mistaken.confidence)


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ([("DUC", 0.05), ("PHONG", 0.9)], "DUC PHONG"),
        ([("D,~", 0.05), ("PHONG", 0.9)], "PHONG"),
        ([("MẸ", 0.3)], "MẸ"),
    ],
)
def test_a_short_word_that_is_none_of_ours_is_no_speck(words: list[tuple[str, float]], kept: str) -> None:
    line = [word(text, sure, (90 * at, 0, 90 * at + 80, 20)) for at, (text, sure) in enumerate(words)]
    (read,) = recognise(PAPER, 200, (FieldAnswer("other", line),), 60)
    assert read.text == kept


def test_what_a_line_can_only_be_is_put_right() -> None:
    line = [
        word("Tố", 0.9, (0, 0, 30, 20)),
        word("1", 0.9, (40, 0, 50, 20)),
        word("7,", 0.9, (54, 0, 66, 20)),
    ]
    (read,) = recognise(PAPER, 200, (FieldAnswer("other", line),), 60)
    assert read.text == "Tổ 17,"


def test_specks_at_a_lines_ends_are_no_words() -> None:
    line = [
        word("~", 0.05, (0, 0, 5, 20)),
        word("người", 1.0, (20, 0, 80, 20)),
        word("ij", 0.02, (90, 0, 99, 20)),
    ]
    (read,) = recognise(PAPER, 200, (FieldAnswer("other", line),), 60)
    assert read.text == "người"
