"""seals, signatures and stamps are found where they were drawn, and nowhere else."""

from random import Random

import numpy as np

from ocr.layout.seals_and_signatures import find_marks
from samples.drawing.canvas import Canvas, px
from samples.drawing.marks import RED, sign, stamp_seal
from schemas.base.geometry import Box
from schemas.page import InkColour, Line, MarkKind, Word


def test_seal_and_signature_are_found_where_they_stand() -> None:
    canvas = Canvas()
    for row in range(12):
        canvas.write(25, 40 + 8 * row, "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;")
    stamp_seal(canvas, 60, 200, "ủy ban nhân dân xã", Random(1))
    sign(canvas, 120, 220, Random(2))
    seal, signature = find_marks(np.asarray(canvas.finish().image), 300, ())
    assert (seal.kind, seal.colour) == (MarkKind.SEAL, InkColour.RED)
    assert (signature.kind, signature.colour) == (MarkKind.SIGNATURE, InkColour.BLUE)
    assert _near(seal.box, (px(41), px(181), px(79), px(219)))
    assert _near(signature.box, (px(120), px(214), px(156), px(227)))


def test_an_incoming_stamp_is_boxed_with_what_was_read_in_it() -> None:
    canvas = Canvas()
    canvas.pen.rectangle((px(30), px(30), px(75), px(52)), outline=RED, width=8)
    canvas.write(42, 36, "ĐẾN", 16, "Bold", ink=RED)
    word = Word(text="ĐẾN", box=(px(42), px(36), px(56), px(42)), confidence=0.9)
    (stamp,) = find_marks(np.asarray(canvas.finish().image), 300, (Line(words=(word,)),))
    assert (stamp.kind, stamp.text) == (MarkKind.STAMP, "ĐẾN")


def test_a_stamp_of_several_words_in_a_frame_is_one() -> None:
    canvas = Canvas()
    canvas.pen.rectangle((px(24), px(42), px(72), px(68)), outline=RED, width=6)
    canvas.write(27, 52, "ĐẾN", 14, "Bold", ink=RED)
    canvas.write(42, 52, "Ngày: 21/3/2025", 11, ink=RED)
    (stamp,) = find_marks(np.asarray(canvas.finish().image), 300, ())
    assert stamp.kind is MarkKind.STAMP
    assert stamp.box.width > px(45)


def test_black_print_alone_has_no_marks() -> None:
    canvas = Canvas()
    canvas.write(25, 40, "Hà Nội, ngày 14 tháng 10 năm 2025")
    words = tuple(Word(text=t, box=box, confidence=0.95) for t, box in canvas.words)
    assert find_marks(np.asarray(canvas.finish().image), 300, (Line(words=words),)) == ()


def _near(box: Box, wanted: Box) -> bool:
    return all(abs(a - b) < px(4) for a, b in zip(box, wanted, strict=True))
